"""The feeds that are read on a schedule, and what each said of its entries, in the bot's own database.

Knows when a feed is due, but neither the network nor what becomes of its articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.state import State
from index.errors import UsageError
from index.fetch import Validators

LEAST_MINUTES, MINUTES, MOST_MINUTES = 5, 30, 7 * 24 * 60
_FORGOTTEN = 30 * 86_400.0  # seconds after which an entry that is listed no more is forgotten
_FIELDS = "url, title, minutes, etag, modified, last_run, next_run, failures, fault"


EntryState = Literal["known", "read", "failed"]
STATES: dict[str, EntryState] = {"known": "known", "read": "read", "failed": "failed"}
# Of each entry, by its article's id: its digest, and how often in a row reading it failed.
Seen = dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and how it goes. Times are in seconds since 1970; `failures` in a row, `fault` is what the last one was.

    `title` is "" until the feed has been read.
    """

    url: str
    title: str
    minutes: int
    validators: Validators
    last_run: float | None
    next_run: float
    failures: int
    fault: str


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry of a feed as it was just listed: `known` before, `read` now, or `failed` to be read."""

    id: str
    digest: str
    state: EntryState


class FeedTable:
    """The tables `feeds` and `feed_entries` of the bot's database. Every method may raise StateError."""

    def __init__(self, state: State) -> None:
        self._state = state

    def all(self) -> tuple[Feed, ...]:
        """Every feed, by title."""
        return self._feeds("ORDER BY title COLLATE NOCASE, url")

    def due(self, now: float) -> tuple[Feed, ...]:
        """Those whose time has come, the longest overdue first: each once, however many runs were missed."""
        # A last run in the future means that the clock was wrong then, and the next run with it.
        return self._feeds("WHERE next_run <= ?1 OR last_run > ?1 ORDER BY next_run", (now,))

    def add(self, url: str, title: str, minutes: int, now: float) -> Feed:
        """A new feed, due at once. Raises UsageError when it is there already."""
        with self._state.write() as db:
            done = db.execute(
                "INSERT INTO feeds (url, title, minutes, next_run) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (url, title, minutes, now),
            )
            added = done.rowcount == 1
        if not added:
            raise UsageError(f"{url} is one of the feeds already.")
        return self.get(url)

    def get(self, url: str) -> Feed:
        """Raises UsageError when there is no such feed."""
        found = self._feeds("WHERE url = ?", (url,))
        if not found:
            raise UsageError(f"{url} is none of the feeds.")
        return found[0]

    def remove(self, url: str) -> Feed:
        """Read a feed no more; its articles stay. Raises UsageError when there is no such feed."""
        feed = self.get(url)
        with self._state.write() as db:
            db.execute("DELETE FROM feeds WHERE url = ?", (url,))
            db.execute("DELETE FROM feed_entries WHERE feed = ?", (url,))
        return feed

    def seen(self, url: str) -> Seen:
        """The entries known to a feed."""
        rows = self._state.rows("SELECT id, digest, failures FROM feed_entries WHERE feed = ?", (url,))
        return {article_id: (digest, failures) for article_id, digest, failures in rows}

    def succeeded(
        self, feed: Feed, now: float, next_run: float, *, title: str, validators: Validators,
        entries: Sequence[SeenEntry] = (),
    ) -> None:  # fmt: skip
        """Keep a run that went well. A feed removed meanwhile stays removed."""
        before = self.seen(feed.url) if entries else {}
        rows = [(feed.url, e.id, e.digest, _failures(e, before), now) for e in entries]
        with self._state.write() as db:
            done = db.execute(
                "UPDATE feeds SET title = ?, etag = ?, modified = ?, last_run = ?, next_run = ?, failures = 0, "
                "fault = NULL WHERE url = ?",
                (title, validators.etag or None, validators.modified or None, now, next_run, feed.url),
            )
            if not rows or not done.rowcount:
                return
            db.executemany("INSERT OR REPLACE INTO feed_entries VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("DELETE FROM feed_entries WHERE feed = ? AND seen < ?", (feed.url, now - _FORGOTTEN))

    def failed(self, feed: Feed, now: float, next_run: float, fault: str) -> None:
        """Keep a run that failed, with one phrase that says why."""
        with self._state.write() as db:
            db.execute(
                "UPDATE feeds SET last_run = ?, next_run = ?, failures = failures + 1, fault = ? WHERE url = ?",
                (now, next_run, fault, feed.url),
            )

    def _feeds(self, sql: str, parameters: Iterable[object] = ()) -> tuple[Feed, ...]:
        rows = self._state.rows(f"SELECT {_FIELDS} FROM feeds {sql}", tuple(parameters))
        return tuple(
            Feed(url, title, minutes, Validators(etag or "", modified or ""), last, next_run, failures, fault or "")
            for url, title, minutes, etag, modified, last, next_run, failures, fault in rows
        )


def _failures(entry: SeenEntry, before: Seen) -> int:
    """How often in a row reading this entry, as it stands, has failed."""
    digest, failures = before.get(entry.id, ("", 0))
    if entry.state == "read":
        return 0
    same = failures if digest == entry.digest else 0
    return same + 1 if entry.state == "failed" else same
