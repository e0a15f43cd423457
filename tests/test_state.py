"""The bot's own database: transactions, migrations, and what it says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.state import FILE_NAME, MIGRATIONS, State, StateError


def test_a_write_is_all_or_nothing_and_survives_reopening(tmp_path: Path) -> None:
    state = State(tmp_path / FILE_NAME)
    with state.write() as db:
        db.execute("INSERT INTO usage VALUES ('2026-01-01', 'terminal', 'tokens', 5)")

    def half_done() -> None:
        with state.write() as db:
            db.execute("DELETE FROM usage")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    state.close()
    again = State(tmp_path / FILE_NAME)
    assert again.rows("SELECT amount FROM usage") == [(5,)]
    again.close()


def test_faults_are_named(tmp_path: Path) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StateError, match=r"bad\.sqlite"):
        State(tmp_path / "bad.sqlite")
    state = State(tmp_path / FILE_NAME)
    with pytest.raises(StateError, match="cannot be read"):
        state.rows("SELECT * FROM nothing")
    with pytest.raises(StateError, match="cannot be written"), state.write() as db:
        db.execute("INSERT INTO nothing VALUES (1)")
    state.rows(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    state.close()
    with pytest.raises(StateError, match="newer Dateline"):
        State(tmp_path / FILE_NAME)
