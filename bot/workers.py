"""Running a worker: a Python module in a process group of its own, heard line by line, and ended with all it started.

Knows nothing of what workers do. See bot/parse_worker.py and bot/build_worker.py.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

_CHUNK = 1 << 16
_ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
_SECRET = ("TELEGRAM_", "DATELINE_")


class WorkerStopped(Exception):
    """A worker did not come to its end. `reason` is one plain phrase."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def run_worker(
    module: str,
    given: IO[bytes],
    hear: Callable[[bytes], None],
    *,
    environment: dict[str, str],
    seconds: float | None = None,
    silence: float | None = None,
    most_bytes: int,
) -> None:
    """Run `python -m MODULE` with the file `given`, from its start, as its standard input, until it ends.

    `hear` gets each line that it prints; what it raises ends the worker. So does cancelling, more than `seconds` in
    all, more than `silence` seconds without a word, and more than `most_bytes` printed: the last three, and any exit
    status but 0, raise WorkerStopped.
    """
    given.seek(0)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module,
        stdin=given, stdout=asyncio.subprocess.PIPE, env=environment, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(seconds):
            await _listen(process.stdout, hear, silence, most_bytes)
            status = await process.wait()
    except TimeoutError:
        raise WorkerStopped(f"it takes more than {seconds:.0f} seconds") from None
    finally:
        await _end(process)
    if status != 0:
        raise WorkerStopped(f"it was ended by {_signal(-status)}" if status < 0 else f"it failed with status {status}")


async def _listen(
    stream: asyncio.StreamReader, hear: Callable[[bytes], None], silence: float | None, most_bytes: int
) -> None:
    rest, printed = bytearray(), 0
    while True:
        try:
            async with asyncio.timeout(silence):
                chunk = await stream.read(_CHUNK)
        except TimeoutError:
            raise WorkerStopped(f"nothing was heard of it for {silence:.0f} seconds") from None
        if not chunk:
            return  # what is left has no end of line: it is of a worker that was killed while it wrote
        printed += len(chunk)
        if printed > most_bytes:
            raise WorkerStopped(f"too large: it holds more than {most_bytes >> 20} MB of text")
        rest += chunk
        if b"\n" in chunk:
            *lines, rest = rest.split(b"\n")
            for line in lines:
                hear(bytes(line))


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what still runs of the group, and let go of the pipe."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.stdout is not None
    while await process.stdout.read(_CHUNK):
        pass
    await process.wait()


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def bare_environment() -> dict[str, str]:
    """What a worker needs that must know nothing: no setting, no token."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")}
    return kept | _path()


def builder_environment() -> dict[str, str]:
    """What a build needs: all but Dateline's own settings and Telegram's, and threads for half of the processors."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    threads = str(max(1, (os.cpu_count() or 1) // 2))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        kept.setdefault(name, threads)
    return kept | _path()


def _path() -> dict[str, str]:
    """Where Python finds us, whatever folder the worker begins in."""
    given = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return {"PYTHONPATH": os.pathsep.join([str(_ROOT), *map(os.path.abspath, given)])}
