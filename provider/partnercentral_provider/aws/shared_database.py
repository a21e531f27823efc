"""
A small SQLite file that all processes of this user share, and that never makes a call fail.

What is kept in it is help, never the truth: where the file cannot be used, a process does without.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from math import isnan
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

FOLDER = "pulumi-partnercentral"

PATIENCE = 5.0
"""Seconds to wait while another process writes, which takes it less than a millisecond."""

T = TypeVar("T")
_TROUBLE = (OSError, RuntimeError, ValueError, sqlite3.Error)


def silent(_: str) -> None:
    """Take a warning that nobody is to see."""


def cache_file(name: str) -> Path:
    """
    Name a file in this user's cache folder: on Linux `$XDG_CACHE_HOME` or `~/.cache`.

    Raises RuntimeError where the user has no home.
    """
    from platformdirs import user_cache_path

    return user_cache_path(FOLDER, appauthor=False) / name


def number(value: Any) -> float:
    """Read a number of a row. Raises ValueError where it is none."""
    if not isinstance(value, (int, float)) or isnan(value):
        raise ValueError(f"there is {str(value)[:40]!r} where a number is expected")
    return float(value)


class SharedDatabase:
    """
    The tables that *schema*, an SQL script, makes in the *file*, which is opened on first use.

    Where the file cannot be used, whatever the reason, this process goes on with tables of its own
    in memory; *warn* is told so once, with the *consequence*, one or two sentences. A file that was
    removed is made anew. *patience* is in seconds.
    """

    def __init__(
        self,
        file: Callable[[], Path],
        schema: str,
        consequence: str,
        warn: Callable[[str], None] = silent,
        patience: float = PATIENCE,
    ) -> None:
        self._file, self._schema, self._patience = file, schema, patience
        self._consequence, self._warn = consequence, warn
        self._lock = Lock()
        self._shared: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None
        self._own: sqlite3.Connection | None = None

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """
        Do *work* in a transaction that no other process disturbs.

        *work* may be done twice, and raises ValueError where what it reads cannot be.
        """
        trouble: Exception | None = None
        with self._lock:
            if self._own is None:
                try:
                    return _transaction(self._connection(), work)
                except _TROUBLE as error:
                    trouble = error
                    self._own = self._in_memory()
            found = _transaction(self._own, work)
        if trouble:
            self._warn(self._sentence(trouble))
        return found

    def exists(self) -> bool:
        """Tell whether there is anything to read, without making the file."""
        try:
            return self._own is not None or self._file().exists()
        except _TROUBLE:
            return False

    def _connection(self) -> sqlite3.Connection:
        """Give the connection to the file; it is opened anew where the file is another by now."""
        if self._shared is not None and _inode(self._file()) != self._inode:
            self._shared.close()
            self._shared = None
        if self._shared is None:
            self._shared = self._opened(self._file())
        return self._shared

    def _opened(self, file: Path) -> sqlite3.Connection:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _private(file.parent, 0o700)
        if file.exists() and not file.is_file():
            raise OSError("it is not a regular file")
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        _private(file, 0o600)  # SQLite gives its own files beside it the same mode
        self._inode = _inode(file)
        return _prepared(str(file), self._schema, self._patience)

    def _in_memory(self) -> sqlite3.Connection:
        if self._shared is not None:
            with suppress(sqlite3.Error):
                self._shared.close()
        return _prepared(":memory:", self._schema, self._patience)

    def _sentence(self, trouble: Exception) -> str:
        try:
            file = str(self._file())
        except _TROUBLE:
            return f"There is no cache folder: {trouble}. {self._consequence}"
        return (
            f"{file} cannot be used: {trouble}. {self._consequence} If there is room on the disk, "
            "remove the file: it is made anew."
        )


def _prepared(file: str, schema: str, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        # What the machine's own crash may take is the last moments; a killed process loses nothing.
        connection.execute("PRAGMA synchronous = NORMAL")
        with suppress(sqlite3.OperationalError):  # another process is doing just this
            connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(schema)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return found


def _inode(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _private(path: Path, mode: int) -> None:
    """Take from others what an older version, or a wide umask, gave them."""
    if path.stat().st_mode & 0o777 != mode:
        with suppress(OSError):  # on a file system without modes, or in another's folder
            path.chmod(mode)
