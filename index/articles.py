"""An article, a refused input, and the one way in: `read_articles(source)`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """A block that cleaning took out, with the name of the rule that did."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as it was published.

    `id` is stable over re-reading: the URL, else the file's path within its source folder (POSIX, `#n` for row n of
    a file of many). `text` is the cleaned story, Unicode as written; every span in Dateline indexes into it.
    `published` is the publication date, or None when the source does not say: never a file or fetch time.
    """

    id: str
    url: str
    title: str
    outlet: str
    authors: tuple[str, ...]
    published: date | datetime | None
    text: str
    language: str | None = None
    dropped: tuple[Dropped, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the text: what says that the story itself changed. 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def day(self) -> date | None:
        """The publication day, without the time."""
        return self.published.date() if isinstance(self.published, datetime) else self.published


@dataclass(frozen=True, slots=True)
class BadArticle:
    """An input that could not become an article, and why. The run goes on without it."""

    source: str
    reason: str
