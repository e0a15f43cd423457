"""What a generation is made of and where: its manifest, the folders under the home, and the pointer `CURRENT`.

<home>/generations/CURRENT                name of the one that serves, replaced atomically
<home>/generations/<name>/chroma/         dense
<home>/generations/<name>/lexical/        tantivy
<home>/generations/<name>/manifest.json   written last
<home>/generations/<name>/lease           held shared by each reader: what is held is not swept
<home>/generations/<name>/opening         held while it is opened (opening writes) or copied
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import BinaryIO

from index.errors import IndexBroken

REPAIR = "run `dateline index rebuild` to make it again from the library."


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation in words: which library it holds, at which `sequence`, made by which model and splitter."""

    name: str
    created: str
    model_id: str
    dimension: int
    splitter: str
    library: str
    sequence: int
    passages: int
    articles: int
    articles_through: str | None
    tombstones: int
    schema: int

    def write(self, folder: Path) -> None:
        """Write `manifest.json`, last of all: a folder without it is unfinished."""
        (folder / "manifest.json").write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises FileNotFoundError when there is none and IndexBroken when it cannot be understood."""
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        try:
            values = json.loads(text)
            return cls(**{field.name: values[field.name] for field in fields(cls)})
        except (ValueError, KeyError, TypeError) as error:
            raise IndexBroken(f"The manifest in {folder} is damaged: {REPAIR}") from error


def generations_folder(home: Path) -> Path:
    return home / "generations"


def current_name(home: Path) -> str | None:
    """The generation that serves, or None when nothing was published yet."""
    try:
        return (generations_folder(home) / "CURRENT").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_manifest(home: Path) -> Manifest | None:
    """The manifest of the generation that serves, read without opening it. Raises IndexBroken."""
    name = current_name(home)
    if name is None:
        return None
    try:
        return Manifest.read(generations_folder(home) / name)
    except FileNotFoundError:
        if current_name(home) != name:  # published and swept between the two reads
            return current_manifest(home)
        raise IndexBroken(f"The index {name} is missing: {REPAIR}") from None


def set_current(home: Path, name: str) -> None:
    """Publish: one atomic replace, on disk before this returns."""
    folder = generations_folder(home)
    aside = folder / "CURRENT.new"
    with aside.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / "CURRENT")
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Exclusive, between processes and threads: Chroma writes while it opens, so nobody may copy meanwhile."""
    with (folder / "opening").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def take_lease(folder: Path) -> BinaryIO:
    """The folder's lease file, held shared. FileNotFoundError when a sweeper was first."""
    file = (folder / "lease").open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    try:
        if not os.path.samestat(os.fstat(file.fileno()), (folder / "lease").stat()):
            raise FileNotFoundError(folder)
    except FileNotFoundError:
        file.close()
        raise
    return file
