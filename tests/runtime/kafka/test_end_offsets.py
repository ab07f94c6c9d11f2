"""End offsets of partitions on each kind of broker, with batches, transaction markers and aborted records."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.runtime.kafka.end_offsets import committed_ends, true_ends

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


def test_the_last_committed_record_is_found_behind_marks_and_aborted_records(apache: str) -> None:
    assert asyncio.run(_committed_ends(apache, f"ends-{uuid.uuid4().hex[:8]}")) == [3, 0, 0]


async def _committed_ends(address: str, topic: str) -> list[int]:
    """Of three partitions: with three committed and forty aborted records, with aborted ones only, and with none."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    producer = AIOKafkaProducer(bootstrap_servers=address, transactional_id=topic)
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(
        bootstrap_servers=address, enable_auto_commit=False, isolation_level="read_committed"
    )
    partitions = [TopicPartition(topic, number) for number in range(3)]
    try:
        await admin.start()
        await admin.create_topics([NewTopic(topic, 3, 1)])
        await producer.start()
        async with producer.transaction():
            for _ in range(3):
                await producer.send_and_wait(topic, b"value", partition=0)
        for partition in (0, 1):
            await producer.begin_transaction()
            sent = [await producer.send(topic, b"value", partition=partition) for _ in range(40)]
            await asyncio.gather(*sent)
            await producer.abort_transaction()
        await consumer.start()
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found = await committed_ends(consumer, ends, await consumer.beginning_offsets(partitions))
        return [found[partition] for partition in partitions]
    finally:
        await consumer.stop()
        await producer.stop()
        await admin.close()
