"""Where partitions end, on each kind of broker."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.runtime.ends import true_ends

pytestmark = pytest.mark.live


def test_the_end_of_a_partition_is_behind_the_last_record_of_its_last_batch(broker: str) -> None:
    assert asyncio.run(_ends(broker, f"ends-{uuid.uuid4().hex[:8]}")) == [7, 0, 1]


async def _ends(address: str, topic: str) -> list[int]:
    """Of three partitions with batches of four and three records, of none, and of one."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    producer = AIOKafkaProducer(bootstrap_servers=address, linger_ms=200)
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(bootstrap_servers=address, enable_auto_commit=False)
    partitions = [TopicPartition(topic, number) for number in range(3)]
    try:
        await admin.start()
        await admin.create_topics([NewTopic(topic, 3, 1)])
        await producer.start()
        for count, partition in ((4, 0), (3, 0), (1, 2)):
            sent = [await producer.send(topic, b"value", partition=partition) for _ in range(count)]
            await asyncio.gather(*sent)
        await consumer.start()
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        true = await true_ends(consumer, ends, await consumer.beginning_offsets(partitions))
        return [true[partition] for partition in partitions]
    finally:
        await consumer.stop()
        await producer.stop()
        await admin.close()
