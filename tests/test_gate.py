"""Floors: held, raised by a flag, lowered by another alone, and never applied to other data than theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals import gate
from evals.data import FIXTURE_NEWS, FIXTURE_QUESTIONS, small_questions
from evals.gate import Measured, hold, moved
from evals.scoring import holds
from index.articles import Article, read_articles

FLOORS: dict[str, Any] = {"seeds": {"data": "d1", "floors": {"right": 0.8, "refused": 0.9}}}


def seeds(right: float, refused: float = 1.0, data: str = "d1") -> dict[str, Measured]:
    return {"seeds": Measured(data, {"right": right, "refused": refused})}


def test_floors_hold() -> None:
    assert hold(FLOORS, seeds(0.8, 0.9)) == []
    assert hold(FLOORS, {}) == [], "what is not measured is not judged"
    assert hold(FLOORS, seeds(0.79)) == ["seeds: right is 0.7900, under its floor of 0.8000."]


def test_a_missing_floor_or_figure_is_a_fault() -> None:
    assert "--raise" in hold({}, seeds(1.0))[0]
    assert "refused has no floor" in hold({"seeds": {"data": "d1", "floors": {"right": 0.1}}}, seeds(1.0))[0]
    assert "not measured any more" in hold(FLOORS, {"seeds": Measured("d1", {"right": 1.0})})[0]


def test_floors_on_other_data_do_not_apply() -> None:
    (fault,) = hold(FLOORS, seeds(1.0, data="d2"))
    assert "the data has changed (digest d2, floors were pinned on d1)" in fault


def test_raising_never_lowers() -> None:
    after = moved(FLOORS, seeds(0.95, 0.9), up=True)
    assert after["seeds"]["floors"] == {"right": 0.9, "refused": 0.9}
    assert moved(FLOORS, seeds(0.5, 1.0), up=True)["seeds"]["floors"] == {"right": 0.8, "refused": 0.95}
    assert moved({}, seeds(0.9), up=True)["seeds"]["floors"] == {"right": 0.85, "refused": 0.95}
    assert moved(FLOORS, {}, up=True, down=True) == FLOORS, "what was not measured stays"


def test_lowering_lowers_only_what_is_undercut() -> None:
    assert moved(FLOORS, seeds(0.7, 0.95), down=True)["seeds"]["floors"] == {"right": 0.65, "refused": 0.9}
    assert moved(FLOORS, seeds(0.7, 1.0), up=True, down=True)["seeds"]["floors"] == {"right": 0.65, "refused": 0.95}


def test_new_data_is_pinned_only_when_nothing_gets_lower() -> None:
    assert moved(FLOORS, seeds(0.85, data="d2"), up=True)["seeds"]["data"] == "d2"
    assert moved(FLOORS, seeds(0.5, data="d2"), up=True) == FLOORS
    assert moved(FLOORS, seeds(0.5, data="d2"), up=True, down=True)["seeds"] == {
        "data": "d2", "floors": {"right": 0.45, "refused": 0.95},
    }  # fmt: skip


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "floors.json"
    now = seeds(0.9)
    monkeypatch.setattr(gate, "measure", lambda data: (now, {"reading": "No data."}))
    assert gate.main(["--floors", str(file)]) == 1
    assert "no floors are pinned" in capsys.readouterr().err
    assert gate.main(["--floors", str(file), "--raise"]) == 0
    assert json.loads(file.read_text()) == {"seeds": {"data": "d1", "floors": {"right": 0.85, "refused": 0.95}}}
    out = capsys.readouterr().out
    assert "reading: skipped. No data." in out
    assert "seeds: right 0.9000, floor 0.8500" in out
    now |= seeds(0.7)
    assert gate.main(["--floors", str(file), "--raise"]) == 1
    assert gate.main(["--floors", str(file)]) == 1
    assert gate.main(["--floors", str(file), "--lower"]) == 0
    assert json.loads(file.read_text())["seeds"]["floors"] == {"right": 0.65, "refused": 0.95}
    file.write_text("{")
    assert gate.main(["--floors", str(file)]) == 2


def test_the_fixtures_can_be_right() -> None:
    """Each answer stands in one article alone, so that a wrong one is the reader's fault; the others in none."""
    articles = [item for item in read_articles(FIXTURE_NEWS) if isinstance(item, Article)]
    questions = small_questions(FIXTURE_QUESTIONS)
    assert len(articles) == 8
    assert all(article.published and article.outlet for article in articles)
    assert len({question.id for question in questions}) == len(questions)
    assert sum(not question.answers for question in questions) >= 12
    for question in questions:
        assert sum(holds(article.text, question.answers) for article in articles) == bool(question.answers), question
