"""What the bot keeps of its own, in one SQLite file beside the library: inbox, answers, feedback, feeds, turns, usage.

The file and its schema; the one module of `bot/` that imports sqlite3. What is kept and for how long is decided by
those who keep it: bot/telegram/inbox.py, bot/telegram/kept.py, bot/feed_table.py, bot/conversation.py.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
)


class StateError(DatelineError):
    """The bot's own database cannot be opened, read or written."""


class State:
    """One connection behind a lock: safe from several threads. Opening makes or migrates the file.

    Every method may raise StateError. Every write is one transaction: a kill leaves all of it or nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise StateError(f"The bot's database {path} cannot be opened: {error}.") from error
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            # Survives a killed process; only a power cut can take the last writes.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
            self._migrate()
        except (sqlite3.Error, StateError) as error:
            self._db.close()
            raise StateError(f"The bot's database {path} cannot be opened: {error}.") from error

    def _migrate(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            self._db.execute("ROLLBACK")
            raise StateError(f"it has schema {version} of a newer Dateline: upgrade Dateline")
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, or of a single writing statement with RETURNING."""
        with self._lock:
            try:
                return self._db.execute(sql, parameters).fetchall()
            except sqlite3.Error as error:
                raise StateError(f"The bot's database {self.path} cannot be read: {error}.") from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, rolled back on any error."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise StateError(f"The bot's database {self.path} cannot be written: {error}.") from error
