"""Spaces pages evenly in time."""

from __future__ import annotations

import time
from collections.abc import Callable

_SLACK = 0.02  # seconds that may be caught up after a delay: an event loop wakes up a few milliseconds late


class Pace:
    """Holds ``rate`` pages a second. Time in which none was ready is not made up for by a burst.

    ``clock`` gives seconds that never go back.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1.0 / rate
        self._clock = clock
        self._due = clock()

    def wait(self) -> float:
        """Return the seconds until the next page may go, and count on it going then."""
        now = self._clock()
        due = max(self._due, now - max(_SLACK, self._interval))
        self._due = due + self._interval
        return max(0.0, due - now)
