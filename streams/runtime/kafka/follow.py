"""Reads topics without a consumer group: nothing is committed, and workers are not affected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams import topics
from streams.errors import BadInput, BrokerUnavailable
from streams.records import Message
from streams.runtime.faust_overrides import record_batches
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.end_offsets import true_ends
from streams.runtime.kafka.topic_records import message
from streams.settings import Settings
from streams.wording import counted

_ORIGINAL_SECONDS = 60.0  # for one message of any size to arrive


class Span(NamedTuple):
    """Which messages of topics are wanted: of one partition, from an offset (negative: from the end), from a time (ms since the epoch)."""

    partition: int | None = None
    offset: int | None = None
    since_ms: int | None = None


async def follow(
    settings: Settings,
    names: Sequence[str],
    *,
    from_start: bool = False,
    at_end: bool = False,
    span: Span = Span(),  # noqa: B008 (immutable)
) -> AsyncGenerator[Message, None]:
    """Yield the messages of the topics (names without prefix) as they arrive.

    ``from_start`` begins with the oldest message; ``at_end`` stops at the end offsets as of the start. ``span`` says more exactly
    where to begin.
    Raises :class:`BrokerUnavailable`, and :class:`~streams.errors.TopicMismatch` for a missing topic.
    """
    kafka = settings.kafka
    record_batches.bound(kafka.max_batch_bytes)
    counts = await topic_admin.partition_counts(
        settings, [topics.full_name(settings, name) for name in names]
    )
    partitions = _partitions(counts, span)
    async with clients.reading(settings, auto_offset_reset="earliest") as consumer:
        try:
            ends = await _seek(consumer, partitions, from_start, span)
            while not (at_end and await _reached(consumer, ends)):
                for records in (await consumer.getmany(timeout_ms=250)).values():
                    for record in records:
                        if span.since_ms is None or record.timestamp >= span.since_ms:
                            yield message(record)
        except (KafkaError, TimeoutError) as error:
            raise BrokerUnavailable(f"reading {', '.join(counts)}: {clients.why(error)}") from error


async def original(settings: Settings, topic: str, partition: int, offset: int) -> Message | None:
    """Return the message at an offset of a topic (full name); None if the topic no longer holds it.

    Raises :class:`BrokerUnavailable`, and :class:`~streams.errors.TopicMismatch` for a missing topic.
    """
    record_batches.bound(settings.kafka.max_batch_bytes)
    if partition >= (await topic_admin.partition_counts(settings, [topic]))[topic]:
        return None
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(
        **clients.consumer_options(settings) | {"isolation_level": "read_uncommitted"}
    )
    tp = TopicPartition(topic, partition)
    try:
        await consumer.start()
        consumer.assign([tp])
        first, end = await consumer.beginning_offsets([tp]), await consumer.end_offsets([tp])
        if not first[tp] <= offset < (await true_ends(consumer, end, first))[tp]:
            return None
        consumer.seek(tp, offset)
        async with asyncio.timeout(_ORIGINAL_SECONDS):
            # A transaction marker at the offset is not delivered; only the position passes it.
            while await consumer.position(tp) <= offset:
                for record in (await consumer.getmany(tp, timeout_ms=500, max_records=1)).get(tp, ()):
                    return message(record) if record.offset == offset else None
        return None
    except (TimeoutError, KafkaError, OSError) as error:
        raise BrokerUnavailable(f"reading {topic}/{partition}/{offset}: {clients.why(error)}") from error
    finally:
        await consumer.stop()


def _partitions(counts: dict[str, int], span: Span) -> list[TopicPartition]:
    """The partitions that are wanted. Raises :class:`BadInput` for one that no topic has."""
    found = [
        TopicPartition(name, number)
        for name, count in counts.items()
        for number in range(count)
        if span.partition in (None, number)
    ]
    if not found:
        have = ", ".join(f"{name} has {counted(count, 'partition')}" for name, count in counts.items())
        raise BadInput(f"partition {span.partition}: {have}, numbered from 0")
    return found


async def _seek(
    consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition], from_start: bool, span: Span
) -> dict[TopicPartition, int]:
    """Assign the partitions, seek, and return their current end offsets."""
    consumer.assign(partitions)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    first = await consumer.beginning_offsets(partitions)
    ends = await true_ends(consumer, ends, first)
    starts = first if from_start else ends
    if span.since_ms is not None:
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, span.since_ms))
        starts = {at: ends[at] if found.get(at) is None else found[at].offset for at in partitions}
    for partition in partitions:
        start = starts[partition]
        if span.offset is not None:
            start = span.offset if span.offset >= 0 else ends[partition] + span.offset
        consumer.seek(partition, min(max(start, first[partition]), ends[partition]))
    return ends


async def _reached(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True
