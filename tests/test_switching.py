"""One process asks while another publishes, shortened: `python -m evals.switching` is the long form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.switching import switch_while_asking


def test_a_running_process_switches_within_a_second(tmp_path: Path, spare_export: Callable[[Path], None]) -> None:
    spare_export(tmp_path)
    result = switch_while_asking(tmp_path, 5)
    assert result.faults == ()
    assert result.generations == 5
    assert result.questions > 50
