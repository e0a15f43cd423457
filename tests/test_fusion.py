"""The ranking's properties, whatever its constants: bounded, ordered, fair to old articles, spread over articles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.fusion import WHOLE_SHARES, Candidate, Hit, blend, fuse, leading, spread, time_weight
from index.query_terms import STOP_WORDS, named, query_terms

ASKED = date(2022, 6, 15)
TODAY = ASKED.toordinal()
WINDOW = (date(2021, 3, 1), date(2021, 3, 31))
INSIDE = date(2021, 3, 10).toordinal()


def hit(name: str, published: int | None = TODAY, score: float = 1.0, outlet: str = "Example") -> Hit:
    """A hit on the only passage of an article."""
    return Hit(f"p-{name}", name, published, outlet, score)


def names(ranked: list[Candidate]) -> list[str]:
    return [candidate.article_id for candidate in ranked]


DAYS = st.none() | st.integers(date(1990, 1, 1).toordinal(), TODAY)


def hits(least: float, most: float) -> st.SearchStrategy[list[Hit]]:
    """A list of distinct passages; a passage's article, day and outlet are the same in every list."""
    scores = st.dictionaries(st.integers(0, 30), st.floats(least, most, allow_nan=False), max_size=15)
    return scores.map(
        lambda found: [
            Hit(f"p{n}", f"a{n // 3}", None if n // 3 == 4 else TODAY - 50 * (n // 3), f"o{n // 3 % 2}", score)
            for n, score in found.items()
        ]
    )


@given(hits(-1, 1), hits(0, 40), st.sampled_from([None, WINDOW]), st.sampled_from([(), ("o1",)]))
def test_scores_are_bounded_and_ordered(
    dense: list[Hit], lexical: list[Hit], window: tuple[date, date] | None, outlets: tuple[str, ...]
) -> None:
    ranked = fuse(dense, lexical, ASKED, window, outlets)
    assert all(0 <= candidate.score <= 1 + 1e-9 for candidate in ranked)
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)
    assert {c.passage_id for c in ranked} == {found.passage_id for found in dense + lexical}
    assert len({c.passage_id for c in ranked}) == len(ranked)
    assert {c.passage_id: c.cosine for c in ranked if c.cosine is not None} == {h.passage_id: h.score for h in dense}
    assert ranked == fuse(dense[::-1], lexical[::-1], ASKED, window, outlets)


@given(st.integers(0, 20_000), st.integers(1, 20_000))
def test_newer_weighs_at_least_as_much_and_nothing_weighs_nothing(age: int, more: int) -> None:
    newer, older = time_weight(TODAY - age, ASKED), time_weight(TODAY - age - more, ASKED)
    assert 1 >= newer >= older > 0.05
    assert age > 100 or newer > older


@given(DAYS)
def test_undated_weighs_between_the_newest_and_the_oldest(published: int | None) -> None:
    for window in (None, WINDOW):
        undated = time_weight(None, ASKED, window)
        assert time_weight(1, ASKED, window) <= undated <= 1
        assert 0 < time_weight(published, ASKED, window) <= 1


@given(st.integers(WINDOW[0].toordinal(), WINDOW[1].toordinal()), st.integers(1, 1000))
def test_days_within_the_window_weigh_the_same_and_more_than_others(inside: int, away: int) -> None:
    full = time_weight(inside, ASKED, WINDOW)
    assert full == time_weight(INSIDE, ASKED, WINDOW) == 1
    before, after = WINDOW[0] - timedelta(away), WINDOW[1] + timedelta(away)
    assert time_weight(before.toordinal(), ASKED, WINDOW) == time_weight(after.toordinal(), ASKED, WINDOW) < full


@given(st.integers(0, 30), st.integers(0, 3000), st.integers(1, 3000))
def test_within_days_up_to_today_the_newer_weighs_more(days: int, age: int, more: int) -> None:
    window = (ASKED - timedelta(days), ASKED)
    newer, older = time_weight(TODAY - age, ASKED, window), time_weight(TODAY - age - more, ASKED, window)
    assert 1 >= newer >= older > 0.05
    assert age > days or newer == time_weight(TODAY - age, ASKED)
    assert age <= days or newer < time_weight(TODAY - age, ASKED)


@pytest.mark.parametrize("dense", [True, False])
def test_equal_evidence_goes_to_the_newer_and_in_a_window_to_the_window(dense: bool) -> None:
    found = [hit("old", TODAY - 3000), hit("then", INSIDE), hit("new", TODAY), hit("undated", None)]
    lists: tuple[list[Hit], list[Hit]] = (found, []) if dense else ([], found)
    if dense:
        lists[0].append(hit("least", TODAY - 5000, 0.1))
    assert names(fuse(*lists, ASKED))[0] == "new"
    assert names(fuse(*lists, ASKED)).index("then") < names(fuse(*lists, ASKED)).index("old")
    assert names(fuse(*lists, ASKED, WINDOW))[0] == "then"


def test_an_old_article_that_fits_much_better_is_still_first() -> None:
    old = hit("old", TODAY - 5000, 10.0)
    others = [hit(f"new{n}", TODAY, 1.0) for n in range(3)]
    assert names(fuse([old, *others], [old, *others], ASKED))[0] == "old"


def test_both_lists_count_and_the_named_outlet_is_preferred() -> None:
    a, b, weak = hit("a", outlet="BBC"), hit("b", outlet="CNN"), hit("weak", score=0.0)
    assert names(fuse([a, b, weak], [b], ASKED))[:2] == ["b", "a"]
    assert names(fuse([a, weak], [b], ASKED))[-1] == "weak"
    assert names(fuse([a, b, weak], [a, b], ASKED, outlets=["CNN"]))[0] == "b"
    assert names(fuse([a, b, weak], [a, b], ASKED, outlets=["BBC"]))[0] == "a"
    assert names(fuse([a, b, weak], [a, b], ASKED, outlets=["Reuters"]))[:2] == ["a", "b"]


@example([], [hit("a0"), hit("a1", score=2.3e-309)], 0.0)  # subnormal: its reciprocal overflows
@given(hits(0, 1), hits(0, 40), st.floats(-1, 1))
def test_blending_keeps_bounds_and_each_articles_order(dense: list[Hit], lexical: list[Hit], near: float) -> None:
    ranked = fuse(dense, lexical, ASKED)
    mixed = blend(ranked, [{"a0": near, "a1": 0.5}] * len(WHOLE_SHARES))
    assert {c.passage_id for c in mixed} == {c.passage_id for c in ranked}
    assert all(0 <= c.score <= 1 + 1e-9 for c in mixed)
    for article in set(names(mixed)):
        order = [c.score for c in ranked if c.article_id == article]
        by_id = {c.passage_id: c.score for c in mixed}
        again = [by_id[c.passage_id] for c in ranked if c.article_id == article]
        assert again == sorted(again, reverse=True), order


def test_the_article_about_it_outranks_the_round_up_that_mentions_it() -> None:
    ranked = fuse([hit("about", score=0.7), hit("round-up", score=0.7)], [], ASKED)
    for kind in range(len(WHOLE_SHARES)):
        for best, other in (("about", "round-up"), ("round-up", "about")):
            evidence: list[dict[str, float]] = [{}] * kind + [{best: 0.8, other: 0.2}]
            assert names(blend(ranked, evidence)) == [best, other]


def test_evidence_of_whole_articles_counts_less_for_an_old_one_and_without_it_the_order_stays() -> None:
    ranked = fuse([hit("old", TODAY - 3000), hit("new", TODAY - 1, 0.4), hit("least", score=0.1)], [], ASKED)
    assert names(ranked) == ["old", "new", "least"]
    assert names(blend(ranked, [])) == names(blend(ranked, [{}, {}])) == names(ranked)
    assert names(blend(ranked, [{"old": 0.5, "new": 0.5}] * 4))[0] == "new"


def test_leading_takes_each_articles_best_passage() -> None:
    ranked = [Candidate(f"p{n}", article, 1 - n / 10, 1.0, None) for n, article in enumerate("aabacb")]
    assert [candidate.passage_id for candidate in leading(ranked, 2)] == ["p0", "p2"]
    assert names(leading(ranked, 9)) == ["a", "b", "c"]
    assert leading([], 3) == []


def test_ties_go_by_passage_and_empty_lists_give_nothing() -> None:
    assert names(fuse([], [hit("b"), hit("a"), hit("c")], ASKED)) == ["a", "b", "c"]
    assert fuse([], [], ASKED) == [] == spread([], 8)
    assert fuse([hit("a", score=0.0)], [hit("a", score=0.0)], ASKED)[0].score == 0


def test_one_article_does_not_fill_the_list() -> None:
    much = [Candidate(f"m{n:02}", "much", 1 - n / 1000, 1.0, None) for n in range(20)]
    others = [Candidate(f"o{n}", f"other{n}", 0.8 - n / 100, 1.0, None) for n in range(8)]
    top = names(spread([*much, *others], 8))
    assert top[0] == "much"
    assert top.count("much") <= 4


@given(hits(0, 1), st.integers(1, 20))
def test_spreading_keeps_the_best_and_each_articles_order(lexical: list[Hit], k: int) -> None:
    ranked = fuse([], lexical, ASKED)
    kept = spread(ranked, k)
    assert len(kept) == min(k, len(ranked))
    assert names(kept)[:1] == names(ranked)[:1]
    assert [c.score for c in kept] == sorted((c.score for c in kept), reverse=True)
    for article in set(names(kept)):
        before = [c.passage_id for c in ranked if c.article_id == article]
        after = [c.passage_id for c in kept if c.article_id == article]
        assert after == before[: len(after)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What did the BBC say about Ukraine?", ["bbc", "say", "ukraine"]),
        ('title:"x" AND (a* OR b~2) -not ^3', ["title", "x", "b", "2", "3"]),
        ("Ukraine UKRAINE ukraine", ["ukraine"]),
        ("Who is it?", ["who", "is", "it"]),
        ("snake_case l'été 漢字", ["snake", "case", "l", "été", "漢字"]),
        ("", []),
        ("?!", []),
    ],
)
def test_query_terms(text: str, terms: list[str]) -> None:
    assert query_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Which automaker did Ford's CEO call 3 times in 2022?", {"ford", "ceo", "3", "2022"}),
        ("Putin said what about NATO?", {"nato"}),
        ("what did putin say", set()),
        ("When Is It", {"is", "it"}),
        ("", set()),
    ],
)
def test_names_and_numbers(text: str, marked: set[str]) -> None:
    assert named(text) == marked


@given(st.text(max_size=400))
def test_terms_hold_no_syntax(text: str) -> None:
    found = query_terms(text)
    assert len(set(found)) == len(found) <= 64
    assert all(term.isalnum() for term in found)
    assert not STOP_WORDS.intersection(found) or STOP_WORDS.issuperset(found)


def test_a_pasted_page_is_a_search_for_its_beginning() -> None:
    assert query_terms(" ".join(f"word{n}" for n in range(1000))) == [f"word{n}" for n in range(64)]
