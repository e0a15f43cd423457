"""Answers: on a few articles, right or refused; on news, scored against what the quiz says.

Every question on news is asked once, of a desk that always answers (caution 0). What it would have said at a given
caution follows: the same claims, less those whose score is below it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from bot.answers import Answer, Claim
from bot.desk import Desk
from evals.calibration import calibration_error, equal_mass, equal_width, risk_coverage, surest
from evals.data import NewsQuestion, SmallQuestion
from evals.scoring import exact_match, f1, holds

# RealTimeQA's own systems with search results, by year of the same weeks; shares (Kasai et al., 2023).
PUBLISHED = {
    "2022": {"RAG (BART-large), F1": 0.321, "GPT-3, exact match": 0.389, "GPT-3, F1": 0.472},
    "2023": {"RAG (BART-large), F1": 0.048, "GPT-3, exact match": 0.299, "GPT-3, F1": 0.377},
}


@dataclass(frozen=True, slots=True)
class SmallScores:
    """`right` of `answerable` hold the fact in a cited quote; `refused` of `unanswerable` were not answered."""

    answerable: int
    right: int
    unanswerable: int
    refused: int
    missed: tuple[str, ...]

    @property
    def wrongly_answered(self) -> int:
        return self.unanswerable - self.refused

    def as_json(self) -> dict[str, Any]:
        return {
            "answerable": self.answerable,
            "right": self.right,
            "unanswerable": self.unanswerable,
            "wrongly_answered": self.wrongly_answered,
            "missed": list(self.missed),
        }


def on_seeds(desk: Desk, questions: Sequence[SmallQuestion]) -> SmallScores:
    """Ask every question, and look into what was cited. `missed` are the ids of those that went wrong."""
    right = refused = 0
    missed = []
    for question in questions:
        answer = desk.ask(question.question, question.asked_on)
        if question.answers:
            good = cites(answer, question.answers)
            right += good
        else:
            good = not answer.claims
            refused += good
        if not good:
            missed.append(question.id)
    answerable = sum(bool(question.answers) for question in questions)
    return SmallScores(answerable, right, len(questions) - answerable, refused, tuple(missed))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on news with what came of it. `score` is the first claim's, 0 where there is no claim.

    `exact` and `f1` compare the first claim's words with the quiz's answer. Whether a quote holds that answer: of
    any claim (`cited`), of the first (`first_cited`), of those that score at least the caution (`cautious_cited`).
    """

    year: str
    score: float
    exact: float
    f1: float
    cited: bool
    first_cited: bool
    cautious_cited: bool
    milliseconds: float


def ask_all(
    desk: Desk,
    questions: Iterable[NewsQuestion],
    caution: float,
    advance: Callable[[], None],
    only: Callable[[NewsQuestion], frozenset[str]] | None = None,
) -> list[Asked]:
    """Ask every question on its day; `only` names the articles that it is asked of, all where there is no `only`.

    `desk` must always answer (caution 0). `advance` is called after each question.
    """
    rows = []
    for question in questions:
        among = None if only is None else only(question)
        began = time.perf_counter()
        answer = desk.ask(question.question, question.asked_on, only=among)
        milliseconds = 1000 * (time.perf_counter() - began)
        rows.append(_asked(question, answer, caution, milliseconds))
        advance()
    return rows


def _asked(question: NewsQuestion, answer: Answer, caution: float, milliseconds: float) -> Asked:
    claims = answer.claims
    said = claims[0].answer if claims else ""
    return Asked(
        year=str(question.asked_on.year),
        score=claims[0].score if claims else 0.0,
        exact=exact_match(said, question.answers),
        f1=f1(said, question.answers),
        cited=_hold(claims, question.answers),
        first_cited=_hold(claims[:1], question.answers),
        cautious_cited=_hold([claim for claim in claims if claim.score >= caution], question.answers),
        milliseconds=milliseconds,
    )


def figures(rows: Sequence[Asked], caution: float) -> dict[str, Any]:
    """All figures of `rows`, by year and for all; shares from 0 to 1, times in milliseconds.

    Years are those of the day of asking. The curves and times are over all questions.
    """
    years = {year: [row for row in rows if row.year == year] for year in ("2022", "2023")}
    score, cited = [row.score for row in rows], [row.cited for row in rows]
    firsts = [row for row in rows if row.score > 0]
    bins = equal_mass([row.score for row in firsts], [row.first_cited for row in firsts])
    times = np.quantile([row.milliseconds for row in rows], np.linspace(0, 1, 101))
    return {
        "caution": caution,
        **{year: _group(some, caution) for year, some in years.items() if some},
        "all": _group(rows, caution),
        "p50_ms": round(float(times[50]), 1),
        "p95_ms": round(float(times[95]), 1),
        "curves": {
            "risk_coverage": [[round(x, 4), round(y, 4)] for x, y in risk_coverage(score, cited)],
            "reliability": [[round(item.score, 4), round(item.right, 4), item.number] for item in bins],
            "latency_ms": [round(float(time), 1) for time in times],
        },
    }


def _group(rows: Sequence[Asked], caution: float) -> dict[str, Any]:
    """The figures of some questions, at least one: first always answering, then of those answered at `caution`.

    `surest_fifth` is `cited` over the fifth that was answered most surely. The calibration errors set the first
    claim's score against whether its own quotes hold the answer: over ten bins of equal mass, and over fifteen of
    equal width.
    """
    answered = [row for row in rows if row.score >= caution and row.score > 0]
    firsts = [row for row in rows if row.score > 0]
    score, right = [row.score for row in firsts], [row.first_cited for row in firsts]
    shares = {
        "exact_match": fmean(row.exact for row in rows),
        "f1": fmean(row.f1 for row in rows),
        "cited": fmean(row.cited for row in rows),
        "first_cited": fmean(row.first_cited for row in rows),
        "surest_fifth": surest([row.score for row in rows], [row.cited for row in rows]),
        "answered": len(answered) / len(rows),
        "answered_exact_match": _mean(row.exact for row in answered),
        "answered_f1": _mean(row.f1 for row in answered),
        "answered_cited": _mean(row.cautious_cited for row in answered),
        "calibration_error": calibration_error(equal_mass(score, right)),
        "calibration_error_15_widths": calibration_error(equal_width(score, right)),
    }
    return {"questions": len(rows)} | {name: None if x is None else round(x, 4) for name, x in shares.items()}


def cites(answer: Answer, facts: Sequence[str]) -> bool:
    """Whether one of `facts` stands in a cited quote."""
    return _hold(answer.claims, facts)


def _hold(claims: Iterable[Claim], facts: Sequence[str]) -> bool:
    return any(holds(citation.quote, facts) for claim in claims for citation in claim.citations)


def _mean(values: Iterable[float]) -> float | None:
    """The mean, None of nothing."""
    listed = list(values)
    return fmean(listed) if listed else None
