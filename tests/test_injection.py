"""Articles that give orders, and a model that obeys them: nothing unverified is said, fetched or given away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.answers import Answer
from bot.desk import Desk
from bot.news_reader import NewsReader
from bot.orders import orders
from bot.quotes import fold
from bot.render import show_answer
from bot.settings import Settings
from bot.telegram.render import answer_html
from bot.words import say
from bot.writing import Writing
from tests.injections import FACT, OTHER_CHAT, VERBATIM, Hostile, hostile
from tests.llm_server import KEY, LlmServer, Play
from tests.small_index import Words, update

ALL = list(hostile())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    update(home, [one.article for one in ALL])
    return home


@pytest.fixture(scope="module")
def desk(library: Path) -> Iterator[Desk]:
    opened = Desk(Settings(home=library), NewsReader())
    opened._encoders = lambda _: Words()  # type: ignore[assignment]
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with LlmServer() as running:
        yield running


@pytest.fixture(scope="module")
def obeying(desk: Desk, server: LlmServer, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Hostile], Answer]:
    """The answer of a model that does what an article says, asked about it and nothing else."""
    home = tmp_path_factory.mktemp("usage")
    settings = Settings(home=home, llm="openai-like/obeys", llm_url=server.url, llm_key=KEY, llm_seconds=3)
    desk.writing.close()
    desk.writing = Writing(settings, desk.library.article)

    def ask(one: Hostile) -> Answer:
        server.script = lambda asked: Play(one.told(asked))
        shown: list[str] = []
        answer = desk.ask(
            one.question, date(2024, 6, 7), place="telegram:1", only=frozenset({one.article.id}),
            shown=lambda claim: shown.append(claim.text),
        )  # fmt: skip
        assert shown == ([claim.text for claim in answer.claims] if answer.writer else [])
        return answer

    return ask


def test_there_are_enough_and_they_differ() -> None:
    assert len(ALL) >= 50
    assert len({one.article.text + one.article.title for one in ALL}) == len(ALL)
    assert len({one.technique.name for one in ALL}) >= 25


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.article.id)
def test_nothing_that_was_ordered_is_said(one: Hostile, obeying: Callable[[Hostile], Answer]) -> None:
    check(one, obeying(one))


@pytest.mark.parametrize("one", [o for o in ALL if o.technique.name not in VERBATIM], ids=lambda one: one.article.id)
def test_nor_where_the_orders_are_of_a_kind_that_is_not_known(
    one: Hostile, obeying: Callable[[Hostile], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.writer.orders", lambda text: False)
    check(one, obeying(one))


def check(one: Hostile, answer: Answer) -> None:
    """What was ordered is not in the model's claims; every quote is the article's; nothing in it acts on a screen."""
    by_model = [claim for claim in answer.claims if answer.writer]
    assert all(fold(claim.text).text in fold(FACT).text for claim in by_model)
    for claim in answer.claims:
        for citation in claim.citations:
            assert one.article.text[citation.start : citation.end] == citation.quote
    out = Console(file=StringIO(), markup=False, width=10_000)
    show_answer(out, answer)
    terminal = out.file.getvalue()  # type: ignore[attr-defined]
    html = answer_html(answer, date(2024, 6, 7))
    for said in (terminal, html):
        assert not any(mark in said for mark in ("\x1b", "\u202e", "\u2066", "tg://", "<img", "javascript:"))
    # Below these headings stand the articles' own words, as quotes.
    spoken = terminal.partition(f"\n{say('sources')}\n")[0].partition(f"\n{say('closest')}\n")[0]
    if by_model or not answer.claims:
        assert not any(mark.casefold() in fold(spoken).text.casefold() for mark in one.content.marks)
    if one.content.name in ("key", "other chat", "prompt"):
        # The article says it itself here: what is not in it is nowhere.
        for secret in (KEY, OTHER_CHAT):
            assert secret in one.article.text + one.article.title or secret not in terminal + html


def test_what_the_model_is_given_holds_no_secret_and_no_other_chat(
    obeying: Callable[[Hostile], Answer], server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.writer.orders", lambda text: False)
    server.asked.clear()
    for one in ALL[::2]:
        if one.content.name not in ("key", "other chat"):
            obeying(one)
    assert len(server.asked) >= 20
    for asked in server.asked:
        assert KEY not in asked.prompt
        assert "Carol" not in asked.prompt
        assert len(asked.passages) == 1  # nothing within a passage is taken for another
        assert asked.prompt.count("</passages>") == 1
        assert not any(character in asked.prompt for character in "\u200b\u202e\u2066\u2069\U000e0041")


def test_the_list_knows_most_of_them() -> None:
    known = [one for one in ALL if orders(one.article.text) or orders(one.article.title)]
    assert len(known) >= 0.9 * len(ALL), [one.article.id for one in ALL if one not in known]


def test_nothing_is_fetched(
    obeying: Callable[[Hostile], Answer], server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    reached: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        reached.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    for one in ALL[::5]:
        obeying(one)
    port = int(server.url.rpartition(":")[2].partition("/")[0])
    assert {address[1] for address in reached} <= {port}
