"""What a question may name of what the library holds: its outlets, its authors, and its first day.

A part of `Library`; see index/catalogue.py for the rest of what can be asked of it.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Names:
    """Outlets and authors as the articles spell them; `oldest` is the first publication day, where any is known."""

    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    oldest: date | None = None


class Known(ABC):
    """Queries over the tables of `index/schema.py`, whatever runs them."""

    @abstractmethod
    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""

    def names(self) -> Names:
        """What can be named, the outlets with most articles first."""
        outlets = self._rows("SELECT outlet FROM places WHERE lead GROUP BY outlet ORDER BY count(*) DESC, outlet")
        authors = self._rows(
            "SELECT DISTINCT a.value FROM (SELECT DISTINCT v.authors FROM places p "
            "JOIN versions v ON v.key = p.version WHERE p.lead AND v.authors != '[]') s, json_each(s.authors) a "
            "ORDER BY a.value"
        )
        ((oldest,),) = self._rows("SELECT min(day) FROM places WHERE lead AND day IS NOT NULL")
        day = None if oldest is None else date.fromordinal(oldest)
        return Names(tuple(row[0] for row in outlets), tuple(str(row[0]) for row in authors), day)

    def written_by(self, authors: Sequence[str]) -> frozenset[str]:
        """The ids of the articles that any of `authors` wrote, alone or with others."""
        sql = (
            "SELECT DISTINCT p.id FROM places p JOIN versions v ON v.key = p.version, json_each(v.authors) a "
            "WHERE p.lead AND a.value IN (SELECT value FROM json_each(?))"
        )
        return frozenset(row[0] for row in self._rows(sql, (json.dumps(list(authors)),)))
