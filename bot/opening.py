"""Whether a generation of the index opens, tried in a process of its own: a damaged one may crash it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_OPENING = 120  # seconds within which an index must open


def fault_on_opening(folder: Path) -> str:
    """Why the generation does not open; empty when it does."""
    request = json.dumps({"folder": str(folder), "probes": []})
    command = [sys.executable, "-m", "index.verify_generation"]
    try:
        done = subprocess.run(command, input=request, capture_output=True, text=True, timeout=_OPENING, check=False)
    except subprocess.TimeoutExpired:
        return f"not within {_OPENING} seconds"
    if done.returncode < 0:
        return f"opening it crashes (signal {-done.returncode})"
    return done.stdout.strip() if done.returncode else ""
