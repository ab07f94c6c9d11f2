"""Sends documents of pages.clean through the enrich stage once more, as after an upgrade of a model.

Each document since a time is appended to pages.clean again, on the same partition, unchanged but for a header. Workers enrich it
like any other, and a page's newer version keeps its facts (:mod:`streams.runtime.delivery.facts.tombstones`). What a replay has appended is
never replayed itself. A replay that stops after documents were sent and before that is noted sends up to a batch of them twice,
which changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord

from streams.errors import BadInput, BrokerUnavailable
from streams.runtime.delivery.outputs import REPLAYED_HEADER
from streams.runtime.faust_overrides import record_batches
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.replay_plan import Plan
from streams.settings import Settings

_BATCH = 200  # documents sent before waiting for their acknowledgements
_POLL_MS = 500
_LOOK_SECONDS = 1.0  # between two looks at how far the workers are


class Found(NamedTuple):
    """What a replay has read: documents to enrich again, their bytes, those that an earlier replay had appended, and older ones."""

    documents: int = 0
    bytes: int = 0
    appended: int = 0
    older: int = 0  # than the time that was asked for


def counted(found: Found, record: ConsumerRecord, since_ms: int) -> tuple[Found, bool]:
    """``found`` with one more record, and whether that is a document to enrich again.

    Older records follow the first offset since a time where clocks differ; the embedded broker takes the first offset of all for it.
    """
    if record.timestamp < since_ms:
        return found._replace(older=found.older + 1), False
    if record.value is None or any(name == REPLAYED_HEADER for name, _ in record.headers):
        return found._replace(appended=found.appended + 1), False
    size = len(record.value)
    return found._replace(documents=found.documents + 1, bytes=found.bytes + size), True


class Pace(NamedTuple):
    """How fast documents are sent: ``rate`` a second, and at most ``ahead`` that the workers have not read yet."""

    rate: float
    ahead: int


async def replay(
    settings: Settings,
    todo: Plan,
    pace: Pace | None,
    *,
    limit: int | None = None,
    advance: Callable[[Found, int], None] = lambda found, waiting: None,
    save: Callable[[Plan], None] = lambda todo: None,
) -> Found:
    """Send what ``todo`` names, ``limit`` documents at most, and return what was read; without a ``pace`` nothing is sent.

    ``advance`` is called after each batch with what was read so far and how many documents the workers have still to read;
    ``save`` after each batch that the broker has acknowledged. Raises :class:`BrokerUnavailable`, and :class:`BadInput` where retention
    deletes documents that are left.
    """
    if not todo.offsets:
        return (
            Found()
        )  # an aiokafka consumer that is stopped before anything was awaited raises CancelledError
    record_batches.bound(settings.kafka.max_batch_bytes)
    replayer = _Replayer(settings, todo, pace, advance)
    try:
        await replayer.start()
        async for records in replayer.batches():
            left = _BATCH if limit is None else limit - replayer.found.documents
            await replayer.take(records, left)
            save(todo)
            if limit is not None and replayer.found.documents >= limit:
                break
    except OffsetOutOfRangeError as error:
        raise BadInput(f"{todo.topic}: documents were deleted before they were replayed; --resume --partial goes on with the others") from error  # fmt: skip
    except (KafkaError, TimeoutError, OSError) as error:
        raise BrokerUnavailable(f"replaying {todo.topic}: {clients.why(error)}") from error
    finally:
        await replayer.stop()
    return replayer.found


class _Replayer:
    """Reads the documents of a plan, in batches of one partition, and appends them again."""

    def __init__(
        self, settings: Settings, todo: Plan, pace: Pace | None, advance: Callable[[Found, int], None]
    ) -> None:
        self.found = Found()
        self._settings = settings
        self._todo = todo
        self._pace = pace
        self._advance = advance
        self._since_ms = todo.since_ms
        self._due = 0.0
        self._stamp = str(int(time.time() * 1_000)).encode()
        # Without a reset: one to the end would pass over what is left where retention has overtaken the replay.
        self._consumer: Any = AIOKafkaConsumer(**clients.consumer_options(settings), auto_offset_reset="none")
        self._producer: Any = None
        self._admin: Any = None

    async def start(self) -> None:
        await self._consumer.start()
        if self._pace is not None:
            exactly_once = self._settings.kafka.processing_guarantee == "exactly_once"
            self._producer = AIOKafkaProducer(
                **clients.producer_options(self._settings), enable_idempotence=exactly_once
            )
            await self._producer.start()
            self._admin = AIOKafkaAdminClient(**clients.client_options(self._settings))
            await self._admin.start()

    async def stop(self) -> None:
        await self._consumer.stop()
        if self._producer is not None:
            await self._producer.stop()
        if self._admin is not None:
            await self._admin.close()

    async def batches(self) -> Any:
        """Yield runs of records of one partition each, until the plan is done; gaps in the offsets are passed over."""
        left = {TopicPartition(self._todo.topic, number): part for number, part in self._todo.parts.items()}
        self._consumer.assign([at for at, part in left.items() if part.next < part.end])
        for at, part in left.items():
            if part.next < part.end:
                self._consumer.seek(at, part.next)
        while waiting := [at for at, part in left.items() if part.next < part.end]:
            fetched = await self._consumer.getmany(*waiting, timeout_ms=_POLL_MS, max_records=_BATCH)
            for at, records in fetched.items():
                yield [record for record in records if record.offset < left[at].end]
                if records[-1].offset + 1 >= left[at].end:
                    left[at].next = left[at].end
            for at in waiting:
                # What is not delivered has no record: markers of transactions, aborted records.
                if at not in fetched and await self._consumer.position(at) >= left[at].end:
                    left[at].next = left[at].end

    async def take(self, records: Sequence[Any], most: int) -> None:
        """Send the documents among some records of one partition, ``most`` of them, and wait until the broker has them."""
        sent = []
        for record in records:
            self._todo.parts[record.partition].next = record.offset + 1
            self.found, wanted = counted(self.found, record, self._since_ms)
            if not wanted:
                continue
            if self._producer is not None:
                await self._wait_for_turn()
                sent.append(await self._send(record))
            most -= 1
            if most <= 0:
                break
        await asyncio.gather(*sent)
        self._todo.documents += len(sent)
        self._advance(self.found, 0)
        if sent:
            await self._wait_for_workers()

    async def _send(self, record: Any) -> Any:
        return await self._producer.send(
            self._todo.topic, record.value, key=record.key,
            partition=record.partition % self._settings.kafka.partitions,  # older releases used those beyond, which nobody reads now
            headers=[*record.headers, (REPLAYED_HEADER, self._stamp)],
        )  # fmt: skip

    async def _wait_for_turn(self) -> None:
        """Hold the rate."""
        if self._pace is None:
            return
        now = time.monotonic()
        await asyncio.sleep(max(0.0, self._due - now))
        self._due = max(self._due, now - 1.0) + 1 / self._pace.rate

    async def _wait_for_workers(self) -> None:
        """Wait while the workers have more documents before them than they should."""
        while self._pace is not None and (waiting := await self._unread()) > self._pace.ahead:
            self._advance(self.found, waiting)
            await asyncio.sleep(_LOOK_SECONDS)  # nothing tells of a group's commits but its offsets

    async def _unread(self) -> int:
        owned = range(self._settings.kafka.partitions)
        partitions = [
            TopicPartition(self._todo.topic, number) for number in self._todo.parts if number in owned
        ]
        ends = await self._consumer.end_offsets(partitions)
        read = await topic_admin.read_by_workers(self._admin, self._settings, partitions)
        return sum(end - read[at] for at, end in ends.items())
