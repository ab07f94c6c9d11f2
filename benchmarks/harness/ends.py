"""Counts output records by offsets, without reading them, while pages are in flight."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from streams.runtime.kafka.end_offsets import true_ends

_IDLE_SECONDS = 180.0
_LOOK_SECONDS = 0.5  # between looks at how many there are
_MOST = 0.8  # of the records, from which on last batches are read
_SILENT_SECONDS = 2.0  # without a new one, likewise


class Ends:
    """The records of some topics from now on; a context manager."""

    def __init__(self, address: str, topics: Iterable[str], partitions: int) -> None:
        self._partitions = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        self._consumer: Any = AIOKafkaConsumer(bootstrap_servers=address, enable_auto_commit=False)
        self._starts: dict[TopicPartition, int] = {}

    async def __aenter__(self) -> Ends:
        await self._consumer.start()
        self._consumer.assign(self._partitions)
        first = await self._consumer.beginning_offsets(self._partitions)
        ends = await self._consumer.end_offsets(self._partitions)
        self._starts = await true_ends(self._consumer, ends, first)
        self._consumer.pause(*self._partitions)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def written(self, count: int) -> None:
        """Wait until ``count`` records are there. Raises TimeoutError when none has arrived for three minutes.

        End offsets suffice most of the time. The embedded broker counts the last batch of a partition as one record, so near the
        end, and when nothing seems to arrive, the last batches are read.
        """
        there, since, exactly = 0, time.monotonic(), False
        while there < count:
            now = await self._written(exactly=exactly)
            if now > there:
                there, since = now, time.monotonic()
            waited = time.monotonic() - since
            if waited > _IDLE_SECONDS:
                raise TimeoutError(f"{there} of {count} came out, and none in {_IDLE_SECONDS:g} s")
            exactly = there > _MOST * count or waited > _SILENT_SECONDS
            await asyncio.sleep(_LOOK_SECONDS)  # other processes: nothing to wait on but what they wrote

    async def _written(self, *, exactly: bool) -> int:
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(self._partitions)
        if exactly:
            changed = {partition: end for partition, end in ends.items() if end > self._starts[partition]}
            self._consumer.resume(*changed)
            ends |= await true_ends(self._consumer, changed, self._starts)
            self._consumer.pause(*changed)
        # Where nothing came since, the broker may still say less than there was.
        return sum(max(0, end - self._starts[partition]) for partition, end in ends.items())

    async def records(self) -> AsyncIterator[ConsumerRecord]:
        """Return all records, including those still to come; TimeoutError as above."""
        for partition, offset in self._starts.items():
            self._consumer.seek(partition, offset)
        self._consumer.resume(*self._partitions)
        while True:
            async with asyncio.timeout(_IDLE_SECONDS):
                record = await self._consumer.getone()
            yield record
