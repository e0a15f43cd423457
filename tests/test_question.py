"""What a question names and wants: outlets, days, and the words that count."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Question
from bot.question import named_outlets, understand
from bot.wording import STOP_WORDS, Wanted, fits, stem, stems, wanted, words

OUTLETS = (
    "BBC|The Week|USA Today|cnn.com|The New York Times|Le Monde|The Times|The Guardian|www.ft.com|Fox News|Reuters"
    "|Associated Press|Time|France 24|abc.net.au|The Washington Post|taz|"
).split("|")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("What did the BBC say about Ukraine?", "BBC"),
        ("What did BBC News say?", "BBC"),
        ("Did the BBC report it?", "BBC"),
        ("what did bbc.co.uk say", "BBC"),
        ("What did the BBC's John Smith write?", "BBC"),
        ("according to BBC’s report", "BBC"),
        ("According to CNN, who won?", "cnn.com"),
        ("according to https://edition.cnn.com/politics", "cnn.com"),
        ("CNN's story on Biden", "cnn.com"),
        ("What was in The Week?", "The Week"),
        ("what did theweek.co.uk say", "The Week"),
        ("Who won, according to theweek.co.uk?", "The Week"),
        ("What did “The Week” write?", "The Week"),
        ("What did 'The Week' write?", "The Week"),
        ("What did USA Today report about it?", "USA Today"),
        ("according to usatoday.com.", "USA Today"),
        ("In The New York Times, who wrote it?", "The New York Times"),
        ("What does nytimes.com report?", "The New York Times"),
        ("What did the New York Times reporter say?", "The New York Times"),
        ("What did The Times say?", "The Times"),
        ("in Le Monde", "Le Monde"),
        ("According to the FT", "www.ft.com"),
        ("as reported by Reuters", "Reuters"),
        ("Reuters reports that who won?", "Reuters"),
        ("Has AP reported it?", "Associated Press"),
        ("What did France 24 say?", "France 24"),
        ("what did abc.net.au say", "abc.net.au"),
        ("who fled from London by Reuters", "Reuters"),
        ("from The Guardian and CNN", "The Guardian|cnn.com"),
        ("What did the Washington Post and the Guardian say?", "The Washington Post|The Guardian"),
    ],
)
def test_outlets_named(text: str, named: str) -> None:
    assert named_outlets(text, OUTLETS) == tuple(named.split("|"))


@pytest.mark.parametrize(
    "text",
    [
        "What happened in the week?",
        "What happened in the week after The Hague ruled?",
        "How many times did he say it?",
        "what did the times say",
        "on time, by the guardian of the flame",
        "What happened in the USA today?",
        "What did the Daily Mail say?",
        "Who owns Fox News?",
        "What is CNN?",
        "What did Theresa say?",
        "According to taz",
        "in the net and in net",
        "",
    ],
)
def test_no_outlet_named(text: str) -> None:
    assert named_outlets(text, OUTLETS) == ()


def test_every_spelling_of_an_outlet_is_found() -> None:
    known = ["CNN", "cnn.com", "www.cnn.com", "edition.cnn.com", "CNN News", "Fox"]
    assert named_outlets("according to CNN", known) == tuple(known[:5])


def test_understand() -> None:
    meaning = understand(Question(" What did\nthe BBC  say on 3 March? ", date(2022, 6, 15)), OUTLETS)
    assert meaning.text == "What did the BBC say on 3 March?"
    assert meaning.window == (date(2022, 3, 3), date(2022, 3, 5))
    assert meaning.outlets == ("BBC",)
    assert meaning.wanted is Wanted.OTHER


CUES = st.sampled_from(
    "did|say|according to|in|from|The|Week|BBC|bbc.co.uk|and|'s|’|“|.|who|May 3|www.|https://|/".split("|")
)
TEXT = st.lists(CUES | st.text(max_size=6), max_size=10).map(" ".join)


@given(TEXT, st.lists(st.text(max_size=12) | CUES, max_size=4))
def test_any_question_is_understood(text: str, outlets: list[str]) -> None:
    meaning = understand(Question(text, date(2022, 6, 15)), outlets)
    assert set(meaning.outlets) <= set(outlets)
    for kind in Wanted:
        assert fits(text, kind) in (True, False)


def test_a_very_long_question() -> None:
    text = "did " * 2_000 + "in The Week since 3 May " * 500 + "x" * 50_000
    assert named_outlets(text, OUTLETS) == ("The Week",)
    assert understand(Question(text, date(2022, 6, 15)), OUTLETS).window is None


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who won?", Wanted.PERSON),
        ("Whose seat is she filling?", Wanted.PERSON),
        ("How many died?", Wanted.NUMBER),
        ("What percentage voted?", Wanted.NUMBER),
        ("When did he leave?", Wanted.TIME),
        ("What year did it open?", Wanted.TIME),
        ("Where was it?", Wanted.PLACE),
        ("Which European country left?", Wanted.PLACE),
        ("Why did he leave?", Wanted.REASON),
        ("What caused the fire?", Wanted.REASON),
        ("What did he say?", Wanted.OTHER),
        ("Who said when it began?", Wanted.PERSON),
        ("When did the man who won leave?", Wanted.TIME),
        ("The whole nowhere show", Wanted.OTHER),
    ],
)
def test_wanted(question: str, kind: Wanted) -> None:
    assert wanted(question) is kind


@pytest.mark.parametrize(
    ("answer", "kind", "fit"),
    [
        ("4.5 million", Wanted.NUMBER, True),
        ("half of them", Wanted.NUMBER, True),
        ("the mayor", Wanted.NUMBER, False),
        ("on Monday", Wanted.TIME, True),
        ("the harbour", Wanted.TIME, False),
        ("Ada Brown", Wanted.PERSON, True),
        ("the bridge", Wanted.PERSON, False),
        ("anything", Wanted.OTHER, True),
        ("anything", Wanted.PLACE, True),
    ],
)
def test_words_of_the_kind_asked_for(answer: str, kind: Wanted, fit: bool) -> None:
    assert fits(answer, kind) is fit


def test_words() -> None:
    found = words("Ministers of the U.S. weren't told: McDonald’s pays 4.5 euros.")
    assert [word.text for word in found] == ["Ministers", "U.S", "weren't", "McDonald’s", "pays", "4.5", "euros"]
    assert [word.text for word in found if word.is_name] == ["U.S", "McDonald’s", "4.5"]
    assert words("NATO met")[0].is_name
    assert stems("The minister's plans") == stems("MINISTERS planned")


@given(st.text(max_size=60))
def test_stems_are_of_content_words(text: str) -> None:
    found = words(text)
    assert stems(text) == {stem(word.text) for word in found}
    assert all(word.text in text and word.text.lower() not in STOP_WORDS for word in found)
