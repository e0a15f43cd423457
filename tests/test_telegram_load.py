"""The bot under load and killed, shortened: evals.telegram_load and evals.telegram_kills are the long forms."""

from __future__ import annotations

import shutil
from pathlib import Path

from evals.data import SEED_QUESTIONS, small_questions
from evals.telegram_kills import kill_bot
from evals.telegram_load import Size, under_load

QUESTIONS = [question.question for question in small_questions(SEED_QUESTIONS)]


def test_under_load_nothing_is_lost_and_order_is_kept(demo_home: Path, tmp_path: Path) -> None:
    """How long it all takes is no matter here: the machine may be busy."""
    shutil.copytree(demo_home, tmp_path / "home")
    size = Size(chats=12, each=2, flood=100, probes=1, generations=1, asking=4, usual=0.5)
    result = under_load(tmp_path / "home", QUESTIONS, size, strict=False)
    assert result.faults == []
    assert result.questions > 24
    assert result.flood["the flooding chat was sent"] <= 40


def test_killed_at_any_moment_every_question_is_answered_once(demo_home: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_home, tmp_path / "home")
    result = kill_bot(tmp_path / "home", QUESTIONS, 3, seed=4, chats=6)
    assert result.faults == ()
    assert result.questions > 9
