"""Sends documents of pages.clean through the enrich stage once more, as after an upgrade of a model.

Each document since a time is appended to pages.clean again, on the same partition, unchanged but for a header. Workers enrich it
like any other, and a page's newer version keeps its facts (:mod:`streams.runtime.delivery.facts.tombstones`). What a replay has appended is
never replayed itself. A replay that stops after documents were sent and before that is noted sends up to a batch of them twice,
which changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from streams import topics
from streams.errors import BadInput, BrokerUnavailable
from streams.runtime.delivery.outputs import REPLAYED_HEADER
from streams.runtime.faust_overrides import record_batches
from streams.runtime.group.cluster_identity import identity
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.end_offsets import true_ends
from streams.settings import Settings

_BATCH = 200  # documents sent before waiting for their acknowledgements
_POLL_MS = 500
_LOOK_SECONDS = 1.0  # between two looks at how far the workers are


class Part(msgspec.Struct):
    """What is left of one partition: from ``next`` to before ``end``."""

    next: int
    end: int


class Plan(msgspec.Struct):
    """What a replay is to send, and how far it is; its JSON is the file from which an interrupted one goes on.

    ``topic`` is a full name; ``topic_id`` is empty where the broker gives none. ``since``: RFC 3339.
    """

    cluster: str
    topic: str
    topic_id: str
    since: str
    parts: dict[int, Part]
    documents: int = 0  # sent

    @property
    def offsets(self) -> int:
        """Offsets left: documents at most, as some are of earlier replays."""
        return sum(part.end - part.next for part in self.parts.values())


class Found(NamedTuple):
    """What a replay has read: documents to enrich again, their bytes, and those that an earlier replay had appended."""

    documents: int = 0
    bytes: int = 0
    appended: int = 0


class Pace(NamedTuple):
    """How fast documents are sent: ``rate`` a second, and at most ``ahead`` that the workers have not read yet."""

    rate: float
    ahead: int


async def plan(settings: Settings, since: datetime, *, partial: bool = False) -> Plan:
    """What has to be sent of the documents since a time, up to now.

    Raises :class:`BadInput` where the topic no longer has all of them, unless ``partial``; :class:`BrokerUnavailable`, and
    :class:`~streams.errors.TopicMismatch` for a missing topic.
    """
    name = topics.full_name(settings, topics.CLEAN)
    partitions = await _partitions(settings, name)
    ours = await identity(settings, [name])
    stamp = int(since.timestamp() * 1_000)
    consumer = AIOKafkaConsumer(**clients.consumer_options(settings))
    try:
        await consumer.start()
        consumer.assign(partitions)
        first = await consumer.beginning_offsets(partitions)
        ends = await true_ends(consumer, await consumer.end_offsets(partitions), first)
        starts = await consumer.offsets_for_times(dict.fromkeys(partitions, stamp))
    except (KafkaError, TimeoutError, OSError) as error:
        raise await clients.unavailable(settings, error) from error
    finally:
        await consumer.stop()
    begins = {at: Begin(found.offset, found.timestamp) for at, found in starts.items() if found is not None}
    if not partial:
        require_kept(settings, since, first, begins)
    parts = {
        at.partition: Part(begins[at].offset if at in begins else ends[at], ends[at]) for at in partitions
    }
    return Plan(ours.cluster, name, ours.topics.get(name, ""), _shown(since), parts)


class Begin(NamedTuple):
    """The first record of a partition since a time: its offset, and when it was produced, milliseconds since the epoch."""

    offset: int
    timestamp: int


def require_kept(
    settings: Settings,
    since: datetime,
    first: Mapping[TopicPartition, int],
    begins: Mapping[TopicPartition, Begin],
    now: datetime | None = None,
) -> None:
    """Raise :class:`BadInput` where documents since a time have been deleted. ``first``: the offset that each partition begins with.

    A partition of which older records were deleted may have had none since then: that is so where retention is longer.
    """
    cut = [begin.timestamp for at, begin in begins.items() if 0 < first[at] >= begin.offset]
    kept = timedelta(hours=settings.kafka.output_retention_hours)
    if cut and (now or datetime.now(UTC)) - since > kept:
        raise BadInput(_no_longer_kept(settings, since, datetime.fromtimestamp(max(cut) / 1_000, UTC)))


async def resumable(settings: Settings, stored: Plan, *, partial: bool = False) -> Plan:
    """A stored plan as it can go on now. Raises :class:`BadInput` where it is another topic's, or was overtaken by retention."""
    name = topics.full_name(settings, topics.CLEAN)
    partitions = await _partitions(settings, name)
    found = await identity(settings, [name])
    ours = (found.cluster, name, found.topics.get(name, ""))
    if any(
        then and now and then != now
        for then, now in zip((stored.cluster, stored.topic, stored.topic_id), ours, strict=True)
    ):
        raise BadInput(f"the interrupted replay is of {stored.topic} on cluster {stored.cluster or '?'}, or of a topic that was deleted since; begin anew without --resume")  # fmt: skip
    consumer = AIOKafkaConsumer(**clients.consumer_options(settings))
    try:
        await consumer.start()
        first = await consumer.beginning_offsets(partitions)
    except (KafkaError, TimeoutError, OSError) as error:
        raise await clients.unavailable(settings, error) from error
    finally:
        await consumer.stop()
    for at in partitions:
        part = stored.parts.get(at.partition)
        if part is not None and part.next < min(first[at], part.end):
            if not partial:
                raise BadInput(
                    f"{name}/{at.partition}: {min(first[at], part.end) - part.next} documents were deleted before they were replayed "
                    f"(kafka.output_retention_hours = {settings.kafka.output_retention_hours}); --partial goes on with the others"
                )
            part.next = min(first[at], part.end)
    return stored


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
        raise BrokerUnavailable(f"replaying {todo.topic}: {type(error).__name__}: {error}") from error
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
            if record.value is None or any(name == REPLAYED_HEADER for name, _ in record.headers):
                self.found = self.found._replace(appended=self.found.appended + 1)
                continue
            self.found = self.found._replace(
                documents=self.found.documents + 1, bytes=self.found.bytes + len(record.value)
            )
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


async def _partitions(settings: Settings, name: str) -> list[TopicPartition]:
    counts = await topic_admin.partition_counts(settings, [name])
    return [TopicPartition(name, number) for number in range(counts[name])]


def _no_longer_kept(settings: Settings, since: datetime, oldest: datetime) -> str:
    hours = settings.kafka.output_retention_hours
    return (
        f"{topics.full_name(settings, topics.CLEAN)} keeps documents for {hours} hours (kafka.output_retention_hours): those of {_shown(since)} are "
        f"deleted, and it begins at {_shown(oldest)}. Replay what it has with --partial or a later --since; older pages have to be fed again. To keep more "
        "next time, raise the setting and the topic's retention.ms"
    )


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
