"""What a reader is: it finds the words that answer a question in the passages retrieved for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.question import Meaning
from index.articles import Article
from index.retrieve import Found, source


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, `article.text[start:end]`, that may answer, with the probability that it does.

    `words` are the characters of the text that answer, within the sentence; None where no narrower span is known.
    `margin` are the model's own log-odds for it over "no answer". `also` as of the passage it was found in.
    """

    article: Article
    start: int
    end: int
    probability: float
    words: tuple[int, int] | None = None
    margin: float = 0.0
    also: tuple[Article, ...] = ()

    @property
    def source(self) -> str:
        """The same for all articles that are copies of one text: one source, however many outlets print it."""
        return source(self.article, self.also)

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def answer(self) -> str:
        """The words that answer, as they stand in the sentence."""
        start, end = self.words or (self.start, self.end)
        return self.article.text[start:end]


class Reader(Protocol):
    """Finds the sentences that answer a question in the passages retrieved for it."""

    def read(self, meaning: Meaning, found: Sequence[Found]) -> list[Reading]:
        """Sentences, the surest first; empty when there is nothing to read."""
        ...
