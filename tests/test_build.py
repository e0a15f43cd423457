"""Bringing the index up to date: what is read, what is encoded, what is in it afterwards, and what stops it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

import index.build
from index.articles import BadArticle
from index.build import sync
from index.embed import Encoders, load_encoder, model_id
from index.errors import BuildLocked, DiskFull, Interrupted
from index.library import FILE_NAME, Library
from index.manifest import current_name
from index.serving import Generations
from tests.small_index import STORIES, TOWNS, Words, folders, indexed, no_encoder, story, texts, update


def test_the_bundled_encoder_finds_what_was_indexed(home: Path, spare_export: Callable[[Path], None]) -> None:
    from index.retrieve import NewsQuery, NewsRetriever

    spare_export(home)
    report = sync(home, STORIES, load_encoder)
    assert (report.added, report.passages, report.encoded) == (11, 11, 11)
    generations = Generations(home)
    with closing(Library(home / FILE_NAME)) as library, closing(generations):
        query = NewsQuery("How many vessels were at Cadiz?", asked_on=date(2024, 6, 1))
        found = NewsRetriever(library, generations, Encoders(home)).search(query, 1)
    assert [item.article for item in found] == [story("Cadiz")]
    again = sync(home, STORIES, no_encoder, model_id=model_id())
    assert (again.unchanged, again.encoded, again.generation) == (11, 0, report.generation)


def test_adding_what_is_there_does_nothing(home: Path) -> None:
    first = update(home, STORIES)
    again = sync(home, STORIES, no_encoder, model_id="words@fp32")
    assert (again.unchanged, again.passages, again.generation) == (11, 11, first.generation)
    assert folders(home) == {first.generation}


def test_nothing_at_all_publishes_nothing(home: Path) -> None:
    assert sync(home, [], no_encoder, model_id="words@fp32").generation is None
    assert current_name(home) is None


def test_a_changed_article_takes_the_place_of_its_old_passages(home: Path) -> None:
    first = update(home, STORIES)
    changed = story("Bergen", 700)
    encoder = Words()
    report = update(home, [changed], encoder)
    assert (report.changed, report.encoded, report.passages) == (1, 1, 11)
    assert report.generation != first.generation
    assert len(encoder.encoded) == 1
    assert indexed(home) == texts(*STORIES) | texts(changed)


def test_a_removed_article_leaves_the_index(home: Path) -> None:
    update(home, STORIES)
    report = sync(home, [], no_encoder, remove=["ports/Bergen", "never/there"], model_id="words@fp32")
    assert (report.removed, report.passages) == (1, 10)
    assert indexed(home) == texts(*(article for article in STORIES if article.title != "Ships at Bergen"))


def test_the_last_article_can_be_removed(home: Path) -> None:
    update(home, STORIES[:1])
    report = sync(home, [], no_encoder, remove=[STORIES[0].id], model_id="words@fp32")
    assert (report.removed, report.passages) == (1, 0)
    assert indexed(home) == {}
    update(home, STORIES[1:3])
    assert indexed(home) == texts(*STORIES[1:3])


def test_replacing_removes_what_the_sources_no_longer_have(home: Path) -> None:
    first = update(home, STORIES)
    report = sync(home, STORIES[:4], no_encoder, replace=True, model_id="words@fp32")
    assert (report.unchanged, report.removed, report.passages) == (4, 7, 4)
    assert report.generation != first.generation
    assert indexed(home) == texts(*STORIES[:4])


def test_replacing_by_nothing_removes_nothing(home: Path) -> None:
    update(home, STORIES)
    assert sync(home, [], no_encoder, replace=True, model_id="words@fp32").removed == 0
    assert indexed(home) == texts(*STORIES)


def test_one_text_from_two_places_is_indexed_once(home: Path) -> None:
    copy = replace(STORIES[0], id="copy", outlet="Other", published=date(2024, 5, 31))
    report = update(home, [STORIES[0], copy])
    assert (report.added, report.duplicates, report.passages) == (1, 1, 1)
    assert indexed(home) == texts(STORIES[0])
    sync(home, [], Words, remove=[STORIES[0].id], model_id="words@fp32")
    assert indexed(home) == texts(copy)


def test_bad_articles_are_reported_and_the_rest_is_indexed(home: Path) -> None:
    bad = BadArticle("broken.pdf", "no text found")
    half = replace(STORIES[1], id="half", text="Half a pair: \ud800 of ships")
    report = update(home, [bad, STORIES[0], half, story(TOWNS[0], 99)])
    assert [failed.source for failed in report.failed] == ["broken.pdf", "half", STORIES[0].id]
    assert (report.added, report.failed[0]) == (1, bad)
    assert indexed(home) == texts(STORIES[0])


def test_a_second_builder_is_told_who_builds(home: Path) -> None:
    def build_too() -> None:
        with pytest.raises(BuildLocked, match=rf"process {os.getpid()} on .+ since \d{{4}}"):
            update(home, STORIES)

    assert update(home, STORIES, Words(before=build_too)).added == 11
    update(home, [story("Bergen", 8)])


def test_ctrl_c_keeps_what_was_encoded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.build, "_ENCODE", 2)
    first = Words()

    def stop() -> None:
        if len(first.encoded) == 4:
            raise KeyboardInterrupt

    first.before = stop
    with pytest.raises(Interrupted, match="goes on from there"):
        update(home, STORIES, first)
    assert current_name(home) is None
    second = Words()
    report = update(home, STORIES, second)
    assert (report.unchanged, report.encoded, report.passages) == (11, 7, 11)
    assert not set(first.encoded) & set(second.encoded)
    assert indexed(home) == texts(*STORIES)


def test_a_full_disk_is_seen_before_anything_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = update(home, STORIES)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
        with pytest.raises(DiskFull, match=r"1 MB are free: make room for \d+ MB more"):
            update(home, [story("Bergen", 8)])
    assert folders(home) == {first.generation}
    assert indexed(home) == texts(*STORIES)
    update(home, [story("Bergen", 8)])
    assert indexed(home)["ports/Bergen"] == story("Bergen", 8).text
