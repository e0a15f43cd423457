"""What can be asked of the library: articles and their versions, passages, counts, and what a generation lacks.

The read half of `Library`. Knows SQL, but neither the file nor how it is written.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.articles import Article, Dropped
from index.dates import from_iso
from index.errors import UsageError
from index.passages import Passage

_FIELDS = "v.id, v.url, v.title, v.outlet, v.authors, v.published, t.body, v.language, v.dropped"
_CURRENT = f"SELECT {_FIELDS} FROM places p JOIN versions v ON v.key = p.version JOIN texts t ON t.digest = v.digest"


@dataclass(frozen=True, slots=True)
class Counts:
    """The library in numbers. `places` counts every live place, `articles` distinct texts among them."""

    articles: int
    places: int
    passages: int
    removed: int
    versions: int
    vectors: int
    undated: int
    newest: date | None


@dataclass(frozen=True, slots=True)
class OutletCount:
    """How many articles an outlet has, and the day of its newest."""

    outlet: str
    articles: int
    newest: date | None


class Catalogue(ABC):
    """Queries over the tables of `index/schema.py`, whatever runs them."""

    @abstractmethod
    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""

    def article(self, article_id: str, digest: str | None = None) -> Article | None:
        """The current version of an article (a removed one's last), or the newest with that text digest."""
        if digest is None:
            rows = self._rows(f"{_CURRENT} WHERE p.id = ?", (article_id,))
        else:
            rows = self._rows(
                f"SELECT {_FIELDS} FROM versions v JOIN texts t ON t.digest = v.digest "
                "WHERE v.id = ? AND v.digest = ? ORDER BY v.key DESC LIMIT 1",
                (article_id, digest),
            )
        return _article(rows[0]) if rows else None

    def versions(self, article_id: str) -> list[tuple[str, Article]]:
        """Every version of an article, oldest first, with the UTC time at which each was first stored."""
        sql = f"SELECT v.stored, {_FIELDS} FROM versions v JOIN texts t ON t.digest = v.digest WHERE v.id = ?"
        return [(row[0], _article(row[1:])) for row in self._rows(sql + " ORDER BY v.key", (article_id,))]

    def also(self, article_id: str) -> list[Article]:
        """The other live places of this article's text."""
        return [
            _article(row)
            for row in self._rows(
                f"{_CURRENT} WHERE p.digest = (SELECT digest FROM places WHERE id = ?1) AND p.live AND p.id != ?1 "
                "ORDER BY p.id",
                (article_id,),
            )
        ]

    def resolve(self, text: str) -> str:
        """The article id that `text` names: an id, a URL, or a beginning of one that fits a single article.

        Raises UsageError when it names none or several.
        """
        exact = self._rows("SELECT id FROM places WHERE id = ?1 OR url = ?1 ORDER BY id != ?1, NOT live", (text,))
        if exact:
            return str(exact[0][0])
        top = text + chr(0x10FFFF)
        sql = "SELECT id FROM places WHERE id BETWEEN ?1 AND ?2 OR url BETWEEN ?1 AND ?2 ORDER BY id LIMIT 4"
        found = [row[0] for row in self._rows(sql, (text, top))] if text else []
        if len(found) == 1:
            return str(found[0])
        if found:
            raise UsageError(f"{text!r} fits more than one article: {', '.join(found[:3])}…")
        raise UsageError(f"No article has the id or URL {text!r}.")

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Article]]:
        """The passages that exist of these, each with the version of its article that it belongs to, old ones too."""
        wanted = json.dumps(list(ids))
        rows = self._rows(
            'SELECT id, version, start, "end" FROM passages WHERE id IN (SELECT value FROM json_each(?))', (wanted,)
        )
        keys = json.dumps(sorted({row[1] for row in rows}))
        sql = f"SELECT v.key, {_FIELDS} FROM versions v JOIN texts t ON t.digest = v.digest"
        found = self._rows(f"{sql} WHERE v.key IN (SELECT value FROM json_each(?))", (keys,))
        articles = {row[0]: _article(row[1:]) for row in found}
        return {row[0]: (Passage(row[0], articles[row[1]].id, *row[2:]), articles[row[1]]) for row in rows}

    def texts(self, ids: Sequence[str], sequence: int, most: int) -> dict[str, str]:
        """The first `most` characters of each of these articles, by id, as the index of `sequence` holds it."""
        return dict(
            self._rows(
                "SELECT v.id, substr(t.body, 1, ?) FROM versions v JOIN texts t ON t.digest = v.digest "
                "WHERE v.id IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM passages p "
                "WHERE p.version = v.key AND p.since <= ? AND (p.until IS NULL OR p.until > ?))",
                (most, json.dumps(list(ids)), sequence, sequence),
            )
        )

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """The hash of each passage: the key of its vector."""
        sql = "SELECT id, hash FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._rows(sql, (json.dumps(list(ids)),)))

    # What the index should hold

    @property
    def sequence(self) -> int:
        """How many writes have changed something so far."""
        return int(self._rows("SELECT sequence FROM state")[0][0])

    @property
    def identity(self) -> str:
        """Which library this is: 16 hexadecimal digits, chosen when it was made."""
        return str(self._rows("SELECT identity FROM state")[0][0])

    def pending(self, splitting: str, limit: int = 256) -> list[Article]:
        """Some of the articles that are not cut into passages by `splitting` yet."""
        sql = f"{_CURRENT} WHERE p.lead AND v.splitting IS NOT ? LIMIT ?"
        return [_article(row) for row in self._rows(sql, (splitting, limit))]

    def pending_count(self, splitting: str) -> int:
        """How many articles `pending` has in all."""
        sql = "SELECT count(*) FROM places p JOIN versions v ON v.key = p.version WHERE p.lead AND v.splitting IS NOT ?"
        return int(self._rows(sql, (splitting,))[0][0])

    def live_passages(self) -> list[str]:
        """The ids of all passages of the index as it should be now, oldest first."""
        return [row[0] for row in self._rows("SELECT id FROM passages WHERE until IS NULL ORDER BY key")]

    def difference(self, sequence: int) -> tuple[list[str], list[str]]:
        """(ids to add or replace, ids to delete) that turn the index of `sequence` into the present one."""
        added = self._rows("SELECT id FROM passages WHERE since > ? AND until IS NULL ORDER BY key", (sequence,))
        # Whatever ended since: a passage may have come, gone, come and gone again between two generations.
        ended = self._rows("SELECT id FROM passages WHERE until > ? ORDER BY key", (sequence,))
        return [row[0] for row in added], [row[0] for row in ended]

    def unencoded(self, model_id: str, sequence: int = 0) -> dict[str, str]:
        """Passages newer than `sequence` without a vector of this model: one passage id for each missing hash."""
        return dict(
            self._rows(
                "SELECT p.hash, min(p.id) FROM passages p WHERE p.until IS NULL AND p.since > ? AND NOT EXISTS "
                "(SELECT 1 FROM vectors WHERE model = (SELECT key FROM models WHERE id = ?) AND hash = p.hash) "
                "GROUP BY p.hash",
                (sequence, model_id),
            )
        )

    def live_ids(self) -> set[str]:
        """The ids of all live places."""
        return {row[0] for row in self._rows("SELECT id FROM places WHERE live")}

    # Numbers

    def faults(self) -> list[str]:
        """What SQLite finds damaged in the file: empty when it is sound. Reads the whole file."""
        return [row[0] for row in self._rows("PRAGMA quick_check(5)") if row[0] != "ok"]

    def counts(self) -> Counts:
        """Everything `index status` shows of the library."""
        *numbers, newest = self._rows(
            "SELECT (SELECT count(*) FROM places WHERE lead), (SELECT count(*) FROM places WHERE live), "
            "(SELECT count(*) FROM passages WHERE until IS NULL), (SELECT count(*) FROM places WHERE NOT live), "
            "(SELECT count(*) FROM versions), (SELECT count(*) FROM vectors), "
            "(SELECT count(*) FROM places WHERE lead AND day IS NULL), (SELECT max(day) FROM places WHERE lead)"
        )[0]
        return Counts(*(*numbers, _day(newest)))

    def count_through(self, day: date | None, sequence: int | None = None) -> tuple[int, date | None]:
        """How many articles were published on or before `day` (None: ever) or are undated, and their newest day.

        With `sequence`, as the generation that reflects it holds them: a build under way does not count yet.
        """
        if sequence is not None and sequence != self.sequence:
            bound_day = (date.max if day is None else day).isoformat()
            number, last = self._rows(
                "SELECT count(*), max(substr(published, 1, 10)) FROM versions "
                "WHERE key IN (SELECT version FROM passages WHERE since <= ?1 AND (until IS NULL OR until > ?1)) "
                "AND (published IS NULL OR substr(published, 1, 10) <= ?2)",
                (sequence, bound_day),
            )[0]
            return number, date.fromisoformat(last) if last else None
        bound = date.max.toordinal() if day is None else day.toordinal()
        sql = "SELECT count(*), max(day) FROM places WHERE lead AND day <= ?"
        dated, newest = self._rows(sql, (bound,))[0]
        (undated,) = self._rows("SELECT count(*) FROM places WHERE lead AND day IS NULL")[0]
        return dated + undated, _day(newest)

    def outlets(self) -> list[OutletCount]:
        """Every outlet with its number of articles, the largest first."""
        sql = "SELECT outlet, count(*) AS n, max(day) FROM places WHERE lead GROUP BY outlet ORDER BY n DESC, outlet"
        return [OutletCount(outlet, n, _day(newest)) for outlet, n, newest in self._rows(sql)]

    def latest(
        self, n: int = 10, *, outlet: str | None = None, topic: str | None = None, through: date | None = None
    ) -> list[Article]:
        """The newest articles, undated last: of one outlet, with every word of `topic` in the title, up to a day."""
        sql, parameters = f"{_CURRENT} WHERE p.lead", list[Any]()
        if through is not None:
            sql, parameters = sql + " AND (p.day IS NULL OR p.day <= ?)", [through.toordinal()]
        if outlet is not None:
            sql, parameters = sql + " AND v.outlet LIKE ? ESCAPE '\\'", [*parameters, _literal(outlet)]
        for word in (topic or "").split():
            sql, parameters = sql + " AND v.title LIKE ? ESCAPE '\\'", [*parameters, f"%{_literal(word)}%"]
        sql += " ORDER BY p.day IS NULL, p.day DESC, v.published DESC, v.key DESC LIMIT ?"
        return [_article(row) for row in self._rows(sql, (*parameters, n))]


def _article(row: Sequence[Any]) -> Article:
    article_id, url, title, outlet, authors, published, text, language, dropped = row
    when = None if published is None else from_iso(published)
    blocks = tuple(Dropped(*block) for block in json.loads(dropped)) if dropped != "[]" else ()
    return Article(article_id, url, title, outlet, tuple(json.loads(authors)), when, text, language, blocks)


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


def _literal(text: str) -> str:
    """`text` as a LIKE pattern that means itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
