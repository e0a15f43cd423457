"""The Makefile with a stand-in for the environment: questions pass through unharmed, and nothing is done twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = '#!/bin/bash\necho "$(basename "$0") $1" >>calls\nif [ "$1" = ask ]; then printf "%s" "$3" >asked; fi\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with a space in its name, its .venv made of stand-ins that note their calls."""
    folder = tmp_path / "a checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "article.txt").write_text("An article.")
    (folder / ".demo").mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("python", "dateline"):
        program = folder / ".venv" / "bin" / name
        program.write_text(STAND_IN)
        program.chmod(0o755)
    return folder


def make(checkout: Path, *arguments: str, **environment: str) -> int:
    """`make ARGUMENTS` in the checkout: its exit code."""
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env={**os.environ, **environment}, capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize(
    "question",
    [
        "What did Russia object to?",
        'it\'s "so"',
        "$HOME ${HOME} $(HOME) $$",
        "`id` $(shell touch x)",
        "-x",
        "$( # \\ é",
    ],
)
def test_a_question_passes_through_as_it_is(checkout: Path, question: str) -> None:
    assert make(checkout, "ask", f"Q={question}") == 0
    assert (checkout / "asked").read_text(encoding="utf-8") == question
    (checkout / "asked").unlink()
    assert make(checkout, "ask", Q=question) == 0
    assert (checkout / "asked").read_text(encoding="utf-8") == question
    assert not (checkout / "x").exists()


def test_the_second_call_goes_straight_to_the_answer(checkout: Path) -> None:
    assert make(checkout, "ask", "Q=Who?") == 0
    assert (checkout / "calls").read_text().splitlines() == ["python -m", "dateline index", "dateline ask"]
    (checkout / "calls").unlink()
    assert make(checkout, "ask", "Q=Who?") == 0
    assert (checkout / "calls").read_text().splitlines() == ["dateline ask"]


def test_no_question_is_wrong_usage(checkout: Path) -> None:
    assert make(checkout, "ask") != 0
    assert not (checkout / "asked").exists()
