"""Two lists of hits made one ranking: scores combined, weighted by time and outlet, spread over articles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.generations import Hit

DENSE_SHARE = 0.5  # of the combined score; the rest is lexical
RECENCY_FLOOR = 0.4  # what an article of any age keeps of its score
HALF_LIFE = 14.0  # days in which the rest halves
WINDOW_FLOOR = 0.25  # the same, when the question names days: those outside them keep less
WINDOW_HALF_LIFE = 7.0
UNDATED_WEIGHT = 0.7  # between the newest and the oldest
OTHER_OUTLET = 0.5  # kept by other outlets when the question names one
REPEAT = (1.0, 0.6, 0.45, 0.2)  # kept by an article's first, second, third and further passages


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its final score, and its cosine similarity when the dense list had it."""

    passage_id: str
    article_id: str
    score: float
    cosine: float | None


def fuse(
    dense: Iterable[Hit],
    lexical: Iterable[Hit],
    asked_on: date,
    window: tuple[date, date] | None = None,
    outlets: Sequence[str] = (),
) -> list[Candidate]:
    """One ranking, best first, by a convex combination of normalised scores (Bruch et al., 2023, TM2C2).

    Cosines are scaled between the list's least and greatest, BM25 between zero and its greatest; a passage that one
    list lacks counts as that list's least.
    """
    by_dense = {hit.passage_id: hit for hit in dense}
    by_lexical = {hit.passage_id: hit for hit in lexical}
    least = min((hit.score for hit in by_dense.values()), default=0.0)
    span = max((hit.score for hit in by_dense.values()), default=1.0) - least or 1.0
    greatest = max((hit.score for hit in by_lexical.values()), default=1.0) or 1.0
    fused = []
    for passage_id, hit in (by_lexical | by_dense).items():
        near = by_dense.get(passage_id)
        worded = by_lexical.get(passage_id)
        score = DENSE_SHARE * ((near.score - least) / span if near else 0.0)
        score += (1 - DENSE_SHARE) * (worded.score / greatest if worded else 0.0)
        score *= time_weight(hit.published, asked_on, window)
        if outlets and hit.outlet not in outlets:
            score *= OTHER_OUTLET
        fused.append(Candidate(passage_id, hit.article_id, score, near.score if near else None))
    return sorted(fused, key=lambda candidate: (-candidate.score, candidate.passage_id))


def time_weight(published: int | None, asked_on: date, window: tuple[date, date] | None = None) -> float:
    """What an article keeps of its score for its age. `published` is a day's ordinal.

    Age counts from the day of asking, or as distance from the window when the question names days. It never reaches
    zero: an old event is still found when nothing newer is about it.
    """
    if published is None:
        return UNDATED_WEIGHT
    if window is None:
        return _decay(max(0, asked_on.toordinal() - published), RECENCY_FLOOR, HALF_LIFE)
    start, end = window[0].toordinal(), window[1].toordinal()
    return _decay(max(start - published, published - end, 0), WINDOW_FLOOR, WINDOW_HALF_LIFE)


def _decay(days: float, floor: float, half_life: float) -> float:
    weight: float = floor + (1 - floor) * 2 ** (-days / half_life)
    return weight


def spread(ranked: Sequence[Candidate], k: int) -> list[Candidate]:
    """The first `k`, an article's later passages set back so that one article does not fill the list."""
    seen: Counter[str] = Counter()
    kept = []
    for candidate in ranked:
        share = REPEAT[min(seen[candidate.article_id], len(REPEAT) - 1)]
        seen[candidate.article_id] += 1
        kept.append(replace(candidate, score=candidate.score * share))
    return sorted(kept, key=lambda candidate: -candidate.score)[:k]
