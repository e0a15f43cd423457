"""Questions in, answers out: the types that every front end and every reader share.

A claim without a citation cannot be constructed, nor a citation whose span is not in its article.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from index.articles import Article


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the day it was asked: nothing published later is seen.

    `standalone`: the same with what it leaned on in a conversation, where that made a difference.
    """

    text: str
    asked_on: date
    standalone: str = ""

    @property
    def searched(self) -> str:
        return self.standalone or self.text


@dataclass(frozen=True, slots=True)
class Understood:
    """What code recognised in a question beyond its words.

    `outlets`, where `only`, and `authors` limit the search; `window` (days, both included), `newest` and outlets
    otherwise lead it: what fits comes first, and nothing is hidden. `persons` are who it is about. `as_of` is the day
    named in the question that it was asked as of.
    """

    outlets: tuple[str, ...] = ()
    only: bool = False
    authors: tuple[str, ...] = ()
    window: tuple[date, date] | None = None
    newest: bool = False
    persons: tuple[str, ...] = ()
    as_of: date | None = None

    @property
    def removable(self) -> bool:
        """Whether there is anything that asking without it can change."""
        return bool(self.outlets or self.authors or self.window or self.newest)

    def as_json(self) -> dict[str, Any]:
        return {
            "outlets": list(self.outlets),
            "only": self.only,
            "authors": list(self.authors),
            "window": [day.isoformat() for day in self.window] if self.window else None,
            "newest": self.newest,
            "persons": list(self.persons),
            "as_of": self.as_of.isoformat() if self.as_of else None,
        }


NOTHING = Understood()


@dataclass(frozen=True, slots=True)
class Citation:
    """Characters `start` to `end` of `article.text`: the sentence or passage that says so.

    `also` are other places that carry the same text, or a copy of it with few changes.
    """

    article: Article
    start: int
    end: int
    also: tuple[Article, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(f"span {self.start}:{self.end} is not within article {self.article.id!r}")

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]

    def as_json(self) -> dict[str, Any]:
        article = self.article
        return {
            "article_id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "url": article.url,
            "published": article.published.isoformat() if article.published else None,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "also": [{"url": place.url, "outlet": place.outlet} for place in self.also],
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing said, with the citations that back it.

    `answer` is the exact words within the first citation's quote that answer; the whole quote when no narrower
    span is known.
    """

    text: str
    citations: tuple[Citation, ...]
    answer: str
    score: float

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("a claim needs at least one citation")
        if self.answer not in self.citations[0].quote:
            raise ValueError("a claim's answer must stand in its first citation's quote")

    def as_json(self) -> dict[str, Any]:
        citations = [citation.as_json() for citation in self.citations]
        return {"text": self.text, "answer": self.answer, "citations": citations}


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking a language model: claims that were verified, or the line that says why there are none.

    `writer` is the model and the version of its prompts.
    """

    claims: tuple[Claim, ...] = ()
    note: str = ""
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to the person who asked: `text` is the claims in a row, or the sentence that says there are none.

    `closest` are the nearest passages, shown as closest and never as an answer. `articles_searched` counts the
    articles that could be seen on the day of asking, `articles_through` is the newest day among them.
    """

    question: Question
    status: Status
    text: str
    claims: tuple[Claim, ...]
    closest: tuple[Citation, ...]
    articles_searched: int
    articles_through: date | None
    seconds: float
    understood: Understood = NOTHING
    note: str = ""  # why a language model's words are not shown, in one line
    writer: str = ""  # whose words the claims are: the language model, and the version of its prompts

    def __post_init__(self) -> None:
        if (self.status is not Status.NOT_FOUND) != bool(self.claims):
            raise ValueError("an answer is `answered` or `conflicting` exactly when it makes a claim")

    def as_json(self) -> dict[str, Any]:
        standalone = self.question.standalone
        return {
            "question": self.question.text,
            **({"standalone": standalone} if standalone else {}),
            "asked_on": self.question.asked_on.isoformat(),
            "understood": self.understood.as_json(),
            "status": self.status.value,
            "text": self.text,
            "claims": [claim.as_json() for claim in self.claims],
            "closest": [citation.as_json() for citation in self.closest],
            "articles_searched": self.articles_searched,
            "articles_through": self.articles_through.isoformat() if self.articles_through else None,
            "seconds": round(self.seconds, 4),
            "note": self.note,
            "writer": self.writer,
        }
