"""The one wrapper every agent runs in: take up, work, send, wait for the broker, acknowledge, count.

A source message is acknowledged only when every record that it caused is acknowledged by the broker. A page's own
fault arrives here as a value (:class:`~streams.runtime.work.Faulty`) and becomes a dead letter; the world's fault
arrives as an exception and stops the worker, with the message unacknowledged.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import msgspec
from aiokafka.errors import MessageSizeTooLargeError
from faust.exceptions import ProducerSendError

from streams.pipeline import TRACE_HEADER
from streams.records import SCHEMA_VERSION, Disposition, Fault, Message
from streams.runtime import topics
from streams.runtime.deadline import acknowledged_within
from streams.runtime.ledger import Entry, Ledger
from streams.runtime.metrics import Metrics
from streams.runtime.taking import Room
from streams.runtime.work import Done, Faulty, Made

ARRIVED_HEADER = "crawlmill-arrived"  # milliseconds since the epoch at which the page came to pages.raw
Headers = list[tuple[str, bytes]]
Work = Callable[[Message], Awaitable[Done | Faulty]]


class Limits(msgspec.Struct, frozen=True):
    """What one stage may hold at a time."""

    messages: int
    bytes: int


class Delivery:
    """One stage's deliveries. ``work(message)`` is called in the order of offsets; what it does before it returns its
    awaitable is therefore done one message at a time, what the awaitable does runs beside the others."""

    def __init__(
        self, app: Any, stage: str, work: Work, outputs: dict[str, Any], metrics: Metrics, limits: Limits
    ) -> None:
        self.stage = stage
        self.last_progress = time.monotonic()
        self._app = app
        self._work = work
        self._outputs = outputs
        self._metrics = metrics
        self._limits = limits
        self._ledger: Ledger[Any] = Ledger()
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
            message = _message(event)
            size = len(message.value or b"") + len(message.key or b"")
            entry = self._ledger.begin((event.message.tp, event.message.generation_id), event, size)
            self._took(size)
            try:
                working = self._work(message)
            except Exception as error:
                await self._stop_the_world(error)
                raise
            task = asyncio.create_task(self._finish(unacknowledged, entry, message, working))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def room(self) -> Room:
        """What may be taken from Kafka for it now: what is in flight and what waits in Faust's queue are within the limits."""
        if self._queue is None:
            return Room(self._limits.messages, self._limits.bytes)
        waiting = sum(
            len(event.message.value or b"") + len(event.message.key or b"") for event in self._queue._queue
        )
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
        self, stream: Any, entry: Entry[Any], message: Message, working: Awaitable[Done | Faulty]
    ) -> None:
        """From work under way to acknowledged."""
        started = time.monotonic()
        try:
            result = await working
            arrived = _arrived(entry.event, message)
            async with acknowledged_within(self._app.settings.kafka.delivery_seconds):
                disposition, reason = await self._deliver(message, result, arrived)
        except Exception as error:  # noqa: BLE001 - pages' faults are values: this is the world's, and ends the worker
            await self._stop_the_world(error)
            return
        for event in self._ledger.finish(entry):
            await self._acknowledge(stream, event)
        self.last_progress = time.monotonic()
        self._metrics.stage_seconds.labels(self.stage).observe(time.monotonic() - started)
        if disposition is not None:
            self._metrics.pages.labels(disposition, reason).inc()
            self._metrics.latency.observe(max(0.0, time.time() - arrived / 1_000))
        self._gauge()
        self._room.set()

    async def _deliver(
        self, message: Message, result: Done | Faulty, arrived: int
    ) -> tuple[Disposition | None, str]:
        """Send what a message caused and wait for all of it; its page's disposition, if this ends its way."""
        if isinstance(result, Done):
            try:
                await self._send(result.made, _headers(message, arrived))
            except MessageSizeTooLargeError as error:
                # A record larger than its topic takes is this page's fault: stopping would stop for ever.
                result = Faulty(
                    Fault.ERROR,
                    type(error).__name__,
                    f"a record it caused is too large for its topic: {error}",
                )
            else:
                if result.reason is not None:
                    return Disposition.REJECTED, result.reason
                return (Disposition.ENRICHED, "none") if self.stage == "enrich" else (None, "")
        self._metrics.faults.labels(self.stage, result.fault).inc()
        letter = Made(topics.DEADLETTER, message.key, message.value, "")  # type: ignore[arg-type]  # untouched: both may be absent
        await self._send((letter,), [*message.headers, *_why(self.stage, message, result)])
        return Disposition.DEADLETTER, result.fault

    async def _send(self, records: Sequence[Made], headers: Headers) -> None:
        sent = []
        for made in records:
            schema = [
                ("content-type", b"application/json"),
                ("schema", f"{made.schema}/{SCHEMA_VERSION}".encode()),
            ]
            own = headers if made.topic == topics.DEADLETTER else headers + schema
            try:
                sent.append(await self._outputs[made.topic].send(key=made.key, value=made.value, headers=own))
            except ProducerSendError as error:
                raise error.__cause__ or error from error
        for acknowledged in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(acknowledged, BaseException):
                raise acknowledged
        for made in records:
            self._metrics.messages_out.labels(made.topic).inc()
            self._metrics.bytes_out.labels(made.topic).inc(len(made.value or b""))

    async def _acknowledge(self, stream: Any, event: Any) -> None:
        if event.message.generation_id != self._app.consumer_generation_id:
            # The group rebalanced meanwhile: the message was or will be delivered again, and answered the same.
            self._metrics.redelivered.labels(self.stage).inc()
            return
        await stream.ack(event)

    async def _stop_the_world(self, error: Exception) -> None:
        self._app.log.error(
            "%s: stopping, nothing acknowledged: %s: %s", self.stage, type(error).__name__, error
        )
        await self._app.crash(error)


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


def _arrived(event: Any, message: Message) -> int:
    """When the page came to pages.raw, in milliseconds since the epoch."""
    for name, value in message.headers:
        if name == ARRIVED_HEADER and value.isdigit():
            return int(value)
    return int((event.message.timestamp or time.time()) * 1_000)


def _headers(message: Message, arrived: int) -> Headers:
    """What every record inherits from the message that caused it."""
    inherited: Headers = [(ARRIVED_HEADER, str(arrived).encode())]
    inherited += [(name, value) for name, value in message.headers if name.lower() == TRACE_HEADER]
    return inherited


def _why(stage: str, message: Message, fault: Faulty) -> Headers:
    """Headers of a dead letter, as Kafka Connect names them."""
    facts = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "stage": stage,
        "reason": fault.fault,
        "exception.class.name": fault.error,
        "exception.message": fault.message[:2_000],
    }
    return [(f"__connect.errors.{name}", str(value).encode()) for name, value in facts.items()]
