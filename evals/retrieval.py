"""Retrieval on news: at which place the article known to hold the answer comes, asked on the question's day."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.desk import Desk
from evals.data import NewsQuestion
from evals.scoring import hits_at, mrr, rank

_DEPTH = 40  # passages asked for: enough for ten distinct articles, however many passages each has


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Over `questions` with a known article. `first_passages` is hits@4 when passages are counted, not articles."""

    questions: int
    hits: tuple[float, ...]  # at 1, 2, … 10
    mrr: float
    first_passages: float
    milliseconds: float  # median time of a search

    def as_json(self) -> dict[str, Any]:
        return {
            "questions": self.questions,
            **{f"hits@{k}": round(self.hits[k - 1], 4) for k in (1, 4, 10)},
            "mrr": round(self.mrr, 4),
            "hits@4 of passages": round(self.first_passages, 4),
            "search, median ms": round(self.milliseconds, 1),
            "curves": {"hits": [[k, round(share, 4)] for k, share in enumerate(self.hits, 1)]},
        }


def on_news(desk: Desk, questions: Sequence[NewsQuestion], advance: Callable[[], None]) -> RetrievalScores:
    """Search for every question; each must have a known article. `advance` is called after each."""
    ranks, passages, seconds = [], [], []
    for question in questions:
        began = time.perf_counter()
        desk.search(question.question, question.asked_on, 10)
        seconds.append(time.perf_counter() - began)
        found = [hit.article for hit in desk.search(question.question, question.asked_on, _DEPTH).hits]
        urls = [article.url for article in found]
        ranks.append(rank(urls, question.gold_urls))
        passages.append(any(url in question.gold_urls for url in urls[:4]))
        advance()
    return RetrievalScores(
        questions=len(ranks),
        hits=tuple(hits_at(ranks, k) for k in range(1, 11)),
        mrr=mrr(ranks),
        first_passages=sum(passages) / len(passages),
        milliseconds=1000 * median(seconds),
    )
