"""How indexing goes: bars with passages per second and the time left in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as Bar
from rich.text import Text

_LINE_EVERY = 10.0  # seconds between plain lines


class _Rate(TextColumn):
    """Steps per second of the stage: `102/s`."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Bar) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


class Bars:
    """A bar a stage, on stderr."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def start(self, stage: str, total: int | None) -> None:
        """Begin a stage of `total` steps; None when nobody knows."""
        self.done()
        self._task = self._bars.add_task(stage, total=total)

    def advance(self, n: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, n)

    def done(self) -> None:
        if self._task is not None:
            task = self._bars.tasks[-1]
            self._bars.update(self._task, total=task.completed if task.total is None else task.total)
            self._bars.stop_task(self._task)
            self._task = None


class Lines:
    """A line when a stage ends, and every ten seconds while it goes on, on stderr."""

    def __init__(self) -> None:
        self._stage: str | None = None
        self._total: int | None = None
        self._count = 0
        self._began = self._said = 0.0

    def start(self, stage: str, total: int | None) -> None:
        """Begin a stage of `total` steps; None when nobody knows."""
        self.done()
        self._stage, self._total, self._count = stage, total, 0
        self._began = self._said = time.monotonic()

    def advance(self, n: int = 1) -> None:
        self._count += n
        if time.monotonic() - self._said >= _LINE_EVERY:
            self._print()

    def done(self) -> None:
        if self._stage is not None and self._count:
            self._print()
        self._stage = None

    def _print(self) -> None:
        self._said = time.monotonic()
        seconds = self._said - self._began
        rate = self._count / seconds if seconds > 0 else 0.0
        of = f" of {self._total:,}" if self._total else ""
        left = f", {(self._total - self._count) / rate:,.0f} s left" if self._total and rate else ""
        print(f"{self._stage}: {self._count:,}{of}, {rate:,.0f}/s{left}", file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Bars | Lines]:
    """What to hand to `index.build.sync`, for as long as it runs."""
    console = Console(stderr=True, markup=False)
    if not console.is_terminal:
        yield Lines()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, _Rate(), TimeRemainingColumn(), console=console) as bars:
        yield Bars(bars)
