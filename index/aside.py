"""A generation made aside: from nothing, or from a copy of the one that serves plus the difference.

Knows nothing of publishing. A kill here leaves a `building-…` folder that nobody reads.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from index.database import copy_database
from index.generations import Entry, document, open_collection, open_lexical_writer, upsert
from index.manifest import opening

BATCH = 5000  # entries at a time: just under what Chroma takes


def create(folder: Path) -> None:
    """An empty generation without a manifest."""
    folder.mkdir(parents=True)
    for name in ("lease", "opening"):
        (folder / name).touch()
    _, close = open_collection(folder, create=True)
    close()
    writer = open_lexical_writer(folder, create=True)
    writer.commit()
    writer.wait_merging_threads()


def copy(source: Path, target: Path) -> None:
    """A copy of a generation that may be in use, without its manifest."""
    target.mkdir(parents=True)
    for name in ("lease", "opening"):
        (target / name).touch()
    with opening(source):
        for file in sorted((source / "chroma").rglob("*")):
            to = target / file.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            if file.name == "chroma.sqlite3":
                copy_database(file, to)
            elif file.is_file() and not file.name.startswith("chroma.sqlite3"):
                shutil.copyfile(file, to)
    (target / "lexical").mkdir()
    for file in (source / "lexical").iterdir():
        if file.suffix == ".lock":
            continue
        # tantivy never writes into a finished file: its segments are shared, its two lists are replaced as a whole.
        if file.suffix == ".json":
            shutil.copyfile(file, target / "lexical" / file.name)
        else:
            os.link(file, target / "lexical" / file.name)


def apply(
    folder: Path, removed: Sequence[str], added: Iterable[Entry], advance: Callable[[int], None] = lambda n: None
) -> None:
    """Delete and upsert passages in both engines; one commit in tantivy, at the end. `advance` gets each batch's size.

    Both may be told to delete what they do not have, and to add what they have already.
    """
    with ExitStack() as stack:
        collection, close = open_collection(folder)
        stack.callback(close)  # also when tantivy refuses: Chroma would go on holding a folder of this name
        writer = open_lexical_writer(folder)
        stack.callback(writer.wait_merging_threads)
        for at in range(0, len(removed), BATCH):
            batch = list(removed[at : at + BATCH])
            collection.delete(ids=batch)
            for passage_id in batch:
                writer.delete_documents_by_term("id", passage_id)
        entries = iter(added)
        while batch_in := list(islice(entries, BATCH)):
            upsert(collection, batch_in)
            for entry in batch_in:
                writer.delete_documents_by_term("id", entry.passage_id)
                writer.add_document(document(entry))
            advance(len(batch_in))
        writer.commit()


def size(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
