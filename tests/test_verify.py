"""The last gate: what is not in the library, word for word, is not said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.answers import Answer, Citation, Claim, Question, Status
from bot.verify import verified
from index.articles import Article
from tests.scripted import BRIDGE, answered, cite, claim, not_found

OTHER = replace(BRIDGE, id="other", text="Ferries run every ten minutes. The bridge was built in 1911.")
QUOTE = "Ferries run every ten minutes until then."


def library(*articles: Article) -> Callable[[str, str], Article | None]:
    """A library that holds just these versions."""
    held = {(article.id, article.digest): article for article in articles}
    return lambda id, digest: held.get((id, digest))


def holding(stored: Article) -> Callable[[str, str], Article | None]:
    """A library gone wrong: it answers every question with `stored`."""
    return lambda id, digest: stored


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """Any span of any text that has a visible character in it."""
    text = draw(st.text("ab .\n“é\u00a0👩", min_size=1, max_size=40))
    article = replace(BRIDGE, id=draw(st.sampled_from("abc")), text=text)
    start = draw(st.integers(0, len(text) - 1))
    citation = Citation(article, start, draw(st.integers(start + 1, len(text))))
    assume(citation.quote.strip())
    return citation


def said(citation: Citation, *further: Citation) -> Claim:
    """The claim that says just what `citation` does, white space folded as the desk does."""
    return Claim(" ".join(citation.quote.split()), (citation, *further), citation.quote, 1.0)


@given(st.lists(citations(), max_size=5))
def test_what_stands_is_kept_as_it_is(found: list[Citation]) -> None:
    claims = tuple(said(citation) for citation in found)
    assert verified(claims, library(*(citation.article for citation in found))) == claims


@given(citations(), citations())
def test_a_further_citation_falls_alone_and_the_first_takes_the_claim_with_it(first: Citation, other: Citation) -> None:
    assume((first.article.id, first.article.text) != (other.article.id, other.article.text))
    both = said(first, other)
    assert verified([both], library(first.article, other.article)) == (both,)
    assert verified([both], library(first.article)) == (said(first),)
    assert verified([both], library(other.article)) == ()
    assert verified([both], library()) == ()


@given(citations(), st.text("ab .\n“é\u00a0👩", max_size=40))
def test_a_quote_is_compared_with_the_stored_text(citation: Citation, text: str) -> None:
    stored = replace(citation.article, text=text)
    stands = text[citation.start : citation.end] == citation.quote
    assert bool(verified([said(citation)], holding(stored))) is stands


@pytest.mark.parametrize(
    "stored",
    [
        replace(BRIDGE, text=BRIDGE.text + " More."),  # another version: its digest is not the one cited
        replace(BRIDGE, id="elsewhere"),
        OTHER,
    ],
)
def test_another_version_or_article_does_not_stand_in(stored: Article) -> None:
    assert verified([claim(BRIDGE, QUOTE)], library(stored)) == ()
    assert verified([claim(BRIDGE, QUOTE)], library(stored, BRIDGE)) == (claim(BRIDGE, QUOTE),)


@pytest.mark.parametrize(
    "text",
    [
        BRIDGE.text[: BRIDGE.text.index(QUOTE) + len(QUOTE) - 20],  # the span ends past the text
        BRIDGE.text.replace("ten", "two"),
        " " + BRIDGE.text,
        "",
    ],
)
def test_a_changed_text_no_longer_backs_the_claim(text: str) -> None:
    assert verified([claim(BRIDGE, QUOTE)], holding(replace(BRIDGE, text=text))) == ()


@pytest.mark.parametrize(
    "text",
    [
        QUOTE + " They are free.",
        "Free " + QUOTE,
        QUOTE.replace("ten", "two"),
        QUOTE.replace("Ferries", "ferries"),
        "The bridge was built in 1911.",  # in the article, but not cited
        "",
        " \n",
    ],
)
def test_a_claim_that_says_other_than_its_quote_is_dropped(text: str) -> None:
    assert verified([replace(claim(BRIDGE, QUOTE), text=text)], library(BRIDGE)) == ()


def test_white_space_is_folded_and_a_part_may_be_said() -> None:
    whole = BRIDGE.text
    parted = replace(claim(BRIDGE, whole), text=" ".join(whole.split()))
    part = replace(claim(BRIDGE, QUOTE), text="run  every\nten minutes")
    assert verified([parted, part], library(BRIDGE)) == (parted, part)


def test_words_of_a_citation_that_fell_are_not_said() -> None:
    fallen = cite(OTHER, "The bridge was built in 1911.")
    both = Claim(fallen.quote, (cite(BRIDGE, QUOTE), fallen), "ten", 1.0)
    assert verified([both], library(BRIDGE, OTHER)) == (both,)
    assert verified([both], library(BRIDGE)) == ()


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (0, 0), (5, 3), (0, len(BRIDGE.text) + 1), (10**9, 10**9 + 1)])
def test_a_span_outside_the_article_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not within article"):
        Citation(BRIDGE, start, end)


@given(citations())
def test_a_quote_is_the_articles_own_text(citation: Citation) -> None:
    assert citation.quote == citation.article.text[citation.start : citation.end] == citation.as_json()["quote"]
    assert said(citation).as_json()["citations"] == [citation.as_json()]


def test_a_claim_needs_a_citation_and_its_answer_stands_there() -> None:
    with pytest.raises(ValueError, match="at least one citation"):
        Claim("Said.", (), "", 1.0)
    with pytest.raises(ValueError, match="must stand in"):
        claim(BRIDGE, QUOTE, "twelve minutes")
    with pytest.raises(ValueError, match="must stand in"):
        Claim(QUOTE, (cite(BRIDGE, QUOTE), cite(OTHER, "1911")), "1911", 1.0)  # in the second quote alone


def test_answered_means_a_claim() -> None:
    asked = Question("Who?", date(2024, 6, 7))
    with pytest.raises(ValueError, match="exactly when"):
        Answer(asked, Status.ANSWERED, "Yes.", (), (cite(BRIDGE, QUOTE),), 1, None, 0.0)
    with pytest.raises(ValueError, match="exactly when"):
        Answer(asked, Status.NOT_FOUND, QUOTE, (claim(BRIDGE, QUOTE),), (), 1, None, 0.0)
    assert answered(claim(BRIDGE, QUOTE)).as_json()["claims"][0]["citations"][0]["published"] == "2024-06-06"
    assert not_found().as_json()["articles_through"] is None


def test_what_was_verified_cannot_be_changed() -> None:
    for item, field in (
        (cite(BRIDGE, QUOTE), "end"),
        (claim(BRIDGE, QUOTE), "text"),
        (answered(claim(BRIDGE, QUOTE)), "text"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(item, field, "x")
