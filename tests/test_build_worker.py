"""What the build's process does with articles, in this one and with an encoder that costs nothing: what it tells."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.build_worker import build, received
from bot.wire import BuildRequest, Taken, article_to_json, taken_from_json, write_line
from index.articles import Article, BadArticle
from index.errors import BuildLocked, DatelineError
from index.publish import build_lock
from tests.small_index import STORIES, Words, indexed, no_encoder, story, texts, update


def told(
    home: Path, articles: Sequence[Article | BadArticle], *, sleep: Any = None, encoder: Any = Words, **request: Any
) -> list[tuple[str, Any]]:
    """The lines of a build."""
    lines: list[tuple[str, Any]] = []
    build(
        BuildRequest(str(home), None, **request),
        iter(articles),
        lambda kind, body: lines.append((kind, body)),
        load=encoder,
        model="words@fp32",
        sleep=sleep or (lambda seconds: None),
    )
    return lines


def bodies(lines: Sequence[tuple[str, Any]], kind: str) -> list[Any]:
    return [body for found, body in lines if found == kind]


def taken(lines: Sequence[tuple[str, Any]]) -> dict[str, Taken]:
    return {each.id: each for each in map(taken_from_json, bodies(lines, "taken"))}


def outcomes(lines: Sequence[tuple[str, Any]]) -> dict[str, str]:
    return {each.id: each.happened for each in taken(lines).values()}


def test_what_becomes_of_each_article_is_told(home: Path) -> None:
    first = told(home, STORIES[:2])
    assert outcomes(first) == {STORIES[0].id: "added", STORIES[1].id: "added"}
    one = taken(first)[STORIES[0].id]
    assert (one.title, one.outlet, one.published, one.passages) == (
        STORIES[0].title, "Harbour News", STORIES[0].published, 1,
    )  # fmt: skip
    assert bodies(first, "report") == [{"removed": 0, "passages": 2}]
    copy, again = replace(STORIES[0], id="copy"), replace(STORIES[4], id="again")
    second = told(home, [STORIES[0], story("Bergen", 9), STORIES[2], copy, STORIES[4], again])
    assert outcomes(second) == {
        STORIES[0].id: "unchanged",
        "ports/Bergen": "changed",
        STORIES[2].id: "added",
        "copy": "duplicate",
        STORIES[4].id: "added",
        "again": "duplicate",
    }
    assert taken(second)["copy"].passages == 1
    assert indexed(home) == texts(copy, story("Bergen", 9), STORIES[2], again)


def test_an_article_that_was_removed_can_be_added_again(home: Path) -> None:
    told(home, STORIES[:2])
    gone = told(home, (), remove=(STORIES[0].id,), encoder=no_encoder)
    assert (outcomes(gone), bodies(gone, "report")) == ({}, [{"removed": 1, "passages": 1}])
    assert outcomes(told(home, STORIES[:1])) == {STORIES[0].id: "added"}


def test_what_is_refused_is_told_and_not_taken(home: Path) -> None:
    half = replace(STORIES[1], id="half", text="Half a pair: \ud800 of ships")
    lines = told(home, [STORIES[0], half, story("Aberdeen", 99), BadArticle("b.pdf", "no text found")])
    assert outcomes(lines) == {STORIES[0].id: "added"}
    assert [source for source, _ in bodies(lines, "bad")] == ["half", "ports/Aberdeen", "b.pdf"]


def test_stages_and_steps_are_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.build_worker._TELL_EVERY", 0.0)
    lines = told(home, STORIES)
    assert [body for kind, body in lines if kind == "stage"][:4] == [
        ["reading", None], ["comparing", 11], ["cutting", 11], ["encoding", 11],
    ]  # fmt: skip
    assert 11 in bodies(lines, "step")
    assert lines[-1][0] == "report"


def test_the_index_is_made_anew_from_the_library(home: Path) -> None:
    update(home, STORIES)
    lines = told(home, (), replace=True, encoder=no_encoder)
    assert bodies(lines, "report") == [{"removed": 0, "passages": 11}]
    assert indexed(home) == texts(*STORIES)


def test_another_build_is_waited_for(home: Path) -> None:
    release, held = threading.Event(), threading.Event()

    def other() -> None:
        with build_lock(home):
            held.set()
            release.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(30)
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            release.set()
            thread.join()

    lines = told(home, STORIES[:1], sleep=sleep)
    assert len(naps) == 3
    assert "is being built by process" in bodies(lines, "waiting")[0]
    assert outcomes(lines) == {STORIES[0].id: "added"}


def test_patience_ends(home: Path) -> None:
    with build_lock(home), pytest.raises(BuildLocked):
        told(home, STORIES[:1], patience=-1.0)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatelineError, match="file/home cannot be written"):
        told(tmp_path / "file" / "home", STORIES[:1])


def test_lines_that_are_no_articles_are_refused() -> None:
    lines = [
        write_line("article", article_to_json(STORIES[0])),
        b"nonsense\n",
        b'article\t{"id": 5}\n',
        b"article\t[\n",
    ]
    found: Iterator[Article | BadArticle] = received(io.BytesIO(b"".join(lines)))
    refused = BadArticle("a line from the reader", "not an article")
    assert list(found) == [STORIES[0], refused, refused, refused]
