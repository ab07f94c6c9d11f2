"""What is acknowledged: what was done, with all before it, as long as its partition is this worker's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from faust.types import TP

from streams.records import Message
from streams.runtime.delivery import Delivery, Limits
from streams.runtime.metrics import Metrics
from streams.runtime.parcels import Parcel
from streams.runtime.sending import Revoked
from streams.runtime.work import Done


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


class Place:
    """Where a message's parcel leaves: when it is told to, or not at all."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def send(self, parcel: Parcel) -> None:
        await self.answer


class Story:
    """A delivery of so many messages."""

    def __init__(self, count: int) -> None:
        self.app, self.stream, self.metrics = App(), Stream(count), Metrics()
        self.places: list[Place] = []
        self.delivery = Delivery(
            self.app, "clean", self._work, self._take, self.metrics, Limits(messages=64, bytes=1_000_000)
        )

    async def _work(self, message: Message) -> Done:
        return Done(())

    def _take(self, event: Event) -> Place:
        self.places.append(Place())
        return self.places[-1]

    async def begin(self) -> None:
        await self.delivery.run(self.stream)

    async def end(self, offset: int, error: Exception | None = None) -> None:
        answer = self.places[offset].answer
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
