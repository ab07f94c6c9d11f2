"""Pages as a crawler elsewhere sends them: encoded and compressed before the clock starts, so that their senders' work,
which is done on other machines, takes none of the cores that are measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from streams.records import Message


@asynccontextmanager
async def ready(
    address: str, topic: str, messages: Iterable[Message], codec: str | None = None
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Encode messages as batches of one, on the partition of their key; calling the result sends them all.

    It returns when the broker has them. ``codec`` is aiokafka's ``compression_type``. The records' times are those at which
    they were made.
    """
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=address, acks="all", compression_type=codec, max_request_size=12_000_000
    )
    await producer.start()
    try:
        partitions, turn = len(await producer.partitions_for(topic)), count()
        batches = []
        for message in messages:
            batch = producer.create_batch()
            batch.append(timestamp=None, key=message.key, value=message.value, headers=list(message.headers))
            batch._build()  # compresses; by itself only when it is sent
            number = (murmur2(message.key) & 0x7FFFFFFF) if message.key else next(turn)
            batches.append((batch, number % partitions))

        async def send() -> None:
            sent = [await producer.send_batch(batch, topic, partition=number) for batch, number in batches]
            await asyncio.gather(*sent)

        yield send
    finally:
        await producer.stop()
