"""The worker's session with its consumer group's coordinator: whether its partitions are still assigned to it.

The coordinator reassigns a member's partitions when it has received no heartbeat for the session timeout. The member has to know this
by itself, since it may be cut off from the coordinator but still reach the leaders of its partitions, or may have been suspended.
What counts is when the last request that the coordinator answered was *sent*: the coordinator's timer began no earlier.
aiokafka 0.14 uses that time only to look up the coordinator again.
"""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Callable

from aiokafka.errors import KafkaError

from streams.errors import Revoked

# Share of the session timeout by which a session lapses here before it does at the coordinator: one heartbeat interval. Requests
# in flight at that moment have this long to arrive before the partitions are reassigned.
_MARGIN = 0.2
# This clock runs on while the process is stopped and, on Linux, while the machine is suspended.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SessionLapsed(Revoked, KafkaError):  # type: ignore[misc]  # aiokafka has no types
    """Nothing may be sent: the coordinator may have assigned the worker's partitions to others."""


class _State(enum.Enum):
    OUT = "out"
    JOINING = "joining"
    MEMBER = "member"
    LAPSED = "lapsed"


def boot_clock() -> float:
    """Return seconds on a monotonic clock that runs on while this process is stopped."""
    return time.clock_gettime(_CLOCK)


class GroupSession:
    """One worker's membership in its group. Thread-safe.

    ``session_seconds`` and ``rebalance_seconds`` are the timeouts with which the worker joined. A lapsed session stays lapsed until the
    worker has joined again, even if a late response shows that the coordinator still counted it as a member: sends refused
    meanwhile have to be redelivered, which only a rebalance causes. ``on_lost`` is called, in any thread, each time the
    membership ends other than by a rebalance.
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
        """Record that the worker is joining: until it has joined, no partition is assigned to it."""
        with self._lock:
            self._state = _State.JOINING

    def joined(self, sent: float) -> None:
        """Record the response with the worker's partitions; ``sent`` is when its request was sent."""
        with self._lock:
            self._state, self._interrupted = _State.MEMBER, False
            self._confirmed = self._stable = sent

    def confirmed(self, sent: float, rebalancing: bool = False) -> None:
        """Record a heartbeat's response; ``sent`` is when the heartbeat was sent.

        A coordinator that is rebalancing answers too, but removes a member that has not rejoined within the rebalance timeout. That
        timeout began after the last heartbeat that was answered without a rebalance.
        """
        with self._lock:
            if self._state is _State.MEMBER:
                self._confirmed = max(self._confirmed, sent)
                if not rebalancing:
                    self._stable = self._confirmed

    def lost(self) -> bool:
        """Record that the coordinator no longer counts this worker as a member; return whether it was one until now."""
        with self._lock:
            was, self._state = self._state, _State.OUT
            self._interrupted |= was is _State.MEMBER
        if was is _State.MEMBER:
            self.on_lost()
        return was in (_State.MEMBER, _State.LAPSED)

    @property
    def is_alive(self) -> bool:
        """Whether the worker's partitions are certainly still assigned to it, so that it may write."""
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
        """Whether the session timeout has passed without a response, and the membership is not given up yet."""
        return not self.is_alive and self._state is _State.LAPSED

    @property
    def is_interrupted(self) -> bool:
        """Whether membership ended other than by a rebalance and the worker has not joined again since."""
        return not self.is_alive and self._interrupted

    def age(self) -> float:
        """Return seconds since the last answered request was sent; before the first one, since this object was created."""
        return max(0.0, self.clock() - self._confirmed)

    def until_lapse(self) -> float:
        """Return seconds until the session lapses without a response; for a worker that is no member, a whole session."""
        with self._lock:
            return self._left() if self._state is _State.MEMBER else self.session_seconds * (1 - _MARGIN)

    def _left(self) -> float:
        kept = 1 - _MARGIN
        end = min(self._confirmed + self.session_seconds * kept, self._stable + self.rebalance_seconds * kept)
        return end - self.clock()
