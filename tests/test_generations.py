"""Generations come and go: a changed encoder, tombstones, damage, sweeping, and readers that hold what they read."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.build import sync
from index.errors import IndexBroken
from index.generations import Generation
from index.manifest import Manifest, current_manifest, current_name, generations_folder
from index.publish import Probe, Verifier
from index.serving import Generations, open_current
from tests.small_index import STORIES, Words, folders, indexed, no_encoder, story, texts, update


def current(home: Path) -> Manifest:
    manifest = current_manifest(home)
    assert manifest is not None
    return manifest


def found(generation: Generation, encoder: Words) -> str:
    return generation.dense(encoder.encode_query(f"Ships at Cadiz\n{story('Cadiz').text}"), 1)[0].article_id


def test_the_old_generation_serves_while_another_encoder_builds(home: Path) -> None:
    old, new = Words(), Words(model_id="other@fp32", dimension=24)
    update(home, STORIES, old)
    generations = Generations(home)

    def ask_meanwhile() -> None:
        with generations.lease() as serving:
            assert (serving.manifest.model_id, found(serving, old)) == ("words@fp32", "ports/Cadiz")

    new.before = ask_meanwhile
    with closing(generations):
        with generations.lease() as held:
            report = update(home, STORIES, new)
            assert (report.unchanged, report.encoded, len(new.encoded)) == (11, 11, 11)
            assert found(held, old) == "ports/Cadiz", "a lease outlives the switch"
            until = time.monotonic() + 10
            while time.monotonic() < until:
                with generations.lease() as serving:
                    if serving is not held:
                        break
                time.sleep(0.05)
            assert (serving.manifest.model_id, serving.manifest.dimension) == ("other@fp32", 24)
            assert folders(home) == {held.manifest.name, report.generation}
        with generations.lease() as serving:
            assert found(serving, new) == "ports/Cadiz"
    back = sync(home, STORIES, no_encoder_but_its_tokenizer, model_id="words@fp32")
    assert back.encoded == 0, "the first encoder's vectors are kept"


def no_encoder_but_its_tokenizer() -> Words:
    """Passages are sized by the encoder, so that a changed one cuts again, though nothing has to be encoded."""

    def fail() -> None:
        raise AssertionError("something was encoded")

    return Words(before=fail)


def test_many_tombstones_make_a_generation_from_nothing(home: Path) -> None:
    update(home, STORIES)
    sync(home, [], no_encoder, remove=["ports/Bergen"], model_id="words@fp32")
    assert current(home).tombstones == 1
    sync(home, [], no_encoder, remove=["ports/Cadiz", "ports/Dakar"], model_id="words@fp32")
    assert current(home).tombstones == 0
    assert indexed(home) == texts(*(STORIES[0], *STORIES[4:]))


def test_what_is_read_is_not_swept(home: Path) -> None:
    first = update(home, STORIES).generation
    reader = open_current(home)
    second = update(home, [story("Bergen", 8)]).generation
    assert folders(home) == {first, second}
    third = update(home, [story("Bergen", 9)]).generation
    assert folders(home) == {first, third}
    assert found(reader, Words()) == "ports/Cadiz"
    reader.close()
    fourth = update(home, [story("Bergen", 10)]).generation
    assert folders(home) == {fourth}


def test_what_was_left_by_a_dead_builder_is_swept(home: Path) -> None:
    name = update(home, STORIES).generation
    for left in ("building-1", "swept-2", "20200101T000000-abcdef"):
        (generations_folder(home) / left).mkdir()
    (generations_folder(home) / "CURRENT.new").write_text("20200101T000000-abcdef\n")
    assert sync(home, STORIES, no_encoder, model_id="words@fp32").generation == name
    assert folders(home) == {name}
    update(home, [story("Bergen", 8)])
    assert indexed(home)["ports/Bergen"] == story("Bergen", 8).text


def _damage_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def _lose_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _lose_all(folder: Path) -> None:
    shutil.rmtree(folder)


def _lose_vectors(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


def _damage_words(folder: Path) -> None:
    (folder / "lexical" / "meta.json").write_text("{")


@pytest.mark.parametrize("damage", [_damage_manifest, _lose_manifest, _lose_all])
def test_a_generation_that_is_no_more_is_made_again(
    home: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    name = str(update(home, STORIES).generation)
    damage(generations_folder(home) / name)
    with pytest.raises(IndexBroken, match="index rebuild"):
        open_current(home)
    report = sync(home, STORIES, no_encoder, model_id="words@fp32")
    assert report.generation not in (None, name)
    assert indexed(home) == texts(*STORIES)
    assert name in caplog.text


@pytest.mark.parametrize("damage", [_lose_vectors, _damage_words])
def test_a_damaged_generation_is_made_again_from_cached_vectors(
    home: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    name = str(update(home, STORIES).generation)
    damage(generations_folder(home) / name)
    with pytest.raises(IndexBroken, match="index rebuild"):
        open_current(home)
    with caplog.at_level(logging.WARNING):
        report = update(home, [story("Bergen", 8)])
    assert report.encoded == 1
    assert f"{name} could not be brought up to date" in caplog.text
    assert indexed(home) == texts(*STORIES, story("Bergen", 8))
    assert folders(home) == {report.generation}


def test_rebuilding_repairs_what_nothing_has_changed(home: Path) -> None:
    name = str(update(home, STORIES).generation)
    _lose_vectors(generations_folder(home) / name)
    assert sync(home, STORIES, no_encoder, replace=True, model_id="words@fp32").generation != name
    assert indexed(home) == texts(*STORIES)


def test_what_fails_its_test_is_not_published(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = update(home, STORIES).generation

    def fail(self: Verifier, folder: Path, probes: Sequence[Probe]) -> None:
        raise IndexBroken("The new index failed its test: made up")

    with monkeypatch.context() as broken:
        broken.setattr(Verifier, "check", fail)
        with pytest.raises(IndexBroken, match="made up"):
            update(home, [story("Bergen", 8)])
    assert (current_name(home), folders(home)) == (name, {name})
    assert update(home, [story("Bergen", 8)]).encoded == 0, "it was encoded and kept"
    assert indexed(home)["ports/Bergen"] == story("Bergen", 8).text


def test_the_test_finds_a_vector_that_is_not_there(home: Path) -> None:
    folder = generations_folder(home) / str(update(home, STORIES).generation)
    stranger = Probe("none", "Ships", np.eye(48, dtype=np.float32)[0])
    with closing(Verifier()) as verifier, pytest.raises(IndexBroken, match="1 of 1 vectors"):
        verifier.check(folder, [stranger])
    with closing(Verifier()) as verifier, pytest.raises(IndexBroken, match="failed its test"):
        verifier.check(folder.with_name("nowhere"), [])
