"""A turn of a conversation, and what a question that leans on earlier turns was taken to mean. Pure data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Lean(StrEnum):
    """How a question leaned on what was said before it."""

    MEANT = "meant"  # a pronoun stands for a name
    REPLACED = "replaced"  # "And France?": put in the place of what the question before asked of
    CONTINUED = "continued"  # "Why?": goes on with the words of the question before
    TOPIC = "topic"  # words of the topic were added
    ARTICLE = "article"  # the article under discussion is preferred
    MODEL = "model"  # a language model put it so


@dataclass(frozen=True, slots=True)
class Leaning:
    """One way in which it leaned: the question's own `words`, and the earlier ones that they were tied to."""

    how: Lean
    words: str
    on: str


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question as it is searched. `text` equals the question unless it was rewritten.

    `prefer`: ids of the articles under discussion, to be preferred, not forced. `topic`: what the conversation is
    about now, phrase by phrase, for the questions to come.
    """

    text: str
    prefer: frozenset[str] = frozenset()
    topic: tuple[str, ...] = ()
    why: tuple[Leaning, ...] = ()

    @property
    def leaned(self) -> bool:
        return any(lean.how is not Lean.ARTICLE for lean in self.why)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was answered.

    `answer` are the exact words that answered (empty when nothing did), `said` what was said in whole, `articles` the
    ids of those under discussion, the first cited first, `quotes` the sentences cited, `titles` the headlines.
    `prefer`, `topic` and `why` are those of the Standalone.
    """

    question: str
    standalone: str
    answer: str = ""
    said: str = ""
    articles: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    why: tuple[Leaning, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "standalone": self.standalone,
            "answer": self.answer,
            "said": self.said,
            "articles": list(self.articles),
            "titles": list(self.titles),
            "quotes": list(self.quotes),
            "topic": list(self.topic),
            "prefer": list(self.prefer),
            "why": [[lean.how.value, lean.words, lean.on] for lean in self.why],
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Turn:
        return cls(
            body["question"],
            body["standalone"],
            body["answer"],
            body["said"],
            tuple(body["articles"]),
            tuple(body["titles"]),
            tuple(body["quotes"]),
            tuple(body["topic"]),
            tuple(body["prefer"]),
            tuple(Leaning(Lean(how), words, on) for how, words, on in body["why"]),
        )


_TOPIC = re.compile(r"\s*\([^()]*\)(?=[?!.]*$)")


def with_topic(question: str, phrases: Sequence[str]) -> str:
    """A question with the topic's phrases in brackets at its end, for the search."""
    return f"{question.rstrip(' ?!.')} ({', '.join(phrases)})?"


def without_topic(question: str) -> str:
    """A question without the topic's phrases."""
    return _TOPIC.sub("", question)


Rewriter = Callable[[Sequence[Turn], str], str | None]
"""(turns, oldest first; the new question) -> the question standing on its own, or None where it cannot tell."""
