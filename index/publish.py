"""Between making a generation and serving it: the build lock, room on the disk, verification, publication, sweeping."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import BuildLocked, DiskFull, IndexBroken
from index.manifest import current_name, generations_folder, set_current, sync_folder

_ASIDE = ("building-", "swept-")  # folders that were never published, or are no longer
_RESERVE = 64 << 20  # bytes left free, whatever the estimate
_VERIFY_SECONDS = 600


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """One builder at a time. Raises BuildLocked, which names the holder. A dead process holds nothing."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "build.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise BuildLocked(f"{_holder(file.read())} Try again when it has finished.") from None
        file.truncate(0)
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
            "since": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
        }
        file.write(json.dumps(holder))
        file.flush()
        yield


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
        return (
            f"The index is being built by process {holder['pid']} on {holder['host']} "
            f"(`{holder['command']}`) since {holder['since']}."
        )
    except (ValueError, KeyError, TypeError):
        return "The index is being built by another process."


def check_disk(home: Path, needed: int) -> None:
    """Raise DiskFull unless `needed` bytes and a reserve are free."""
    free = shutil.disk_usage(home).free
    if free < needed + _RESERVE:
        short = (needed + _RESERVE - free) / 1e6
        raise DiskFull(
            f"Building the index in {home} needs about {needed / 1e6:,.0f} MB and {free / 1e6:,.0f} MB are free: "
            f"make room for {short:,.0f} MB more. What was read and encoded so far is kept."
        )


@dataclass(frozen=True, slots=True)
class Probe:
    """A passage that must be found by its own vector, and its article's title, which must find something."""

    passage_id: str
    title: str
    vector: NDArray[np.float32]


class Verifier:
    """A process of its own that opens a generation and probes it, because a broken one may crash its reader.

    Starts at once: its imports run while the generation is made.
    """

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "index.verify_generation"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def check(self, folder: Path, probes: Sequence[Probe]) -> None:
        """Raise IndexBroken, with what is wrong, unless the generation in `folder` holds."""
        rows = [[probe.passage_id, probe.title, probe.vector.tolist()] for probe in probes]
        request = json.dumps({"folder": str(folder), "probes": rows}).encode()
        try:
            out, err = self._process.communicate(request, timeout=_VERIFY_SECONDS)
        except subprocess.TimeoutExpired:
            self.close()
            raise IndexBroken(f"The new index did not answer its test within {_VERIFY_SECONDS} s.") from None
        if self._process.returncode != 0:
            lines = (out + err).decode(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else f"exit status {self._process.returncode}"
            raise IndexBroken(f"The new index failed its test: {reason}")

    def close(self) -> None:
        """End the process, if it still runs, and its pipes."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


def publish(home: Path, aside: Path, name: str) -> None:
    """Make the finished folder `aside` the generation `name`, and that the one that serves. Survives a power cut."""
    for file in aside.rglob("*"):
        if file.is_dir():
            sync_folder(file)
        else:
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
    sync_folder(aside)
    aside.rename(generations_folder(home) / name)
    sync_folder(generations_folder(home))
    set_current(home, name)


def sweep(home: Path) -> None:
    """Delete what no reader holds and `CURRENT` does not name. Only for the holder of the build lock."""
    current = current_name(home)
    for folder in sorted(generations_folder(home).glob("*/")):
        if folder.name.startswith(_ASIDE):
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.name != current:
            _sweep_one(folder)


def _sweep_one(folder: Path) -> None:
    try:
        lease = (folder / "lease").open("rb")
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
        return
    with lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return  # still read
        # Renamed under the lock: a reader that waits for the lease finds its name gone and reads CURRENT again.
        aside = folder.with_name(f"swept-{folder.name}")
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
