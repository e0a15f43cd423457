"""Figures that differ are each shown with what they count; a lone figure among other numbers stays an answer."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Claim, Question, Status
from bot.clauses import clause
from bot.counts import differing
from bot.desk import Desk
from bot.numbers import numbers
from bot.question import understand
from bot.reader import Reading
from bot.render import console, show_answer
from bot.settings import Settings
from bot.telegram.render import answer_html
from bot.thing import family, thing_of
from index.articles import Article
from tests.scripted import answered

KILLED = "How many people were killed?"


def reading(text: str, words: str, chance: float = 0.5, day: date | None = None, margin: float = 0.0) -> Reading:
    """A sentence that is an article of its own."""
    url = f"https://example.org/{len(text)}-{day}"
    made = Article(url, url, "Clashes in Syria", "Herald", (), day, text)
    at = text.index(words)
    return Reading(made, 0, len(text), chance, (at, at + len(words)), margin)


def said(question: str, *readings: Reading, caution: float = 0.35) -> list[tuple[str, str]]:
    meaning = understand(Question(question, date(2024, 6, 1)), ())
    return [(claim.answer, claim.text) for claim in differing(readings, meaning, caution)]


MONDAY = reading("At least 53 people were killed on Monday, police said.", "53", 0.6, date(2024, 5, 6))
TUESDAY = reading("The shelling killed 60 people.", "60", 0.2, date(2024, 5, 7))
UNDATED = reading("Seventy people died in all.", "Seventy", 0.1)


def test_each_figure_is_shown_the_newest_first_and_the_undated_last() -> None:
    assert said(KILLED, MONDAY, UNDATED, TUESDAY) == [
        ("60", "The shelling killed 60 people"),
        ("53", "At least 53 people were killed on Monday"),
        ("Seventy", "Seventy people died in all"),
    ]


def test_figures_that_agree_are_no_conflict() -> None:
    same = reading("Officials put the number of dead at 53.", "53", 0.3, date(2024, 5, 8))
    more = reading("More than 50 people were killed.", "50", 0.3, date(2024, 5, 8))
    assert said(KILLED, MONDAY, same, more) == []
    with_other = differing([MONDAY, same, TUESDAY], understand(Question(KILLED, date(2024, 6, 1)), ()), 0.35)
    assert [len(claim.citations) for claim in with_other] == [2, 1]


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        (KILLED, "The blast wounded 30 people.", "30"),
        (KILLED, "He was one of 12 soldiers who were killed.", "12"),
        (KILLED, "Killings went on in the 10-month-old uprising.", "10-month-old"),
        (KILLED, "People were killed on 12 May.", "12"),
        ("How many people were killed on Monday?", "The shelling killed 60 people.", "60"),
        ("How many people were killed in Homs?", "The shelling of Aleppo killed 60 people.", "60"),
    ],
)
def test_a_number_of_something_else_is_no_second_figure(question: str, text: str, words: str) -> None:
    first = replace(MONDAY, article=replace(MONDAY.article, title="Homs"))
    assert said(question, first, reading(text, words, 0.2)) == []


def test_what_the_reader_gives_no_chance_is_no_figure() -> None:
    assert said(KILLED, MONDAY, replace(TUESDAY, margin=-9.0)) == []


def test_a_lone_answer_among_unrelated_numbers_stays_one() -> None:
    signed = reading("The treaty was signed by 40 countries.", "40", 0.6)
    other = reading("It has 12 articles, and took 9 years.", "12", 0.3)
    assert said("How many countries signed the treaty?", signed, other) == []


def test_figures_are_said_when_any_of_them_is_sure_enough_and_not_below() -> None:
    pair = replace(MONDAY, probability=0.3), replace(TUESDAY, probability=0.2)
    assert said(KILLED, *pair, caution=0.4)
    assert not said(KILLED, *pair, caution=0.5)


def test_amounts_of_money_differ() -> None:
    old = reading("Repairs of the bridge cost 4 million euros.", "4 million euros", 0.6, date(2019, 1, 1))
    new = reading("Repairs of the bridge cost 9 million euros.", "9 million euros", 0.5, date(2024, 1, 1))
    share = reading("Repairs of the bridge cost 30% more.", "30%", 0.5, date(2024, 1, 1))
    found = said("How much do repairs of the bridge cost?", old, new, share)
    assert [answer for answer, _ in found] == ["9 million euros", "4 million euros"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("5,400", "5400", True),
        ("five", "5", True),
        ("4.5 million", "4,512,000", True),
        ("more than 50", "53", True),
        ("more than 50", "80", False),
        ("at least 53", "60", False),
        ("$5", "5%", False),
        ("$5", "£5", False),
        ("80", "83", False),
    ],
)
def test_the_same_figure_said_more_and_less_exactly(one: str, other: str, same: bool) -> None:
    (first,), (second,) = numbers(one), numbers(other)
    assert first.agrees(second) is same is second.agrees(first)


PARTS = ["killed ", "53", ", ", "35 of them", " – ", "people", " on Monday", "(", ".", "1,2", "é"]


@given(st.lists(st.sampled_from(PARTS)))
def test_a_clause_is_within_its_sentence_and_holds_its_number(parts: list[str]) -> None:
    sentence = "".join(parts)
    for number in numbers(sentence):
        start, end = clause(sentence, number)
        assert 0 <= start <= number.start < number.end <= end <= len(sentence)


def test_the_owners_article_gives_three_counts_with_their_own_quotes(demo_home: Path) -> None:
    desk = Desk.open(Settings(home=demo_home))
    try:
        answer = desk.ask(KILLED)
        sunday = desk.ask("How many people were reportedly killed on Sunday?")
        civilians = desk.ask("How many civilians were killed?")
    finally:
        desk.close()
    assert answer.status is Status.CONFLICTING
    told = {claim.answer: (claim.text, claim.citations[0].quote) for claim in answer.claims}
    assert set(told) == {"53", "80", "5,400"}
    assert "53 people, 35 of them civilians" in told["53"][0]
    assert told["80"][0] == "On Sunday, 80 people were reportedly killed"
    assert "at the start of January already added up to 5,400 killings" in told["5,400"][0]
    assert all(text in quote for text, quote in told.values())
    assert [(one.status, one.claims[0].answer) for one in (sunday, civilians)] == [
        (Status.ANSWERED, "80"),
        (Status.ANSWERED, "35"),
    ]


def test_figures_side_by_side(golden: Callable[[str, str], None]) -> None:
    meaning = understand(Question(KILLED, date(2024, 6, 1)), ())
    claims: list[Claim] = differing([MONDAY, TUESDAY, UNDATED], meaning, 0.35)
    answer = replace(answered(*claims, question=KILLED), status=Status.CONFLICTING)
    out = io.StringIO()
    show_answer(console(out), answer)
    golden("conflicting_piped.txt", out.getvalue())
    golden("telegram_conflicting.html", answer_html(answer, date(2024, 6, 7)) + "\n")


def test_of_them_asks_for_a_part_and_a_conversations_topic_is_not_counted() -> None:
    asked = thing_of("How many of them were civilians (people, killed, Syria)?")
    assert asked is not None
    assert (asked.nouns, asked.predicates, asked.names) == (family("civilians"), frozenset(), ())
    assert thing_of("How many of them were killed?") == thing_of("How many people were killed?")
