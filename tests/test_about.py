"""The evidence of whole articles: which words count, how they are found, and which articles keep company."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.about import LEAD, Word, company, mentions, nearness, opening, words_of
from index.library import Library
from tests.test_library import BRIDGE, cut

PASSAGES = 1_000
HELD = {"ferri": 50, "sink": 100, "bergen": 5, "port": 400, "2019": 2}


def holding(stem: str) -> int:
    return HELD.get(stem, 0)


def words(question: str) -> list[Word]:
    return words_of(question, holding, PASSAGES)


@pytest.mark.parametrize(
    ("word", "text", "times"),
    [
        ("countries", "a country, two countries; cross-country in the countryside", 4),
        ("ships", "the ship shipped ships; a flagship", 3),
        ("us", "the us, used by us (us) and u.s. bus", 3),
        ("12", "12 of 2012, 120 and 12.", 2),
        ("sinks", "", 0),
        ("ältere", "der ältere, unältere", 1),
    ],
)
def test_a_word_is_found_by_its_beginning_and_short_ones_and_numbers_whole(word: str, text: str, times: int) -> None:
    asked = Word(word, holding, PASSAGES)
    assert asked.count(text) == times
    assert asked.count(text, most=1) == min(times, 1)


@given(st.text(max_size=200), st.text(min_size=1, max_size=40))
def test_any_text_is_searched_for_any_question(text: str, question: str) -> None:
    asked = words(question)
    assert 0 <= mentions(asked, {"a": text.lower()})["a"] <= 1 + 1e-9
    assert 0 <= opening(asked, {"a": text.lower()})["a"] <= sum(word.rarity for word in asked)


@given(st.integers(0, 2_000))
def test_rarer_words_tell_more_and_none_tells_less_than_nothing(held: int) -> None:
    rare, common = Word("word", lambda _: held, PASSAGES), Word("word", lambda _: held + 1, PASSAGES)
    assert rare.rarity > common.rarity > 0


def test_names_count_wherever_the_article_has_them_the_rare_one_more() -> None:
    asked = words("When did the ferry leave the Port of Bergen in 2019?")
    far = "." * 5 * LEAD
    shares = mentions(
        asked, {"all": f"{far} port of bergen, 2019", "rare": "bergen", "common": "port port", "none": ""}
    )
    assert shares["all"] == pytest.approx(1)
    assert shares["all"] > shares["rare"] > shares["common"] > shares["none"] == 0
    assert mentions(words("where did it sink"), {"a": "it sank, sink"}) == {"a": 0}


def test_what_an_article_opens_with_counts_and_what_comes_far_below_does_not() -> None:
    asked = words("Why did the ferry sink?")
    story, other = "a ferry began to sink on monday. ", "five things to know today. " * 50
    evidence = opening(asked, {"story": story + other, "round-up": other + story})
    assert evidence["story"] > evidence["round-up"] == 0
    saturated = opening(asked, {"one": "ferry", "many": "ferry " * 100, "both": "the ferry did sink"})
    assert saturated["one"] < saturated["both"]
    assert saturated["one"] < saturated["many"] < 2.5 * saturated["one"]


def test_company_is_nearness_to_the_best() -> None:
    vectors = {
        name: np.array(vector, dtype=np.float32)
        for name, vector in {"a": (1, 0, 0), "b": (0.8, 0.6, 0), "same": (0.96, 0.28, 0), "away": (0, 0, 1)}.items()
    }
    near = company(["a", "b", "unknown"], vectors)
    assert near["same"] > near["a"] > near["away"] == 0
    assert company(["unknown"], vectors) == company([], vectors) == {}
    assert nearness(vectors["a"], vectors)["b"] == pytest.approx(0.8)


def test_the_library_gives_an_articles_beginning_as_the_index_holds_it(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite")
    library.put([BRIDGE])
    cut(library)
    held = library.sequence
    library.put([replace(BRIDGE, text="The bridge closed again.")])
    cut(library)
    assert library.texts([BRIDGE.id, "nowhere"], held, 10_000) == {BRIDGE.id: BRIDGE.text}
    assert library.texts([BRIDGE.id], library.sequence, 10) == {BRIDGE.id: "The bridge"}
    assert library.texts([], held, 10) == {}
    library.close()
