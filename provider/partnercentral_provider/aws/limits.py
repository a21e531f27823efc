"""
Never faster than AWS allows: each account has so many calls a second of each operation.

A call reserves the next free moment and waits for it, so that who comes first goes first. What is
reserved stands in a file that all processes of this user share.
"""

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import time
from typing import Any

WRITES, READS = 3.0, 5.0
"""Calls a second of one operation, by AWS's documents; those of tags are not documented."""

_OF_TAGS = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})

EVERY = "*"
"""Stands for every operation that has no rate of its own."""

SLOW_SECONDS, SLOWER = 10.0, 2.0
"""After AWS throttled a call, for so long, the time between two calls grows so many times."""

LONGEST = 3600.0
"""Seconds; what lies further ahead was reserved by a clock that has been set back since."""


def quota(operation: str) -> float | None:
    """Tell AWS's quota by the operation's name: what does not get or list, writes."""
    if operation in _OF_TAGS:
        return None
    return READS if operation.startswith(("Get", "List")) else WRITES


class Limits:
    """
    The rates, by operation, that *rates* may change; "*" stands for all others.

    *clock* counts seconds, the same in all processes. *file* is what they share; where it cannot
    be used, this process counts for itself.
    """

    def __init__(
        self,
        rates: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time,
        file: Path | None = None,
    ) -> None:
        self._rates, self._clock, self._file = rates or {}, clock, file
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None

    def rate(self, operation: str) -> float | None:
        """Tell how many calls a second are allowed; None where nothing is known."""
        return self._rates.get(operation, self._rates.get(EVERY, quota(operation)))

    def reserve(self, account: str, operation: str) -> float:
        """Reserve the next call; the seconds to wait for it."""
        rate = self.rate(operation)
        if rate is None:
            return 0.0
        with self._lock:
            now = self._clock()
            free, slow = self._row(account, operation)
            interval = (SLOWER if now < slow else 1.0) / rate
            # AWS lets a second's worth of calls come at once. One of them is left as a reserve:
            # calls do not arrive as evenly as they are sent.
            at = max(free, now - max(0.0, rate - 2) / rate)
            self._keep(account, operation, at + interval, slow)
            return max(0.0, at - now)

    def slow_down(self, account: str, operation: str, seconds: float) -> None:
        """AWS throttled a call: let none through for so many seconds, and fewer for a while."""
        if self.rate(operation) is None:
            return
        with self._lock:
            now = self._clock()
            free, _ = self._row(account, operation)
            self._keep(account, operation, max(free, now + seconds), now + SLOW_SECONDS)

    def wrote(self) -> None:
        """Note that something changes just now, for every process that shares the file."""
        with self._lock:
            self._row(*_WRITTEN)
            self._keep(*_WRITTEN, self._clock(), 0.0)

    def last_write(self) -> float:
        """Tell when any of these processes changed something last, as `now` counts."""
        with self._lock:
            found = self._connection().execute(_READ, (" ".join(_WRITTEN),)).fetchone()
        return float(found[0]) if found else 0.0

    def now(self) -> float:
        """Tell the time, the same in all processes."""
        return self._clock()

    def hold(self, client: Any, account: Callable[[], str], sleep: Callable[[float], None]) -> None:
        """Make every attempt of the client's calls wait for its turn, before it is signed."""
        service = client.meta.service_model.service_id.hyphenize()

        def wait(operation_name: str, **_: Any) -> None:
            if self.rate(operation_name) is None:
                return
            seconds = self.reserve(account(), operation_name)
            if seconds > 0:
                sleep(seconds)

        def heed(response: Any = None, operation: Any = None, **_: Any) -> None:
            if throttled(response):
                self.slow_down(account(), operation.name, hinted(response))

        client.meta.events.register_first(f"before-sign.{service}", wait)
        client.meta.events.register_first(f"needs-retry.{service}", heed)

    def _row(self, account: str, operation: str) -> tuple[float, float]:
        """Read when the next call may be made, and until when it is slow; opens a transaction."""
        try:
            self._connection().execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._opened = _prepared(":memory:")
            self._connection().execute("BEGIN IMMEDIATE")
        found = self._connection().execute(_READ, (f"{account} {operation}",)).fetchone()
        free, slow = found or (0.0, 0.0)
        ahead = self._clock() + LONGEST
        return (0.0 if free > ahead else free), (0.0 if slow > ahead else slow)

    def _keep(self, account: str, operation: str, free: float, slow: float) -> None:
        self._connection().execute(_WRITE, (f"{account} {operation}", free, slow))
        self._connection().execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            try:
                file = self._file or shared_file()
                file.parent.mkdir(parents=True, exist_ok=True)
                self._opened = _prepared(str(file))
            except (OSError, RuntimeError, sqlite3.Error):
                self._opened = _prepared(":memory:")
        return self._opened


_WRITTEN = ("all", "writes")
_READ = "SELECT free, slow FROM calls WHERE name = ?"
_WRITE = "INSERT OR REPLACE INTO calls (name, free, slow) VALUES (?, ?, ?)"


def _prepared(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    # What is lost in a crash of the machine is a few seconds of counting.
    connection.execute("PRAGMA synchronous = OFF")
    with suppress(sqlite3.OperationalError):  # another process is doing just this
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS calls (name TEXT PRIMARY KEY, free REAL, slow REAL)"
    )
    return connection


def shared_file() -> Path:
    """Name the file that all processes of this user share: in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "pulumi-partnercentral/limits.db"


def throttled(response: Any) -> bool:
    """Tell whether botocore's (HTTP response, parsed response) is AWS's "too many"."""
    return bool(response) and response[1].get("Error", {}).get("Code") == "ThrottlingException"


def hinted(response: Any) -> float:
    """Read how many seconds AWS asks to wait; 0 where it does not say."""
    headers = response[1].get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except ValueError:
        return 0.0
