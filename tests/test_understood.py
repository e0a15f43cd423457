"""What code recognises in a question and what is said of it: as of when, whose articles, which days, about whom."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answers import NOTHING, Question, Understood
from bot.as_of import as_of
from bot.people import authors_named, persons_named
from bot.question import understand
from bot.understood import days_words, limits_words, not_found_words, understood_words

ASKED = date(2024, 6, 12)  # a Wednesday
MAY = (date(2024, 5, 1), date(2024, 5, 7))


@pytest.mark.parametrize(
    ("text", "rest", "day"),
    [
        ("Who leads, as of 3 March?", "Who leads?", "2024-03-03"),
        ("As of 3 March, who leads?", "who leads?", "2024-03-03"),
        ("as of March 3, 2023 who leads", "who leads", "2023-03-03"),
        ("Who leads (as of 2024-03-03)?", "Who leads?", "2024-03-03"),
        ("Who led, as of 3 March, the party?", "Who led the party?", "2024-03-03"),
        ("Who leads as known on 2024-03-03?", "Who leads?", "2024-03-03"),
        ("Who leads as known last Friday?", "Who leads?", "2024-06-07"),
        ("Who leads as it was known in May?", "Who leads?", "2024-05-31"),
        ("Who leads as at 1 June?", "Who leads?", "2024-06-01"),
        ("Who leads as of last Friday?", "Who leads?", "2024-06-07"),
        ("Who leads as of Friday?", "Who leads?", "2024-06-07"),
        ("Who leads as of yesterday?", "Who leads?", "2024-06-11"),
        ("Who leads as of two weeks ago?", "Who leads?", "2024-05-31"),
        ("Who leads as of 2023?", "Who leads?", "2023-12-31"),
        ("Who leads as of June?", "Who leads?", "2024-06-12"),
        ("Who leads as of 25 December?", "Who leads?", "2023-12-25"),
        ("Who leads as of 3 March 2025?", "Who leads?", "2024-06-12"),
    ],
)
def test_as_of_a_day(text: str, rest: str, day: str) -> None:
    assert as_of(text, ASKED) == (rest, date.fromisoformat(day))


@pytest.mark.parametrize(
    "text",
    "as of now|How many as of this week?|as of the vote|as of|He was as at home in May|as of 31 February|was of 3 March"
    "|What is known on 3 March?|gas of 3 March".split("|"),
)
def test_what_is_no_day_stays(text: str) -> None:
    assert as_of(text, ASKED) == (text, None)


WORDS = st.sampled_from(
    "as of known on at in 3 March May 2024 2023-03-03 , ? ( ) last Friday yesterday Who leads the party two weeks ago "
    "as of 3 March".split(" ")
)


@given(st.lists(WORDS | st.text(max_size=5), max_size=10).map(" ".join), st.dates())
@example("as of 2023", date.min)
def test_no_word_is_lost_but_the_phrase(text: str, asked_on: date) -> None:
    rest, day = as_of(text, asked_on)
    assert (rest == text) if day is None else day <= asked_on
    had, has = ("".join(filter(str.isalnum, some)) for some in (text, rest))
    at = next((n for n in range(len(has) + 1) if had.startswith(has[:n]) and had.endswith(has[n:])), None)
    assert at is not None
    assert day is None or had[at : len(had) - len(has) + at].lower().startswith("as")


def test_as_of_is_the_day_that_everything_else_is_seen_from() -> None:
    meaning = understand(Question("What happened yesterday, as of 3 March?", ASKED), ())
    assert meaning.text == "What happened yesterday?"
    assert meaning.window == (date(2024, 3, 2), date(2024, 3, 3))
    assert meaning.understood == Understood(window=(date(2024, 3, 2), date(2024, 3, 2)), as_of=date(2024, 3, 3))


AUTHORS = ("Jane Doe", "By A. B. Writer", "Doe", "Hassan al-Masri", "Cher")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("What did Jane Doe write about the bridge?", ["Jane Doe"]),
        ("what did jane doe report on", ["Jane Doe"]),
        ("articles by Jane Doe about the bridge", ["Jane Doe"]),
        ("Any stories by A. B. Writer?", ["By A. B. Writer"]),
        ("Has Hassan al-Masri written about Cairo?", ["Hassan al-Masri"]),
        ("What did Jane Doe say?", []),
        ("What did Doe write?", []),
        ("What did Jane Doerr write?", []),
        ("What did Cher write?", []),
        ("Who is Jane Doe?", []),
        ("a bridge by Jane Doe", []),
    ],
)
def test_whose_articles_are_asked_for(text: str, named: list[str]) -> None:
    assert list(authors_named(text, AUTHORS)) == named


PASSAGES = (
    "US Secretary of State Hillary Clinton said so. Mrs Clinton left. President Bashar al-Assad stayed.",
    "Ann Lee, 43, lives in New York. The United Nations met. Mayor Ada Brown spoke at Park Road.",
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("What did Hillary Clinton say?", ["Hillary Clinton"]),
        ("What did Clinton say?", ["Clinton"]),
        ("What did President Bashar al-Assad do?", ["Bashar al-Assad"]),
        ("Where does Ann Lee live?", ["Ann Lee"]),
        ("Did Ada Brown meet Ann Lee?", ["Ada Brown", "Ann Lee"]),
        ("What is Ada Brown's plan?", ["Ada Brown"]),
        ("What did the United Nations say?", []),
        ("What happened in New York?", []),
        ("Who met at Park Road?", []),
        ("what did clinton say", []),
    ],
)
def test_who_a_question_is_about(text: str, named: list[str]) -> None:
    assert list(persons_named(text, PASSAGES)) == named


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("What did the BBC say?", True),
        ("According to Metro, who won?", True),
        ("a report by Metro on the fire", True),
        ("What was in Metro?", False),
        ("Who was arrested by Metro police?", False),
        ("According to Metro Manila, who won?", False),
    ],
)
def test_an_outlet_limits_the_search_where_it_is_who_tells(text: str, only: bool) -> None:
    seen = understand(Question(text, ASKED), ("BBC", "Metro")).understood
    assert seen.outlets
    assert seen.only is only


def test_the_latest_is_wanted_newest_first_unless_days_are_named() -> None:
    assert understand(Question("What is the latest on the strike?", ASKED), ()).understood.newest
    assert understand(Question("Latest news of the strike", ASKED), ()).understood.newest
    assert not understand(Question("What was the latest in May?", ASKED), ()).understood.newest
    assert not understand(Question("Who was latest to leave?", ASKED), ()).understood.newest


def test_days_before_all_news_are_no_window() -> None:
    asked = Question("Where did they march in 1903?", ASKED)
    assert understand(asked, ()).window is not None
    assert understand(asked, (), oldest=date(2010, 1, 1)).window is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("According to the BBC, who won?", "who won?"),
        ("Who won, according to BBC?", "Who won?"),
        ("Who won, according to the BBC, the cup?", "Who won the cup?"),
        ("Who won, according to the mayor?", "Who won, according to the mayor?"),
        ("According to the BBC?", "According to the BBC?"),
    ],
)
def test_whole_asks_what_the_outlet_was_asked(text: str, rest: str) -> None:
    assert understand(Question(text, ASKED), ("BBC",), whole=True).text == rest


def test_whole_keeps_nothing_but_the_day() -> None:
    meaning = understand(Question("What did the BBC say in May, as of 3 June?", ASKED), ("BBC",), whole=True)
    assert (meaning.text, meaning.window, meaning.outlets) == ("What did the BBC say in May?", None, ())
    assert meaning.understood == Understood(as_of=date(2024, 6, 3))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2024-05-03", "2024-05-03", "3 May 2024"),
        ("2024-05-01", "2024-05-07", "1–7 May 2024"),
        ("2024-04-30", "2024-05-02", "30 Apr – 2 May 2024"),
        ("2023-12-30", "2024-01-02", "30 Dec 2023 – 2 Jan 2024"),
        ("2024-05-01", "2024-05-31", "May 2024"),
        ("2024-02-01", "2024-02-29", "Feb 2024"),
        ("2023-12-01", "2023-12-31", "Dec 2023"),
        ("2024-06-01", "2024-06-30", "Jun 2024"),
        ("2023-01-01", "2023-12-31", "2023"),
        ("2024-06-10", "2024-06-12", "since 10 Jun 2024"),
        ("2024-06-12", "2024-06-12", "12 Jun 2024"),
        ("0001-01-01", "2024-03-03", "up to 3 Mar 2024"),
    ],
)
def test_days_in_words(first: str, last: str, words: str) -> None:
    assert days_words(date.fromisoformat(first), date.fromisoformat(last), ASKED) == words


@given(st.dates(), st.dates(), st.dates())
def test_any_days_are_said_on_one_short_line(one: date, other: date, asked_on: date) -> None:
    words = days_words(min(one, other), max(one, other), asked_on)
    assert 0 < len(words) <= 30
    assert str(max(one, other).year) in words or words.startswith("since")


def test_what_was_understood_in_words() -> None:
    seen = Understood(("bbc.co.uk", "BBC", "CNN"), True, ("Jane Doe",), MAY, persons=("Ada Brown",), as_of=ASKED)
    limits = "bbc.co.uk, CNN, by Jane Doe, 1–7 May 2024"
    assert limits_words(seen, ASKED) == limits
    assert understood_words(seen, ASKED) == f"{limits}, Ada Brown, as of 12 Jun 2024"
    assert understood_words(seen, ASKED, dated=False) == f"{limits}, Ada Brown"
    assert understood_words(Understood(("Out\x1blet\n",)), ASKED) == "Out␛let"
    assert understood_words(NOTHING, ASKED) == ""


def test_an_answer_that_was_not_found_says_where_it_was_looked_for() -> None:
    assert "only BBC, 1–7 May 2024," in not_found_words(Understood(("BBC",), True, window=MAY), ASKED)
    assert "1–7 May 2024 first" in not_found_words(Understood(window=MAY), ASKED)
    assert "nothing in my articles answers it. That" in not_found_words(Understood(persons=("Ada",)), ASKED)
