"""
Lists that reads share while they are under way.

One read alone is one call of its own. When several come within a minute, the list that has them
all is turned page by page, each page once for all who wait; what a page said holds for a minute.
"""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

from .limits import Limits
from .listings import Filters, page

VALID = 60.0
"""Seconds for which a page is cached."""

MIN_BATCH_READS = 3
"""So many reads within that time make a list of all worth while."""

BATCH_WINDOW = 0.02
"""Seconds that a read waits for others: what the engine asks at once comes within it."""

PAGES_FOR_A_READ = 4
"""
Pages that one read may cost. A channel may have thousands of pages: whoever reads a handful of its
objects gets them one by one.
"""

Turn = Callable[[str], tuple[list[dict[str, Any]], str | None]]


class CachedList:
    """One list, turned as far as somebody needed; *turn* gives a page by its token."""

    def __init__(self, turn: Turn, clock: Callable[[], float]) -> None:
        self._turn, self._clock = turn, clock
        self._lock = Lock()
        self._items: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}
        self._following: str | None = ""
        self.begun = clock()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give every item, whoever turned its page."""
        at = 0
        while at < len(self._items) or self._more(at):
            yield self._items[at]
            at += 1

    def find(self, identifier: str, may_turn: Callable[[], bool]) -> dict[str, Any] | None:
        """Find an item by AWS's short id, turning pages while that is worth while."""
        while identifier not in self._places:
            if not self._more(len(self._items), may_turn):
                return None
        return self._items[self._places[identifier]]

    def _more(self, at: int, may_turn: Callable[[], bool] = lambda: True) -> bool:
        """Turn pages until there is an item at that place; False where the list is at its end."""
        with self._lock:
            while len(self._items) <= at:
                if self._following is None or not may_turn():
                    return False
                items, self._following = self._turn(self._following)
                for item in items:
                    self._places.setdefault(str(item.get("id")), len(self._items))
                    self._items.append(item)
            return True


class Writes:
    """When this process changed something last, as whichever account of one configuration."""

    def __init__(self) -> None:
        self.last = float("-inf")


class ListCache:
    """
    The cached lists of one account.

    *sleep* waits; *writes* is shared with every other account of the configuration, since what one
    accepts changes what another has; *limits* knows of writes by other processes.
    """

    def __init__(
        self, sleep: Callable[[float], None], limits: Limits, writes: Writes | None = None
    ) -> None:
        self._sleep, self._limits, self._clock = sleep, limits, limits.now
        self._writes = writes or Writes()
        self._lock = Lock()
        self._lists: dict[str, CachedList] = {}
        self._reads: dict[str, list[float]] = {}
        self._turned: dict[str, int] = {}

    def items(
        self, client: Any, filters: Filters, max_age: float | None = None
    ) -> Iterator[dict[str, Any]]:
        """
        Give every item of the list that the *filters* describe, at most *max_age* seconds old.

        A program that asks wants to know what its own writes led to, whichever process made them.
        """
        key = _key(filters)
        self._forget_older(key, max_age)
        return iter(self._list(key, lambda token: page(client, filters, token)))

    def find(
        self, client: Any, filters: Filters, identifier: str, for_program: bool = False
    ) -> dict[str, Any] | None:
        """
        Find an item by AWS's short id in the list; None where a call of its own is the better way.

        That is also where the list does not have it: it may lag, or have changed meanwhile. Where a
        program asks, a write by another process counts as in `items`. A refresh goes on sharing
        its lists while another stack is deployed: it may come before that write as well as after.
        """
        key = _key(filters)
        if for_program:
            self._forget_older(key)
        if not self._batched(key):
            return None

        def turn(token: str) -> tuple[list[dict[str, Any]], str | None]:
            self._turned[key] = self._turned.get(key, 0) + 1
            return page(client, filters, token)

        def may_turn() -> bool:
            return self._turned.get(key, 0) < PAGES_FOR_A_READ * len(self._reads[key])

        return self._list(key, turn).find(identifier, may_turn)

    def evict_at_writes(self, client: Any) -> None:
        """Drop every account's lists when the client changes something, and when it has."""
        service = client.meta.service_model.service_id.hyphenize()

        def evict(event_name: str, **_: Any) -> None:
            if not event_name.rpartition(".")[2].startswith(("Get", "List")):
                self._writes.last = self._clock()
                self._limits.wrote()

        for event in ("before-call", "after-call", "after-call-error"):
            client.meta.events.register(f"{event}.{service}", evict)

    def _forget_older(self, key: str, max_age: float | None = None) -> None:
        """Drop a list that began before the last write of any process, or too long ago."""
        with self._lock:
            found = self._lists.get(key)
            aged = found and max_age is not None and self._clock() - found.begun > max_age
            if found and (aged or found.begun <= self._limits.last_write()):
                del self._lists[key]

    def _batched(self, key: str) -> bool:
        now = self._clock()
        with self._lock:
            reads = self._reads.setdefault(key, [])
            if reads and now - reads[0] > VALID:
                reads[:] = [at for at in reads if now - at <= VALID]
                self._turned[key] = 0
            reads.append(now)
            alone = len(reads) < MIN_BATCH_READS
        if alone:
            self._sleep(BATCH_WINDOW)
        return len(reads) >= MIN_BATCH_READS

    def _list(self, key: str, turn: Turn) -> CachedList:
        with self._lock:
            found = self._lists.get(key)
            if (
                found is None
                or found.begun <= self._writes.last
                or self._clock() - found.begun > VALID
            ):
                found = self._lists[key] = CachedList(turn, self._clock)
            return found


def _key(filters: Filters) -> str:
    return f"{filters.operation} {filters.requests()!r}"
