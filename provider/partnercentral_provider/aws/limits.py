"""
Never faster than AWS allows: each account has so many calls a second of each operation.

A call reserves the next free moment and waits for it, so that who comes first goes first. What is
reserved stands in a file that all processes of this user share.
"""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time
from typing import Any

from .shared_database import PATIENCE, SharedDatabase, cache_file, number, silent

WRITES, READS = 3.0, 5.0
"""Calls a second of one operation, by AWS's documents; those of tags are not documented."""

_OF_TAGS = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})

EVERY = "*"
"""Stands for every operation that has no rate of its own."""

SLOW_SECONDS, SLOWER = 10.0, 2.0
"""After AWS throttled a call, for so long, the time between two calls grows so many times."""

QUEUE = 30.0
"""Seconds; whose turn is further ahead has none yet, and asks again after so many."""

LONGEST = 60.0
"""Seconds; what lies further ahead was reserved by a clock that has been set back since."""

_WRITTEN = ("all", "writes")
_READ = "SELECT free, slow FROM calls WHERE name = ?"
_WRITE = "INSERT OR REPLACE INTO calls (name, free, slow) VALUES (?, ?, ?)"
_SCHEMA = "CREATE TABLE IF NOT EXISTS calls (name TEXT PRIMARY KEY, free REAL, slow REAL)"


def quota(operation: str) -> float | None:
    """Tell AWS's quota by the operation's name: what does not get or list, writes."""
    if operation in _OF_TAGS:
        return None
    return READS if operation.startswith(("Get", "List")) else WRITES


class Limits:
    """
    The rates, by operation, that *rates* may change; "*" stands for all others.

    *clock* counts seconds, the same in all processes. *file* is what they share, for which a call
    waits *patience* seconds at most; where it cannot be used, this process counts for itself, and
    *warn* shows it.
    """

    def __init__(
        self,
        rates: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time,
        file: Path | None = None,
        warn: Callable[[str], None] = silent,
        patience: float = PATIENCE,
    ) -> None:
        self._rates, self._clock = rates or {}, clock
        self._shared = SharedDatabase(
            lambda: file or cache_file("limits.db"),
            _SCHEMA,
            "This process counts its own calls only, so that AWS may throttle several at once.",
            warn,
            patience,
        )

    def rate(self, operation: str) -> float | None:
        """Tell how many calls a second are allowed; None where nothing is known."""
        return self._rates.get(operation, self._rates.get(EVERY, quota(operation)))

    def reserve(self, account: str, operation: str) -> float:
        """Reserve the next call; the seconds to wait for it, and from QUEUE on, to ask again."""
        rate = self.rate(operation)
        if rate is None:
            return 0.0

        def reserved(calls: sqlite3.Connection) -> float:
            now = self._clock()
            free, slow = _row(calls, account, operation, now, QUEUE + 1.0 / rate)
            interval = (SLOWER if now < slow else 1.0) / rate
            # AWS lets a second's worth of calls come at once. One of them is left as a reserve:
            # calls do not arrive as evenly as they are sent.
            at = max(free, now - max(0.0, rate - 2) / rate)
            if at - now >= QUEUE:
                return QUEUE
            _keep(calls, account, operation, at + interval, slow)
            return max(0.0, at - now)

        return self._shared.run(reserved)

    def wait(self, account: str, operation: str, sleep: Callable[[float], None]) -> None:
        """Wait by *sleep* until the next call may be made."""
        while (seconds := self.reserve(account, operation)) >= QUEUE:
            sleep(QUEUE)
        if seconds > 0:
            sleep(seconds)

    def slow_down(self, account: str, operation: str, seconds: float) -> None:
        """AWS throttled a call: let none through for so many seconds, and fewer for a while."""
        if self.rate(operation) is None:
            return

        def slowed(calls: sqlite3.Connection) -> None:
            now = self._clock()
            free, _ = _row(calls, account, operation, now)
            free = max(free, now + min(seconds, LONGEST))
            _keep(calls, account, operation, free, now + SLOW_SECONDS)

        self._shared.run(slowed)

    def wrote(self) -> None:
        """Note that something changes just now, for every process that shares the file."""
        self._shared.run(lambda calls: _keep(calls, *_WRITTEN, self._clock(), 0.0))

    def last_write(self) -> float:
        """Tell when any of these processes changed something last, as `now` counts."""

        def found(calls: sqlite3.Connection) -> float:
            now = self._clock()
            at, _ = _row(calls, *_WRITTEN, float("inf"))
            if at > now:  # by a clock that has been set back: when that was, nobody knows
                at = now
                _keep(calls, *_WRITTEN, now, 0.0)
            return at

        return self._shared.run(found)

    def now(self) -> float:
        """Tell the time, the same in all processes."""
        return self._clock()

    def hold(self, client: Any, account: Callable[[], str], sleep: Callable[[float], None]) -> None:
        """Make every attempt of the client's calls wait for its turn, before it is signed."""
        service = client.meta.service_model.service_id.hyphenize()

        def wait(operation_name: str, **_: Any) -> None:
            if self.rate(operation_name) is not None:
                self.wait(account(), operation_name, sleep)

        def heed(response: Any = None, operation: Any = None, **_: Any) -> None:
            if throttled(response):
                self.slow_down(account(), operation.name, hinted(response))

        client.meta.events.register_first(f"before-sign.{service}", wait)
        client.meta.events.register_first(f"needs-retry.{service}", heed)


def _row(
    calls: sqlite3.Connection, account: str, operation: str, now: float, longest: float = 0.0
) -> tuple[float, float]:
    """
    Read when the next call may be made, and until when it is slow; 0 where that is nonsense.

    What lies more than a minute ahead is, or more than *longest* seconds, where that is later.
    """
    found = calls.execute(_READ, (f"{account} {operation}",)).fetchone()
    free, slow = (number(value) for value in found or (0.0, 0.0))
    ahead = now + max(LONGEST, longest)
    return (0.0 if free > ahead else free), (0.0 if slow > ahead else slow)


def _keep(
    calls: sqlite3.Connection, account: str, operation: str, free: float, slow: float
) -> None:
    calls.execute(_WRITE, (f"{account} {operation}", free, slow))


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
