"""Where inputs come from: a file, a folder, a glob, a zip, a URL. Finds the reader for each by its kind."""

from __future__ import annotations

import glob
import io
import logging
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from index import formats
from index.containers import COMPRESSED, unwrap, zip_members
from index.decode import READING
from index.errors import UsageError
from index.fetch import Fetch
from index.fetch import fetch as http_fetch
from index.records import Raw, RefusedError, line, tidy, web_url

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One record or refusal with where it came from: `source` for the user, `id` for an article without a URL."""

    source: str
    id: str
    found: Raw | RefusedError


def items(source: str, fetch: Fetch | None) -> Iterator[Item]:
    """All that `source` holds. Raises UsageError before the first item when there is no such source."""
    fetch = fetch or http_fetch
    if not source.strip():
        raise UsageError("A source is empty; name a file, a folder, a glob, a page or a feed.")
    if source.lower().startswith(("http://", "https://")):
        return _from_url(source, fetch)
    path = Path(source)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return _from_paths(*_globbed(source), fetch)
    if stat.S_ISDIR(mode):
        return _from_paths(_walk(path), path, fetch)
    return _from_paths([path], path.parent, fetch)


def document(stream: BinaryIO, name: str, size: int, fetch: Fetch) -> Iterator[Item]:
    """All that one open file of `size` bytes holds, read by the ending of `name`."""
    name = tidy(name)
    return _from_stream(stream, name, name, size, formats.Origin(fetch))


def _walk(folder: Path) -> Iterator[Path]:
    """Files under `folder` by name, hidden ones skipped; linked folders are not entered, since links can loop."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _globbed(pattern: str) -> tuple[list[Path], Path]:
    found = [] if "\x00" in pattern else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (absolute patterns)
    if not found:
        raise UsageError(f"There is no file, folder or glob match at {tidy(pattern)!r}.")
    parts = Path(pattern).parts
    fixed = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    paths = [path for name in found for path in (_walk(Path(name)) if Path(name).is_dir() else [Path(name)])]
    once: dict[str, Path] = {}  # "**" follows links to folders, and links can loop
    for path in paths:
        once.setdefault(os.path.realpath(path), path)
    return list(once.values()), Path(*parts[:fixed])


def _from_paths(paths: Iterator[Path] | list[Path], root: Path, fetch: Fetch) -> Iterator[Item]:
    for path in paths:
        name, shown = tidy(path.relative_to(root).as_posix()), tidy(str(path))
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                yield Item(shown, name, RefusedError("not a file"))
                continue
            with path.open("rb") as stream:
                yield from _from_stream(stream, shown, name, status.st_size, formats.Origin(fetch))
        except OSError as error:
            yield Item(shown, name, RefusedError(f"cannot be read: {(error.strerror or 'input error').lower()}"))


def _from_stream(
    stream: BinaryIO, shown: str, name: str, size: int, origin: formats.Origin, inner: bool = False
) -> Iterator[Item]:
    """What `stream` holds, by the ending of `name`; `size` is its packed length in bytes."""
    try:
        if name.lower().endswith(".zip"):
            if inner:
                raise RefusedError("not a known kind: a zip within a zip")
            for member, packed, opened in zip_members(stream):
                label = f"{shown}/{tidy(member)}"
                if isinstance(opened, RefusedError):
                    yield Item(label, f"{name}/{tidy(member)}", opened)
                else:
                    yield from _from_stream(opened, label, f"{name}/{tidy(member)}", packed, origin, inner=True)
            return
        stream, bare = unwrap(stream, name, size)
        kind = PurePosixPath(bare).suffix.lower()
        reader = formats.READERS.get(kind)
        if reader is None:
            raise RefusedError(f"not a known kind of file ({kind or 'no ending'})")
        READING.set(line(shown))
        for found in reader(stream, origin):
            yield Item(shown, name, found)
    except RefusedError as refused:
        yield Item(shown, name, refused)
    except (EOFError, OSError) as error:
        _LOG.debug("%s: %r", shown, error)
        yield Item(shown, name, RefusedError("cannot be unpacked"))
    except MemoryError:
        yield Item(shown, name, RefusedError("too large: reading it takes too much memory"))
    except Exception as error:  # a parser's own bug on hostile input must not end the run
        _LOG.debug("%s: %r", shown, error)
        yield Item(shown, name, RefusedError("not an article: its contents cannot be parsed"))


def _from_url(url: str, fetch: Fetch) -> Iterator[Item]:
    """A page is one article; a feed, or a file of a kind that the URL or the server names, is read as such."""
    try:
        page = fetch(url)
    except RefusedError as refused:
        yield Item(tidy(url), tidy(url), refused)
        return
    kind, _, charset = page.content_type.lower().partition("charset=")
    origin = formats.Origin(fetch, url, charset.strip(" ;\"'") or None)
    name = _name_of(url, kind.partition(";")[0].strip(), page.body)
    if name is None:
        yield Item(tidy(url), tidy(url), RefusedError(f"not a known kind of page ({line(kind)[:60]})"))
        return
    for item in _from_stream(io.BytesIO(page.body), tidy(url), name, len(page.body), origin):
        found, within = item.found, item.id.removeprefix(name)
        if isinstance(found, Raw) and found.row is None and not found.url and not within:
            found = replace(found, url=web_url(url))
        yield replace(item, id=tidy(url) + within, found=found)


def _name_of(url: str, kind: str, body: bytes) -> str | None:
    """A file name whose ending says how to read `body`: by its first bytes, the server's word, the URL's ending."""
    start = body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return "page.pdf"
    if re.match(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:rdf)\b", start, re.DOTALL):
        return "page.xml"
    endings = [ending.lower() for ending in PurePosixPath(urlsplit(url).path).suffixes[-2:]]
    if start.startswith((b"<!doctype html", b"<html")) or kind in ("text/html", "application/xhtml+xml"):
        return "page.html"
    if endings and endings[-1] in (*formats.READERS, *COMPRESSED, ".zip"):
        return "page" + "".join(endings)
    named = {
        "application/json": ".json",
        "text/plain": ".txt",
        "text/csv": ".csv",
        "text/markdown": ".md",
        "message/rfc822": ".eml",
        "application/x-ndjson": ".jsonl",
        "": ".html",
    }
    feed = kind.endswith(("+xml", "/xml"))
    return "page.xml" if feed else f"page{named[kind]}" if kind in named else None
