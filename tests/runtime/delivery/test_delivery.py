"""A message is acknowledged when its output and those of all messages before it are acknowledged, and its partition is current."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, ClassVar

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
from streams.runtime.delivery.dead_letter_record import Headers
from streams.runtime.delivery.delivery import Delivery, Limits
from streams.runtime.delivery.outputs import ARRIVED_HEADER, MessageOutput
from streams.runtime.delivery.trace_context import TraceContext
from streams.runtime.faust_overrides.fetch import payload_bytes
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.stage_metrics import StageMetrics


class Event:
    """The attributes of a Faust event that a delivery uses; it is its own message."""

    def __init__(self, offset: int) -> None:
        self.tp, self.topic, self.partition, self.offset = TP("pages.raw", 0), "pages.raw", 0, offset
        self.key, self.value, self.headers, self.timestamp = b"k", b"v", (), 1_750_000_000.0
        self.generation_id, self.message = 1, self


class App:
    """The methods of the app that a delivery uses. Logging fails the test."""

    def __init__(self) -> None:
        self.current, self.rebalancing_count = True, 1
        self.crashed: list[BaseException] = []

    def is_current(self, event: Event) -> bool:
        return self.current

    async def crash(self, error: BaseException) -> None:
        self.crashed.append(error)

    @property
    def log(self) -> Any:
        raise AssertionError("nothing should be logged")


class Stopping(App):
    """An app that may log why it stops."""

    log = logging.getLogger(__name__)


class Stream:
    """The stream that Faust hands to an agent; records the acknowledged offsets."""

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
    """An outbox whose output is acknowledged when ``answer`` is set."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def send(self, output: MessageOutput) -> None:
        await self.answer


class Scenario:
    """A delivery of ``count`` messages."""

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


def test_messages_are_acknowledged_in_offset_order_in_any_order_of_finishing() -> None:
    async def play() -> None:
        scenario = Scenario(3)
        await scenario.begin()
        await scenario.end(1)
        assert scenario.stream.acknowledged == []
        await scenario.end(0)
        await scenario.end(2)
        assert scenario.stream.acknowledged == [0, 1, 2]

    asyncio.run(play())


def test_the_oldest_unfinished_message_tells_how_far_behind_a_partition_is() -> None:
    async def play() -> None:
        scenario = Scenario(3)
        partition = scenario.stream.incoming[0].tp
        for number, event in enumerate(scenario.stream.incoming):
            event.timestamp = 1_000.0 + number
        assert scenario.delivery.oldest_unfinished() == {}
        await scenario.begin()
        await scenario.end(1)
        assert scenario.delivery.oldest_unfinished() == {partition: 1_000.0}
        await scenario.end(0)
        assert scenario.delivery.oldest_unfinished() == {partition: 1_002.0}
        await scenario.end(2)  # nothing is in flight: what follows is not older than the last one
        assert scenario.delivery.oldest_unfinished() == {partition: 1_002.0}

    asyncio.run(play())


def test_nothing_after_a_message_that_was_given_up_is_acknowledged() -> None:
    """It is redelivered from the committed offset, unless a later one was acknowledged."""

    async def play() -> None:
        scenario = Scenario(4)
        await scenario.begin()
        await scenario.end(0)
        await scenario.end(2)
        await scenario.end(1, Revoked("taken away"))
        await scenario.end(3)
        assert scenario.stream.acknowledged == [0]
        assert scenario.app.crashed == []
        await scenario.delivery.finish()
        assert scenario.delivery.stalled_for() == 0  # and none of it is in flight any more

    asyncio.run(play())


def test_nothing_is_acknowledged_after_partitions_were_revoked() -> None:
    async def play() -> None:
        scenario = Scenario(2)
        await scenario.begin()
        scenario.app.current = False
        await scenario.end(0)
        await scenario.end(1)
        assert scenario.stream.acknowledged == []

    asyncio.run(play())


class RecordingOutbox(HeldOutbox):
    """An outbox that acknowledges at once, or raises an error a number of times first."""

    def __init__(self, raises: Exception | None = None, times: int = 1) -> None:
        super().__init__()
        self.sent: list[MessageOutput] = []
        self.raises, self.times = raises, times

    async def send(self, output: MessageOutput) -> None:
        if self.raises is not None and self.times > 0:
            self.times -= 1
            raise self.raises
        self.sent.append(output)


async def _delivered(
    work: Any, change: Any = None, raises: Exception | None = None, times: int = 1
) -> tuple[Scenario, RecordingOutbox]:
    """Deliver three messages with ``work``, the second after ``change``; returns the scenario and the second's outbox."""
    scenario, outboxes = Scenario(3), [RecordingOutbox(), RecordingOutbox(raises, times), RecordingOutbox()]
    scenario.delivery._work, scenario.delivery._open_outbox = work, lambda event: outboxes[event.offset]
    if change is not None:
        change(scenario.stream.incoming[1])
    await scenario.begin()
    await scenario.delivery.finish()
    if not scenario.app.crashed:
        assert scenario.stream.acknowledged == [0, 1, 2]
        assert all(len(place.sent) == 1 for place in outboxes)
    return scenario, outboxes[1]


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
def test_an_exception_of_a_message_becomes_its_dead_letter_and_stops_nothing(
    error: Exception, raising: Any
) -> None:
    _, outbox = asyncio.run(_delivered(raising(error)))
    assert outbox.sent[0].disposition is Disposition.DEADLETTER
    assert outbox.sent[0].fault is fault_of(error)


@pytest.mark.parametrize("raising", [_at_once, _later])
@pytest.mark.parametrize("error", [PoolBroken("none"), StoreFailed("disk"), BrokerUnavailable("gone")])
def test_an_exception_that_is_not_the_page_s_fault_stops_the_worker(error: Exception, raising: Any) -> None:
    scenario, outbox = asyncio.run(_stopped(raising(error)))
    assert scenario.app.crashed == [error]
    assert outbox.sent == []
    assert 1 not in scenario.stream.acknowledged


async def _stopped(work: Any) -> tuple[Scenario, RecordingOutbox]:
    scenario, outbox = Scenario(3), RecordingOutbox()
    scenario.app = Stopping()
    scenario.delivery._app, scenario.delivery._work = scenario.app, work
    scenario.delivery._open_outbox = lambda event: outbox if event.offset == 1 else RecordingOutbox()
    with suppress(
        PoolBroken, StoreFailed, BrokerUnavailable
    ):  # what is raised at once ends the agent as well
        await scenario.begin()
    await scenario.delivery.finish()
    return scenario, outbox


@pytest.mark.parametrize("error", [MessageSizeTooLargeError("13 MB"), Refused("not UTF-8")])
def test_records_that_the_producer_refuses_become_a_dead_letter(error: Exception) -> None:
    _, outbox = asyncio.run(_delivered(_works, raises=error))
    assert outbox.sent[0].fault is Fault.ERROR


@pytest.mark.parametrize("times", [1, 2])
def test_a_dead_letter_that_the_broker_finds_too_large_is_cut(times: int) -> None:
    async def faulty(message: Message) -> Processed | Failed:
        return Failed(Fault.BAD_RECORD, "BadRecord", "no page") if message.offset == 1 else _done(message)

    work = faulty if times == 1 else _works  # once the letter is refused; twice the record, then its letter
    _, outbox = asyncio.run(
        _delivered(work, _set("value", b"\xff" * 5_000), MessageSizeTooLargeError("12 MB"), times)
    )
    ((letter, headers),) = outbox.sent[0].records
    assert letter.topic == topics.DEADLETTER
    assert letter.value is None
    assert dict(headers)["crawlmill-cut.value-bytes"] == b"5000"


def test_a_topic_that_refuses_every_dead_letter_stops_the_worker() -> None:
    async def play() -> Scenario:
        scenario, outbox = Scenario(3), RecordingOutbox(MessageSizeTooLargeError("12 MB"), times=3)
        scenario.app = Stopping()
        scenario.delivery._app, scenario.delivery._work = scenario.app, _works
        scenario.delivery._open_outbox = lambda event: outbox if event.offset == 1 else RecordingOutbox()
        await scenario.begin()
        await scenario.delivery.finish()
        return scenario

    (error,) = asyncio.run(play()).app.crashed
    assert isinstance(error, TopicMismatch)


def _set(name: str, value: Any) -> Any:
    return lambda event: setattr(event, name, value)


@pytest.mark.parametrize("digits", [b"9" * 5_000, b"9" * 400, b"-1", b"", "\u0663".encode(), b"1e3", b" 12"])
def test_an_invalid_arrival_time_is_ignored(digits: bytes) -> None:
    _, outbox = asyncio.run(_delivered(_works, _set("headers", [(ARRIVED_HEADER, digits)])))
    ((_, headers),) = outbox.sent[0].records
    assert dict(headers)[ARRIVED_HEADER] == b"1750000000000"


@pytest.mark.parametrize("stamp", [None, 0.0, -1.0, -1e300, 1e300, float(2**63) / 1_000])
def test_an_invalid_timestamp_is_ignored(stamp: float | None) -> None:
    _, outbox = asyncio.run(_delivered(_works, _set("timestamp", stamp)))
    ((_, headers),) = outbox.sent[0].records
    assert 1_750_000_000_000 < int(dict(headers)[ARRIVED_HEADER]) < 1e13


class RecordingTrace:
    """The trace of a message, as a list of what it is told; what was sent carries a context of its own."""

    told: dict[int, list[str]]

    def __init__(self, message: Message) -> None:
        self._heard = self.told.setdefault(message.offset, [])

    def processed(self, result: Processed | Failed) -> TraceContext:
        self._heard.append(type(result).__name__)
        return TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "mill=1")

    def delivered(self, output: MessageOutput) -> None:
        self._heard.append(output.disposition or "onward")

    def failed(self, error: Exception) -> None:
        self._heard.append(type(error).__name__)


def _traced(scenario: Scenario) -> dict[int, list[str]]:
    class Trace(RecordingTrace):
        told: ClassVar[dict[int, list[str]]] = {}

    scenario.delivery._trace = Trace
    return Trace.told


def test_the_trace_of_a_message_is_told_its_result_and_its_end() -> None:
    async def play() -> None:
        scenario = Scenario(3)
        told = _traced(scenario)
        await scenario.begin()
        await scenario.end(0)
        await scenario.end(1, Revoked("taken away"))
        assert told == {0: ["Processed", "onward"], 1: ["Processed", "Revoked"], 2: ["Processed"]}
        await scenario.end(2)

    asyncio.run(play())


@pytest.mark.parametrize("raising", [_at_once, _later])
def test_the_trace_of_a_message_ends_before_the_worker_that_it_stops(raising: Any) -> None:
    async def play() -> dict[int, list[str]]:
        scenario = Scenario(2)
        scenario.app = Stopping()
        scenario.delivery._app, scenario.delivery._work = scenario.app, raising(StoreFailed("disk"))
        told = _traced(scenario)
        with suppress(StoreFailed):
            await scenario.begin()
        for _ in range(5):
            await asyncio.sleep(0)
        await scenario.delivery.stop()
        return told

    assert asyncio.run(play())[1] == ["StoreFailed"]


def test_what_a_message_caused_carries_the_context_of_its_trace() -> None:
    async def play() -> Headers:
        scenario, outbox = Scenario(1), RecordingOutbox()
        _traced(scenario)
        scenario.delivery._work, scenario.delivery._open_outbox = _works, lambda event: outbox
        await scenario.begin()
        await scenario.delivery.finish()
        ((_, headers),) = outbox.sent[0].records
        assert outbox.sent[0].trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
        return headers

    headers = dict(asyncio.run(play()))
    assert headers["traceparent"] == b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert headers["tracestate"] == b"mill=1"


def test_only_a_trace_of_55_bytes_is_passed_on() -> None:
    good = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = [("traceparent", b"x" * 1_000_000), ("traceparent", good), ("note", b"y" * 1_000_000)]
    _, outbox = asyncio.run(_delivered(_works, _set("headers", headers)))
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
def test_a_record_that_could_not_be_read_becomes_a_dead_letter_without_being_processed(
    name: str, value: Any, fault: Fault
) -> None:
    worked = []

    async def work(message: Message) -> Processed:
        worked.append(message.offset)
        return _done(message)

    _, outbox = asyncio.run(_delivered(work, _set(name, value)))
    assert outbox.sent[0].fault is fault
    assert worked == [0, 2]


def test_the_headers_of_a_message_count_as_bytes_in_flight() -> None:
    event = Event(0)
    event.headers = [("a", bytes(1_000_000))]
    assert payload_bytes(event) > 1_000_000
