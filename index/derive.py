"""A generation derived from the library: from a copy of the current one where it can be, from cached vectors else.

Needs every live passage's vector in the library. Knows nothing of encoders.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index import aside
from index.errors import DiskFull, IndexBroken, LibraryError
from index.generations import Entry
from index.library import Library
from index.manifest import Manifest, current_manifest, generations_folder
from index.passages import SPLITTER
from index.publish import Probe, Verifier, check_disk, publish, sweep
from index.schema import MIGRATIONS

log = logging.getLogger(__name__)
_TOMBSTONES = 0.2  # of the passages: Chroma keeps what was deleted until the collection is made again
_BYTES_A_PASSAGE = 5_000  # on disk, both engines together
_PROBES = 50

Advance = Callable[[int], None]


def current_or_none(home: Path) -> Manifest | None:
    """The manifest of the generation that serves; None also when it is damaged, since it will be made again."""
    try:
        return current_manifest(home)
    except IndexBroken as error:
        log.warning("%s", error)
        return None


def continues(current: Manifest | None, library: Library, model_id: str) -> bool:
    """Whether `current` holds an earlier (or this) state of this library, made by the same model and splitter."""
    return (
        current is not None
        and current.library == library.identity
        and current.sequence <= library.sequence
        and (current.model_id, current.splitter) == (model_id, SPLITTER)
    )


def derive(home: Path, library: Library, model_id: str, *, fresh: bool, advance: Advance) -> Manifest:
    """Make, verify and publish the generation that holds the library's present state, and sweep what it replaces."""
    current = current_or_none(home)
    verifier = Verifier()  # its imports take a second, so it starts before anything is copied
    try:
        manifest = _describe(library, model_id)
        if current is not None and not fresh and _worth_copying(current, library, manifest):
            try:
                return _from_copy(home, library, current, manifest, verifier, advance)
            except DiskFull:
                raise
            except Exception as error:  # whatever is wrong with the old one, a new one can still be made
                log.warning("The index %s could not be brought up to date: %s", current.name, error)
                shutil.rmtree(_aside_folder(home, manifest), ignore_errors=True)
                verifier.close()
                verifier = Verifier()
        return _from_nothing(home, library, manifest, verifier, advance)
    finally:
        verifier.close()


def _worth_copying(current: Manifest, library: Library, manifest: Manifest) -> bool:
    if not continues(current, library, manifest.model_id):
        return False
    added, removed = library.difference(current.sequence)
    return len(added) <= current.passages and current.tombstones + len(removed) <= _TOMBSTONES * manifest.passages


def _from_copy(
    home: Path, library: Library, current: Manifest, manifest: Manifest, verifier: Verifier, advance: Advance
) -> Manifest:
    added, removed = library.difference(current.sequence)
    source = generations_folder(home) / current.name
    check_disk(home, aside.size(source) + len(added) * _BYTES_A_PASSAGE)
    folder = _aside_folder(home, manifest)
    aside.copy(source, folder)
    aside.apply(folder, removed, entries(library, added, manifest.model_id), advance)
    manifest = replace(manifest, tombstones=current.tombstones + len(removed))
    return _finish(home, library, folder, manifest, verifier)


def _from_nothing(home: Path, library: Library, manifest: Manifest, verifier: Verifier, advance: Advance) -> Manifest:
    ids = library.live_passages()
    check_disk(home, len(ids) * _BYTES_A_PASSAGE)
    folder = _aside_folder(home, manifest)
    aside.create(folder)
    aside.apply(folder, (), entries(library, ids, manifest.model_id), advance)
    return _finish(home, library, folder, manifest, verifier)


def _finish(home: Path, library: Library, folder: Path, manifest: Manifest, verifier: Verifier) -> Manifest:
    manifest.write(folder)
    ids = library.live_passages()
    sample = ids[:: max(1, len(ids) // _PROBES)][: _PROBES - 10] + ids[-10:]
    probes = [Probe(e.passage_id, e.title, e.vector) for e in entries(library, sample, manifest.model_id)]
    try:
        verifier.check(folder, probes)
    except IndexBroken:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    publish(home, folder, manifest.name)
    sweep(home)
    return manifest


def entries(library: Library, ids: Sequence[str], model_id: str) -> Iterator[Entry]:
    """What goes into a generation of the passages `ids`, in their order."""
    for at in range(0, len(ids), aside.BATCH):
        batch = ids[at : at + aside.BATCH]
        passages, hashes = library.passages(batch), library.hashes(batch)
        vectors = library.vectors(model_id, list(hashes.values()))
        for passage_id in batch:
            passage, article = passages[passage_id]
            vector = vectors.get(hashes[passage_id])
            if vector is None:
                raise LibraryError(f"A passage of {article.id} has no vector: run the command again.")
            published = article.day.toordinal() if article.day else None
            body = article.text[passage.start : passage.end]
            yield Entry(passage_id, article.id, published, article.outlet, article.title, body, vector)


def _describe(library: Library, model_id: str) -> Manifest:
    articles, newest = library.count_through(None)
    ids = library.live_passages()
    now = datetime.now(UTC)
    sample = next(entries(library, ids[:1], model_id), None)
    return Manifest(
        name=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        created=now.isoformat(timespec="seconds"),
        model_id=model_id,
        dimension=len(sample.vector) if sample else 0,
        splitter=SPLITTER,
        library=library.identity,
        sequence=library.sequence,
        passages=len(ids),
        articles=articles,
        articles_through=newest.isoformat() if newest else None,
        tombstones=0,
        schema=len(MIGRATIONS),
    )


def _aside_folder(home: Path, manifest: Manifest) -> Path:
    return generations_folder(home) / f"building-{manifest.name}"
