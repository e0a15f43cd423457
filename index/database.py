"""A SQLite file behind one connection: opened, migrated, read, and written in whole transactions.

The one module that imports sqlite3. Knows nothing of what its tables hold: index/library.py and bot/state.py do.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as Connection
from typing import Any

from index.errors import DatelineError, LibraryError


class Database:
    """Safe from several threads; other processes read while one writes (WAL).

    A kill leaves all of a transaction or nothing.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[Sequence[str]],
        *pragmas: str,
        what: str,
        fault: type[DatelineError],
        timeout: float,
        read_only: bool = False,
    ) -> None:
        """Open the file, made where it is not, and brought up to the last of `migrations`, each a row of statements.

        Other writers are waited for `timeout` seconds. What fails, here and later, is a `fault` that calls it `what`.
        """
        self.path = path
        self._what, self._fault = what, fault
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise fault(f"{what} {path} cannot be opened: {error}.") from error
        try:
            for pragma in pragmas:
                self._db.execute(f"PRAGMA {pragma}")
            self._migrate(migrations)
            self._db.execute("PRAGMA query_only = " + ("ON" if read_only else "OFF"))
        except (sqlite3.Error, DatelineError) as error:
            self._db.close()
            raise fault(f"{what} {path} cannot be opened: {error}") from error

    def _migrate(self, migrations: Sequence[Sequence[str]]) -> None:
        known = len(migrations)
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > known:
            raise self._fault(f"it has schema {version} of a newer Dateline, this one knows {known}: upgrade Dateline.")
        if version == known:
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()  # another process may have been first
        for number in range(version, known):
            for statement in migrations[number]:
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {known}")
        self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._db.execute(sql, parameters).fetchall()
            except sqlite3.Error as error:
                raise self._fault(f"{self._what} {self.path} cannot be read: {error}.") from error

    @contextmanager
    def _write(self) -> Iterator[Connection]:
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
                raise self._fault(f"{self._what} {self.path} cannot be written: {error}.") from error


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file that others may have open. Raises LibraryError where it cannot be made."""
    from_, to = sqlite3.connect(source, timeout=30), sqlite3.connect(target)
    try:
        from_.backup(to)
    except sqlite3.Error as error:
        raise LibraryError(f"{source} cannot be copied: {error}.") from error
    finally:
        from_.close()
        to.close()
