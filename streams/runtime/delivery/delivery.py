"""The loop that every agent runs: receive a message, process it, send its output, acknowledge its offset.

A source message is acknowledged only when the broker has acknowledged every record that it caused. A failure blamed on
the page arrives here as a value (:class:`~streams.execution.results.Failed`) or as an exception, and becomes a dead letter;
any other failure stops the worker, with the message unacknowledged. Which is which: :mod:`streams.execution.error_policy`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec
from faust.types import TP

from streams.errors import TopicMismatch
from streams.execution.error_policy import During, Outcome, blamed, rule
from streams.execution.results import Failed, Processed
from streams.records import Fault, Message, well_formed
from streams.runtime.delivery.at_least_once import REFUSED, OpenOutbox, Outbox
from streams.runtime.delivery.offset_tracker import Entry, OffsetTracker
from streams.runtime.delivery.outputs import (
    MessageOutput,
    arrived_at,
    began_at,
    message_output,
    produced_at,
    smaller,
)
from streams.runtime.delivery.recorder import Inherited, MessageTrace, Recorder
from streams.runtime.delivery.trace_context import TraceContext
from streams.runtime.faust_overrides.fetch import FetchBudget, payload_bytes
from streams.runtime.faust_overrides.interfaces import App, Event, EventQueue, Stream
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.kafka import clients
from streams.runtime.kafka.consumed import to_message

Work = Callable[[Message], Awaitable[Processed | Failed]]


class Limits(msgspec.Struct, frozen=True):
    """The most messages and bytes that one stage may have in flight."""

    messages: int
    bytes: int


class InFlight(NamedTuple):
    """The messages of a stage that were received and are not finished, and their bytes."""

    messages: int
    bytes: int


class Delivery:
    """Delivers the messages of one stage.

    ``work(message)`` is called in offset order, one message at a time; the awaitables that it returns run concurrently.
    ``largest`` is the maximum size of a record in bytes. ``trace`` begins the trace of a message in this stage.
    """

    def __init__(
        self,
        app: App,
        stage: str,
        work: Work,
        open_outbox: OpenOutbox,
        recorder: Recorder,
        limits: Limits,
        largest: int,
        trace: Callable[[Message], MessageTrace] = Inherited,
    ) -> None:
        self.stage = stage
        self.last_progress = time.monotonic()
        self._app = app
        self._work = work
        self._open_outbox = open_outbox
        self._recorder = recorder
        self._limits = limits
        self._largest = largest
        self._trace = trace
        self._tracker: OffsetTracker[Event] = OffsetTracker()
        self._queue: EventQueue | None = None  # Faust's queue of messages fetched for this stage
        self._room = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._finished_at: dict[
            TP, float
        ] = {}  # when the last acknowledged message of each partition was produced

    async def run(self, stream: Stream) -> None:
        """Consume a Faust stream until it ends."""
        self._queue = stream.channel.queue
        unacknowledged = stream.noack()
        async for event in unacknowledged.events():
            await self._wait_for_room()
            outbox = self._open_outbox(event)
            if outbox is None:
                self._recorder.not_acknowledged()
                continue
            message = to_message(event.message)
            size = payload_bytes(event.message)
            epoch = (
                event.message.generation_id,
                self._app.rebalancing_count,
            )  # the generation alone restarts at one in a new group
            entry = self._tracker.begin((event.message.tp, *epoch), event, size)
            if self._tracker.messages == 1:
                self.last_progress = time.monotonic()
            self._recorder.received(size, max(0.0, time.time() - (produced_at(event) or time.time())))
            trace = self._trace(message)
            try:
                working = self._begin(message)
            except Exception as error:
                trace.failed(error)
                await self._stop_worker(error)
                raise
            task = asyncio.create_task(self._finish(unacknowledged, entry, outbox, message, working, trace))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def fetch_budget(self) -> FetchBudget:
        """How much more may be fetched for this stage: the limits less what is in flight and what waits in Faust's queue."""
        if self._queue is None:
            return FetchBudget(self._limits.messages, self._limits.bytes)
        waiting = sum(payload_bytes(event.message) for event in self._queue._queue)
        return FetchBudget(
            self._queue.maxsize - self._queue.qsize(), self._limits.bytes - self._tracker.bytes - waiting
        )

    @property
    def in_flight(self) -> InFlight:
        """What the stage is processing now."""
        return InFlight(self._tracker.messages, self._tracker.bytes)

    def oldest_unfinished(self) -> dict[TP, float]:
        """When the oldest unfinished message of each partition was produced, in seconds since the epoch.

        Of partitions with none in flight, the last acknowledged message's time: what follows it is not older.
        """
        found = dict(self._finished_at)
        for _, event in self._tracker.oldest():
            if (stamp := produced_at(event)) is not None:
                found[event.message.tp] = stamp
        return found

    async def finish(self) -> None:
        """Accept no new messages, and wait until none is in flight."""
        self._closing = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Cancel messages in flight: they stay unacknowledged and are redelivered."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stalled_for(self) -> float:
        """Seconds since a message was last finished; 0 while none is in flight."""
        return time.monotonic() - self.last_progress if self._tracker.messages else 0.0

    async def _wait_for_room(self) -> None:
        while self._closing or self._is_full():
            self._room.clear()
            await self._room.wait()

    def _is_full(self) -> bool:
        return self._tracker.messages > 0 and (
            self._tracker.messages >= self._limits.messages or self._tracker.bytes >= self._limits.bytes
        )

    async def _finish(
        self,
        stream: Stream,
        entry: Entry[Event],
        outbox: Outbox,
        message: Message,
        working: Awaitable[Processed | Failed],
        trace: MessageTrace,
    ) -> None:
        """Await the result of a message, send its output and acknowledge it."""
        started = time.monotonic()
        arrived = arrived_at(entry.event, message)
        during = During.WORK
        try:
            result = await self._result(working)
            during = During.SEND
            output = await self._deliver(outbox, message, result, arrived, trace.processed(result))
        except Exception as error:  # noqa: BLE001 - looked up in the table of error_policy
            trace.failed(error)
            if rule(error, during).outcome is not Outcome.REDELIVER:
                await self._stop_worker(error)
                return
            self._recorder.not_acknowledged()
            self._tracker.give_up(entry)
            self._room.set()
            return
        for event in self._tracker.finish(entry):
            await self._acknowledge(stream, event)
        self.last_progress = time.monotonic()
        self._recorder.delivered(output, self.last_progress - started, began_at(message, arrived))
        trace.delivered(output)
        self._room.set()

    def _begin(self, message: Message) -> Awaitable[Processed | Failed]:
        """Start processing a message; an undecodable one has failed already. Raises errors that stop the worker."""
        if (fault := _unreadable(message)) is not None:
            return _known(fault)
        try:
            return self._work(message)
        except Exception as error:  # noqa: BLE001 - looked up in the table
            return _known(blamed(error))

    async def _result(self, working: Awaitable[Processed | Failed]) -> Processed | Failed:
        """The result of a message. Raises errors that are not blamed on it."""
        try:
            return await working
        except Exception as error:  # noqa: BLE001 - looked up in the table
            return blamed(error)

    async def _deliver(
        self,
        outbox: Outbox,
        message: Message,
        result: Processed | Failed,
        arrived: int,
        trace: TraceContext,
    ) -> MessageOutput:
        """Send the output of a message, wait for its acknowledgement and return it; a dead letter replaces a refused output."""
        output = message_output(self.stage, message, result, arrived, self._largest, trace)
        try:
            await outbox.send(output)
        except REFUSED as error:
            return await self._deliver_smaller(outbox, message, result, output, error)
        return output

    async def _deliver_smaller(
        self,
        outbox: Outbox,
        message: Message,
        result: Processed | Failed,
        refused: MessageOutput,
        error: Exception,
    ) -> MessageOutput:
        """Send a dead letter for what was refused, in the end without its value; what was sent.

        Raises :class:`TopicMismatch` where even that is refused: then the topic is not as declared.
        """
        for output in smaller(self.stage, message, refused, result, error, self._largest):
            try:
                await outbox.send(output)
            except REFUSED as again:
                error = again
            else:
                return output
        raise TopicMismatch(
            f"a dead letter without its value is too large for its topic ({error}); run: crawlmill topics check"
        ) from error

    async def _acknowledge(self, stream: Stream, event: Event) -> None:
        if not self._app.is_current(event):
            # A rebalance has begun since: the message is redelivered, with the same result.
            self._recorder.not_acknowledged()
            return
        await stream.ack(event)
        if (stamp := produced_at(event)) is not None:
            self._finished_at[event.message.tp] = stamp

    async def _stop_worker(self, error: Exception) -> None:
        self._app.log.error("%s: stopping, nothing acknowledged: %s", self.stage, clients.why(error))
        await self._app.crash(error)


async def _known(fault: Failed) -> Processed | Failed:
    """An awaitable of a result that is already known."""
    return fault


def _unreadable(message: Message) -> Failed | None:
    """The failure of a message whose record or headers could not be decoded; None for a readable one."""
    if isinstance(message.value, Unread):
        return Failed(Fault.UNDECODABLE, "Unread", message.value.reason)
    for name, _ in message.headers:
        if well_formed(name) is not name:
            return Failed(Fault.BAD_RECORD, "BadRecord", f"the name of a header is not UTF-8: {name[:80]!a}")
    return None
