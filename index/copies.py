"""Which texts in the library are copies of one another, as an agency's are from outlet to outlet.

Every text that an article stands for is compared once, with those that share a band with it; what is found is kept, so
that an article more costs its own comparison alone. Knows SQL; index/shingles.py says what a copy is.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from index.articles import Article
from index.database import Connection
from index.shingles import Shingles, alike, bands, shingles

_NEW = "FROM places p WHERE p.lead AND NOT EXISTS (SELECT 1 FROM compared WHERE digest = p.digest)"
# From an article's text to its copies, their copies, and so on, over texts that were published by the day.
_TOGETHER = """
WITH RECURSIVE near (id, digest) AS (
    SELECT id, digest FROM places WHERE id IN (SELECT value FROM json_each(?1))
    UNION
    SELECT near.id, other.digest FROM near JOIN compared one ON one.digest = near.digest
    JOIN copies ON copies.text = one.key JOIN compared other ON other.key = copies.copy
    WHERE EXISTS (SELECT 1 FROM places p WHERE p.digest = other.digest AND p.lead AND (p.day IS NULL OR p.day <= ?2))
)
SELECT near.id, p.id FROM near JOIN places p ON p.digest = near.digest AND p.id != near.id
WHERE p.live AND (p.day IS NULL OR p.day <= ?2) ORDER BY p.day IS NULL, p.day, p.id
"""


class Copies(ABC):
    """Copies over the tables of `index/schema.py`, whatever runs the SQL."""

    @abstractmethod
    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""

    @abstractmethod
    def _write(self) -> AbstractContextManager[Connection]:
        """A transaction."""

    @abstractmethod
    def article(self, article_id: str, digest: str | None = None) -> Article | None:
        """See `Catalogue`."""

    def uncompared_count(self) -> int:
        """How many texts `compare` has yet to look at."""
        return int(self._rows(f"SELECT count(*) {_NEW}")[0][0])

    def compare(self, limit: int = 200) -> int:
        """Find the copies of up to `limit` texts among all compared before; returns how many texts it has compared.

        One transaction: a kill leaves all of it or nothing.
        """
        sql = f"SELECT digest, body FROM texts WHERE digest IN (SELECT p.digest {_NEW} LIMIT ?)"
        new = {digest: shingles(body) for digest, body in self._rows(sql, (limit,))}
        banded = {digest: bands(made) for digest, made in new.items()}
        with self._write() as db:
            for digest, own in banded.items():
                found = _sharing(db, own)
                (key,) = db.execute("INSERT INTO compared (digest) VALUES (?) RETURNING key", (digest,)).fetchone()
                copies = [other for other, body in found if alike(new[digest], new.get(body) or _read(db, body))]
                pairs = [pair for other in copies for pair in ((key, other), (other, key))]
                db.executemany("INSERT INTO copies VALUES (?, ?)", pairs)
                db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, key) for band in own])
        return len(new)

    def copies(self, ids: Sequence[str], through: date) -> dict[str, list[Article]]:
        """The other live places of each of these articles' texts and of copies of them, the earliest first.

        None that was published after `through`, nor what is a copy only by way of one. Of two live articles that are
        named, each has the other among its own, or neither has.
        """
        found: dict[str, list[Article]] = {article_id: [] for article_id in ids}
        known: dict[str, Article | None] = {}
        for article_id, other in self._rows(_TOGETHER, (json.dumps(list(ids)), through.toordinal())):
            if other not in known:
                known[other] = self.article(other)
            article = known[other]
            if article is not None:
                found[article_id].append(article)
        return found


def _sharing(db: Connection, own: Sequence[int]) -> list[tuple[int, str]]:
    """The (key, digest) of each text compared before that shares a band."""
    return db.execute(
        "SELECT key, digest FROM compared WHERE key IN "
        "(SELECT text FROM bands WHERE band IN (SELECT value FROM json_each(?))) ORDER BY key",
        (json.dumps(own),),
    ).fetchall()


def _read(db: Connection, digest: str) -> Shingles:
    return shingles(db.execute("SELECT body FROM texts WHERE digest = ?", (digest,)).fetchone()[0])
