"""The kill matrix, shortened: `python -m evals.crashes` is the long form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.crashes import kill_builders


def test_builders_may_be_killed_at_any_moment(tmp_path: Path, spare_export: Callable[[Path], None]) -> None:
    spare_export(tmp_path)
    result = kill_builders(tmp_path, 10, seed=1)
    assert result.faults == ()
    assert sum(result.kills.values()) >= 10
    assert result.kills["persist"] >= 2
    assert result.kills["publish"] >= 2
    assert result.generations >= 3
