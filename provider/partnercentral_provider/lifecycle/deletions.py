"""
Deletes that wait for those of their children.

Pulumi deletes what depends on a thing before the thing itself, but only where the program refers
from one to the other. Where it holds literals, parents and children are deleted at once, in any
order, and AWS refuses a parent that has children left.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Lock

PAUSE = 1.0
"""Seconds between two looks at what the children do."""

GRACE = 3.0
"""
Seconds to wait although no delete of this process gets on.

The engine sends at once as many deletes as run in parallel. A child that is not among them comes
when one of them ends; where all of them wait, as with `--parallel 1`, it never comes.
"""


class Deletions:
    """
    The deletes under way in one process.

    *sleep* waits; *longest* is the most seconds that a parent waits for its next child.
    """

    def __init__(self, sleep: Callable[[float], None], longest: float) -> None:
        self._sleep, self._longest = sleep, longest
        self._lock = Lock()
        self._running: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._canceled: dict[str, list[str]] = {}
        self._busy = 0

    @contextmanager
    def under_way(self, parents: Collection[str]) -> Iterator[None]:
        """Count a delete, by the short ids of its *parents*, while it lasts."""
        with self._lock:
            self._busy += 1
            self._running.update(parents)
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                self._running.subtract(parents)
                self._ended.update(parents)

    def cancel(self, parents: Collection[str], offers: Collection[str]) -> None:
        """Note that these *offers*, by their ARNs, were canceled before their *parents*."""
        with self._lock:
            for parent in parents:
                self._canceled.setdefault(parent, []).extend(offers)

    def canceled(self, parent: str) -> list[str]:
        """Give the ARNs of the offers below it, by its short id, that were canceled."""
        with self._lock:
            return [*self._canceled.get(parent, ())]

    def ended(self, parent: str) -> int:
        """Count the deletes of children, by the parent's short id, that came to their end."""
        with self._lock:
            return self._ended[parent]

    def wait(self, parent: str, ended: int) -> bool:
        """
        Wait until more children than those *ended* are gone, and none is on its way.

        False where none comes.
        """
        waited = idle = 0.0
        with self._resting():
            while waited < self._longest and idle < GRACE:
                self._sleep(PAUSE)
                waited += PAUSE
                with self._lock:
                    running = self._running[parent]
                    if self._ended[parent] > ended and not running:
                        return True
                    idle = 0.0 if running or self._busy else idle + PAUSE
        return False

    @contextmanager
    def _resting(self) -> Iterator[None]:
        """Count the delete that waits as one that does not get on."""
        with self._lock:
            self._busy -= 1
        try:
            yield
        finally:
            with self._lock:
                self._busy += 1
