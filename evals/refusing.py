"""Refusing: the quiz questions on news when the answer cannot be had, beside the same when it can.

- Taken out: every article in which the answer's words stand (`Pool.holding`) is taken out of the pool. What is then
  answered is counted as wrongly answered, though some article may say the same in other words.
- Too early: asked 60 days before its own day, when what the quiz asks about, the news of one week, has not happened
  and what is published is older. Some answers were known by then; those whose quotes hold the answer are told apart.
- Answerable: asked as it is, the answer's words stand in one of the passages that an answer is read from. Beside it the
  narrower kind: a quote holds the answer when always answering.

"Answered" means answered at the caution of the settings: the first claim scores at least as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import Any

from bot.answers import Answer
from bot.desk import Desk
from evals.answering import cites
from evals.data import NewsQuestion
from evals.pool import Pool
from evals.scoring import holds

EARLIER = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a question. `answerable` and `citable` are the two kinds of answerable of the module.

    `removed` counts the articles that were taken out.
    """

    answerable: bool
    citable: bool
    answered: bool
    removed: int
    answered_without: bool
    answered_early: bool
    right_early: bool


def try_all(
    desk: Desk, pool: Pool, questions: Iterable[NewsQuestion], caution: float, advance: Callable[[], None]
) -> list[Tried]:
    """Ask every question in the three ways. `desk` must always answer (caution 0); `advance` is called after each."""
    rows = []
    for question in questions:
        words, day, facts = question.question, question.asked_on, question.answers
        asked, taken = desk.ask(words, day), pool.holding(facts)
        without, early = desk.ask(words, day, without=taken), desk.ask(words, day - EARLIER)
        _, read = desk.found(words, day)
        rows.append(
            Tried(
                answerable=any(holds(item.text, facts) for item in read),
                citable=cites(asked, facts),
                answered=_sure(asked, caution),
                removed=len(taken),
                answered_without=_sure(without, caution),
                answered_early=_sure(early, caution),
                right_early=_sure(early, caution) and cites(early, facts),
            )
        )
        advance()
    return rows


def figures(rows: Sequence[Tried], caution: float) -> dict[str, Any]:
    """Shares from 0 to 1, of all questions unless the name says of which; None where there are none of them."""
    answerable = [row for row in rows if row.answerable]
    citable = [row for row in rows if row.citable]
    return {
        "caution": caution,
        "questions": len(rows),
        "answered": _share(row.answered for row in rows),
        "answered when taken out": _share(row.answered_without for row in rows),
        "answered when taken out, of the answerable": _share(row.answered_without for row in answerable),
        "answered when too early": _share(row.answered_early for row in rows),
        "answered when too early, and wrongly": _share(row.answered_early and not row.right_early for row in rows),
        "answerable": _share(row.answerable for row in rows),
        "answered, of the answerable": _share(row.answered for row in answerable),
        "citable": _share(row.citable for row in rows),
        "answered, of the citable": _share(row.answered for row in citable),
        "articles taken out, median": sorted(row.removed for row in rows)[len(rows) // 2] if rows else 0,
    }


def _sure(answer: Answer, caution: float) -> bool:
    return bool(answer.claims) and answer.claims[0].score >= caution


def _share(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return round(fmean(listed), 4) if listed else None
