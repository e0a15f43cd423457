"""Answers on the owner's article: how many answerable questions are right, how many of the others are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.answers import Answer
from bot.desk import Desk
from evals.data import SeedQuestion
from evals.scoring import holds


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


def cites(answer: Answer, facts: Sequence[str]) -> bool:
    """Whether one of `facts` stands in a cited quote."""
    return any(holds(citation.quote, facts) for claim in answer.claims for citation in claim.citations)
