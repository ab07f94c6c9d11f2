"""Where a partition ends: what a broker says, made good where it says too little."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.transports import ConsumerT

from streams.runtime import security

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


class Consumer(driver.Consumer):
    """Faust's consumer, with the true ends of the changelogs."""

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """The offset behind the last record of each partition."""
        ends: Mapping[TP, int] = await super().highwaters(*partitions)
        written = {TopicPartition(tp.topic, tp.partition): end for tp, end in ends.items() if end}
        if self.in_transaction or not written:
            return ends
        app: Any = self.app
        reader = AIOKafkaConsumer(
            **security.client_options(app.settings),
            enable_auto_commit=False,
            max_partition_fetch_bytes=app.settings.kafka.max_message_bytes,
        )
        try:
            await reader.start()
            reader.assign(list(written))
            starts = await reader.beginning_offsets(list(written))
            true = await true_ends(reader, written, starts)
        finally:
            await reader.stop()
        return {**ends, **{TP(partition.topic, partition.partition): end for partition, end in true.items()}}


class Transport(driver.Transport):
    """Faust's transport with this consumer."""

    Consumer: ClassVar[type[ConsumerT]] = Consumer
