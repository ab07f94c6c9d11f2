"""How much a worker takes from Kafka at a time: no more of a topic than its stage has room for, in messages and bytes.

What Faust 0.15 and aiokafka 0.14 do by themselves: all that a fetch brought is unpacked at once, and what the queue of
its agent does not take waits in a list; only then is looked at how full the queue is, and how full is counted in
messages. A fetch is bounded in compressed bytes, of which a page of markup makes ten to a hundred times as many. So
64 messages of 5 MB, and some hundred megabytes more behind them, could wait for a stage that may hold 64 MB.

Here messages are unpacked one at a time, from every partition in turn, until the room is used up. What is not taken
stays as it came: compressed, at most one fetch a partition (:data:`FETCH_BYTES`, or a single larger message).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.runtime.faust_overrides import heartbeats
from streams.runtime.faust_overrides.aiokafka_fixes import heed_errors
from streams.runtime.group.committed_positions import Committed, stamped
from streams.runtime.group.partition_counts import PartitionWatch

# What a fetch brings of a partition, unless its first message alone is larger: brokers send that one nevertheless
# (since Kafka 0.10.1, KIP-74; the embedded one as well).
FETCH_BYTES = 1_000_000
# How long a broker may hold a fetch back for which it has nothing yet; Faust's 1,500 in every consumer. Apache Kafka answers
# when a record comes. The embedded broker looks anew after half of this time: with 1,500 a page took 4.2 s over the six
# topics on its way, with 100 it takes 0.4. But the sooner a fetch is answered, the less is in it: worker and broker together
# spent 38 ms of CPU a page with 100, 30 with 300 (150 news pages, python -m benchmarks.report). So it is short while a
# process of the pool has nothing to do, and long while all work.
FETCH_WAIT_MS = 250
IDLE_FETCH_WAIT_MS = 100
# Between looks at whether a stage has room again, while others wait for what is fetched. 64 messages wait in front of a
# stage when its topic counts as full: seconds of work for a pool, and 640 visits a second for buckets. Fetching
# was 8 % of a worker's samples with 0.02 seconds between looks; what fewer of them give was not compared.
FULL_SECONDS = 0.1


class Room:
    """What a stage may still be given of its topic."""

    __slots__ = ("bytes", "messages")

    def __init__(self, messages: int, bytes: int) -> None:
        self.messages = messages
        self.bytes = bytes

    def __bool__(self) -> bool:
        return self.messages > 0 and self.bytes > 0

    def use(self, record: Any) -> None:
        """One message less, of so many bytes."""
        self.messages -= 1
        self.bytes -= held_bytes(record)


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread in which aiokafka runs, with :meth:`take` beside Faust's ``getmany``."""

    _expiry: asyncio.Task[None] | None = None

    def _create_worker_consumer(self, transport: Any) -> Any:
        """Faust's consumer, which is not started yet, with our wait for fetches: Faust has no setting for it."""
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer

    async def on_start(self) -> None:
        """Start aiokafka's consumer; have it heed what the group's coordinator says, say of which topics it commits, and
        watch the partitions.
        """
        await super().on_start()
        consumer: Any = self._ensure_consumer()
        app: Any = self.app
        heed_errors(consumer._coordinator)
        consumer.commit = stamped(consumer.commit, app.identity.topics)
        watch = PartitionWatch(app.settings, app.metrics)
        watch(consumer._client.cluster)
        consumer._client.cluster.add_listener(watch)
        heartbeats.attach(consumer._coordinator, app.session, app.refused_by_group)
        self._expiry = asyncio.create_task(heartbeats.expire(consumer._coordinator, app.session))
        self._expiry.add_done_callback(self._expiry_ended)

    def _expiry_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            app: Any = self.app
            asyncio.run_coroutine_threadsafe(app.crash(error), app.loop)

    async def on_thread_stop(self) -> None:
        """Stop looking after the session, and stop aiokafka's consumer."""
        if self._expiry is not None:
            self._expiry.cancel()
        await super().on_thread_stop()

    async def committed_of(self, partitions: Sequence[TP]) -> dict[TP, Committed]:
        """What the group has committed, with the ids of the topics it is of; nothing for a partition without."""
        found: dict[TP, Committed] = await self.call_thread(self._committed, partitions)
        return found

    async def ends(self, partitions: Sequence[TP]) -> dict[TP, int]:
        """The offset behind the last record of each partition, aborted ones included, as the broker reports it."""
        consumer: Any = self._ensure_consumer()
        found: dict[TP, int] = await self.call_thread(consumer.end_offsets, partitions)
        return found

    async def _committed(self, partitions: Sequence[TP]) -> dict[TP, Committed]:
        consumer: Any = self._ensure_consumer()
        asked = [TopicPartition(tp.topic, tp.partition) for tp in partitions]
        found = await consumer._coordinator.fetch_committed_offsets(asked)
        return {
            TP(tp.topic, tp.partition): Committed(value.offset, value.metadata or "")
            for tp, value in found.items()
            if value.offset >= 0
        }

    def pace(self, milliseconds: int) -> None:
        """How long brokers may hold back the fetches from the next one on. Called from Faust's own thread."""
        consumer: Any = self._consumer
        if consumer is not None and consumer._fetcher is not None:
            consumer._fetcher._fetch_max_wait_ms = milliseconds

    async def take(
        self, partitions: set[TP], rooms: Mapping[str, Room], timeout: float
    ) -> dict[TP, list[Any]]:
        """Records of these partitions, as many as there is room for; of topics that have no limit, what is there.

        Waits for the first one up to ``timeout`` seconds. At least one of every topic with room is taken, whatever its size.
        """
        taken: dict[TP, list[Any]] = await self.call_thread(self._take, partitions, rooms, timeout)
        return taken

    async def _take(
        self, partitions: set[TP], rooms: Mapping[str, Room], timeout: float
    ) -> dict[TP, list[Any]]:
        consumer: Any = self._ensure_consumer()
        # Faust's own way first: it waits, raises what there is to raise, and knows of rebalances.
        first = await self._fetch_records(consumer, partitions, timeout=timeout, max_records=1)
        taken = {TP(tp.topic, tp.partition): list(records) for tp, records in first.items()}
        for tp, records in taken.items():
            for record in records:
                _use(rooms, tp, record)
        if taken:
            drain(consumer._fetcher, partitions, rooms, taken)
        return taken


def drain(fetcher: Any, partitions: set[TP], rooms: Mapping[str, Room], taken: dict[TP, list[Any]]) -> None:
    """Add what the fetcher has of these partitions, one record of each in turn, while there is room."""
    ready = [tp for tp in fetcher._records if tp in partitions]
    while ready:
        ready = [tp for tp in ready if _take_one(fetcher, tp, rooms, taken)]


def _take_one(fetcher: Any, tp: Any, rooms: Mapping[str, Room], taken: dict[TP, list[Any]]) -> bool:
    """Take one record of a partition if there is room; whether there may be more."""
    room, fetched = rooms.get(tp.topic), fetcher._records.get(tp)
    if (room is not None and not room) or not hasattr(
        fetched, "getone"
    ):  # full; or an error, for the next call
        return False
    record = fetched.getone()
    if not fetched.has_more():
        fetcher._records.pop(tp, None)  # as fetched_records does: the next fetch may come
        fetcher._notify(fetcher._wait_consume_future)
    if record is not None:
        taken.setdefault(TP(tp.topic, tp.partition), []).append(record)
        _use(rooms, tp, record)
    return record is not None


def _use(rooms: Mapping[str, Room], tp: Any, record: Any) -> None:
    if tp.topic in rooms:
        rooms[tp.topic].use(record)


def held_bytes(record: Any) -> int:
    """Of a record as it is held: key, value and headers."""
    headers = record.headers or ()
    return (
        len(record.value or b"")
        + len(record.key or b"")
        + sum(len(name) + len(value or b"") for name, value in headers)
    )
