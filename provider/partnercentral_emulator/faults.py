"""Faults that a test orders: the next calls of an operation fail, drop, or take their time."""

import re
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from .amounts import amount, whole
from .errors import ApiError

MOST = 1_000_000
"""The most calls that one fault concerns, or lets pass."""

LONGEST = 600.0
"""The longest delay of an answer, in seconds."""


@dataclass
class Fault:
    """What is to happen to the next *times* calls of *operation*, after *skip* good ones."""

    operation: str
    times: int = 1
    skip: int = 0
    error: str = ""
    message: str = "ordered by a test"
    members: dict[str, Any] = field(default_factory=dict)
    drop: str = ""
    delay: float = 0.0
    retry_after: float | None = None

    def __post_init__(self) -> None:
        whole("times", self.times, 1, MOST)
        whole("skip", self.skip, 0, MOST)
        amount("delay", self.delay, 0, LONGEST)
        if self.retry_after is not None:
            amount("retry_after", self.retry_after, 0, MOST)
        for name in ("operation", "error", "message", "drop"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"`{name}` must be text, got {getattr(self, name)!r}.")
        if not isinstance(self.members, dict) or {"__type", "message"} & self.members.keys():
            raise ValueError("`members` must be an object, without `__type` and `message`.")
        if not re.fullmatch(r"[\w.#]*", self.error):
            raise ValueError("`error` must be the name of an error, such as ThrottlingException.")
        if self.drop not in ("", "before", "after"):
            raise ValueError(f"`drop` must be 'before' or 'after', got {self.drop!r}.")
        if not (self.error or self.drop or self.delay):
            raise ValueError("A fault has an error, a drop or a delay.")

    def api_error(self) -> ApiError | None:
        """The answer instead of the effect."""
        if not self.error:
            return None
        error = ApiError(self.error, self.message)
        error.members, error.retry_after = self.members, self.retry_after
        return error


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Add one."""
        with self._lock:
            self._open.append(fault)

    def next(self, operation: str) -> Fault | None:
        """Take the fault that this call is to suffer."""
        with self._lock:
            for fault in self._open:
                if fault.operation not in (operation, "*"):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                if fault.times <= 0:
                    self._open.remove(fault)
                return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        """Show what is still to come."""
        with self._lock:
            return [asdict(fault) for fault in self._open]

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._open.clear()
