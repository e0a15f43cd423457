"""From candidate answers to claims: spans by sentence, what several passages say together, identical facts merged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims import claims
from bot.evidence import Scale, key, weighed
from bot.reader import Reading
from bot.spans import Candidate, candidates, distinct
from bot.wording import Wanted
from index.articles import Article
from index.passages import Passage
from index.retrieve import Found

SCALE = Scale(margin=1.0, retrieved=1.0, mistyped=2.0, titled=0.5, sure=1.0, lead=0.5, support=0.5, bias=-1.0)


def article(name: str, text: str) -> Article:
    return Article(name, f"https://example.org/{name}", "Bridge", "Herald", (), date(2024, 6, 6), text)


def found(name: str, text: str, score: float = 1.0) -> Found:
    return Found(Passage(name, name, 0, len(text)), article(name, text), score, None)


def said(item: Found, words: str, margin: float, rank: int = 0) -> Candidate:
    """The whole text as one sentence that answers with `words`."""
    at = item.article.text.index(words)
    return Candidate(item, rank, 0, len(item.article.text), (at, at + len(words)), margin)


FOUR = found("a", "Repairs cost 4 million euros.")
ALSO_FOUR = found("b", "The city pays 4 million euros.")
NINE = found("c", "A mayor spoke of 9 million euros.")


def test_the_best_words_of_every_sentence_and_their_margin_over_no_answer() -> None:
    item = found("a", "It rained. Repairs cost 4 million.")
    places = [None, (0, 2), (3, 9), (11, 18), (19, 23), (24, 25), (26, 33)]
    starts = np.array([1.0, 0, 0, 0, 0, 5, 0], dtype=np.float32)
    ends = np.array([1.5, 0, 3, 0, 0, 0, 4], dtype=np.float32)
    first, second = candidates(item, 2, places, starts, ends)
    assert (first.start, first.end, second.start) == (0, 10, 11)
    assert second.answer == "4 million"
    assert second.margin == pytest.approx(5 + 4 - 2.5)
    assert first.margin == pytest.approx(3 - 2.5)
    assert second.rank == 2


def test_a_sentence_in_two_passages_counts_once() -> None:
    weak, strong = said(FOUR, "4 million", 1.0), said(FOUR, "4 million euros", 2.0)
    assert distinct([weak, strong]) == [strong]


def test_sources_that_agree_outweigh_a_surer_one() -> None:
    rows = [said(NINE, "9 million", 2.2), said(FOUR, "4 million", 2.0), said(ALSO_FOUR, "4 million", 2.0)]
    first = weighed(rows, Wanted.NUMBER, SCALE)[0]
    assert first.answer == "4 million"
    alone = weighed(rows[:2], Wanted.NUMBER, SCALE)[0]
    assert alone.answer == "9 million"


def test_a_passage_retrieved_better_and_words_of_the_right_kind_count() -> None:
    behind = replace(NINE, score=0.2)
    assert weighed([said(behind, "9 million", 2.0), said(FOUR, "4 million", 1.0)], Wanted.OTHER, SCALE)[0].answer == (
        "4 million"
    )
    mayor = said(NINE, "A mayor", 2.5)
    assert weighed([mayor, said(FOUR, "4 million", 1.0)], Wanted.NUMBER, SCALE)[0].answer == "4 million"
    assert weighed([mayor, said(FOUR, "4 million", 1.0)], Wanted.OTHER, SCALE)[0].answer == "A mayor"


def test_words_of_the_headline_count_more() -> None:
    titled = found("d", "A mayor spoke of 9 million euros.")
    titled = replace(titled, article=replace(titled.article, title="Bridge: 9 million euros"))
    rows = [said(titled, "9 million euros", 1.8), said(FOUR, "4 million euros", 2.0)]
    assert weighed(rows, Wanted.NUMBER, SCALE)[0].answer == "9 million euros"
    rows[0] = said(NINE, "9 million euros", 1.8)
    assert weighed(rows, Wanted.NUMBER, SCALE)[0].answer == "4 million euros"


def test_nothing_read_is_nothing_said() -> None:
    assert weighed([], Wanted.OTHER, SCALE) == []


@given(st.lists(st.tuples(st.sampled_from([FOUR, ALSO_FOUR, NINE]), st.floats(-30, 30)), min_size=1, max_size=6))
def test_probabilities_are_probabilities_in_order(rows: list[tuple[Found, float]]) -> None:
    readings = weighed([said(item, "million", margin) for item, margin in rows], Wanted.OTHER, SCALE)
    chances = [reading.probability for reading in readings]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert len({reading.article.id for reading in readings}) == len(readings)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Bridge", "bridge,", True),
        ("4.5 million", "45 million", False),
        ("$9", "9", False),
        ("U.S.", "US", True),
        ("a an the", "", True),
    ],
)
def test_answers_that_differ_in_dress_only_are_one(one: str, other: str, same: bool) -> None:
    assert (key(one) == key(other)) is same


def reading(item: Found, words: str, chance: float) -> Reading:
    at = item.article.text.index(words)
    return Reading(item.article, 0, len(item.article.text), chance, (at, at + len(words)))


def test_the_same_fact_of_two_articles_is_one_claim_with_two_citations() -> None:
    made = claims([reading(FOUR, "4 million euros", 0.9), reading(ALSO_FOUR, "4 million", 0.6)], caution=0.5)
    assert [claim.answer for claim in made] == ["4 million euros"]
    assert [citation.article.id for citation in made[0].citations] == ["a", "b"]
    assert made[0].text == FOUR.article.text


def test_another_fact_is_said_only_when_nearly_as_sure() -> None:
    rows = [reading(FOUR, "4 million", 0.9), reading(NINE, "9 million", 0.8)]
    assert [claim.answer for claim in claims(rows, 0.5)] == ["4 million", "9 million"]
    rows[1] = replace(rows[1], probability=0.6)
    assert [claim.answer for claim in claims(rows, 0.5)] == ["4 million"]


def test_below_the_caution_nothing_is_said() -> None:
    assert claims([reading(FOUR, "4 million", 0.49)], 0.5) == []
    assert claims([], 0.0) == []


def test_an_article_backs_a_claim_once() -> None:
    made = claims([reading(FOUR, "4 million", 0.9), reading(FOUR, "4 million", 0.8)], 0.5)
    assert [len(claim.citations) for claim in made] == [1]


def test_a_scale_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "scale.json"
    SCALE.write(path)
    assert Scale.read(path) == SCALE
    path.write_text(json.dumps({"margin": 1.0}), encoding="utf-8")
    with pytest.raises(TypeError):
        Scale.read(path)
