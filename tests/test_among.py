"""Retrieval among some articles alone, and without some, with the real engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index import retrieve
from index.library import FILE_NAME, Library
from index.retrieve import NewsQuery, NewsRetriever
from index.serving import Generations
from tests.small_index import STORIES, Words, update

DAY = date(2024, 6, 1)
ALL = frozenset(story.id for story in STORIES)
BERGEN, CADIZ = "ports/Bergen", "ports/Cadiz"
LATER = replace(STORIES[0], id="ports/later", published=date(2024, 6, 2))
UNDATED = replace(STORIES[0], id="ports/undated", published=None, text="The port of Bergen counted ships, undated.")
QUESTION = "How many ships did the port of Bergen count?"


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[NewsRetriever]:
    update(tmp_path, [*STORIES, replace(LATER, text=LATER.text + " All of them."), UNDATED])
    library, generations = Library(tmp_path / FILE_NAME), Generations(tmp_path)
    yield NewsRetriever(library, generations, lambda _: Words())
    generations.close()
    library.close()


def ids(retriever: NewsRetriever, query: NewsQuery, k: int = 20) -> list[str]:
    return [found.article.id for found in retriever.search(query, k)]


def test_only_some_articles_are_found(retriever: NewsRetriever) -> None:
    only = frozenset({BERGEN, CADIZ, LATER.id, UNDATED.id, "ports/nowhere"})
    assert set(ids(retriever, NewsQuery(QUESTION, asked_on=DAY, only=only))) == {BERGEN, CADIZ, UNDATED.id}
    assert ids(retriever, NewsQuery(QUESTION, asked_on=DAY, only=only))[0] in {BERGEN, UNDATED.id}
    assert LATER.id in ids(retriever, NewsQuery(QUESTION, asked_on=date(2024, 6, 2), only=only))


def test_nothing_is_found_among_none(retriever: NewsRetriever) -> None:
    for only, without in ((frozenset[str](), frozenset[str]()), (frozenset({BERGEN}), frozenset({BERGEN}))):
        assert ids(retriever, NewsQuery(QUESTION, asked_on=DAY, only=only, without=without)) == []


@pytest.mark.parametrize("candidates", [400, 2])
def test_articles_left_out_make_room_for_others(
    retriever: NewsRetriever, candidates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where all the first candidates are left out."""
    monkeypatch.setattr(retrieve, "_CANDIDATES", candidates)
    first = ids(retriever, NewsQuery(QUESTION, asked_on=DAY))
    assert first[0] in {BERGEN, UNDATED.id}
    without = frozenset(first[:5])
    rest = ids(retriever, NewsQuery(QUESTION, asked_on=DAY, without=without))
    assert rest
    assert not set(rest) & without
    assert ids(retriever, NewsQuery(QUESTION, asked_on=DAY, without=ALL | {UNDATED.id})) == []


def test_left_out_articles_of_a_named_outlet_stay_out(retriever: NewsRetriever) -> None:
    query = NewsQuery(QUESTION, asked_on=DAY, outlets=("Harbour News",), window=(DAY, DAY), without=frozenset({BERGEN}))
    assert BERGEN not in ids(retriever, query)
