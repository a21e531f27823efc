"""How many calls a second AWS allows, by the operation's name, and how many were made."""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from time import monotonic

from .errors import ApiError
from .settings import Settings

WRITES, READS = 3.0, 5.0
_OF_TAGS = {"TagResource", "UntagResource", "ListTagsForResource"}


class Rates:
    """
    A bucket of one second's worth of calls for each account and operation.

    *seconds* is a clock that counts seconds, from any beginning.
    """

    def __init__(self, settings: Settings, seconds: Callable[[], float] = monotonic) -> None:
        self._settings, self.seconds = settings, seconds
        self._lock = Lock()
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def admit(self, account: str, operation: str) -> None:
        """Let a call in, or answer that there were too many."""
        if not self._settings.rates_enforced or operation in _OF_TAGS:
            return
        reads = operation.startswith(("Get", "List"))
        rate = (READS if reads else WRITES) * self._settings.rate_scale
        with self._lock:
            now = self.seconds()
            left, at = self._buckets.get((account, operation), (rate, now))
            left = min(rate, left + max(0.0, now - at) * rate)  # a clock may be set back
            if left < 1:
                self._buckets[account, operation] = (left, now)
                raise ApiError(
                    "ThrottlingException",
                    f"{operation}: more than {rate:g} calls a second",
                    serviceCode="partnercentral-channel",
                    quotaCode=f"L-RATE-{operation}",
                )
            self._buckets[account, operation] = (left - 1, now)


class Calls:
    """Counts calls, by operation and by account."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Start again from nothing."""
        with self._lock:
            self._operations: Counter[str] = Counter()
            self._accounts: dict[str, Counter[str]] = {}
            self._throttled = 0

    def count(self, account: str, operation: str) -> None:
        """Count a call."""
        with self._lock:
            self._operations[operation] += 1
            self._accounts.setdefault(account, Counter())[operation] += 1

    def count_throttled(self) -> None:
        """Count an answer that there were too many."""
        with self._lock:
            self._throttled += 1

    def listed(self) -> dict[str, object]:
        """Show the counts."""
        with self._lock:
            return {
                "operations": dict(sorted(self._operations.items())),
                "total": self._operations.total(),
                "throttled": self._throttled,
                "byAccount": {a: dict(sorted(c.items())) for a, c in self._accounts.items()},
            }
