"""Compressed and packed inputs as bounded streams: no input, however packed, unpacks without limit."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from index.records import RefusedError

MEGABYTE = 1 << 20
WHOLE_LIMIT = 64 * MEGABYTE  # a file that is parsed in one piece
STREAM_LIMIT = 8192 * MEGABYTE  # a file that is read row by row
RATIO_LIMIT = 200  # unpacked to packed; prose packs 3 to 10 times
SMALL = 16 * MEGABYTE  # below this no ratio is suspect
ZIP_LIMIT = 1024 * MEGABYTE  # all members of a zip together
ZIP_MEMBERS = 100_000
COMPRESSED: dict[str, Callable[[BinaryIO], io.BufferedIOBase]] = {
    ".gz": lambda stream: gzip.GzipFile(fileobj=stream),
    ".xz": lzma.LZMAFile,
}


class Bounded(io.RawIOBase):
    """A stream that refuses to give more than `limit` bytes."""

    def __init__(self, inner: IO[bytes] | io.BufferedIOBase, limit: int) -> None:
        self._inner = inner
        self._limit = limit
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self.given += len(data)
        if self.given > self._limit:
            raise RefusedError(f"too large: it unpacks to more than {self._limit // MEGABYTE or 1} MB")
        buffer[: len(data)] = data
        return len(data)


def bounded(inner: BinaryIO | io.BufferedIOBase, limit: int) -> BinaryIO:
    """`inner` as a buffered stream that raises RefusedError past `limit` bytes."""
    return io.BufferedReader(Bounded(inner, limit), MEGABYTE)


def unpacked_limit(packed: int, most: int) -> int:
    """How many bytes an input of `packed` bytes may unpack to."""
    return min(max(SMALL, RATIO_LIMIT * packed), most)


def unwrap(stream: BinaryIO, name: str, packed: int) -> tuple[BinaryIO, str]:
    """`stream` unpacked and `name` without its .gz or .xz, if it has one. Bounded either way."""
    opener = COMPRESSED.get(PurePosixPath(name).suffix.lower())
    if opener is None:
        return bounded(stream, STREAM_LIMIT), name
    return bounded(opener(stream), unpacked_limit(packed, STREAM_LIMIT)), name[: -len(".gz")]


def read_whole(stream: BinaryIO) -> bytes:
    """All of `stream`. Raises RefusedError when it is empty or over WHOLE_LIMIT."""
    data = stream.read(WHOLE_LIMIT + 1)
    if len(data) > WHOLE_LIMIT:
        raise RefusedError(f"too large: over {WHOLE_LIMIT // MEGABYTE} MB")
    if not data.strip():
        raise RefusedError("empty")
    return data


def _hidden(name: str) -> bool:
    """Whether a member is hidden or what macOS adds. Nothing is unpacked to disk, so ".." in a name can do no harm."""
    parts = PurePosixPath(name).parts
    return any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in parts)


def zip_members(stream: BinaryIO) -> Iterator[tuple[str, int, BinaryIO | RefusedError]]:
    """(name, packed bytes, bounded stream or refusal) of each member, by name; hidden ones are skipped.

    The bounds hold for what is really unpacked, whatever the zip's own table says. Raises RefusedError for a bad zip.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RefusedError("not a readable zip file") from error
    with archive:
        infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
        if len(infos) > ZIP_MEMBERS:
            raise RefusedError(f"too large: a zip of more than {ZIP_MEMBERS} files")
        left = ZIP_LIMIT
        infos = [info for info in infos if not _hidden(info.filename)]
        if not infos:
            raise RefusedError("empty: a zip without files")
        for info in infos:
            if left <= 0:
                raise RefusedError(f"too large: it unpacks to more than {ZIP_LIMIT // MEGABYTE} MB")
            try:
                member = archive.open(info)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError, ValueError) as error:
                reason = "encrypted" if "password" in str(error) else "cannot be unpacked"
                yield info.filename, info.compress_size, RefusedError(reason)
                continue
            with member:
                counted = Bounded(member, min(unpacked_limit(info.compress_size, ZIP_LIMIT), left))
                yield info.filename, info.compress_size, io.BufferedReader(counted, MEGABYTE)
                left -= counted.given
