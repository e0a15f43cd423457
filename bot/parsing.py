"""What bot/parse_worker.py reads, as the bot gets it: its articles in a temporary file, the rest in memory.

Knows nothing of what becomes of the articles.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import IO, Any

from bot.wire import ParseRequest, read_line
from bot.workers import WorkerStopped, bare_environment, run_worker
from index.articles import BadArticle

_NAMED = 200  # refusals kept: more than a reader of documents tells


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input may take. Seconds; bytes of memory, and of text in all; patience with another build.

    A build that says nothing for `silence` seconds is taken for dead.
    """

    document: float = 60.0
    link: float = 180.0
    feed: float = 300.0
    memory: int = 1 << 30
    printed: int = 128 << 20
    patience: float = 3600.0
    silence: float = 1800.0


class Parsed:
    """What was read. `spool` holds a line for each of `articles`; `lines` are all that are neither those nor refusals.

    `stopped` is why its reader came to no end of its own, "" when it did. To be closed.
    """

    def __init__(self) -> None:
        self.spool: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self.articles = 0
        self.lines: list[tuple[str, Any]] = []
        self.stopped = "its reader broke off"
        self._failed: list[BadArticle] = []
        self._unnamed = 0

    def __enter__(self) -> Parsed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the articles go."""
        self.spool.close()

    @property
    def failed(self) -> tuple[BadArticle, ...]:
        """What was refused, the first two hundred one by one."""
        more = f"{self._unnamed:,} more were refused"
        return (*self._failed, *([BadArticle("the rest", more)] if self._unnamed else []))

    def hear(self, line: bytes) -> None:
        """Take a line of the worker. Raises WorkerStopped for what is none."""
        if line.startswith(b"article\t"):
            self.spool.write(line + b"\n")
            self.articles += 1
            return
        try:
            kind, body = read_line(line)
            if kind == "bad":
                source, reason = body
                self.refuse(str(source), str(reason))
            elif kind == "end":
                self.stopped = ""
            else:
                self.lines.append((kind, body))
        except (ValueError, TypeError, RecursionError):
            raise WorkerStopped("its reader broke") from None

    def refuse(self, source: str, reason: str) -> None:
        """Add a refusal."""
        if len(self._failed) < _NAMED:
            self._failed.append(BadArticle(source, reason))
        else:
            self._unnamed += 1


async def parse(request: ParseRequest, limits: Limits) -> Parsed:
    """Run the reader on a request, for as long as it may run."""
    parsed = Parsed()
    try:
        with tempfile.TemporaryFile() as given:
            given.write(json.dumps(asdict(request)).encode() + b"\n")
            await run_worker(
                "bot.parse_worker",
                given,
                parsed.hear,
                environment=bare_environment(),
                seconds=request.seconds,
                most_bytes=limits.printed,
            )
    except WorkerStopped as stopped:
        parsed.stopped = stopped.reason
    except BaseException:
        parsed.close()
        raise
    return parsed


def first(lines: Iterable[tuple[str, Any]], kind: str) -> Any:
    """The body of the first line of a kind, or None."""
    return next((body for found, body in lines if found == kind), None)


def plain(stopped: str) -> str:
    """Why a reader was stopped, as the reason why its input was refused."""
    return stopped if stopped.startswith("too large") else f"cannot be read: {stopped}"
