"""How soon an article that is added to a large index is found by a process that has it open."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.desk import Desk
from index.errors import IndexBroken

_WORD = "Quonsettlebury"  # stands in no article
_PATIENCE = 120.0  # seconds


def seconds_until_found(desk: Desk, home: Path) -> float:
    """Add one article with `dateline index add`, in a process of its own, and search until it is found. Seconds.

    The article is taken out again. Raises IndexBroken when it was not found within two minutes.
    """
    desk.search("warm")
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        file = Path(folder) / f"{_WORD}.txt"
        file.write_text(f"Ferry to {_WORD} resumes\n\nThe ferry to {_WORD} sails again from Monday, its owner said.\n")
        began = time.perf_counter()
        _dateline(home, "add", str(file))
        try:
            while time.perf_counter() - began < _PATIENCE:
                hits = desk.search(f"When does the ferry to {_WORD} sail?", k=1).hits
                if hits and _WORD in hits[0].article.text:
                    return time.perf_counter() - began
                time.sleep(0.05)
        finally:
            _dateline(home, "remove", file.name)
    raise IndexBroken(f"An article that was added was not found within {_PATIENCE:.0f} s.")


def _dateline(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "bot.cli", "index", *arguments]
    subprocess.run(command, env={**os.environ, "DATELINE_HOME": str(home)}, check=True, capture_output=True)
