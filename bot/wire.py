"""What the bot and its workers write to each other: lines of `KIND<tab>JSON`, and the shapes that go over them.

Knows nothing of processes. What a line holds may have been made by a hostile document: shapes are checked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from index.articles import Article, Dropped
from index.dates import from_iso

Happened = Literal["added", "changed", "unchanged", "duplicate"]
HAPPENED: tuple[Happened, ...] = ("added", "changed", "unchanged", "duplicate")


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """What bot/parse_worker.py is to read: a `document` at the path `source`, a `link`, or what is new in a `feed`.

    `seconds` and `memory` (bytes) end it. `allow` are networks to be reached though they are not public. For a feed:
    `seen` has the digest of each entry known to it, and how many times in a row it could not be read; `look` asks for
    the feed's title alone; `home` is where the library is.
    """

    duty: Literal["document", "link", "feed"]
    source: str
    seconds: float
    memory: int
    name: str = ""
    allow: tuple[str, ...] = ()
    home: str = ""
    etag: str = ""
    modified: str = ""
    look: bool = False
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What bot/build_worker.py is to do with the articles that follow it; `patience` in seconds, for another build."""

    home: str
    encoder: str | None
    remove: tuple[str, ...] = ()
    replace: bool = False
    patience: float = 3600.0


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that the library holds now. `passages`: how many the index has of its text."""

    id: str
    url: str
    title: str
    outlet: str
    published: date | datetime | None
    passages: int
    happened: Happened


def write_line(kind: str, body: object) -> bytes:
    """One line, in ASCII: half a surrogate pair gets through, to be refused where articles are."""
    return f"{kind}\t{json.dumps(body)}\n".encode("ascii")


def read_line(line: bytes) -> tuple[str, Any]:
    """(kind, body) of a line. Raises ValueError for what is none."""
    kind, tab, body = line.partition(b"\t")
    if not tab:
        raise ValueError("not a line of a worker")
    return kind.decode("ascii"), json.loads(body)


def article_to_json(article: Article) -> dict[str, Any]:
    """An article whole, for `article_from_json`."""
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "outlet": article.outlet,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "text": article.text,
        "language": article.language,
        "dropped": [[block.rule, block.text] for block in article.dropped],
    }


def article_from_json(body: Any) -> Article:
    """Raises ValueError when `body` is not what `article_to_json` gives."""
    try:
        return Article(
            id=_text(body["id"]),
            url=_text(body["url"]),
            title=_text(body["title"]),
            outlet=_text(body["outlet"]),
            authors=tuple(map(_text, body["authors"])),
            published=_published(body["published"]),
            text=_text(body["text"]),
            language=None if body["language"] is None else _text(body["language"]),
            dropped=tuple(Dropped(_text(rule), _text(text)) for rule, text in body["dropped"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an article") from error


def taken_to_json(taken: Taken) -> dict[str, Any]:
    """What became of an article, for `taken_from_json`."""
    return {
        "id": taken.id,
        "url": taken.url,
        "title": taken.title,
        "outlet": taken.outlet,
        "published": taken.published.isoformat() if taken.published else None,
        "passages": taken.passages,
        "happened": taken.happened,
    }


def taken_from_json(body: Any) -> Taken:
    """Raises ValueError when `body` is not what `taken_to_json` gives."""
    try:
        return Taken(
            id=_text(body["id"]),
            url=_text(body["url"]),
            title=_text(body["title"]),
            outlet=_text(body["outlet"]),
            published=_published(body["published"]),
            passages=int(body["passages"]),
            happened=HAPPENED[HAPPENED.index(body["happened"])],
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an article that was taken") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _published(value: object) -> date | datetime | None:
    return None if value is None else from_iso(_text(value))
