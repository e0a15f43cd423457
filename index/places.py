"""Where articles stand in the library: live or removed, standing for their text or one of several places of it.

The part of `Library` for those who add articles one by one and say what became of each.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place. `live`: not removed. `passages`: how many its text has in the index to come."""

    live: bool
    passages: int


class Places(ABC):
    """Places over the tables of `index/schema.py`, whatever runs the SQL."""

    @abstractmethod
    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""

    def places(self, ids: Sequence[str]) -> dict[str, Place]:
        """Those of these articles that the library knows, removed ones too."""
        rows = self._rows(
            "SELECT p.id, p.live, (SELECT count(*) FROM passages WHERE until IS NULL AND version = "
            "(SELECT version FROM places WHERE digest = p.digest AND lead)) "
            "FROM places p WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {article_id: Place(bool(live), passages) for article_id, live, passages in rows}

    def held_elsewhere(self, digest: str, article_id: str) -> bool:
        """Whether another live place than `article_id` has the text with this digest."""
        sql = "SELECT EXISTS (SELECT 1 FROM places WHERE digest = ? AND live AND id != ?)"
        return bool(self._rows(sql, (digest, article_id))[0][0])
