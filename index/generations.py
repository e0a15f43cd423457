"""The derived, swappable part of the index, opened: dense search by Chroma, lexical search by tantivy.

The one module that imports either; Chroma inside functions, because its import takes most of a second. How a
generation is made is `index/aside.py`, how it is published `index/publish.py`. Knows nothing of the library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import IndexBroken
from index.fusion import Hit
from index.manifest import REPAIR, Manifest, opening, take_lease
from index.query_terms import query_terms

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

UNDATED = 0  # as `published` of a passage without a date: every bound above lets it through
_COLLECTION = "passages"
_EF_SEARCH = 400  # HNSW's beam: at least the hits that are usually asked for
_OVERFETCH = 2  # hits fetched for each one wanted, when dates are filtered afterwards


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as it goes into a generation. `vector` has shape (dimension,) and unit length."""

    passage_id: str
    article_id: str
    published: int | None
    outlet: str
    title: str
    body: str
    vector: NDArray[np.float32]


class Generation:
    """One generation, opened for reading. Safe from several threads until `close`.

    Holds the folder's lease, so that it is not swept. Raises FileNotFoundError when the folder is not there (any
    more) and IndexBroken when it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lease = take_lease(folder)
        self._close_dense: Callable[[], None] = _nothing
        try:
            self.manifest = Manifest.read(folder)
            with opening(folder):
                self._searcher, self._index = open_searcher(folder)
                self._collection, self._close_dense = open_collection(folder)
                # A query reads the vectors in and lets other threads run meanwhile; a count as the first call would
                # hold all of them up, a running bot's polling too, for as long as that takes.
                self.dense(np.ones(self.manifest.dimension, dtype=np.float32), 1)
                counts = {self.manifest.passages, self._collection.count(), self._searcher.num_docs}
                if len(counts) > 1:
                    raise IndexBroken(f"The index {folder.name} has lost passages: {REPAIR}")
        except IndexBroken:
            self.close()
            raise
        except Exception as error:  # neither engine documents what it raises over a damaged folder
            self.close()
            if not folder.exists():
                raise FileNotFoundError(folder) from error
            raise IndexBroken(f"The index {folder.name} cannot be opened ({error}): {REPAIR}") from error

    def close(self) -> None:
        """Give back memory, handles and the lease. May be called twice."""
        self._close_dense()
        self._close_dense = _nothing
        self._lease.close()

    def dense(
        self,
        vector: NDArray[np.float32],
        n: int,
        *,
        since: date | None = None,
        through: date | None = None,
        outlet: str | None = None,
    ) -> list[Hit]:
        """The `n` passages nearest to `vector`, shape (dimension,), best first. `through` keeps undated ones."""
        total = self.manifest.passages
        if total == 0 or n <= 0:
            return []
        low, high = _bounds(since, through)
        newest = self.manifest.articles_through
        if since is None and newest is not None and high >= date.fromisoformat(newest).toordinal():
            high = date.max.toordinal()
        bounded = since is not None or high < date.max.toordinal() or outlet is not None
        fetched = min(total, n * _OVERFETCH if bounded else n)
        hits = self.nearest(vector, fetched)
        kept = [
            hit
            for hit in hits
            if low <= (hit.published or UNDATED) <= high and (outlet is None or hit.outlet == outlet)
        ][:n]
        if len(kept) >= (n + 1) // 2 or fetched == total:
            return kept
        # A where filter costs by the rows that match, so it is left to the windows that few rows match.
        where: list[dict[str, Any]] = [{"published": {"$gte": low}}, {"published": {"$lte": high}}]
        if outlet is not None:
            where.append({"outlet": outlet})
        return self.nearest(vector, min(total, n), {"$and": where})

    def nearest(self, vector: NDArray[np.float32], n: int, where: dict[str, Any] | None = None) -> list[Hit]:
        """The `n` passages nearest to `vector` of those that `where` lets through, in Chroma's words, best first."""
        found = self._collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=n, where=where, include=["distances", "metadatas"]
        )
        ids, distances, metadatas = found["ids"][0], found["distances"], found["metadatas"]
        if distances is None or metadatas is None:
            return []
        return [
            Hit(id_, str(meta["article"]), int(str(meta["published"])) or None, str(meta["outlet"]), 1.0 - distance)
            for id_, distance, meta in zip(ids, distances[0], metadatas[0], strict=True)
        ]

    def lexical(
        self,
        query: str,
        n: int,
        *,
        since: date | None = None,
        through: date | None = None,
        outlet: str | None = None,
        title_boost: float = 1.0,
    ) -> list[Hit]:
        """The `n` passages with the most telling words of `query` in body or title, best first, by BM25.

        Any text will do: nothing in it is syntax. `through` keeps undated passages.
        """
        terms = query_terms(query)
        if not terms or n <= 0:
            return []
        words, _ = self._index.parse_query_lenient(
            " ".join(terms), ["title", "body"], field_boosts={"title": title_boost}
        )
        schema, must = self._index.schema, tantivy.Occur.Must
        if since is not None or through is not None:
            low, high = _bounds(since, through)
            dates = tantivy.Query.range_query(schema, "published", tantivy.FieldType.Integer, low, high)
            words = tantivy.Query.boolean_query([(must, words), (must, tantivy.Query.const_score_query(dates, 0.0))])
        if outlet is not None:
            named = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "outlet", outlet), 0.0)
            words = tantivy.Query.boolean_query([(must, words), (must, named)])
        found = self._searcher.search(words, n, count=False).hits
        return [_hit(self._searcher.doc(address), score) for score, address in found]

    def holding(self, stem: str) -> int:
        """How many passages have a word of this English stem in their body."""
        return self._searcher.doc_freq("body", stem)


def import_engines() -> None:
    """Take the time for Chroma's import now."""
    import chromadb  # noqa: F401


def open_collection(folder: Path, *, create: bool = False) -> tuple[Collection, Callable[[], None]]:
    """A generation's Chroma collection and what closes it. An unclosed client keeps 42 MB and 13 handles."""
    import chromadb
    from chromadb.config import Settings

    # No `.env` either: Chroma would read the user's, which is Dateline's.
    settings = Settings(_env_file=None, anonymized_telemetry=False)
    client: Any = chromadb.PersistentClient(str(folder / "chroma"), settings=settings)
    try:
        if create:
            # One persist for each full batch of a bulk load, and at most a thousand vectors left to be replayed.
            hnsw: Any = {"space": "cosine", "ef_search": _EF_SEARCH, "sync_threshold": 1000, "batch_size": 100}
            collection = client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
        else:
            collection = client.get_collection(_COLLECTION, embedding_function=None)
    except BaseException:
        client.close()
        raise
    return collection, client.close


def upsert(collection: Collection, entries: Sequence[Entry]) -> None:
    """Put `entries` into the collection; at most 5,000 at a time (Chroma's limit is 5,461)."""
    collection.upsert(
        ids=[entry.passage_id for entry in entries],
        embeddings=np.stack([entry.vector for entry in entries]),
        metadatas=[
            {"article": entry.article_id, "published": entry.published or UNDATED, "outlet": entry.outlet}
            for entry in entries
        ],
    )


def open_searcher(folder: Path) -> tuple[tantivy.Searcher, tantivy.Index]:
    """The lexical index as it is now, without watching for changes: a published one has none."""
    index = tantivy.Index.open(str(folder / "lexical"))
    index.config_reader("manual")
    index.reload()
    return index.searcher(), index


def open_lexical_writer(folder: Path, *, create: bool = False) -> tantivy.IndexWriter:
    """One thread, so that a build is the same each time."""
    path = folder / "lexical"
    if create:
        path.mkdir()
        builder = tantivy.SchemaBuilder()
        for name in ("id", "article", "outlet"):
            builder = builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
        builder = builder.add_integer_field("published", stored=True, indexed=True, fast=True)
        for name in ("title", "body"):
            builder = builder.add_text_field(name, tokenizer_name="en_stem")
        index = tantivy.Index(builder.build(), str(path))
    else:
        index = tantivy.Index.open(str(path))
    return index.writer(heap_size=128_000_000, num_threads=1)


def document(entry: Entry) -> tantivy.Document:
    """An entry as tantivy keeps it: body and title searchable, not stored."""
    return tantivy.Document(
        id=entry.passage_id,
        article=entry.article_id,
        outlet=entry.outlet,
        published=entry.published or UNDATED,
        title=entry.title,
        body=entry.body,
    )


def _hit(found: tantivy.Document, score: float) -> Hit:
    values = found.to_dict()
    return Hit(values["id"][0], values["article"][0], values["published"][0] or None, values["outlet"][0], score)


def _bounds(since: date | None, through: date | None) -> tuple[int, int]:
    return (since.toordinal() if since else UNDATED), (through or date.max).toordinal()


def _nothing() -> None:
    """What closing does when there is nothing to close."""
