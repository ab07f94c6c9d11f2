"""What is acknowledged: what was done, with all before it, as long as its partition is this worker's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError
from faust.types import TP

from streams import topics
from streams.errors import (
    BrokerUnavailable,
    PageCrash,
    PoolBroken,
    Refused,
    Revoked,
    StoreFailed,
    TopicMismatch,
)
from streams.execution.error_policy import fault_of
from streams.execution.results import Failed, OutputRecord, Processed
from streams.records import Disposition, Fault, Message
from streams.runtime.delivery.delivery import Delivery, Limits
from streams.runtime.delivery.outputs import ARRIVED_HEADER, MessageOutput
from streams.runtime.faust_overrides.fetch import payload_bytes
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.stage_metrics import StageMetrics


class Event:
    """A Faust event, as far as a delivery looks at one: it is its own message."""

    def __init__(self, offset: int) -> None:
        self.tp, self.topic, self.partition, self.offset = TP("pages.raw", 0), "pages.raw", 0, offset
        self.key, self.value, self.headers, self.timestamp = b"k", b"v", (), 1_750_000_000.0
        self.generation_id, self.message = 1, self


class App:
    """What a delivery asks the app."""

    def __init__(self) -> None:
        self.current, self.rebalancing_count = True, 1
        self.crashed: list[BaseException] = []

    def is_current(self, event: Event) -> bool:
        return self.current

    async def crash(self, error: BaseException) -> None:
        self.crashed.append(error)

    @property
    def log(self) -> Any:
        raise AssertionError("nothing is to be said")


class Stopping(App):
    """One that may say why."""

    log = logging.getLogger(__name__)


class Stream:
    """What Faust gives an agent: events, and where they are acknowledged."""

    def __init__(self, count: int) -> None:
        self.channel, self.queue, self.maxsize, self._queue = self, self, 64, ()
        self.incoming = [Event(offset) for offset in range(count)]
        self.acknowledged: list[int] = []

    def noack(self) -> Stream:
        return self

    async def events(self) -> AsyncIterator[Event]:
        for event in self.incoming:
            yield event

    async def ack(self, event: Event) -> None:
        self.acknowledged.append(event.offset)


class HeldOutbox:
    """Where a message's output leaves: when it is told to, or not at all."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def send(self, output: MessageOutput) -> None:
        await self.answer


class Story:
    """A delivery of so many messages."""

    def __init__(self, count: int) -> None:
        self.app, self.stream, self.metrics = App(), Stream(count), Metrics()
        self.outboxes: list[HeldOutbox] = []
        self.delivery = Delivery(
            self.app,
            "clean",
            self._work,
            self._open_outbox,
            StageMetrics(self.metrics, "clean"),
            Limits(messages=64, bytes=1_000_000),
            1_000_000,
        )

    async def _work(self, message: Message) -> Processed:
        return Processed(())

    def _open_outbox(self, event: Event) -> HeldOutbox:
        self.outboxes.append(HeldOutbox())
        return self.outboxes[-1]

    async def begin(self) -> None:
        await self.delivery.run(self.stream)

    async def end(self, offset: int, error: Exception | None = None) -> None:
        answer = self.outboxes[offset].answer
        answer.set_result(None) if error is None else answer.set_exception(error)
        for _ in range(10):
            await asyncio.sleep(0)


def test_messages_are_acknowledged_in_order_whatever_order_they_are_done_in() -> None:
    async def tell() -> None:
        story = Story(3)
        await story.begin()
        await story.end(1)
        assert story.stream.acknowledged == []
        await story.end(0)
        await story.end(2)
        assert story.stream.acknowledged == [0, 1, 2]

    asyncio.run(tell())


def test_nothing_behind_a_message_that_was_given_up_is_acknowledged() -> None:
    """It comes again, from the offset committed: were one behind it acknowledged, it would not."""

    async def tell() -> None:
        story = Story(4)
        await story.begin()
        await story.end(0)
        await story.end(2)
        await story.end(1, Revoked("taken away"))
        await story.end(3)
        assert story.stream.acknowledged == [0]
        assert story.app.crashed == []
        await story.delivery.finish()
        assert story.delivery.stalled_for() == 0  # and none of it is in flight any more

    asyncio.run(tell())


def test_nothing_is_acknowledged_while_partitions_are_taken_away() -> None:
    async def tell() -> None:
        story = Story(2)
        await story.begin()
        story.app.current = False
        await story.end(0)
        await story.end(1)
        assert story.stream.acknowledged == []

    asyncio.run(tell())


class RecordingOutbox(HeldOutbox):
    """Where outputs leave at once, unless it is told what to raise, and how often."""

    def __init__(self, raises: Exception | None = None, times: int = 1) -> None:
        super().__init__()
        self.sent: list[MessageOutput] = []
        self.raises, self.times = raises, times

    async def send(self, output: MessageOutput) -> None:
        if self.raises is not None and self.times > 0:
            self.times -= 1
            raise self.raises
        self.sent.append(output)


async def _told(
    work: Any, change: Any = None, raises: Exception | None = None, times: int = 1
) -> tuple[Story, RecordingOutbox]:
    """Three messages, of which ``change`` makes the second another one and ``work`` does what it does."""
    story, outboxes = Story(3), [RecordingOutbox(), RecordingOutbox(raises, times), RecordingOutbox()]
    story.delivery._work, story.delivery._open_outbox = work, lambda event: outboxes[event.offset]
    if change is not None:
        change(story.stream.incoming[1])
    await story.begin()
    await story.delivery.finish()
    if not story.app.crashed:
        assert story.stream.acknowledged == [0, 1, 2]
        assert all(len(place.sent) == 1 for place in outboxes)
    return story, outboxes[1]


def _done(message: Message) -> Processed:
    return Processed((OutputRecord(topics.REJECTED, b"id", b"{}", "Rejection"),), "http_error")


async def _works(message: Message) -> Processed:
    return _done(message)


def _at_once(error: Exception) -> Any:
    """Work on the second message that raises before it returns."""

    def work(message: Message) -> Any:
        if message.offset == 1:
            raise error
        return _works(message)

    return work


def _later(error: Exception) -> Any:
    """Work on the second message that raises while it is awaited."""

    async def work(message: Message) -> Processed:
        if message.offset == 1:
            raise error
        return _done(message)

    return work


@pytest.mark.parametrize("raising", [_at_once, _later])
@pytest.mark.parametrize(
    "error",
    [
        RecursionError("nested"),
        UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "no"),
        MemoryError(),
        OSError(5, "from the pool"),
        PageCrash("SIGSEGV"),
        KeyError(),
    ],
)
def test_whatever_is_raised_about_a_message_is_its_dead_letter_and_stops_nothing(
    error: Exception, raising: Any
) -> None:
    _, outbox = asyncio.run(_told(raising(error)))
    assert outbox.sent[0].disposition is Disposition.DEADLETTER
    assert outbox.sent[0].fault is fault_of(error)


@pytest.mark.parametrize("raising", [_at_once, _later])
@pytest.mark.parametrize("error", [PoolBroken("none"), StoreFailed("disk"), BrokerUnavailable("gone")])
def test_what_is_the_world_s_fault_stops_the_worker(error: Exception, raising: Any) -> None:
    story, outbox = asyncio.run(_stopped(raising(error)))
    assert story.app.crashed == [error]
    assert outbox.sent == []
    assert 1 not in story.stream.acknowledged


async def _stopped(work: Any) -> tuple[Story, RecordingOutbox]:
    story, outbox = Story(3), RecordingOutbox()
    story.app = Stopping()
    story.delivery._app, story.delivery._work = story.app, work
    story.delivery._open_outbox = lambda event: outbox if event.offset == 1 else RecordingOutbox()
    with suppress(
        PoolBroken, StoreFailed, BrokerUnavailable
    ):  # what is raised at once ends the agent as well
        await story.begin()
    await story.delivery.finish()
    return story, outbox


@pytest.mark.parametrize("error", [MessageSizeTooLargeError("13 MB"), Refused("not UTF-8")])
def test_records_that_the_producer_refuses_become_a_dead_letter(error: Exception) -> None:
    _, outbox = asyncio.run(_told(_works, raises=error))
    assert outbox.sent[0].fault is Fault.ERROR


@pytest.mark.parametrize("times", [1, 2])
def test_a_dead_letter_that_the_broker_finds_too_large_is_cut(times: int) -> None:
    async def faulty(message: Message) -> Processed | Failed:
        return Failed(Fault.BAD_RECORD, "BadRecord", "no page") if message.offset == 1 else _done(message)

    work = faulty if times == 1 else _works  # once the letter is refused; twice the record, then its letter
    _, outbox = asyncio.run(
        _told(work, _set("value", b"\xff" * 5_000), MessageSizeTooLargeError("12 MB"), times)
    )
    ((letter, headers),) = outbox.sent[0].records
    assert letter.topic == topics.DEADLETTER
    assert letter.value is None
    assert dict(headers)["crawlmill-cut.value-bytes"] == b"5000"


def test_a_topic_that_takes_no_dead_letter_at_all_stops_the_worker() -> None:
    async def tell() -> Story:
        story, outbox = Story(3), RecordingOutbox(MessageSizeTooLargeError("12 MB"), times=3)
        story.app = Stopping()
        story.delivery._app, story.delivery._work = story.app, _works
        story.delivery._open_outbox = lambda event: outbox if event.offset == 1 else RecordingOutbox()
        await story.begin()
        await story.delivery.finish()
        return story

    (error,) = asyncio.run(tell()).app.crashed
    assert isinstance(error, TopicMismatch)


def _set(name: str, value: Any) -> Any:
    return lambda event: setattr(event, name, value)


@pytest.mark.parametrize("digits", [b"9" * 5_000, b"9" * 400, b"-1", b"", "\u0663".encode(), b"1e3", b" 12"])
def test_a_time_that_is_none_is_not_believed(digits: bytes) -> None:
    _, outbox = asyncio.run(_told(_works, _set("headers", [(ARRIVED_HEADER, digits)])))
    ((_, headers),) = outbox.sent[0].records
    assert dict(headers)[ARRIVED_HEADER] == b"1750000000000"


@pytest.mark.parametrize("stamp", [None, 0.0, -1.0, -1e300, 1e300, float(2**63) / 1_000])
def test_a_time_stamp_that_is_none_is_not_believed(stamp: float | None) -> None:
    _, outbox = asyncio.run(_told(_works, _set("timestamp", stamp)))
    ((_, headers),) = outbox.sent[0].records
    assert 1_750_000_000_000 < int(dict(headers)[ARRIVED_HEADER]) < 1e13


def test_what_is_inherited_is_a_trace_of_55_bytes_and_nothing_else() -> None:
    good = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = [("traceparent", b"x" * 1_000_000), ("traceparent", good), ("note", b"y" * 1_000_000)]
    _, outbox = asyncio.run(_told(_works, _set("headers", headers)))
    ((_, inherited),) = outbox.sent[0].records
    assert dict(inherited)["traceparent"] == good
    assert sum(len(value) for _, value in inherited) < 200


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("headers", [("na\udcff", b"1")], Fault.BAD_RECORD),
        ("value", Unread("it unpacks to a gigabyte"), Fault.UNDECODABLE),
    ],
)
def test_what_could_not_be_read_is_a_dead_letter_and_nobody_works_on_it(
    name: str, value: Any, fault: Fault
) -> None:
    worked = []

    async def work(message: Message) -> Processed:
        worked.append(message.offset)
        return _done(message)

    _, outbox = asyncio.run(_told(work, _set(name, value)))
    assert outbox.sent[0].fault is fault
    assert worked == [0, 2]


def test_a_message_of_headers_is_counted_as_what_it_holds() -> None:
    event = Event(0)
    event.headers = [("a", bytes(1_000_000))]
    assert payload_bytes(event) > 1_000_000
