"""Articles in, a published generation out: read, find copies, cut, encode what is new, derive, verify, publish.

Knows nothing of formats or of the search engines. Every step commits as it goes: whatever stops it, running it again
goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from index.articles import Article, BadArticle
from index.derive import continues, current_or_none, derive
from index.embed import Encoder
from index.errors import Interrupted
from index.export_encoder import keep_export
from index.later import Later
from index.library import FILE_NAME, Library
from index.passages import SPLITTER, embedding_text, passage_hash, split
from index.publish import build_lock, check_disk, sweep

_READ = 200  # articles of one transaction
_COMPARED = 200  # texts of one transaction
_CUT = 100
_ENCODE = 256  # passages of one transaction: what a kill costs at most
_SORTED = 64 * _ENCODE  # passages sorted by length together, so that little is padded
_BYTES_A_VECTOR = 1_000  # in the library


class Progress(Protocol):
    """Told how a sync goes, stage by stage: reading, comparing, cutting, encoding, indexing, exporting."""

    def start(self, stage: str, total: int | None) -> None: ...
    def advance(self, n: int = 1) -> None: ...
    def done(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did. `passages` are the index's in all, `encoded` those encoded now, `generation` what it published.

    `duplicates` counts texts known already from another place. Times are in seconds; `encode_seconds` is the part
    spent in the encoder alone, `export_seconds` that after publishing, on the questions' encoder: once a model.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    failed: tuple[BadArticle, ...] = ()
    passages: int = 0
    encoded: int = 0
    seconds: float = 0.0
    encode_seconds: float = 0.0
    export_seconds: float = 0.0
    generation: str | None = None


def sync(
    home: Path,
    articles: Iterable[Article | BadArticle],
    load_encoder: Callable[[], Encoder],
    *,
    progress: Progress | None = None,
    replace: bool = False,
    remove: Sequence[str] = (),
    model_id: str | None = None,
) -> Report:
    """Bring library and index under `home` up to date with `articles`, and publish when anything differs.

    `replace` removes what is not among `articles` (unless there are none at all) and makes the generation from
    nothing. `remove` names articles to take out. `model_id`, the id that the encoder will have, spares loading it when
    there is nothing to encode. Raises BuildLocked, DiskFull, ModelMissing, LibraryError, IndexBroken, and Interrupted
    on Ctrl-C.
    """
    with build_lock(home), closing(Library(home / FILE_NAME)) as library:
        sweep(home)
        try:
            return _Sync(home, library, load_encoder, progress or _Silent(), model_id).run(articles, replace, remove)
        except KeyboardInterrupt:
            raise Interrupted(
                "Stopped. What was read and encoded is kept: the same command goes on from there."
            ) from None


@dataclass
class _Sync:
    home: Path
    library: Library
    load_encoder: Callable[[], Encoder]
    progress: Progress
    model_id: str | None
    found: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("added", "changed", "unchanged", "duplicates"), 0)
    )
    failed: list[BadArticle] = field(default_factory=list)
    encoded: int = 0
    encode_seconds: float = 0.0

    def run(self, articles: Iterable[Article | BadArticle], replace: bool, remove: Sequence[str]) -> Report:
        started = time.monotonic()
        self.encoder = Later(self.load_encoder)
        if self.model_id is None:
            self.encoder.start()
        seen = self._read(articles)
        gone = self.library.live_ids() - seen if replace and seen else set()
        removed = self.library.remove(sorted(gone.union(remove)))
        self._compare()
        model_id = self.model_id or self.encoder.result().model_id
        self._cut(model_id)
        current = current_or_none(self.home)
        fresh = replace or not continues(current, self.library, model_id)
        self._encode(model_id, 0 if fresh or current is None else current.sequence)
        name, passages = current.name if current else None, current.passages if current else 0
        if current is None and not self.library.live_ids():
            name = None
        elif fresh or current is None or current.sequence != self.library.sequence:
            self.progress.start("indexing", None)
            manifest = derive(self.home, self.library, model_id, fresh=replace, advance=self.progress.advance)
            self.progress.done()
            name, passages = manifest.name, manifest.passages
        published = time.monotonic()
        if name is not None:
            exporting = partial(self.progress.start, "exporting", None)
            keep_export(self.home, model_id, self.encoder, thorough=replace, begin=exporting)
            self.progress.done()
        return Report(
            **self.found,
            removed=removed,
            failed=tuple(self.failed),
            passages=passages,
            encoded=self.encoded,
            seconds=time.monotonic() - started,
            encode_seconds=self.encode_seconds,
            export_seconds=time.monotonic() - published,
            generation=name,
        )

    def _read(self, articles: Iterable[Article | BadArticle]) -> set[str]:
        """Store the articles; returns their ids."""
        seen: dict[str, str] = {}
        self.progress.start("reading", None)
        good = self._good(articles, seen)
        while batch := list(islice(good, _READ)):
            outcome = self.library.put(batch)
            for name in self.found:
                self.found[name] += getattr(outcome, name)
            if len(batch) > outcome.unchanged:
                self.encoder.start()  # five seconds of imports, spent while the rest is read
            self.progress.advance(len(batch))
        self.progress.done()
        return set(seen)

    def _good(self, articles: Iterable[Article | BadArticle], seen: dict[str, str]) -> Iterator[Article]:
        for item in articles:
            if isinstance(item, BadArticle):
                self.failed.append(item)
            elif not _is_unicode(item):
                self.failed.append(BadArticle(item.id, "undecodable: it holds half of a surrogate pair"))
            elif seen.setdefault(item.id, item.digest) != item.digest:
                self.failed.append(BadArticle(item.id, "another text under the same URL or path came first"))
            else:
                yield item

    def _compare(self) -> None:
        """Find the copies among texts that are new, or that an earlier Dateline has stored."""
        total = self.library.uncompared_count()
        if not total:
            return
        self.progress.start("comparing", total)
        while compared := self.library.compare(_COMPARED):
            self.progress.advance(compared)
        self.progress.done()

    def _cut(self, model_id: str) -> None:
        """Cut every pending article into passages: by this splitter, sized by this encoder."""
        splitting = f"{SPLITTER} {model_id}"
        total = self.library.pending_count(splitting)
        if not total:
            return
        encoder = self.encoder.result()
        self.progress.start("cutting", total)
        while pending := self.library.pending(splitting, _CUT):
            rows = []
            for article in pending:
                passages = split(article, encoder.count_tokens, encoder.window)
                rows.append((article, [(p, passage_hash(embedding_text(article, p))) for p in passages]))
            self.library.put_passages(rows, splitting)
            self.progress.advance(len(pending))
        self.progress.done()

    def _encode(self, model_id: str, sequence: int) -> None:
        """Encode what the vector cache lacks, the longest first within each window."""
        missing = self.library.unencoded(model_id, sequence)
        if not missing:
            return
        check_disk(self.home, len(missing) * _BYTES_A_VECTOR)
        encoder = self.encoder.result()
        self.progress.start("encoding", len(missing))
        hashes = iter(missing)
        while window := list(islice(hashes, _SORTED)):
            found = self.library.passages([missing[key] for key in window])
            texts = {key: embedding_text(found[missing[key]][1], found[missing[key]][0]) for key in window}
            window.sort(key=lambda key: len(texts[key]), reverse=True)
            for at in range(0, len(window), _ENCODE):
                batch = window[at : at + _ENCODE]
                before = time.monotonic()
                vectors = encoder.encode([texts[key] for key in batch])
                self.encode_seconds += time.monotonic() - before
                self.library.put_vectors(model_id, batch, vectors)
                self.encoded += len(batch)
                self.progress.advance(len(batch))
        self.progress.done()


class _Silent:
    """Progress that nobody watches."""

    def start(self, stage: str, total: int | None) -> None: ...
    def advance(self, n: int = 1) -> None: ...
    def done(self) -> None: ...


def _is_unicode(article: Article) -> bool:
    """Whether the article can be stored: no lone surrogates, which no UTF-8 has."""
    try:
        "".join((article.id, article.url, article.title, article.outlet, *article.authors, article.text)).encode()
    except UnicodeEncodeError:
        return False
    return True
