"""What the bot keeps of its own, in one SQLite file beside the library: inbox, answers, feedback, feeds, turns, usage.

The file and its schema. What is kept and for how long is decided by
those who keep it: bot/telegram/inbox.py, bot/telegram/kept.py, bot/feed_table.py, bot/conversation.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from index.database import Connection, Database
from index.errors import DatelineError

FILE_NAME = "bot.sqlite"
# Times are in seconds since 1970. A place is a conversation's address: `telegram:CHAT:THREAD`, `terminal`.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE inbox (
            update_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, chat INTEGER, thread INTEGER, user INTEGER,
            message INTEGER, payload TEXT, state TEXT NOT NULL, reply INTEGER, answer TEXT, received REAL NOT NULL
        ) STRICT""",
        "CREATE INDEX inbox_message ON inbox (chat, message)",
        "CREATE INDEX inbox_open ON inbox (update_id) WHERE state != 'done'",
        """CREATE TABLE answers (
            id TEXT PRIMARY KEY, chat INTEGER NOT NULL, thread INTEGER, user INTEGER NOT NULL, body TEXT NOT NULL,
            created REAL NOT NULL
        ) STRICT""",
        """CREATE TABLE feedback (
            answer TEXT NOT NULL, user INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT, created REAL NOT NULL,
            PRIMARY KEY (answer, user)
        ) STRICT""",
        """CREATE TABLE feeds (
            url TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', minutes INTEGER NOT NULL, etag TEXT, modified TEXT,
            last_run REAL, next_run REAL NOT NULL, failures INTEGER NOT NULL DEFAULT 0, fault TEXT
        ) STRICT""",
        """CREATE TABLE turns (
            id INTEGER PRIMARY KEY, place TEXT NOT NULL, user INTEGER, body TEXT NOT NULL, created REAL NOT NULL
        ) STRICT""",
        "CREATE INDEX turns_place ON turns (place, id)",
        """CREATE TABLE usage (
            day TEXT NOT NULL, place TEXT NOT NULL, what TEXT NOT NULL, amount INTEGER NOT NULL,
            PRIMARY KEY (day, place, what)
        ) STRICT""",
    ),
    (
        # What a feed said of an entry when it was read, and how many times in a row that failed.
        """CREATE TABLE feed_entries (
            feed TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, failures INTEGER NOT NULL, seen REAL NOT NULL,
            PRIMARY KEY (feed, id)
        ) STRICT, WITHOUT ROWID""",
    ),
    # What tells an update from another that was given the same number; NULL where it is erased.
    ("ALTER TABLE inbox ADD COLUMN identity TEXT",),
)


class StateError(DatelineError):
    """The bot's own database cannot be opened, read or written."""


class State(Database):
    """Opening makes or migrates the file. Every method may raise StateError."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            MIGRATIONS,
            "synchronous = NORMAL",  # survives a killed process; only a power cut can take the last writes
            "secure_delete = ON",  # what is erased is overwritten
            what="The bot's database",
            fault=StateError,
            timeout=10,
        )

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        return self._rows(sql, parameters)

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction: committed at the end, rolled back on any error."""
        return self._write()
