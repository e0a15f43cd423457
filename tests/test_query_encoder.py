"""Questions encoded without PyTorch: the export that a build makes, what serves without one, and what it costs."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.articles import read_articles
from index.build import sync
from index.embed import BUNDLED, Encoder, Encoders, TorchEncoder, load_encoder, model_id
from index.query_encoder import (
    CARD,
    LEAST_COSINE,
    MODEL,
    TOKENIZER,
    WEIGHTS,
    Card,
    NoExport,
    OnnxEncoder,
    encoder_folder,
)
from tests.conftest import ROOT
from tests.small_index import STORIES, Words, no_encoder, update

QUESTIONS = ("What did Russia object to?", "Who?", "Wer ist Präsident Nauseda?", "what is the " * 200)


@pytest.fixture(scope="module")
def passages() -> Encoder:
    return load_encoder()


@pytest.fixture
def exported(demo_home: Path, tmp_path: Path) -> Path:
    """A home with a copy of the bundled model's export and nothing else."""
    shutil.copytree(demo_home / "encoders", tmp_path / "copy" / "encoders")
    return tmp_path / "copy"


def folder_of(home: Path) -> Path:
    return encoder_folder(home, BUNDLED)


def test_the_export_encodes_as_the_passages_encoder_does(demo_home: Path, passages: Encoder) -> None:
    encoder = Encoders(demo_home)(model_id())
    assert isinstance(encoder, OnnxEncoder)
    assert (encoder.dimension, encoder.window) == (passages.dimension, passages.window)
    for text in QUESTIONS:
        assert encoder.encode_query(text) @ passages.encode_query(text) >= LEAST_COSINE
    vectors = encoder.encode(QUESTIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(QUESTIONS)), abs=1e-5)
    assert ((vectors * passages.encode(QUESTIONS)).sum(axis=1) >= LEAST_COSINE).all()
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.count_tokens(QUESTIONS) == passages.count_tokens(QUESTIONS)
    assert LEAST_COSINE <= encoder.card.cosine <= 1.001


def damage_half(folder: Path) -> None:
    file = folder / WEIGHTS
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def damage_weights(folder: Path) -> None:
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    (folder / WEIGHTS).write_bytes(data)


def damage_tokenizer(folder: Path) -> None:
    (folder / TOKENIZER).write_bytes(b"{" * (folder / TOKENIZER).stat().st_size)


def damage_card(folder: Path) -> None:
    (folder / CARD).write_text("{}")


def lose_model(folder: Path) -> None:
    (folder / MODEL).unlink()


def swap_vectors(folder: Path) -> None:
    """An export that loads, of another model."""
    values = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(values | {"probe": values["probe"][::-1]}))


@pytest.mark.parametrize(
    "damage", [damage_half, damage_weights, damage_tokenizer, damage_card, lose_model, swap_vectors]
)
def test_a_damaged_export_is_not_used(exported: Path, damage: object) -> None:
    assert callable(damage)
    damage(folder_of(exported))
    with pytest.raises(NoExport):
        OnnxEncoder(folder_of(exported))


def test_without_an_export_sentence_transformers_serves(
    exported: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage_half(folder_of(exported))
    caplog.set_level(logging.INFO, "index")
    for home in (exported, tmp_path / "older"):
        assert isinstance(Encoders(home)(model_id()), TorchEncoder)
    assert "damaged" in caplog.text
    assert "has not been exported yet" in caplog.text
    assert isinstance(Encoders()(model_id()), TorchEncoder)


def test_names_that_differ_have_folders_that_differ(tmp_path: Path) -> None:
    names = ("a/b", "a-b", "a b", "../a-b", "/a/b", "..", "A/b", "x" * 300)
    folders = {encoder_folder(tmp_path, name) for name in names}
    assert len(folders) == len(names)
    assert {folder.parent for folder in folders} == {tmp_path / "encoders"}
    assert all(len(folder.name) < 100 and folder.name.strip(".") for folder in folders)


def test_an_encoder_of_another_kind_is_refused_once(home: Path) -> None:
    update(home, STORIES)
    assert Card.read(encoder_folder(home, "words")).refused == "Words is not of sentence-transformers"
    with pytest.raises(NoExport, match="not of sentence"):
        OnnxEncoder(encoder_folder(home, "words"))
    sync(home, STORIES, no_encoder, model_id="words@fp32")
    card = encoder_folder(home, "words") / CARD
    card.write_text(json.dumps(json.loads(card.read_text()) | {"made_with": {"torch": "1.0"}}))
    loaded: list[Encoder] = []

    def load() -> Encoder:
        loaded.append(Words())
        return loaded[-1]

    sync(home, STORIES, load, model_id="words@fp32")  # newer packages may export what older ones could not
    assert len(loaded) == 1


def test_an_older_home_gets_its_export_and_a_damaged_one_is_mended(demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "older"
    shutil.copytree(demo_home, home)
    shutil.rmtree(home / "encoders")
    seeds = list(read_articles(ROOT / "seeds"))
    report = sync(home, seeds, load_encoder, model_id=model_id())
    assert report.unchanged == len(seeds)
    assert report.export_seconds > 0.1
    assert OnnxEncoder(folder_of(home)).card.cosine >= LEAST_COSINE
    assert sync(home, seeds, no_encoder, model_id=model_id()).export_seconds < 0.1
    damage_weights(folder_of(home))
    sync(home, [], load_encoder, model_id=model_id(), replace=True)
    OnnxEncoder(folder_of(home))
    assert [path.name for path in (home / "encoders").iterdir()] == [BUNDLED]


def asked(home: Path, *arguments: str) -> Sequence[str]:
    """The modules that `dateline ARGUMENTS` has imported at its end."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from bot.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"DATELINE_HOME": str(home), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr.split()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_answering_imports_no_torch(demo_home: Path, command: str) -> None:
    modules = asked(demo_home, command, "--json", "What did Russia object to?")
    assert "onnxruntime" in modules
    assert {"torch", "transformers", "sentence_transformers"}.isdisjoint(modules)
