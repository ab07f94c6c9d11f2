"""What a replay of a stage is to send: the offsets of the documents since a time, as far as the topic still has them.

It can be stored, so that an interrupted replay (:mod:`streams.runtime.kafka.stage_replay`) goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams import topics
from streams.errors import BadInput
from streams.runtime.group.cluster_identity import identity
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.end_offsets import true_ends
from streams.settings import Settings
from streams.wording import counted, noun


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
    def since_ms(self) -> int:
        """``since`` in milliseconds since the epoch."""
        return int(datetime.fromisoformat(self.since).timestamp() * 1_000)

    @property
    def offsets(self) -> int:
        """Offsets left: documents at most, as some are of earlier replays, or older."""
        return sum(part.end - part.next for part in self.parts.values())


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
                gone = min(first[at], part.end) - part.next
                raise BadInput(
                    f"{name}/{at.partition}: {counted(gone, 'document')} {noun(gone, 'was deleted before it was', 'were deleted before they were')} replayed "
                    f"(kafka.output_retention_hours = {settings.kafka.output_retention_hours}); --partial goes on with the others"
                )
            part.next = min(first[at], part.end)
    return stored


async def _partitions(settings: Settings, name: str) -> list[TopicPartition]:
    counts = await topic_admin.partition_counts(settings, [name])
    return [TopicPartition(name, number) for number in range(counts[name])]


def _no_longer_kept(settings: Settings, since: datetime, oldest: datetime) -> str:
    hours = settings.kafka.output_retention_hours
    return (
        f"{topics.full_name(settings, topics.CLEAN)} keeps documents for {counted(hours, 'hour')} (kafka.output_retention_hours): those of {_shown(since)} are "
        f"deleted, and it begins at {_shown(oldest)}. Replay what it has with --partial or a later --since; older pages have to be fed again. To keep more "
        "next time, raise the setting and the topic's retention.ms"
    )


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
