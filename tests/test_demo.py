"""The demonstration index with the real desk: what the README shows is what comes out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def dateline(home: Path, *arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    """`dateline ARGUMENTS` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments], cwd=ROOT, env={**os.environ, "DATELINE_HOME": str(home)},
        input=lines, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def answered(demo_home: Path) -> subprocess.CompletedProcess[str]:
    return dateline(demo_home, "chat", lines="What does the draft ask on arms deliveries?\n/open 1\n")


def test_the_readmes_answer_is_a_real_one(answered: subprocess.CompletedProcess[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition('$ make ask Q="What does the draft ask on arms deliveries?"\n')[2].partition("\n\nWhen")[0]
    assert answered.stdout.startswith("\n".join(line[4:] for line in shown.splitlines()) + "\n")
    assert (answered.returncode, answered.stderr) == (0, "")


def test_a_source_is_opened_in_its_article(answered: subprocess.CompletedProcess[str]) -> None:
    assert "»“The draft has statements in it calling on the member states to stop arms" in answered.stdout


def test_doctor_names_what_is_broken_and_the_remedy_works(tmp_path: Path, spare_export: Callable[[Path], None]) -> None:
    home = tmp_path / "broken"
    spare_export(home)
    assert dateline(home, "index", "add", "seeds").returncode == 0
    status = json.loads(dateline(home, "index", "status", "--json").stdout)
    for file in (home / "generations" / status["generation"]["name"] / "chroma").rglob("*.bin"):
        file.write_bytes(b"damaged")
    (home / "generations" / status["generation"]["name"] / "chroma" / "chroma.sqlite3").write_bytes(b"damaged")
    done = dateline(home, "doctor")
    assert done.returncode == 1
    assert "fail index" in done.stdout
    assert "dateline index rebuild" in done.stdout
    assert dateline(home, "index", "rebuild").returncode == 0
    done = dateline(home, "doctor")
    assert done.returncode == 0, done.stdout
    assert "ok   index" in done.stdout
    assert "ok   questions encoded by ONNX" in done.stdout
    assert "fail" not in done.stdout
