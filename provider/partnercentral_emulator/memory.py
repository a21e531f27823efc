"""
Everything the emulator holds, in one SQLite database: in memory, or in a file that outlives it.

One transaction is one operation. An object is a row: what lists are narrowed and sorted by stands
in columns with an index, the rest is JSON.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

Row = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    owner TEXT NOT NULL, catalog TEXT NOT NULL,
    parent TEXT NOT NULL,    -- what it belongs to: an account's or a relationship's id
    subject TEXT NOT NULL,   -- the AWS account that it is about
    sort TEXT NOT NULL,      -- handshakeType
    sender TEXT NOT NULL, status TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL,
    body TEXT NOT NULL, prior TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_owner ON objects (kind, owner, catalog, sort, updated, sequence);
CREATE INDEX IF NOT EXISTS by_subject ON objects (kind, subject, catalog, sort, updated, sequence);
CREATE INDEX IF NOT EXISTS by_sender ON objects (kind, sender, catalog, sort, updated, sequence);
CREATE INDEX IF NOT EXISTS by_parent ON objects (kind, parent, updated, sequence);
CREATE INDEX IF NOT EXISTS by_status ON objects (kind, status, created);
CREATE TABLE IF NOT EXISTS answers (
    account TEXT, operation TEXT, token TEXT, digest TEXT, answer TEXT, at REAL,
    PRIMARY KEY (account, operation, token)
);
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, token TEXT, account TEXT, arn TEXT, user TEXT, expires REAL
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""

_COLUMNS = ("owner", "catalog", "parent", "subject", "sort", "sender", "status")


class Memory:
    """The database and the few questions that are asked of it."""

    def __init__(self, path: str | None) -> None:
        self._lock = RLock()
        self._open = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None
        )
        self._open.row_factory = sqlite3.Row
        # The write-ahead log keeps what was committed through a kill -9 of this process.
        self._open.execute("PRAGMA journal_mode = WAL")
        self._open.execute("PRAGMA synchronous = NORMAL")
        self._open.executescript(_TABLES)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._open.close()

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Keep everything that happens within, or nothing of it."""
        with self._lock:
            self._open.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._open.execute("COMMIT")
            except BaseException:
                if self._open.in_transaction:
                    self._open.execute("ROLLBACK")
                raise

    def ask(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and give its rows."""
        with self._lock:
            return [dict(row) for row in self._open.execute(query, values)]

    def insert(self, kind: str, id: str, at: float, body: Row, **columns: str) -> None:
        """Add an object."""
        values = [columns.get(name, "") for name in _COLUMNS]
        self.ask(
            "INSERT INTO objects (id, kind, created, updated, body, prior, "
            f"{', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)",
            [id, kind, at, at, json.dumps(body), *values],
        )

    def change(self, id: str, at: float, body: Row, status: str = "") -> None:
        """Give an object a new body; what it was stays for readers that lag behind."""
        self.ask(
            "UPDATE objects SET prior = body, body = ?, updated = ?, status = ? WHERE id = ?",
            [json.dumps(body), at, status, id],
        )

    def retag(self, id: str, body: Row) -> None:
        """Give an object other tags, which is no change of the object itself."""
        self.ask("UPDATE objects SET body = ? WHERE id = ?", [json.dumps(body), id])

    def delete(self, id: str) -> None:
        """Forget an object."""
        self.ask("DELETE FROM objects WHERE id = ?", [id])

    def get(self, kind: str, id: str) -> Row | None:
        """Find an object by its id."""
        rows = self.ask("SELECT * FROM objects WHERE id = ? AND kind = ?", [id, kind])
        return loaded(rows[0]) if rows else None

    def count(self, where: str, values: Sequence[Any]) -> int:
        """Count objects."""
        rows = self.ask(f"SELECT COUNT(*) AS n FROM objects WHERE {where}", values)
        return int(rows[0]["n"])

    def first(self, where: str, values: Sequence[Any]) -> Row | None:
        """Find the newest object of some."""
        rows = self.ask(
            f"SELECT * FROM objects WHERE {where} ORDER BY updated DESC, sequence DESC LIMIT 1",
            values,
        )
        return loaded(rows[0]) if rows else None

    def fact(self, name: str, default: str = "") -> str:
        """Recall a single value."""
        rows = self.ask("SELECT value FROM facts WHERE name = ?", [name])
        return str(rows[0]["value"]) if rows else default

    def remember(self, name: str, value: str) -> None:
        """Keep a single value."""
        self.ask("INSERT OR REPLACE INTO facts VALUES (?, ?)", [name, value])

    def empty(self) -> None:
        """Forget everything but the clock."""
        for table in ("objects", "answers", "keys"):
            self.ask(f"DELETE FROM {table}")


def loaded(row: Row) -> Row:
    """Read the JSON of a row."""
    return row | {"body": json.loads(row["body"])}
