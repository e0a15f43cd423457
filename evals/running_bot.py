"""`dateline telegram` as a process of its own, against the emulated Bot API."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from bot.settings import PREFIX
from evals.data import ROOT
from evals.telegram_api.emulator import Emulator


class RunningBot:
    """Started on entering, stopped by SIGTERM on leaving. What it prints goes to `log`, at level debug."""

    def __init__(self, api: Emulator, home: Path, log: Path, **settings: str) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith((PREFIX, "TELEGRAM_"))}
        own = {"HOME": str(home), "LOG_LEVEL": "debug"} | settings
        self._environment = clean | {PREFIX + name: value for name, value in own.items()}
        self._environment |= {"TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_URL": api.url, "PYTHONPATH": str(ROOT)}
        self._environment |= {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default"}
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RunningBot:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.stop()

    def start(self, ready: bool = True) -> None:
        """Start it, and wait until it fetches."""
        with self.log.open("ab") as out:
            begins = out.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "telegram"],
                env=self._environment,
                stdout=out,
                stderr=out,
                cwd=self.log.parent,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while ready and b"is ready." not in self._printed(begins):
            assert self._process.poll() is None, self.printed[-3000:]
            assert time.monotonic() < deadline, self.printed[-3000:]
            time.sleep(0.02)

    def _printed(self, begins: int) -> bytes:
        with self.log.open("rb") as log:
            log.seek(begins)
            return log.read()

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._process = None

    def stop(self, seconds: float = 40) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(seconds)
        self._process = None
        return code

    @property
    def printed(self) -> str:
        """All that it has printed so far, over all starts."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
