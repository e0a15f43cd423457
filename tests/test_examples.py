"""Example questions: sensible sentences made of an article's own, and answered by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Status
from bot.desk import Desk
from bot.example_questions import questions
from bot.examples import Examples, tries
from bot.settings import Settings
from index.articles import Article
from tests.scripted import BRIDGE


def of(text: str) -> list[str]:
    return [example.text for example in questions(replace(BRIDGE, text=text))]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("The Seine will be open to swimmers from July.", "When will the Seine be open to swimmers?"),
        ("The ferry to Skye was cancelled because of high winds.", "Why was the ferry to Skye cancelled?"),
        ("The new bridge will cost 9 million.", "What will the new bridge cost?"),
        ("The old bridge was built in 1911.", "When was the old bridge built?"),
        ("Some 30 houses were damaged by the flood.", "How many houses were damaged?"),
        ("The city has approved the plan.", "What did the city approve?"),
        ("Ada Brown said that the new library opens in autumn.", "Who said that the new library opens in autumn?"),
        ("Ada Brown, the mayor of Elmsford, thanked them all.", "Who is Ada Brown?"),
        ("Rain fell, Ada Brown said.", "What did Ada Brown say?"),
        ("“It rains,” said Ada Brown.", "What did Ada Brown say?"),
        ("Later the United Nations said so.", "What did the United Nations say?"),
    ],
)
def test_what_a_sentence_is_asked_for(text: str, made: str) -> None:
    assert made in of(text)


@pytest.mark.parametrize(
    "text",
    [
        "He said that the bridge opens.",
        "It will cost 9 million.",
        "They were killed because of it.",
        "Ada Brown said that she opens it.",
        "On Monday, the bridge fell.",
        "Amanda, a cat that likes milk, slept.",
        "",
    ],
)
def test_what_would_be_no_sense_is_not_asked(text: str) -> None:
    assert [question for question in of(text) if question != "What did Ada Brown say?"] == []


@given(st.text())
def test_any_text_gives_short_questions_on_its_own_sentences(text: str) -> None:
    for example in questions(replace(BRIDGE, text=text)):
        assert example.text.endswith("?")
        assert len(example.text) <= 110
        assert 0 <= example.start < example.end <= len(text)


def test_articles_take_turns() -> None:
    one, other = (
        Article(n, "", "", "", (), date(2024, 1, 1), f"{n} Brown said. {n} Lee said.") for n in ("Ada", "Bea")
    )
    first = [(example.article.id, once) for example, once in tries([one, other])][:4]
    assert first == [("Ada", True), ("Bea", True), ("Ada", True), ("Bea", True)]


def test_three_are_found_kept_and_answered(demo_home: Path) -> None:
    desk = Desk.open(Settings(home=demo_home))
    runs = 0

    async def run(work):  # type: ignore[no-untyped-def]
        nonlocal runs
        runs += 1
        return await asyncio.to_thread(work)

    async def find() -> list[str]:
        examples = Examples(desk, run)
        await asyncio.gather(examples.refresh(), examples.refresh())
        found, asked = list(examples.found), runs
        await examples.refresh()
        assert runs == asked
        return found

    try:
        found = asyncio.run(find())
        assert len(set(found)) == 3
        answers = [desk.ask(question) for question in found]
        assert {answer.status for answer in answers} == {Status.ANSWERED}
        assert len({answer.claims[0].answer for answer in answers}) == 3
    finally:
        desk.close()


def test_without_an_index_there_are_none(home: Path) -> None:
    desk = Desk.open(Settings(home=home))

    async def find() -> list[str]:
        examples = Examples(desk, asyncio.to_thread)
        await examples.refresh()
        return examples.found

    assert asyncio.run(find()) == []
    desk.close()
