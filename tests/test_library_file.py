"""The library's file: schemas old, new and broken, and files it must refuse."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import index.library
from index.database import copy_database
from index.errors import IndexMissing, LibraryError
from index.library import Library, Outcome
from index.schema import MIGRATIONS
from tests.test_library import BRIDGE


def test_nothing_there_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="index add"):
        Library(tmp_path / "none.sqlite", read_only=True)


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    path.write_text("certainly not SQLite, and long enough to be looked at as a header " * 20)
    with pytest.raises(LibraryError, match="cannot be opened"):
        Library(path)


def test_a_newer_schema_asks_for_an_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryError, match="upgrade Dateline"):
        Library(path)


def test_an_older_schema_is_migrated_by_readers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.sqlite"
    old = Library(path)
    old.put([BRIDGE])
    old.close()
    monkeypatch.setattr(index.library, "MIGRATIONS", (*MIGRATIONS, ("ALTER TABLE places ADD COLUMN note TEXT",)))
    new = Library(path, read_only=True)
    assert new.article(BRIDGE.id) == BRIDGE
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)


def test_a_failed_migration_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.sqlite"
    Library(path).close()
    broken = ("CREATE TABLE extra (a)", "CREATE TABLE places (a)")
    monkeypatch.setattr(index.library, "MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(LibraryError):
        Library(path)
    monkeypatch.undo()
    assert Library(path).put([BRIDGE]) == Outcome(added=1)


def test_copying_a_database_that_is_open(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite")
    library.put([BRIDGE])
    copy_database(library.path, tmp_path / "copy.sqlite")
    assert Library(tmp_path / "copy.sqlite").article(BRIDGE.id) == BRIDGE
