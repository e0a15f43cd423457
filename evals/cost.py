"""What a question costs: the seconds and memory of `dateline ask` in a fresh process, and the time of reading."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bot.news_reader import NewsReader
from bot.question import Meaning
from evals.data import ROOT
from index.retrieve import Found

_RUNS = 5
# The process itself says what it took at most: the kernel's figure for a child counts its parent's memory too.
_ASK = """
import atexit, sys
def told():
    peak = open("/proc/self/status", encoding="ascii").read().partition("VmHWM:")[2].split()[0]
    print(peak, int("torch" in sys.modules), file=sys.stderr)
atexit.register(told)
from bot.cli import main
main()
"""


@dataclass(frozen=True, slots=True)
class AskingCost:
    """Of `runs` processes: seconds from start to end, and the most memory that was resident, in MB (Linux alone)."""

    runs: int
    seconds: float  # median
    slowest: float
    megabytes: float
    with_torch: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "runs": self.runs,
            "cold ask, median s": round(self.seconds, 2),
            "cold ask, slowest s": round(self.slowest, 2),
            "peak resident MB": round(self.megabytes),
            "imports torch": self.with_torch,
        }


def of_asking(home: Path, question: str = "Who won the Eurovision Song Contest?", runs: int = _RUNS) -> AskingCost:
    """Ask `question` of the index under `home` with `dateline ask`, after one run that warms the disk's cache.

    Raises subprocess.CalledProcessError when a run fails.
    """
    seconds, peaks, torch = [], [], False
    for _ in range(runs + 1):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _ASK, "ask", "--json", question], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "DATELINE_HOME": str(home)}, check=True,
        )  # fmt: skip
        seconds.append(time.perf_counter() - began)
        kilobytes, imported = done.stderr.split()[-2:]
        peaks.append(int(kilobytes) / 1000)
        torch = torch or imported == "1"
    return AskingCost(runs, median(seconds[1:]), max(seconds[1:]), max(peaks), torch)


def of_reading(found: Sequence[tuple[Meaning, list[Found]]]) -> dict[str, float]:
    """Milliseconds that the bundled reader takes for the passages found for one question, after one that warms it."""
    reader = NewsReader()
    seconds = []
    for meaning, passages in [found[0], *found]:
        began = time.perf_counter()
        reader.read(meaning, passages)
        seconds.append(time.perf_counter() - began)
    passages_read = median(len(passages) for _, passages in found)
    return {"reading, passages": passages_read, "reading, median ms": round(1000 * median(seconds[1:]), 1)}
