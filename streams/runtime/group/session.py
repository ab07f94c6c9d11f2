"""The worker's session with its consumer group's coordinator: whether its partitions are still its own.

The coordinator gives a member's partitions to others when it has heard nothing of it for the session timeout. The member
has to know that by itself, as it may be cut off from the coordinator and reach the leaders of its partitions all the same
(or have been stopped, with a machine or by a signal). What counts is when the last request was *sent* that the coordinator
answered: its own timer began no earlier. aiokafka 0.14 looks at that age only to look for the coordinator anew.
"""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Callable

from aiokafka.errors import KafkaError

from streams.runtime.delivery.at_least_once import Revoked

# One heartbeat interval in five: what is on its way when a session lapses has that long to arrive before the coordinator
# gives the partitions away.
_MARGIN = 0.2
# Goes on while the process is stopped and, on Linux, while the machine sleeps.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SessionLapsed(Revoked, KafkaError):  # type: ignore[misc]  # aiokafka has no types
    """Nothing may be sent: the coordinator may have given the worker's partitions to others."""


class _State(enum.Enum):
    OUT = "out"
    JOINING = "joining"
    MEMBER = "member"
    LAPSED = "lapsed"


def boot_clock() -> float:
    """Seconds on a clock that nobody sets, and that goes on while this process is stopped."""
    return time.clock_gettime(_CLOCK)


class GroupSession:
    """One worker's membership. Safe to use from several threads.

    ``session_seconds`` and ``rebalance_seconds`` are the timeouts the group was joined with. A session that lapsed stays
    lapsed until the worker has joined anew, also when a late answer shows that the coordinator had not noticed: what was
    refused meanwhile has to be delivered again, and only a rebalance does that. ``on_lost`` is called, in whichever thread,
    each time the worker stops being a member without having been asked to rejoin.
    """

    def __init__(
        self, session_seconds: float, rebalance_seconds: float, clock: Callable[[], float] = boot_clock
    ) -> None:
        self.clock = clock
        self.session_seconds = session_seconds
        self.rebalance_seconds = rebalance_seconds
        self.on_lost: Callable[[], None] = lambda: None
        self._state = _State.OUT
        self._interrupted = False
        self._confirmed = self._stable = clock()
        self._lock = threading.Lock()

    def joining(self) -> None:
        """Note that the worker asks to join: until it has, no partition is its own."""
        with self._lock:
            self._state = _State.JOINING

    def joined(self, sent: float) -> None:
        """Note that the worker has its partitions, by the answer to a request sent at that time."""
        with self._lock:
            self._state, self._interrupted = _State.MEMBER, False
            self._confirmed = self._stable = sent

    def confirmed(self, sent: float, rebalancing: bool = False) -> None:
        """Note a heartbeat that was answered, sent at that time.

        A coordinator in a rebalance confirms the member too, but drops it when it has not joined within the rebalance
        timeout, which began after the last heartbeat that was answered without one.
        """
        with self._lock:
            if self._state is _State.MEMBER:
                self._confirmed = max(self._confirmed, sent)
                if not rebalancing:
                    self._stable = self._confirmed

    def lost(self) -> bool:
        """Note that the coordinator does not count this worker a member any more; whether that was news."""
        with self._lock:
            was, self._state = self._state, _State.OUT
            self._interrupted |= was is _State.MEMBER
        if was is _State.MEMBER:
            self.on_lost()
        return was in (_State.MEMBER, _State.LAPSED)

    @property
    def is_alive(self) -> bool:
        """Whether the worker's partitions are its own for certain: it may write."""
        with self._lock:
            alive = self._state is _State.MEMBER and self._left() > 0
            lapsed = self._state is _State.MEMBER and not alive
            if lapsed:
                self._state, self._interrupted = _State.LAPSED, True
        if lapsed:
            self.on_lost()
        return alive

    @property
    def has_lapsed(self) -> bool:
        """Whether it was a member for too long without an answer, and has not been given up yet."""
        return not self.is_alive and self._state is _State.LAPSED

    @property
    def is_interrupted(self) -> bool:
        """Whether it was a member, lost that without being asked to join anew, and has not joined since."""
        return not self.is_alive and self._interrupted

    def age(self) -> float:
        """Seconds since the last request was sent that the coordinator answered; since the start before the first one."""
        return max(0.0, self.clock() - self._confirmed)

    def until_lapse(self) -> float:
        """Seconds until the session lapses when nothing is heard; while there is none, as long as one lasts at least."""
        with self._lock:
            return self._left() if self._state is _State.MEMBER else self.session_seconds * (1 - _MARGIN)

    def _left(self) -> float:
        kept = 1 - _MARGIN
        end = min(self._confirmed + self.session_seconds * kept, self._stable + self.rebalance_seconds * kept)
        return end - self.clock()
