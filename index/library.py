"""The one truth: articles with their versions and places, passages, and vectors, in one SQLite file.

Generations are derived from it and can be made again; it cannot. Knows nothing of encoders or search engines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.articles import Article
from index.catalogue import Catalogue
from index.copies import Copies
from index.database import Connection, Database
from index.errors import IndexMissing, LibraryError
from index.known import Known
from index.passages import Passage
from index.places import Places
from index.schema import MIGRATIONS
from index.vectors import Vectors

FILE_NAME = "library.sqlite"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many articles a `put` added, changed, found unchanged, or knew already from another place."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicates: int = 0


class Library(Database, Catalogue, Known, Places, Copies, Vectors):
    """One connection behind a lock: safe from several threads; other processes read while one writes (WAL).

    Opening makes or migrates the file, unless `read_only`, which raises IndexMissing where there is none. Every method
    may raise LibraryError. Every write is one transaction: a kill leaves all of it or nothing.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        if read_only and not path.exists():
            raise IndexMissing("Nothing has been indexed yet: run `dateline index add PATH`.")
        super().__init__(
            path,
            MIGRATIONS,
            "foreign_keys = ON",
            what="The library",
            fault=LibraryError,
            timeout=30,
            read_only=read_only,
        )

    def put(self, articles: Iterable[Article]) -> Outcome:
        """Store `articles` in one transaction. Unchanged ones do nothing; a changed one becomes a new version."""
        found = dict.fromkeys(("added", "changed", "unchanged", "duplicates"), 0)
        with self._write() as db:
            stored = datetime.now(UTC).isoformat(timespec="seconds")
            digests: set[str] = set()
            for article in articles:
                old = db.execute(
                    "SELECT p.digest, v.revision, p.live FROM places p JOIN versions v ON v.key = p.version "
                    "WHERE p.id = ?",
                    (article.id,),
                ).fetchone()
                digest, revision = article.digest, _revision(article)
                version = self._store(db, article, digest, revision, stored)
                if old and old[2] and old[1] == revision:
                    found["unchanged"] += 1
                    continue
                twin = db.execute("SELECT 1 FROM places WHERE digest = ? AND live AND id != ?", (digest, article.id))
                known = twin.fetchone() is not None
                found["changed" if old and old[2] else "duplicates" if known else "added"] += 1
                day = article.day.toordinal() if article.day else None
                db.execute(
                    "INSERT OR REPLACE INTO places (id, version, digest, url, outlet, day) VALUES (?, ?, ?, ?, ?, ?)",
                    (article.id, version, digest, article.url, article.outlet, day),
                )
                digests.update((digest, old[0]) if old else (digest,))
            self._choose_leads(db, digests)
        return Outcome(**found)

    @staticmethod
    def _store(db: Connection, article: Article, digest: str, revision: str, stored: str) -> int:
        db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (digest, article.text))
        (key,) = db.execute(
            "INSERT INTO versions (id, revision, digest, url, title, outlet, authors, published, language, dropped, "
            "stored) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, revision) DO UPDATE SET "
            "authors = excluded.authors, language = excluded.language, dropped = excluded.dropped RETURNING key",
            (
                article.id, revision, digest, article.url, article.title, article.outlet,
                json.dumps(article.authors), article.published.isoformat() if article.published else None,
                article.language, json.dumps([[block.rule, block.text] for block in article.dropped]), stored,
            ),
        ).fetchone()  # fmt: skip
        return int(key)

    def remove(self, ids: Iterable[str]) -> int:
        """Take live articles out of the index; old answers can still show them. Returns how many there were."""
        with self._write() as db:
            digests: list[str] = []
            for article_id in ids:
                sql = "UPDATE places SET live = 0 WHERE id = ? AND live RETURNING digest"
                digests.extend(digest for (digest,) in db.execute(sql, (article_id,)).fetchall())
            self._choose_leads(db, set(digests))
        return len(digests)

    @staticmethod
    def _choose_leads(db: Connection, digests: set[str]) -> None:
        """For each text, let the best live place stand for it, and end the passages of whatever no longer does."""
        if not digests:
            return
        (sequence,) = db.execute("UPDATE state SET sequence = sequence + 1 RETURNING sequence").fetchone()
        affected: set[int] = set()
        for digest in digests:
            db.execute("UPDATE places SET lead = 0 WHERE digest = ?", (digest,))
            db.execute(
                "UPDATE places SET lead = 1 WHERE id = (SELECT id FROM places WHERE digest = ? AND live "
                "ORDER BY day IS NULL, day, url = '', length(url), id LIMIT 1)",
                (digest,),
            )
            affected.update(
                key
                for (key,) in db.execute(
                    "SELECT v.key FROM places p JOIN versions v ON v.id = p.id WHERE p.digest = ?1 AND v.splitting "
                    "IS NOT NULL UNION SELECT key FROM versions WHERE digest = ?1 AND splitting IS NOT NULL",
                    (digest,),
                )
            )
        keys = json.dumps(sorted(affected))
        gone = "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT version FROM places WHERE lead)"
        db.execute(f"UPDATE passages SET until = ?2 WHERE until IS NULL AND version IN ({gone})", (keys, sequence))
        db.execute(f"UPDATE versions SET splitting = NULL WHERE key IN ({gone})", (keys,))

    def put_passages(self, articles: Iterable[tuple[Article, Sequence[tuple[Passage, str]]]], splitting: str) -> None:
        """Store each pending article's passages with their hashes, as cut by `splitting`; end those it had before."""
        with self._write() as db:
            (sequence,) = db.execute("UPDATE state SET sequence = sequence + 1 RETURNING sequence").fetchone()
            for article, passages in articles:
                (version,) = db.execute("SELECT version FROM places WHERE id = ?", (article.id,)).fetchone()
                kept = json.dumps([passage.id for passage, _ in passages])
                db.execute(
                    "UPDATE passages SET until = ? WHERE version = ? AND until IS NULL "
                    "AND id NOT IN (SELECT value FROM json_each(?))",
                    (sequence, version, kept),
                )
                db.executemany(
                    'INSERT INTO passages (id, version, start, "end", hash, since) VALUES (?, ?, ?, ?, ?, ?) '
                    "ON CONFLICT (id) DO UPDATE SET version = excluded.version, hash = excluded.hash, until = NULL, "
                    "since = iif(until IS NULL AND hash = excluded.hash, since, excluded.since)",
                    [(p.id, version, p.start, p.end, key, sequence) for p, key in passages],
                )
                db.execute("UPDATE versions SET splitting = ? WHERE key = ?", (splitting, version))


def _revision(article: Article) -> str:
    """What passages are made from: when it changes, the article has a new version. 32 hexadecimal digits."""
    published = article.published.isoformat() if article.published else ""
    parts = "\0".join((article.url, article.title, article.outlet, published, article.digest))
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()
