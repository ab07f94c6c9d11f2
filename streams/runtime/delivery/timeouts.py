"""Timeouts: for acknowledgements from the broker, and for stopping the worker."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiokafka.errors import InvalidTimestampError

from streams.errors import BrokerUnavailable
from streams.runtime.kafka import clock


@asynccontextmanager
async def acknowledged_within(seconds: float) -> AsyncIterator[None]:
    """A timeout for the block, which waits for the broker.

    Raises :class:`BrokerUnavailable` after ``seconds``, and :class:`ClockError` when the broker rejects a record's timestamp.
    Needed because aiokafka's producer may wait forever for a broker that was restarted; the worker must restart then, too.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except InvalidTimestampError as error:
        raise clock.refused() from error
    except TimeoutError as error:
        raise BrokerUnavailable(
            f"the broker has not acknowledged within kafka.delivery_seconds = {seconds:g}"
        ) from error


class Deadline:
    """Ends the process when stopping takes more than ``seconds``; messages in flight are unacknowledged and redelivered.

    A thread rather than a task, because the event loop itself may hang. ``reason`` is printed last: why the worker stops without
    having been asked to.
    """

    def __init__(self, seconds: float, end: Callable[[int], object] = os._exit) -> None:
        self._timer = threading.Timer(seconds, self._over)
        self._timer.name, self._timer.daemon = "deadline", True
        self._seconds = seconds
        self._end = end
        self._lock = threading.Lock()
        self._started = False
        self.reason = ""

    def start(self) -> None:
        """Start the timer; further calls do nothing."""
        with self._lock:
            if not self._started:
                self._started = True
                self._timer.start()

    def _over(self) -> None:
        logging.getLogger(__name__).error(
            "not stopped within worker.stop_seconds = %g: ending at once; what is in flight is delivered again",
            self._seconds,
        )
        logging.shutdown()
        if self.reason:
            print(self.reason, file=sys.stderr, flush=True)
        self._end(1)
