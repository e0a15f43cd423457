"""Two lists of hits made one ranking: scores combined, weighted by time and outlet, spread over articles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

DENSE_SHARE = 0.5  # of the combined score; the rest is lexical
WHOLE_SHARES = (0.125,) * 4  # of the final score, for each kind of evidence of whole articles; the rest is fused
RECENCY_FLOOR = 0.4  # what an article of any age keeps of its score
HALF_LIFE = 21.0  # days in which the rest halves
WINDOW_FLOOR = 0.25  # the same, when the question names days: those outside them keep less
WINDOW_HALF_LIFE = 7.0
NEWEST_FLOOR = 0.1  # the same, when the question asks for the latest
NEWEST_DAYS = (
    14.0  # in which the rest halves first; ever slower after, so that of two old articles the newer still wins
)
UNDATED_WEIGHT = 0.7  # between the newest and the oldest
OTHER_OUTLET = 0.5  # kept by other outlets when the question names one
PREFERRED = 0.2  # more of its score for an article that is to be preferred
REPEAT = (1.0, 0.6, 0.45, 0.2)  # kept by an article's first, second, third and further passages


class Hit(NamedTuple):
    """A passage found. `published` is a day's ordinal or None; `score` is cosine similarity or BM25."""

    passage_id: str
    article_id: str
    published: int | None
    outlet: str
    score: float


_NONE: tuple[None, float] = (None, 0.0)


class Candidate(NamedTuple):
    """A passage with its score so far, and its cosine similarity when the dense list had it.

    `weight` is what its article keeps of any evidence, for its age and its outlet.
    """

    passage_id: str
    article_id: str
    score: float
    weight: float
    cosine: float | None


def fuse(
    dense: Iterable[Hit],
    lexical: Iterable[Hit],
    asked_on: date,
    window: tuple[date, date] | None = None,
    outlets: Sequence[str] = (),
    newest: bool = False,
) -> list[Candidate]:
    """One ranking, best first, by a convex combination of normalised scores (Bruch et al., 2023), article by article.

    Cosines and BM25 scores are weighted by time and outlet, then divided by their list's greatest. An article's score
    combines its best passage of either list, which need not be the same: one passage may say what the question asks
    in other words, another in the same. Its passages share that score by their own.
    """
    weights: dict[str, float] = {}
    near = _weighted(dense, weights, asked_on, window, outlets, newest)
    worded = _weighted(lexical, weights, asked_on, window, outlets, newest)
    shares = {
        passage_id: (near.get(passage_id, _NONE)[1], worded.get(passage_id, _NONE)[1]) for passage_id in worded | near
    }
    article_of = {passage_id: hit.article_id for passage_id, (hit, _) in (worded | near).items()}
    best_dense, best_lexical, best_own = dict[str, float](), dict[str, float](), dict[str, float]()
    for passage_id, (dense_share, lexical_share) in shares.items():
        article = article_of[passage_id]
        best_dense[article] = max(best_dense.get(article, 0.0), dense_share)
        best_lexical[article] = max(best_lexical.get(article, 0.0), lexical_share)
        best_own[article] = max(best_own.get(article, 0.0), _combined(dense_share, lexical_share))
    lifted = {
        article: _combined(best_dense[article], best_lexical[article]) / (own or 1.0)
        for article, own in best_own.items()
    }
    return _ranked(
        Candidate(
            passage_id,
            article_of[passage_id],
            lifted[article_of[passage_id]] * _combined(*share),
            weights[article_of[passage_id]],
            near[passage_id][0].score if passage_id in near else None,
        )
        for passage_id, share in shares.items()
    )


def leading(ranked: Sequence[Candidate], n: int) -> list[Candidate]:
    """The best passage of each of the first `n` articles, in order."""
    first: dict[str, Candidate] = {}
    for candidate in ranked:
        first.setdefault(candidate.article_id, candidate)
    return list(first.values())[:n]


def blend(
    fused: Sequence[Candidate], whole: Sequence[Mapping[str, float]], prefer: Collection[str] = ()
) -> list[Candidate]:
    """The ranking with the evidence of whole articles given its share.

    Each of `whole` is one kind of it (index/about.py) by article id; an article that it lacks has none. Like the
    scores of passages, evidence is weighted by time and outlet and divided by its greatest. A kind that is not there
    leaves its share empty: scores then stay further below 1. Articles of `prefer` get a little more.
    """
    best = {candidate.article_id: candidate for candidate in reversed(fused)}
    scores = {article: (1 - sum(WHOLE_SHARES)) * first.score for article, first in best.items()}
    for share, evidence in zip(WHOLE_SHARES, whole, strict=False):
        weighted = {article: max(evidence.get(article, 0.0), 0.0) * first.weight for article, first in best.items()}
        greatest = max(weighted.values(), default=0.0) or 1.0
        for article, score in weighted.items():
            scores[article] += share * score / greatest
    for article in set(prefer) & scores.keys():
        scores[article] *= 1 + PREFERRED
    firsts = {article: first.score or 1.0 for article, first in best.items()}
    return _ranked(c._replace(score=c.score / firsts[c.article_id] * scores[c.article_id]) for c in fused)


def _weighted(
    hits: Iterable[Hit],
    weights: dict[str, float],
    asked_on: date,
    window: tuple[date, date] | None,
    outlets: Sequence[str],
    newest: bool,
) -> dict[str, tuple[Hit, float]]:
    """Each hit by its passage, with its weighted score as a share of the greatest. Fills in `weights` by article."""
    scores: dict[str, tuple[Hit, float]] = {}
    for hit in hits:
        weight = time_weight(hit.published, asked_on, window, newest)
        weight *= OTHER_OUTLET if outlets and hit.outlet not in outlets else 1.0
        weights[hit.article_id] = max(weight, weights.get(hit.article_id, 0.0))
        scores[hit.passage_id] = (hit, max(hit.score, 0.0) * weight)
    greatest = max((score for _, score in scores.values()), default=0.0) or 1.0
    return {passage_id: (hit, score / greatest) for passage_id, (hit, score) in scores.items()}


def _combined(dense: float, lexical: float) -> float:
    return DENSE_SHARE * dense + (1 - DENSE_SHARE) * lexical


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.passage_id))


def time_weight(
    published: int | None, asked_on: date, window: tuple[date, date] | None = None, newest: bool = False
) -> float:
    """What an article keeps of its score for its age. `published` is a day's ordinal.

    Age counts from the day of asking, or as distance from the window when the question names days. It never reaches
    zero: an old event is still found when nothing newer is about it. Within days that reach to the day of asking, such
    as "this week", the newer counts for more as ever. `newest`: the question asks for the latest.
    """
    if published is None:
        return UNDATED_WEIGHT
    if newest and window is None:
        return NEWEST_FLOOR + (1 - NEWEST_FLOOR) / (1 + max(0, asked_on.toordinal() - published) / NEWEST_DAYS)
    if window is None:
        return _decay(max(0, asked_on.toordinal() - published), RECENCY_FLOOR, HALF_LIFE)
    start, end = window[0].toordinal(), window[1].toordinal()
    near = _decay(max(start - published, published - end, 0), WINDOW_FLOOR, WINDOW_HALF_LIFE)
    return near if end < asked_on.toordinal() else near * time_weight(published, asked_on)


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
        kept.append(candidate._replace(score=candidate.score * share))
    return sorted(kept, key=lambda candidate: -candidate.score)[:k]
