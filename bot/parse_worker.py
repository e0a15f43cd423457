"""`python -m bot.parse_worker`: read a document, a link or a feed in a process of its own, under limits.

Whatever a document or a server does to its reader, it does to this process alone: it has a time, a memory, no network
but the guarded one (for a document: none), no settings and no token. Prints lines for bot/ingest.py, the last one
`end`. Knows neither the encoder nor how the index is built.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from ipaddress import ip_network
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from bot.feed_reading import read_new
from bot.wire import ParseRequest, article_to_json, write_line
from index.articles import Article, BadArticle, read_articles, read_document
from index.fetch import Fetch, Fetched, guarded_fetch
from index.records import RefusedError, line

NAMED = 100  # refusals told one by one
_FETCHING = 0.7  # of the time, after which no further page is fetched
_LONGEST_NAME = 100
_NO_PROCESSES = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"})

Told = Iterator[tuple[str, Any]]


def told(request: ParseRequest) -> Told:
    """The lines that answer a request, without the last."""
    deadline = time.monotonic() + _FETCHING * request.seconds
    allow = tuple(map(ip_network, request.allow))
    if request.duty == "feed":
        return read_new(request, within(deadline, partial(guarded_fetch, allow=allow)), allow, deadline)
    if request.duty == "link":
        found = read_articles(request.source, fetch=within(deadline, partial(guarded_fetch, allow=allow)))
        return _lines(found, request.source)
    return _lines(document(Path(request.source), request.name), request.name)


def document(path: Path, name: str) -> Iterator[Article | BadArticle]:
    """The articles of a file that was sent as `name`, by which its kind is known.

    A file has a name and no place: two that are called alike need not be one. So an article without a URL is known by
    the file's contents: the same file again is the same article, and another file is another.
    """
    name = sent_name(name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
        stream.seek(0)
        for found in read_document(stream, name, size=path.stat().st_size, fetch=_nowhere):
            if isinstance(found, Article) and not found.url:
                found = replace(found, id=f"sent/{digest}/{found.id}")
            yield found


def sent_name(name: str) -> str:
    """A file's name on one line, without folders, and short, its ending kept."""
    base = PurePosixPath(line(name).replace("\\", "/")).name or "document"
    ending = "".join(PurePosixPath(base).suffixes[-2:])[-20:]
    return base if len(base) <= _LONGEST_NAME else base[: _LONGEST_NAME - len(ending)] + ending


def within(deadline: float, fetch: Fetch) -> Fetch:
    """`fetch`, until `deadline` on the monotonic clock."""

    def fetched(url: str) -> Fetched:
        if time.monotonic() > deadline:
            raise RefusedError("not fetched: no time was left for it")
        return fetch(url)

    return fetched


def _nowhere(url: str) -> Fetched:
    raise RefusedError("not fetched: the links of a document are not followed")


def _lines(found: Iterator[Article | BadArticle], source: str) -> Told:
    refused = 0
    for item in found:
        if isinstance(item, Article):
            yield "article", article_to_json(item)
        else:
            refused += 1
            if refused <= NAMED:
                yield "bad", [item.source, item.reason]
    if refused > NAMED:
        yield "bad", [source, f"{refused - NAMED:,} more of its records are no articles"]


def confine(seconds: float, memory: int) -> None:
    """Bound this process: its time, also when nobody is left to end it, its memory, its place in the queue."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 5)
    os.nice(10)
    with suppress(ImportError):
        import resource

        bounds = {"RLIMIT_CPU": ceil(seconds) + 5, "RLIMIT_AS": memory, "RLIMIT_DATA": memory, "RLIMIT_CORE": 0}
        for name, bound in bounds.items():
            with suppress(AttributeError, ValueError, OSError):  # not every system has, or keeps, each of them
                resource.setrlimit(getattr(resource, name), (bound, bound))


def forbid(*, network: bool) -> None:
    """Let nothing in this process start another; with `network`, nor open a socket. For good."""

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event in _NO_PROCESSES or (network and event.startswith("socket.")):
            raise PermissionError(f"{event} is not for a reader of documents")

    sys.addaudithook(refuse)


def claim_output() -> BinaryIO:
    """Standard output for our lines alone: whatever else is printed, here or by a library in C, goes nowhere."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 (a device)
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    return out


def main() -> int:
    request = ParseRequest(**json.loads(sys.stdin.buffer.readline()))
    out = claim_output()
    confine(request.seconds, request.memory)
    forbid(network=request.duty == "document")
    try:
        for kind, body in told(request):
            out.write(write_line(kind, body))
            out.flush()
    except MemoryError:
        out.write(write_line("bad", [request.name or request.source, "too large: reading it takes too much memory"]))
    except Exception as error:
        out.write(write_line("bad", [request.name or request.source, f"cannot be read ({type(error).__name__})"]))
    out.write(write_line("end", None))
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
