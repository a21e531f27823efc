"""Waiting for people: asked again, at growing intervals, for as long as one run may wait."""

from collections.abc import Callable
from dataclasses import dataclass
from random import random
from typing import TypeVar

from ..aws.shared_database import silent
from ..model.amounts import seconds_of
from ..model.errors import Awaiting
from ..model.properties import Properties

T = TypeVar("T")

FIRST, GROWTH, LONGEST = 5.0, 1.5, 60.0
"""Seconds until it is asked again, by how much they grow, and where that ends."""

SPREAD = 0.2
"""By how much an interval is longer at the most, so that many do not ask at the same moment."""

MARGIN = 2.0
"""Seconds before the end of a custom timeout at which the last answer counts."""


@dataclass(frozen=True)
class Waiting:
    """
    How a host waits for people: by *sleep*, and for *longest* seconds where nothing else is said.

    *time_left* gives the seconds that a custom timeout leaves, which then is how long, and None
    where there is none. *announce* says what is waited for while it lasts; *chance* is any number
    from 0 to 1.
    """

    sleep: Callable[[float], None]
    longest: float = 0.0
    time_left: Callable[[], float | None] = lambda: None
    announce: Callable[[str], None] = silent
    chance: Callable[[], float] = random

    def until(self, inputs: Properties, ask: Callable[[], T]) -> T:
        """
        Ask until nobody is waited for any more. Raises Awaiting once the time is over.

        The `maximumWait` of the *inputs* says how long, but for a custom timeout.
        """
        left, pause = self._longest(inputs), FIRST
        while True:
            try:
                return ask()
            except Awaiting as awaiting:
                if left <= 0:
                    raise
                self.announce(f"{awaiting.what} {awaiting.why}")
                seconds = min(left, pause * (1 + SPREAD * self.chance()))
                self.sleep(seconds)
                left, pause = left - seconds, min(LONGEST, pause * GROWTH)

    def _longest(self, inputs: Properties) -> float:
        if (left := self.time_left()) is not None:
            return left - MARGIN
        stated = inputs.get("maximumWait")
        return self.longest if stated is None else seconds_of(str(stated))
