"""How indexing goes, as a person sees it."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from rich.console import Console
from rich.progress import Progress

from bot import progress as module
from bot.progress import Bars, Lines, progress


def test_plain_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 2.0, 15.0, 15.0, 20.0, 30.0])
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with progress() as shown:
        assert isinstance(shown, Lines)
        shown.start("encoding", 1500)  # at 0
        shown.advance(200)  # at 2: too soon for a line
        shown.advance(800)  # at 15
        shown.start("indexing", None)  # the line that ends encoding at 20, the new stage from 30
        shown.done()
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["encoding: 1,000 of 1,500, 67/s, 7 s left", "encoding: 1,000 of 1,500, 50/s, 10 s left"]


def test_bars_in_a_terminal() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120)
    with Progress(console=console) as bars:
        shown = Bars(bars)
        shown.advance()  # before any stage: nothing to count
        shown.start("reading", None)
        shown.advance(3)
        shown.start("encoding", 10)
        shown.advance(10)
        shown.done()
        assert [(task.description, task.completed, task.total) for task in bars.tasks] == [
            ("reading", 3, 3),
            ("encoding", 10, 10),
        ]
    assert "encoding" in out.getvalue()


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Console", lambda **_: Console(file=io.StringIO(), force_terminal=True))
    with progress() as shown:
        assert isinstance(shown, Bars)
