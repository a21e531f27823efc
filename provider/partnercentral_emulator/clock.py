"""The emulator's time, which a test may advance."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from .amounts import amount

CENTURY = 100 * 365.25 * 86400
"""The most seconds that the clock is ahead or behind: every date that is counted from it exists."""


def utc_now() -> datetime:
    """Tell the real time, in UTC."""
    return datetime.now(timezone.utc)


def format_timestamp(moment: datetime) -> str:
    """Write a time as AWS does: ISO 8601 in UTC, with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


class Clock:
    """Real time, and what it was advanced by."""

    def __init__(self, now: Callable[[], datetime] = utc_now, offset: float = 0.0) -> None:
        self._now, self.offset = now, offset

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises ValueError with a sentence where it would leave the century."""
        amount("advance", seconds, -CENTURY, CENTURY)
        self.offset = amount("advance, in all,", self.offset + seconds, -CENTURY, CENTURY)

    def now(self) -> datetime:
        """Tell the emulator's time."""
        return self._now() + timedelta(seconds=self.offset)


def kept_offset(text: str) -> float:
    """Read an offset from a state file; one that the clock cannot have is none."""
    try:
        return amount("clock", float(text), -CENTURY, CENTURY)
    except ValueError:
        return 0.0
