"""Time: AWS's passes by itself, the emulator's is advanced."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from botocore.exceptions import EndpointConnectionError

from .calls import Undecided

HOUR = 3600.0
DAY = 24 * HOUR


class RealClock:
    """Waits, but never longer than *patience* seconds at once, and gives calls their turn."""

    def __init__(self, patience: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.patience, self._sleep = patience, sleep
        self._last: dict[Any, float] = {}

    def now(self) -> datetime:
        """Tell the time."""
        return datetime.now(timezone.utc)

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises Undecided where it is too long."""
        if seconds > self.patience:
            raise Undecided(f"needs {timedelta(seconds=round(seconds))} (h:mm:ss) to pass")
        self._sleep(seconds)

    def reaches(self, moment: datetime) -> bool:
        """Wait until then, unless it is too long; tell whether it is then."""
        try:
            self.wait(max(0.0, (moment - self.now()).total_seconds()))
        except Undecided:
            return False
        return True

    def pace(self, what: Any, interval: float) -> None:
        """Wait for the turn of a call: AWS allows one in each interval."""
        early = self._last.get(what, 0.0) + interval - time.monotonic()
        if early > 0:
            self._sleep(early)
        self._last[what] = time.monotonic()


class EmulatorClock(RealClock):
    """The clock of the emulator at *url*, which goes ahead instead of waiting."""

    def __init__(self, url: str) -> None:
        super().__init__(patience=float("inf"))
        self._url = f"{url}/_emulator/clock"

    def now(self) -> datetime:
        """Tell the emulator's time."""
        return datetime.fromisoformat(self._ask()["now"].replace("Z", "+00:00"))

    def wait(self, seconds: float) -> None:
        """Advance the emulator."""
        if seconds:
            self._ask(json.dumps({"advance": seconds}).encode())

    def pace(self, what: Any, interval: float) -> None:
        """Advance the emulator by the interval: its rates follow its own clock."""
        self.wait(interval)

    def _ask(self, order: bytes | None = None) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(self._url, order) as answer:
                return dict(json.load(answer))
        except urllib.error.URLError as error:
            raise EndpointConnectionError(endpoint_url=self._url) from error
