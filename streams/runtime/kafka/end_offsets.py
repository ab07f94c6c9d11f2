"""Where a partition ends: what a broker says, made good where it says too little."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

_SECONDS = 20.0  # after which a broker that does not send the last record counts as wrong about it


async def true_ends(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], starts: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The offset behind the last record of each partition; ``consumer`` has them assigned, and is left where it read.

    The embedded broker counts the last batch for one record, however many it holds. Recovery would stop short of the
    others, or take a table that has them for damaged. So the last batch is read.
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
            # The last offset may be a transaction's mark, of which nothing is delivered but the position.
            waiting = {
                partition for partition in waiting if await consumer.position(partition) < ends[partition]
            }
    return true


async def committed_ends(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], starts: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The offset behind the last committed record of each partition, or its start; ``consumer`` reads committed.

    The marks with which transactions end take offsets and are never delivered, and neither are records of aborted
    ones: whoever waits for the last offset to be delivered waits for ever. So it is looked for, backwards.
    """
    true = {partition: starts.get(partition, 0) for partition in ends}
    waiting, width = {partition for partition, end in ends.items() if end > true[partition]}, 2
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
            width *= 8
    return true


async def _last_read(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The last offset that was delivered between where ``consumer`` is and these ends."""
    found: dict[TopicPartition, int] = {}
    waiting = set(ends)
    while waiting:
        for partition, batch in (await consumer.getmany(*waiting, timeout_ms=500)).items():
            found[partition] = batch[-1].offset
        waiting = {partition for partition in waiting if await consumer.position(partition) < ends[partition]}
    return found
