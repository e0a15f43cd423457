"""An article, a refused input, and the one way in: `read_articles(source)`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from index import sources
from index.clean import Dropped as Dropped
from index.clean import clean
from index.dates import date_in_name, dateline_date, day_of
from index.fetch import Fetch
from index.records import Raw, RefusedError, domain, line
from index.titles import split_title

MOST_CHARACTERS = 2_000_000  # of one article
LEAST_LETTERS = 20  # a two-sentence news flash is an article
HEADLINE_WORDS = 4  # of a title that can stand alone when its body was nothing but boilerplate


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as it was published.

    `id` is stable over re-reading: the URL, else the file's path within its source folder (POSIX, `#n` for row n of
    a file of many, `#name` for a feed's entry). `text` is the cleaned story, Unicode as written; every span in
    Dateline indexes into it.
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
        return day_of(self.published)


@dataclass(frozen=True, slots=True)
class BadArticle:
    """An input that could not become an article, and why. The run goes on without it."""

    source: str
    reason: str


def read_articles(source: str | Path, *, fetch: Fetch | None = None) -> Iterator[Article | BadArticle]:
    """The articles of a file, a folder (recursive, hidden files skipped), a glob, or an http(s) page or feed.

    `fetch` gets URLs (default: `index.fetch.fetch`). Raises UsageError at once when there is no such source; all
    else that can be wrong with an input comes out as a BadArticle.
    """
    return (made(item) for item in sources.items(os.fspath(source), fetch))


def read_document(stream: BinaryIO, name: str, *, size: int, fetch: Fetch) -> Iterator[Article | BadArticle]:
    """The articles of one open file of `size` bytes, read by the ending of `name`, with which their ids begin."""
    return (made(item) for item in sources.document(stream, name, size, fetch))


def made(item: sources.Item) -> Article | BadArticle:
    """The article of a record, or what is wrong with it."""
    found = item.found
    if isinstance(found, Raw):
        try:
            return _article(found, item.id)
        except RefusedError as refused:
            found = RefusedError(refused.reason, found.row)
    reason = found.reason if found.row is None else f"row {found.row}: {found.reason}"
    return BadArticle(item.source, reason)


def _article(raw: Raw, place: str) -> Article:
    """`raw` cleaned, with a title, a date and an outlet where it has none of its own. Raises RefusedError."""
    if len(raw.text) > MOST_CHARACTERS:
        raise RefusedError(f"too large: {len(raw.text):,} characters")
    if not raw.text.strip():
        raise RefusedError("no text found")
    text, dropped = clean(raw.text)
    title = raw.title
    if not text and len(title.split()) >= HEADLINE_WORDS:
        text = title  # the body held no story: the headline can still be found and cited
    elif text and not title:
        title, text = split_title(text)
    elif text:
        text, dropped = _without_headline(text, title, dropped)
    letters = sum(map(str.isalpha, text[:1000]))
    if not letters:
        raise RefusedError(f"no text found: all of it is {dropped[0].rule}" if dropped else "no text found")
    if letters < LEAST_LETTERS:
        raise RefusedError(f"too short: {letters} letters")
    return Article(
        id=raw.url or (place if raw.row is None else f"{place}#{raw.key or raw.row}"),
        url=raw.url,
        title=title[:500],
        outlet=raw.outlet or domain(raw.url),
        authors=raw.authors,
        published=raw.published or dateline_date(raw.text) or date_in_name(raw.url or place),
        text=text,
        language=raw.language,
        dropped=dropped,
    )


def _without_headline(text: str, title: str, dropped: tuple[Dropped, ...]) -> tuple[str, tuple[Dropped, ...]]:
    """Pages often repeat the headline as the first line of the text."""
    first, _, rest = text.partition("\n")
    if rest.strip() and line(first).casefold() == title.casefold():
        return rest.strip(), (Dropped("repeated headline", first), *dropped)
    return text, dropped
