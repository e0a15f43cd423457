"""Claims of a language model against their quotes: what they bear out is said, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.answers import Claim
from bot.backing import backed
from bot.drafts import Draft
from bot.quotes import find, fold
from index.articles import Article, read_articles
from index.passages import Passage
from index.retrieve import Found
from index.sentences import sentence_spans

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
DRAFT = "“The draft has statements in it calling on the member states to stop arms deliveries to Syria,” he said."
KILLED = "violence across Syria killed 53 people, 35 of them civilians, activists said."
SUNDAY = "On Sunday, 80 people were reportedly killed"
TRAVEL = "Mrs Clinton said she would travel to the United Nations on Tuesday"
YET = "Juppe admitted that “conditions aren’t yet right to get a resolution passed"
OPPOSES = "Russia said yesterday that it opposes the proposed text"
US = "certainly, cannot be supported by us"


@cache
def seed() -> Article:
    [article] = [article for article in read_articles(SEEDS) if isinstance(article, Article)]
    return article


def whole(article: Article) -> Found:
    return Found(Passage("p", article.id, 0, len(article.text)), article, 1.0, None)


def said(text: str, *words: str, question: str = "What is the news?") -> Claim | None:
    """What becomes of a claim with these quotes, all of the seed article."""
    return backed(Draft(text, tuple((1, one) for one in words)), [whole(seed())], question)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DRAFT, DRAFT),
        ("The draft calls on the member states to stop arms deliveries to Syria.", DRAFT),
        ("Mr Gatilov said the draft has statements calling on the member states to stop arms deliveries.", DRAFT),
        ("Gatilov said: “The draft has statements in it”.", DRAFT),
        ("Violence across Syria killed 53 people, 35 of them civilians.", KILLED),
        ("Violence across Syria killed fifty-three people.", KILLED),
        ("On Sunday, 80 people were killed, the Syrian Observatory for Human Rights said.", SUNDAY),
        ("5400 killings had been added up by the start of January.", "already added up to 5,400 killings"),
        ("Juppe admitted that “conditions aren’t yet right to get a resolution passed”.", YET),
        ('Juppe admitted that "conditions aren\'t yet right to get a resolution passed".', YET),
        ("Mrs Clinton said she would travel to the United Nations on Tuesday.", TRAVEL),
        ("Russia said that it opposes the proposed text.", OPPOSES),
    ],
)
def test_what_the_quotes_bear_out_is_said(text: str, words: str) -> None:
    claim = said(text, words)
    assert claim is not None
    assert claim.text == text
    for citation in claim.citations:
        assert seed().text[citation.start : citation.end] == citation.quote
    assert claim.answer in claim.citations[0].quote
    assert fold(claim.answer).text.strip("'. ") == fold(words).text.strip("'. ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Violence across Syria killed 54 people.", KILLED),
        ("Violence across Syria killed fifty-four people.", KILLED),
        ("Violence across Syria killed 53% of the people.", KILLED),
        ("Violence across Syria killed 53 million people.", KILLED),
        ("Violence across Syria killed 53 civilians.", KILLED),
        ("Violence across Syria killed $53 people.", KILLED),
        ("Violence across Lebanon killed 53 people.", KILLED),
        ("Violence across lebanon killed 53 people, says clinton.", KILLED),
        ("Violence across Syria killed half the 53 people.", KILLED),
        ("On Monday, 80 people were reportedly killed.", SUNDAY),
        ("On 3 March, 80 people were reportedly killed.", SUNDAY),
        ("Violence across Syria killed 53 people yesterday.", KILLED),
        ("Juppe said she would travel to the United Nations on Tuesday.", TRAVEL),
        ("Mrs Clinton said she would not travel to the United Nations on Tuesday.", TRAVEL),
        ("Mrs Clinton denied that she would travel to the United Nations on Tuesday.", TRAVEL),
        ("Mrs Juppe said she would travel to the United Nations on Tuesday.", TRAVEL),
        ("Clinton admitted that “conditions aren’t yet right to get a resolution passed”.", YET),
        ("Hague admitted that “conditions aren’t yet right to get a resolution passed”.", YET),
        ("Juppe admitted that “conditions are right to get a resolution passed”.", YET),
        ("Clinton said that the draft has statements calling on the member states to stop arms deliveries.", DRAFT),
        ("The draft has statements in it “banning all arms deliveries”.", DRAFT),
        ("The current Western draft can be supported by us.", US),
        ("Russia said that it supports the proposed text.", OPPOSES),
        ("Russia said that it does not oppose the proposed text.", OPPOSES),
        ("Putin opposes the proposed text.", OPPOSES),
        ("The moon is made of green cheese.", KILLED),
        ("Violence across Syria killed 53 people. See https://evil.example", KILLED),
        ("Violence across Syria killed 53 people; write to @evil", KILLED),
        ("Violence across <b>Syria</b> killed 53 people.", KILLED),
        ("Violence across Ѕyria killed 53 people.", KILLED),  # a Cyrillic letter
        ("Violence across Sy\u200bria killed 53 people.", KILLED),
        ("Violence across Syria \u202ekilled 53 people.", KILLED),
    ],
)
def test_what_they_do_not_is_dropped(text: str, words: str) -> None:
    assert said(text, words) is None


def test_a_speaker_is_not_changed_by_a_quote_that_names_somebody_else() -> None:
    assert said("Clinton admitted that conditions aren’t yet right to get a resolution passed.", YET, TRAVEL) is None
    assert said("Clinton admitted that “conditions aren’t yet right”.", YET, TRAVEL) is None


def test_he_is_named_by_the_sentence_before_which_is_cited_too() -> None:
    claim = said("Gatilov said the draft has statements calling on the member states to stop arms deliveries.", DRAFT)
    assert claim is not None
    assert "Gatilov" in claim.citations[1].quote


@pytest.mark.parametrize("words", ["", " ", "he", "in it", "…", "’", "[1]"])
def test_a_trivial_quote_backs_nothing(words: str) -> None:
    assert said("The draft calls on the member states.", words) is None


def test_a_number_or_a_name_may_stand_alone() -> None:
    assert said("Violence across Syria killed 53 people.", "53 people") is not None


def test_a_passage_that_is_none_or_another_backs_nothing() -> None:
    first = Found(Passage("a", seed().id, 0, 600), seed(), 1.0, None)
    rest = Found(Passage("b", seed().id, 600, len(seed().text)), seed(), 1.0, None)
    text = "The draft calls on the member states to stop arms deliveries to Syria."
    for number, stands in ((-1, False), (0, False), (1, False), (2, True), (3, False), (10**9, False)):
        assert (backed(Draft(text, ((number, DRAFT),)), [first, rest], "")[0] is not None) is stands


@settings(max_examples=150)
@given(st.data())
def test_a_quote_altered_by_one_word_is_not_found(data: st.DataObject) -> None:
    text = seed().text
    start, end = data.draw(st.sampled_from([span for span in sentence_spans(text) if span[1] - span[0] > 40]))
    words = text[start:end].split()
    at = data.draw(st.integers(0, len(words) - 1))
    instead = data.draw(st.sampled_from(["never", "54", "Clinton", "", "evil"]))
    altered = " ".join(words[:at] + ([instead] if instead else []) + words[at + 1 :])
    assume(fold(altered).text.strip("'-. ,") not in fold(text).text)
    assert find(altered, text) == []


@settings(max_examples=150)
@given(st.data())
def test_a_quote_typed_otherwise_is_found_where_it_stands(data: st.DataObject) -> None:
    text = seed().text
    start = data.draw(st.integers(0, len(text) - 30))
    words = text[start : start + data.draw(st.integers(20, 300))]
    bounds = [match.span() for match in re.finditer(r"[\w’,.]+", words)]
    assume(len(bounds) > 4)
    words = words[bounds[1][0] : bounds[-2][1]]
    typed = re.sub(r"\s+", data.draw(st.sampled_from([" ", "\n", "  ", "\u00a0"])), words)
    for mark, other in (("“", '"'), ("”", '"'), ("’", "'"), ("–", "-")):
        typed = typed.replace(mark, data.draw(st.sampled_from([mark, other])))
    typed = data.draw(st.sampled_from(["", "\u200b", "\u2060"])).join([typed[:5], typed[5:]])
    spans = find(typed, text)
    assert spans
    assert any(fold(text[a:b]).text.strip("' .,") == fold(words).text.strip("' .,") for a, b in spans)


@settings(max_examples=100)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-2, 3), st.text(max_size=60)), max_size=3))
def test_anything_ends_in_a_claim_that_stands_or_in_none(text: str, quotes: list[tuple[int, str]]) -> None:
    claim, fault = backed(Draft(text, tuple(quotes)), [whole(seed())], "What is the news?")
    assert (claim is None) == bool(fault)


def judge(claimed: str, quote: str, article: Article, question: str, stands: bool) -> None:
    """Whether a claim with one quote of an article is let through is as it should be."""
    made, fault = backed(Draft(claimed, ((1, quote),)), [whole(article)], question)
    assert (made is not None) is stands, (claimed, fault)


def test_what_is_said_otherwise_only_in_what_it_denies_or_in_a_letter_of_a_code_is_dropped() -> None:
    text = "The BA.5 wave is not over, and it is not the last, Dr Holt said."
    article = Article("b", "", "Wave", "Daily Example", (), None, text)
    for claimed, stands in (
        (text, True),
        ("The Daily Example reported that the BA.5 wave is not over.", True),
        ("The BA.6 wave is not over, and it is not the last, Dr Holt said.", False),
        ("The BA.5 wave is over, and it is not the last, Dr Holt said.", False),
        ("The BA.5 wave is not over, and it is the last, Dr Holt said.", False),
    ):
        judge(claimed, text, article, "Is the wave over?", stands)


def test_the_day_of_publication_and_the_outlet_may_be_named() -> None:
    text = "The old bridge was closed for repairs, the city said.\n\nFerries run every ten minutes until then."
    article = Article("b", "", "Bridge closed", "Daily Example", (), date(2024, 6, 6), text)
    words = "The old bridge was closed for repairs"
    for claimed, stands in (
        ("The old bridge was closed, the Daily Example reported on 6 June 2024.", True),
        ("The old bridge was closed, the Daily Mirror reported on 6 June 2024.", False),
        ("The old bridge was closed for repairs on 7 June.", False),
        ("The old bridge was closed for repairs in July 2024.", False),
        ("The old bridge was closed for repairs in June 2024.", True),
    ):
        judge(claimed, words, article, "What was closed?", stands)
