"""Sends fewer and fuller produce requests while more jobs wait than the pool has room for.

Replaces two methods of the ``MessageAccumulator`` of one producer. aiokafka 0.14 sends whatever it has as soon as the broker has
answered the request before: under load four requests a page, each with a batch or two of a few records, which cost the worker and
the broker a quarter of their CPU. Its ``linger_ms`` would hold up each batch by itself, always, and each at another time.

Here requests are :data:`PACE_SECONDS` apart once jobs have waited for a place in the pool for a while, so that waiting longer for the
broker delays no page: its next job would only wait longer for its place. At any other time everything is sent at once. What is sent, in which order
and when it counts as acknowledged is as before.

Upstream patch: a linger of the sender instead of one for each batch, as Java's producer has it: once a batch of a node is due, all are sent.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Container
from typing import Any

# Worker and broker, CPU a page at full load, beside a producer without a pace in the same minutes (262 news pages, pool answering from a
# table): 0.79 with 0.05, 0.74 with 0.1, in a trial without LASTING_SECONDS; 0.82 as it is. A page waits for the broker
# some seven times, which holds a place of worker.clean_in_flight.
PACE_SECONDS = 0.1
_STEP_SECONDS = 0.02
# How long jobs have to have waited without a break: the first pages of a burst, or of a start, go through at once.
LASTING_SECONDS = 1.0


def pace(producer: Any, has_backlog: Callable[[], bool], seconds: float = PACE_SECONDS) -> None:
    """Keep the produce requests of an aiokafka producer ``seconds`` apart while ``has_backlog()``."""
    accumulator = producer._message_accumulator
    paced = PacedDrain(accumulator.drain_by_nodes, accumulator.waiter, has_backlog, seconds)
    accumulator.drain_by_nodes, accumulator.waiter = paced.drain_by_nodes, paced.waiter


class PacedDrain:
    """The two methods of ``MessageAccumulator`` by which a producer's sender takes batches, in a loop.

    ``drain`` returns the batches to send by node, and ``waiter`` a future that is done when there is something new.
    """

    def __init__(
        self,
        drain: Callable[..., tuple[dict[int, Any], bool]],
        waiter: Callable[[], asyncio.Future[None]],
        has_backlog: Callable[[], bool],
        seconds: float,
    ) -> None:
        self._drain = drain
        self._waiter = waiter
        self._has_backlog = has_backlog
        self._seconds = seconds
        self._next = 0.0  # not before this time of the loop is anything sent
        self._pause: asyncio.Future[None] | None = None  # until then
        self._backlog_since = math.inf

    def drain_by_nodes(
        self, ignore_nodes: Container[int], muted_partitions: Container[Any] = frozenset()
    ) -> tuple[dict[int, Any], bool]:
        """The batches to send, by node, and whether a leader is unknown; none during a pause."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._is_loaded(now) and now < self._next:
            if self._pause is None:
                self._pause = loop.create_future()
                self._end_when_due(self._pause)
            return {}, False
        self._pause = None
        nodes, unknown = self._drain(ignore_nodes=ignore_nodes, muted_partitions=muted_partitions)
        if nodes:
            self._next = now + self._seconds
        return nodes, unknown

    def waiter(self) -> asyncio.Future[None]:
        """The future for which the sender waits: the end of the pause, whatever is added meanwhile, or the accumulator's own."""
        return self._waiter() if self._pause is None else self._pause

    def _is_loaded(self, now: float) -> bool:
        """Whether there is a backlog, and has been one at each look for :data:`LASTING_SECONDS`."""
        self._backlog_since = min(self._backlog_since, now) if self._has_backlog() else math.inf
        return now - self._backlog_since >= LASTING_SECONDS

    def _end_when_due(self, pause: asyncio.Future[None]) -> None:
        """End the pause when its time is over or the backlog is gone, which is looked at every :data:`_STEP_SECONDS`."""
        loop = asyncio.get_running_loop()
        left = self._next - loop.time()
        if left > 0 and self._is_loaded(loop.time()):
            loop.call_later(min(left, _STEP_SECONDS), self._end_when_due, pause)
        elif not pause.done():
            pause.set_result(None)
