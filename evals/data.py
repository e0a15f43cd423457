"""The evaluation data: where it lies, its records, and a digest that says which data a figure is about.

None of the article text is part of the project: it is read where it stands, `../shared/data` unless told otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
SEED_QUESTIONS = Path(__file__).with_name("seed_questions.jsonl")


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """A RealTimeQA question: asked on `asked_on`; `gold_urls` is the article known to hold the answer, if known."""

    id: str
    question: str
    asked_on: date
    answers: tuple[str, ...]
    gold_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedQuestion:
    """A question on the article in seeds/. `answers`: any of them in a cited quote is right; none: unanswerable."""

    id: str
    question: str
    answers: tuple[str, ...]


def data_file(folder: Path, name: str) -> Path:
    """`folder/name`. Raises UsageError, saying what to do, where it is missing."""
    path = folder / name
    if not path.is_file():
        raise UsageError(f"The evaluation data {path} is not there: name its folder with --data.")
    return path


def news_questions(folder: Path) -> list[NewsQuestion]:
    """The RealTimeQA questions under the data `folder`, in the order of the file."""
    with data_file(folder, "realtimeqa/questions.jsonl").open(encoding="utf-8") as lines:
        return [
            NewsQuestion(
                id=row["id"],
                question=row["question"],
                asked_on=date.fromisoformat(row["date"]),
                answers=tuple(row["answer"]),
                gold_urls=tuple(row["gold_urls"]),
            )
            for row in map(json.loads, lines)
        ]


def seed_questions() -> list[SeedQuestion]:
    """The questions of `evals/seed_questions.jsonl`, written for the owner's article."""
    with SEED_QUESTIONS.open(encoding="utf-8") as lines:
        return [SeedQuestion(row["id"], row["question"], tuple(row["answers"])) for row in map(json.loads, lines)]


def digest(paths: Sequence[Path]) -> str:
    """The first 16 hexadecimal digits of a SHA-256 over the files' contents, in order."""
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()[:16]
