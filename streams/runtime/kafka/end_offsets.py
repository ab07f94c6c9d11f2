"""Determines the end offsets of partitions where ListOffsets is not enough.

The embedded broker counts the last batch as one record; with transactions the last offsets may be markers or aborted records, which
are never delivered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

_SECONDS = 20.0  # to receive the last records, before TimeoutError
_FIRST_WIDTH = 2  # offsets before the end to read first: the last record and its transaction's marker
_WIDTH_FACTOR = 8  # how much further back each next attempt begins


async def true_ends(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], starts: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Return the end offset of each partition by reading its last batch. Raises ``TimeoutError``.

    ``consumer`` has the partitions assigned; its positions are changed. The embedded broker reports the last batch as one record,
    however many it has. Recovery would stop before the others, or consider a table that has them damaged.
    """
    true = dict(ends)
    waiting = {partition for partition, end in ends.items() if end > starts.get(partition, 0)}
    for partition in waiting:
        consumer.seek(partition, ends[partition] - 1)
    async with asyncio.timeout(_SECONDS):
        while waiting:
            records = await consumer.getmany(*waiting, timeout_ms=500)
            for partition, batch in records.items():
                true[partition] = max(true[partition], batch[-1].offset + 1)
            # The last offset may be a transaction marker, which is not delivered; only the position passes it.
            waiting = {
                partition for partition in waiting if await consumer.position(partition) < ends[partition]
            }
    return true


async def committed_ends(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], starts: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Return the offset after the last committed record of each partition, or its start offset. Raises ``TimeoutError``.

    ``consumer`` has isolation level read_committed. Transaction markers and aborted records have offsets but are never delivered, so
    waiting for the last offset could take forever. The last delivered record is searched for from the end backwards.
    """
    true = {partition: starts.get(partition, 0) for partition in ends}
    waiting, width = {partition for partition, end in ends.items() if end > true[partition]}, _FIRST_WIDTH
    async with asyncio.timeout(_SECONDS):
        while waiting:
            for partition in waiting:
                consumer.seek(partition, max(starts.get(partition, 0), ends[partition] - width))
            found = await _last_read(consumer, {partition: ends[partition] for partition in waiting})
            true.update({partition: offset + 1 for partition, offset in found.items()})
            waiting = {
                partition
                for partition in waiting
                if partition not in found and ends[partition] - width > starts.get(partition, 0)
            }
            width *= _WIDTH_FACTOR
    return true


async def _last_read(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Return the last offset delivered between the consumer's positions and these ends; partitions without one are left out."""
    found: dict[TopicPartition, int] = {}
    waiting = set(ends)
    while waiting:
        for partition, batch in (await consumer.getmany(*waiting, timeout_ms=500)).items():
            found[partition] = batch[-1].offset
        waiting = {partition for partition in waiting if await consumer.position(partition) < ends[partition]}
    return found
