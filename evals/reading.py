"""Reading: SQuAD 1.1 and 2.0 dev, question and paragraph given, scored as the official scripts do.

Figures over all questions of a file unless the name says of which; shares from 0 to 1.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import Any, Protocol

from evals.data import SquadQuestion
from evals.scoring import exact_match, f1

_CALL = 256  # questions handed over in one call: progress is seen, and there is enough to batch by length

Row = tuple[str, str, str]  # question, title, text


class SpanModel(Protocol):
    """Finds the words of a passage that answer a question."""

    def best_many(self, rows: Sequence[Row]) -> list[tuple[str, float]]:
        """For each (question, title, text): the best span's words, and the log-odds that the passage answers.

        More than 0 means: answer. The words are given in any case.
        """
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """What a model made of a question. `exact` and `f1` are those of always answering, 0 for the unanswerable."""

    answerable: bool
    log_odds: float
    exact: float
    f1: float


def read_all(model: SpanModel, questions: Sequence[SquadQuestion], advance: Callable[[int], None]) -> list[Read]:
    """Have every question read, in calls of like length; `advance` is told how many were. In their order."""
    order = sorted(range(len(questions)), key=lambda at: len(questions[at].text) + len(questions[at].question))
    done: dict[int, Read] = {}
    for start in range(0, len(order), _CALL):
        some = order[start : start + _CALL]
        rows = [(questions[at].question, questions[at].title, questions[at].text) for at in some]
        for at, (words, log_odds) in zip(some, model.best_many(rows), strict=True):
            answers = questions[at].answers
            done[at] = Read(bool(answers), log_odds, exact_match(words, answers), f1(words, answers))
        advance(len(some))
    return [done[at] for at in range(len(questions))]


def squad_1(rows: Sequence[Read]) -> dict[str, Any]:
    """SQuAD 1.1, where every question has an answer: always answering."""
    return _rounded(
        {
            "questions": len(rows),
            "exact_match": fmean(row.exact for row in rows),
            "f1": fmean(row.f1 for row in rows),
        }
    )


def squad_2(rows: Sequence[Read]) -> dict[str, Any]:
    """SQuAD 2.0, half of it unanswerable: to refuse such a question scores 1, to answer it 0.

    Plain `exact_match` and `f1` are at the reader's own threshold, log-odds of 0. Those `at best threshold` are where
    F1 is greatest on these very questions, as the official script has it: nobody knows that threshold beforehand.
    """
    answerable = [row for row in rows if row.answerable]
    unanswerable = [row for row in rows if not row.answerable]
    threshold, best = best_threshold(rows)
    return _rounded(
        {
            "questions": len(rows),
            "exact_match": fmean(_scored(row, row.exact, 0.0) for row in rows),
            "f1": fmean(_scored(row, row.f1, 0.0) for row in rows),
            "best threshold, log-odds": threshold,
            "exact_match at best threshold": fmean(_scored(row, row.exact, threshold) for row in rows),
            "f1 at best threshold": best,
            "f1 of the answerable, always answering": fmean(row.f1 for row in answerable) if answerable else None,
            "answerable, answered": fmean(row.log_odds > 0 for row in answerable) if answerable else None,
            "unanswerable, refused": fmean(row.log_odds <= 0 for row in unanswerable) if unanswerable else None,
            "answerable or not, told rightly": fmean((row.log_odds > 0) == row.answerable for row in rows),
        }
    )


def best_threshold(rows: Sequence[Read]) -> tuple[float, float]:
    """(threshold, F1): F1 is greatest when what has more log-odds than the threshold is answered."""
    ranked = sorted(rows, key=lambda row: -row.log_odds)
    total = float(sum(not row.answerable for row in rows))
    threshold = ranked[0].log_odds
    best = total
    levels = [(level, list(same)) for level, same in groupby(ranked, key=lambda row: row.log_odds)]
    for place, (level, same) in enumerate(levels):
        total += sum(row.f1 if row.answerable else -1.0 for row in same)
        if total > best:
            # Halfway to the next level: a threshold that another run's rounding does not cross.
            below = levels[place + 1][0] if place + 1 < len(levels) else level - 1.0
            best, threshold = total, (level + below) / 2
    return threshold, best / len(rows)


def measure(
    model: SpanModel, first: Sequence[SquadQuestion], second: Sequence[SquadQuestion], advance: Callable[[int], None]
) -> dict[str, Any]:
    """The figures of both files, and the milliseconds a question took when read by the hundred."""
    began = time.perf_counter()
    one, two = read_all(model, first, advance), read_all(model, second, advance)
    each = 1000 * (time.perf_counter() - began) / (len(one) + len(two))
    return {"SQuAD 1.1": squad_1(one), "SQuAD 2.0": squad_2(two), "milliseconds a question": round(each, 2)}


def _scored(row: Read, answered: float, threshold: float) -> float:
    return answered if row.log_odds > threshold else float(not row.answerable)


def _rounded(shares: dict[str, float | None]) -> dict[str, Any]:
    return {name: x if x is None or isinstance(x, int) else round(x, 4) for name, x in shares.items()}
