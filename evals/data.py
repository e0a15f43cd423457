"""The evaluation data: where it lies, its records, and a digest that says which data a figure is about.

None of the article text is part of the project: it is read where it stands, `../shared/data` unless told otherwise.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
SEEDS = ROOT / "seeds"
SEED_QUESTIONS = Path(__file__).with_name("seed_questions.jsonl")
FIXTURE_NEWS = Path(__file__).with_name("fixture_news")
FIXTURE_ARTICLES = ROOT / "tests" / "fixtures" / "articles"
CONVERSATIONS = Path(__file__).with_name("conversations.jsonl")
FIXTURE_QUESTIONS = Path(__file__).with_name("fixture_questions.jsonl")
ARTICLES, QUESTIONS = "realtimeqa/articles.jsonl.xz", "realtimeqa/questions.jsonl"  # in the data folder


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """A RealTimeQA question: asked on `asked_on`; `gold_urls` is the article known to hold the answer, if known.

    `retrieved_urls` are the articles that a web search brought; not all of them are among the articles we have.
    """

    id: str
    question: str
    asked_on: date
    answers: tuple[str, ...]
    gold_urls: tuple[str, ...]
    retrieved_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallQuestion:
    """A question written for a few articles of ours, asked on `asked_on` (None: today).

    `answers`: any of them in a cited quote is right; none: unanswerable.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A SQuAD question on the paragraph `text` of the article `title`. No `answers`: unanswerable."""

    question: str
    title: str
    text: str
    answers: tuple[str, ...]


def data_file(folder: Path, name: str) -> Path:
    """`folder/name`. Raises UsageError, saying what to do, where it is missing."""
    path = folder / name
    if not path.is_file():
        raise UsageError(f"The evaluation data {path} is not there: name its folder with --data.")
    return path


def news_questions(folder: Path) -> list[NewsQuestion]:
    """The RealTimeQA questions under the data `folder`, in the order of the file."""
    with data_file(folder, QUESTIONS).open(encoding="utf-8") as lines:
        return [
            NewsQuestion(
                id=row["id"],
                question=row["question"],
                asked_on=date.fromisoformat(row["date"]),
                answers=tuple(row["answer"]),
                gold_urls=tuple(row["gold_urls"]),
                retrieved_urls=tuple(row["retrieved_urls"]),
            )
            for row in map(json.loads, lines)
        ]


def small_questions(path: Path) -> list[SmallQuestion]:
    """The questions of SEED_QUESTIONS, on the owner's article, or of FIXTURE_QUESTIONS, on our own."""
    with path.open(encoding="utf-8") as lines:
        return [
            SmallQuestion(
                id=row["id"],
                question=row["question"],
                answers=tuple(row["answers"]),
                asked_on=date.fromisoformat(row["asked_on"]) if "asked_on" in row else None,
            )
            for row in map(json.loads, lines)
        ]


def squad_questions(folder: Path, version: str) -> list[SquadQuestion]:
    """The questions of SQuAD's dev file, `version` 1.1 or 2.0, under the data `folder`, in the order of the file."""
    with lzma.open(data_file(folder, f"reading/squad-dev-v{version}.json.xz"), "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    return [
        SquadQuestion(
            question=row["question"].strip(),
            title=article["title"].replace("_", " "),
            text=paragraph["context"],
            answers=tuple(dict.fromkeys(answer["text"] for answer in row["answers"])),
        )
        for article in articles
        for paragraph in article["paragraphs"]
        for row in paragraph["qas"]
    ]


def digest(paths: Sequence[Path]) -> str:
    """The first 16 hexadecimal digits of a SHA-256 over the files' contents, in order."""
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()[:16]


def free_address() -> str:
    """An address of this machine, "127.0.0.1:PORT", that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"
