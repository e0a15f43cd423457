"""Articles in while the bot runs: read in one process, built into the index in another, one build at a time.

What front ends call for `/add`, `/remove` and `/reindex`, and feeds for their builds. Nothing heavy is loaded here, and
nothing that a document or a server does reaches this process but lines of text. Cancelling a call ends its processes;
the library survives that at any moment. Knows nothing of chats.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from bot.parsing import Limits, parse, plain
from bot.settings import Settings
from bot.wire import BuildRequest, ParseRequest, Taken, read_line, taken_from_json
from bot.workers import WorkerStopped, builder_environment, run_worker
from index import errors
from index.articles import BadArticle
from index.errors import DatelineError, UsageError
from index.records import web_url

_MOST_TOLD = 256 << 20  # bytes that a build may print
_STAGES = {"reading": "storing"}  # a build reads what was read already


@dataclass(frozen=True, slots=True)
class Stage:
    """How far it is: reading, waiting, storing, cutting, encoding, indexing, exporting; `total` None: nobody knows.

    `note` says who is waited for.
    """

    name: str
    done: int = 0
    total: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of it: what the library holds now of what was given, what was refused and why.

    `removed` counts articles taken out, `passages` are the index's in all.
    """

    articles: tuple[Taken, ...] = ()
    failed: tuple[BadArticle, ...] = ()
    removed: int = 0
    passages: int = 0
    seconds: float = 0.0


Told = Callable[[Stage], None]


def _silent(_: Stage) -> None:
    """Nobody watches."""


class Intake:
    """Takes articles into the library and index of `settings`. One for each process and event loop.

    `allow` names networks (`127.0.0.0/8`) that links may lead to though they are not public; only tests have any.
    """

    def __init__(self, settings: Settings, *, allow: Sequence[str] = (), limits: Limits | None = None) -> None:
        self.settings = settings
        self.allow = tuple(allow)
        self.limits = limits or Limits()
        self._building = asyncio.Lock()

    async def add(self, source: Path | str, *, name: str | None = None, told: Told = _silent) -> Ingested:
        """Take in a document, by its path and the `name` that it was sent under, or a link, given as text.

        What cannot be read is in the result's `failed`. Raises UsageError for text that is no link, and otherwise as
        `build` does. `told` is called in the event loop.
        """
        started = time.monotonic()
        told(Stage("reading"))
        request = self._request(source, name)
        with await parse(request, self.limits) as parsed:
            if parsed.stopped:  # all or nothing: half of a document is not what was sent
                refused = BadArticle(request.name or request.source, plain(parsed.stopped))
                return Ingested(failed=(refused,), seconds=time.monotonic() - started)
            if not parsed.articles:
                return Ingested(failed=parsed.failed, seconds=time.monotonic() - started)
            built = await self.build([parsed.spool], told)
            failed = (*parsed.failed, *built.failed)
            return replace(built, failed=failed, seconds=time.monotonic() - started)

    async def remove(self, ids: Sequence[str], told: Told = _silent) -> Ingested:
        """Take articles out of the index, by id. Raises as `build` does."""
        return await self.build((), told, remove=ids)

    async def reindex(self, told: Told = _silent) -> Ingested:
        """Make the index anew from the library. Raises as `build` does."""
        return await self.build((), told, fresh=True)

    async def build(
        self, spools: Sequence[IO[bytes]], told: Told = _silent, *, remove: Sequence[str] = (), fresh: bool = False
    ) -> Ingested:
        """Bring the index up to date with the articles in `spools` (bot/parsing.py), after the build that runs now.

        Raises BuildLocked when another process has not finished in an hour, DiskFull, ModelMissing, LibraryError,
        IndexBroken, or a DatelineError when the build's process is ended.
        """
        if self._building.locked():
            told(Stage("waiting"))
        async with self._building:
            started = time.monotonic()
            request = BuildRequest(
                str(self.settings.home), self.settings.encoder, tuple(remove), fresh, self.limits.patience
            )
            heard = _Heard(told)
            with tempfile.TemporaryFile() as given:
                await asyncio.to_thread(_write, given, request, spools)
                try:
                    await run_worker(
                        "bot.build_worker",
                        given,
                        heard.hear,
                        environment=builder_environment(),
                        silence=self.limits.silence,
                        most_bytes=_MOST_TOLD,
                    )
                except WorkerStopped as stopped:
                    raise DatelineError(f"Building the index stopped: {stopped}. Nothing is lost: try again.") from None
            if heard.fault is not None:
                raise heard.fault
            return replace(heard.result, seconds=time.monotonic() - started)

    def _request(self, source: Path | str, name: str | None) -> ParseRequest:
        limits, allow = self.limits, self.allow
        if isinstance(source, Path):
            path = str(source.absolute())
            return ParseRequest("document", path, limits.document, limits.memory, name=name or source.name)
        url = web_url(source)
        if not url:
            raise UsageError("That is not a link: give one that begins with http:// or https://, or send a document.")
        return ParseRequest("link", url, limits.link, limits.memory, allow=allow)


def _write(given: IO[bytes], request: BuildRequest, spools: Sequence[IO[bytes]]) -> None:
    given.write(json.dumps(asdict(request)).encode() + b"\n")
    for spool in spools:
        spool.seek(0)
        shutil.copyfileobj(spool, given)


@dataclass
class _Heard:
    """What a build has told so far."""

    told: Told
    stage: Stage = field(default_factory=lambda: Stage("storing"))
    result: Ingested = field(default_factory=Ingested)
    fault: DatelineError | None = None
    taken: list[Taken] = field(default_factory=list)
    failed: list[BadArticle] = field(default_factory=list)

    def hear(self, line: bytes) -> None:
        """Take a line. Raises WorkerStopped for what is none."""
        try:
            stage = self._take(*read_line(line))
        except (ValueError, TypeError, KeyError):
            raise WorkerStopped("it told something that is not understood") from None
        if stage is not None:
            self.stage = stage
            self.told(stage)

    def _take(self, kind: str, body: Any) -> Stage | None:
        match kind:
            case "stage":
                name, total = body
                return Stage(_STAGES.get(name, name), 0, total)
            case "step":
                return replace(self.stage, done=int(body))
            case "waiting":
                return Stage("waiting", note=str(body))
            case "taken":
                self.taken.append(taken_from_json(body))
            case "bad":
                self.failed.append(BadArticle(*body))
            case "report":
                self.result = Ingested(tuple(self.taken), tuple(self.failed), **body)
            case "fault":
                name, message = body
                kind_of = getattr(errors, name, DatelineError) if name else DatelineError
                self.fault = kind_of(message)
        return None
