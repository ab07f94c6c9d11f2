"""The counters of the benchmark are right on each kind of broker."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.partitioner import murmur2

from benchmarks.harness import backlog
from benchmarks.harness.ends import Ends
from streams.records import Message

pytestmark = pytest.mark.live


def test_what_was_sent_at_once_is_counted_and_read_whole_and_what_was_there_before_is_not(
    broker: str,
) -> None:
    before = [Message(value=b"before", key=b"2")]
    keys = [b"%d" % number for number in range(40)]
    keys = [key for key in keys if murmur2(key) % 4 != 3]  # nothing comes to that partition
    after = [Message(value=b"after" * 1_000, key=key) for key in keys]

    async def run() -> list[bytes]:
        topic = f"bench-{uuid.uuid4().hex[:8]}"
        admin = AIOKafkaAdminClient(bootstrap_servers=broker)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, 4, 1)])
        finally:
            await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=broker, linger_ms=200) as producer:
            # One batch of five, which the embedded broker counts for one record, where nothing comes later.
            await asyncio.gather(*[await producer.send(topic, b"before", partition=3) for _ in range(5)])
        async with backlog.ready(broker, topic, before) as send:
            await send()
        async with Ends(broker, [topic], 4) as ends, backlog.ready(broker, topic, after, "zstd") as send:
            sending = asyncio.create_task(send())
            await ends.written(len(after))
            await sending
            found: list[bytes] = []
            async for record in ends.records():
                found.append(record.key if record.value == b"after" * 1_000 else b"another")
                if len(found) == len(after):
                    return found
        raise AssertionError("it ended")

    assert sorted(asyncio.run(run())) == sorted(keys)
