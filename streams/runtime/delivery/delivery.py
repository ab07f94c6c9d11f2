"""The one wrapper every agent runs in: take up, work, send, wait for the broker, acknowledge, count.

A source message is acknowledged only when every record that it caused is acknowledged by the broker. A page's own
fault arrives here as a value (:class:`~streams.runtime.delivery.results.Failed`) or as an exception and becomes a dead letter; the
world's fault stops the worker, with the message unacknowledged. Which is which: :mod:`streams.runtime.delivery.error_policy`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec

from streams.errors import TopicMismatch
from streams.records import Fault, Message, well_formed
from streams.runtime.delivery.at_least_once import REFUSED, Place, Take
from streams.runtime.delivery.error_policy import During, Outcome, blamed, rule
from streams.runtime.delivery.offset_tracker import Entry, OffsetTracker
from streams.runtime.delivery.outputs import MessageOutput, arrived_at, pack, smaller
from streams.runtime.delivery.results import Failed, Processed
from streams.runtime.faust_overrides.fetch import Room, held_bytes
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.observability.metrics import Metrics

Work = Callable[[Message], Awaitable[Processed | Failed]]


class Limits(msgspec.Struct, frozen=True):
    """What one stage may hold at a time."""

    messages: int
    bytes: int


class Delivery:
    """One stage's deliveries. ``work(message)`` is called in the order of offsets; what it does before it returns its
    awaitable is therefore done one message at a time, what the awaitable does runs beside the others. ``largest`` is
    what a record may have, in bytes."""

    def __init__(
        self,
        app: Any,
        stage: str,
        work: Work,
        take: Take,
        metrics: Metrics,
        limits: Limits,
        largest: int,
    ) -> None:
        self.stage = stage
        self.last_progress = time.monotonic()
        self._app = app
        self._work = work
        self._take = take
        self._metrics = metrics
        self._limits = limits
        self._largest = largest
        self._ledger: OffsetTracker[Any] = OffsetTracker()
        self._queue: Any = None  # what Faust has taken from Kafka for this stage and not yet given to it
        self._room = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def run(self, stream: Any) -> None:
        """Consume a Faust stream until it ends."""
        self._queue = stream.channel.queue
        unacknowledged = stream.noack()
        events: AsyncIterator[Any] = unacknowledged.events()
        async for event in events:
            await self._wait_for_room()
            place = self._take(event)
            if place is None:
                self._metrics.redelivered.labels(self.stage).inc()
                continue
            message = _message(event)
            size = held_bytes(event.message)
            epoch = (
                event.message.generation_id,
                self._app.rebalancing_count,
            )  # a group that is new counts from one again
            entry = self._ledger.begin((event.message.tp, *epoch), event, size)
            self._took(size)
            try:
                working = self._begin(message)
            except Exception as error:
                await self._stop_the_world(error)
                raise
            task = asyncio.create_task(self._finish(unacknowledged, entry, place, message, working))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def room(self) -> Room:
        """What may be taken from Kafka for it now: what is in flight and what waits in Faust's queue are within the limits."""
        if self._queue is None:
            return Room(self._limits.messages, self._limits.bytes)
        waiting = sum(held_bytes(event.message) for event in self._queue._queue)
        return Room(
            self._queue.maxsize - self._queue.qsize(), self._limits.bytes - self._ledger.bytes - waiting
        )

    async def finish(self) -> None:
        """Take up nothing new, and wait until nothing is in flight."""
        self._closing = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Give up what is in flight: it stays unacknowledged and is delivered again."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stalled_for(self) -> float:
        """Seconds since a message was last finished while some are in flight; 0 when there are none."""
        return time.monotonic() - self.last_progress if self._ledger.messages else 0.0

    async def _wait_for_room(self) -> None:
        while self._closing or self._is_full():
            self._room.clear()
            await self._room.wait()

    def _is_full(self) -> bool:
        return self._ledger.messages > 0 and (
            self._ledger.messages >= self._limits.messages or self._ledger.bytes >= self._limits.bytes
        )

    def _took(self, size: int) -> None:
        if self._ledger.messages == 1:
            self.last_progress = time.monotonic()
        self._metrics.messages_in.labels(self.stage).inc()
        if self.stage == "clean":
            self._metrics.pages_read.inc()
            self._metrics.page_bytes.observe(size)
        self._gauge()

    def _gauge(self) -> None:
        self._metrics.in_flight.labels(self.stage).set(self._ledger.messages)
        self._metrics.in_flight_bytes.labels(self.stage).set(self._ledger.bytes)

    async def _finish(
        self,
        stream: Any,
        entry: Entry[Any],
        place: Place,
        message: Message,
        working: Awaitable[Processed | Failed],
    ) -> None:
        """From work under way to acknowledged."""
        started = time.monotonic()
        arrived = arrived_at(entry.event, message)
        during = During.WORK
        try:
            result = await self._result(working)
            during = During.SEND
            parcel = await self._deliver(place, message, result, arrived)
        except Exception as error:  # noqa: BLE001 - looked up in the table of error_policy
            if rule(error, during).outcome is not Outcome.REDELIVER:
                await self._stop_the_world(error)
                return
            self._metrics.redelivered.labels(self.stage).inc()
            self._ledger.give_up(entry)
            self._left()
            return
        for event in self._ledger.finish(entry):
            await self._acknowledge(stream, event)
        self.last_progress = time.monotonic()
        self._metrics.stage_seconds.labels(self.stage).observe(time.monotonic() - started)
        self._count(parcel)
        if parcel.disposition is not None:
            self._metrics.latency.observe(max(0.0, time.time() - arrived / 1_000))
        self._left()

    def _begin(self, message: Message) -> Awaitable[Processed | Failed]:
        """The work on a message, begun; a message that could not be read is a fault already. Raises what is the world's."""
        if (fault := _unreadable(message)) is not None:
            return _known(fault)
        try:
            return self._work(message)
        except Exception as error:  # noqa: BLE001 - looked up in the table
            return _known(blamed(error))

    async def _result(self, working: Awaitable[Processed | Failed]) -> Processed | Failed:
        """What becomes of a message. Raises what is not its fault."""
        try:
            return await working
        except Exception as error:  # noqa: BLE001 - looked up in the table
            return blamed(error)

    async def _deliver(
        self, place: Place, message: Message, result: Processed | Failed, arrived: int
    ) -> MessageOutput:
        """Send what a message caused and wait for all of it; what was sent."""
        parcel = pack(self.stage, message, result, arrived, self._largest)
        try:
            await place.send(parcel)
        except REFUSED as error:
            return await self._deliver_smaller(place, message, result, parcel, error)
        return parcel

    async def _deliver_smaller(
        self,
        place: Place,
        message: Message,
        result: Processed | Failed,
        refused: MessageOutput,
        error: Exception,
    ) -> MessageOutput:
        """Send a dead letter for what was refused, in the end without its value; what was sent.

        Raises :class:`TopicMismatch` where even that is refused: then the topic is not as declared.
        """
        for parcel in smaller(self.stage, message, refused, result, error, self._largest):
            try:
                await place.send(parcel)
            except REFUSED as again:
                error = again
            else:
                return parcel
        raise TopicMismatch(
            f"a dead letter without its value is too large for its topic ({error}); run: crawlmill topics check"
        ) from error

    def _count(self, parcel: MessageOutput) -> None:
        sizes: dict[str, list[int]] = {}
        for made, _ in parcel.records:
            sizes.setdefault(made.topic, []).append(len(made.value or b""))
        for topic, some in sizes.items():
            self._metrics.messages_out.labels(topic).inc(len(some))
            self._metrics.bytes_out.labels(topic).inc(sum(some))
        if parcel.fault is not None:
            self._metrics.faults.labels(self.stage, parcel.fault).inc()
        if parcel.disposition is not None:
            self._metrics.pages.labels(parcel.disposition, parcel.reason).inc()

    def _left(self) -> None:
        self._gauge()
        self._room.set()

    async def _acknowledge(self, stream: Any, event: Any) -> None:
        if not self._app.is_current(event):
            # A rebalance is under way or was: the message was or will be delivered again, and answered the same.
            self._metrics.redelivered.labels(self.stage).inc()
            return
        await stream.ack(event)

    async def _stop_the_world(self, error: Exception) -> None:
        self._app.log.error(
            "%s: stopping, nothing acknowledged: %s: %s", self.stage, type(error).__name__, error
        )
        await self._app.crash(error)


async def _known(fault: Failed) -> Processed | Failed:
    """A fault that nobody has to wait for."""
    return fault


def _unreadable(message: Message) -> Failed | None:
    """What is wrong with a message before anybody looks at its value."""
    if isinstance(message.value, Unread):
        return Failed(Fault.UNDECODABLE, "Unread", message.value.reason)
    for name, _ in message.headers:
        if well_formed(name) is not name:
            return Failed(Fault.BAD_RECORD, "BadRecord", f"the name of a header is not UTF-8: {name[:80]!a}")
    return None


def _message(event: Any) -> Message:
    source = event.message
    headers = source.headers or ()
    items = headers.items() if isinstance(headers, dict) else headers
    return Message(
        value=source.value,
        key=source.key,
        headers=tuple((str(name), bytes(value or b"")) for name, value in items),
        topic=source.topic,
        partition=source.partition,
        offset=source.offset,
    )
