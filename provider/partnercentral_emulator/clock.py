"""The emulator's time, which a test may advance."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone


def utc_now() -> datetime:
    """Tell the real time, in UTC."""
    return datetime.now(timezone.utc)


def spelt(moment: datetime) -> str:
    """Write a time as AWS does: ISO 8601 in UTC, with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


class Clock:
    """Real time, and what it was advanced by."""

    def __init__(self, now: Callable[[], datetime] = utc_now, offset: float = 0.0) -> None:
        self._now, self.offset = now, offset

    def now(self) -> datetime:
        """Tell the emulator's time."""
        return self._now() + timedelta(seconds=self.offset)
