"""The vector cache of the library: one vector for each passage hash and model, and the means that stand for articles.

The part of `Library` that knows numbers. Vectors are rounded to float16 before anything uses them: a generation made
again is as it was.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Vectors(ABC):
    """Vectors over the tables of `index/schema.py`, whatever runs the SQL."""

    @abstractmethod
    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""

    @abstractmethod
    def _write(self) -> AbstractContextManager[Any]:
        """A transaction, with the connection to run it on."""

    def put_vectors(self, model_id: str, hashes: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep `vectors`, shape (len(hashes), dimension), under their passage hashes."""
        rounded = vectors.astype(np.float16)
        with self._write() as db:
            db.execute("INSERT OR IGNORE INTO models (id) VALUES (?)", (model_id,))
            (model,) = db.execute("SELECT key FROM models WHERE id = ?", (model_id,)).fetchone()
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(model, key, row.tobytes()) for key, row in zip(hashes, rounded, strict=True)],
            )

    def vectors(self, model_id: str, hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are kept of these, by passage hash, each of shape (dimension,)."""
        rows = self._rows(
            "SELECT hash, vector FROM vectors WHERE model = (SELECT key FROM models WHERE id = ?) "
            "AND hash IN (SELECT value FROM json_each(?))",
            (model_id, json.dumps(list(hashes))),
        )
        return {key: np.frombuffer(blob, dtype=np.float16).astype(np.float32) for key, blob in rows}

    def article_vectors(self, model_id: str, ids: Sequence[str], sequence: int) -> dict[str, NDArray[np.float32]]:
        """The mean of each article's passage vectors, of unit length, as the index of `sequence` holds the article."""
        rows = self._rows(
            "SELECT v.id, x.vector FROM versions v JOIN passages p ON p.version = v.key "
            "JOIN vectors x ON x.model = (SELECT key FROM models WHERE id = ?) AND x.hash = p.hash "
            "WHERE v.id IN (SELECT value FROM json_each(?)) AND p.since <= ? AND (p.until IS NULL OR p.until > ?)",
            (model_id, json.dumps(list(ids)), sequence, sequence),
        )
        found: dict[str, list[bytes]] = {}
        for article_id, vector in rows:
            found.setdefault(article_id, []).append(vector)
        return {article_id: _mean(vectors) for article_id, vectors in found.items()}


def _mean(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    total = np.frombuffer(b"".join(vectors), dtype=np.float16).reshape(len(vectors), -1).sum(axis=0, dtype=np.float32)
    unit: NDArray[np.float32] = total / max(float(np.linalg.norm(total)), 1e-12)
    return unit
