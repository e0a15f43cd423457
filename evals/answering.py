"""Answers: on the owner's article, right or refused; on news, scored against what the quiz says."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

from bot.answers import Answer
from bot.desk import Desk
from evals.data import NewsQuestion, SeedQuestion
from evals.scoring import exact_match, f1, holds


@dataclass(frozen=True, slots=True)
class SeedScores:
    """`right` of `answerable` hold the fact in a cited quote; `wrongly_answered` of `unanswerable` were answered."""

    answerable: int
    right: int
    unanswerable: int
    wrongly_answered: int
    missed: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def on_seeds(desk: Desk, questions: Sequence[SeedQuestion]) -> SeedScores:
    """Ask every question, and look into what was cited. `missed` are the ids of those that went wrong."""
    right = wrong = 0
    missed = []
    for question in questions:
        answer = desk.ask(question.question)
        if question.answers:
            good = cites(answer, question.answers)
            right += good
        else:
            good = not answer.claims
            wrong += not good
        if not good:
            missed.append(question.id)
    answerable = sum(bool(question.answers) for question in questions)
    return SeedScores(answerable, right, len(questions) - answerable, wrong, tuple(missed))


@dataclass(frozen=True, slots=True)
class NewsScores:
    """Over all questions, the first claim's words against the quiz's answer; `cited` also counts other claims' quotes.

    `surest_fifth` is `cited` over the fifth of the questions that was answered most surely. Times are in milliseconds.
    """

    questions: int
    exact_match: float
    f1: float
    cited: float
    surest_fifth: float
    median_ms: float
    p95_ms: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def on_news(desk: Desk, questions: Sequence[NewsQuestion], advance: Callable[[], None]) -> NewsScores:
    """Ask every question on its day. For figures over all questions, `desk` must always answer (caution 0)."""
    rows = []
    seconds = []
    for question in questions:
        began = time.perf_counter()
        answer = desk.ask(question.question, question.asked_on)
        seconds.append(1000 * (time.perf_counter() - began))
        said = answer.claims[0].answer if answer.claims else ""
        sure = answer.claims[0].score if answer.claims else 0.0
        held = float(cites(answer, question.answers))
        rows.append((sure, held, exact_match(said, question.answers), f1(said, question.answers)))
        advance()
    surest = sorted(rows, reverse=True)[: max(1, len(rows) // 5)]
    return NewsScores(
        questions=len(rows),
        exact_match=fmean(row[2] for row in rows),
        f1=fmean(row[3] for row in rows),
        cited=fmean(row[1] for row in rows),
        surest_fifth=fmean(row[1] for row in surest),
        median_ms=median(seconds),
        p95_ms=sorted(seconds)[int(0.95 * len(seconds))],
    )


def cites(answer: Answer, facts: Sequence[str]) -> bool:
    """Whether one of `facts` stands in a cited quote."""
    return any(holds(citation.quote, facts) for claim in answer.claims for citation in claim.citations)
