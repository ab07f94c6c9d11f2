"""``python -m benchmarks.stream.sending``: the CPU time in which a worker produces the facts of an article, with Faust's topics and without.

CPU milliseconds of this process for one article's facts of 300 bytes each, on the embedded broker, eight articles at a
time: both ways in turn, the median of the rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import faust
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams import topics
from streams.execution.results import OutputRecord, Processed, TableChange
from streams.records import Message
from streams.runtime.delivery.at_least_once import AtLeastOnce
from streams.runtime.delivery.outputs import MessageOutput, message_output
from streams.runtime.faust_overrides.interfaces import Event
from streams.runtime.local.embedded_broker import EmbeddedBroker
from streams.settings import Kafka, Settings

_FACTS, _ARTICLES, _AT_A_TIME, _ROUNDS = 60, 200, 8, 3
_NAMES = (topics.ENTITIES, topics.QUOTES, topics.EVENTS)


async def main() -> None:
    """Measure and print."""
    async with EmbeddedBroker() as broker:
        settings = Settings(kafka=Kafka(bootstrap_servers=broker.address, partitions=4))
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
        await admin.start()
        await admin.create_topics([NewTopic(name, 4, 1) for name in _NAMES])
        await admin.close()
        app: Any = faust.App(
            "benchmark", broker=f"kafka://{broker.address}", key_serializer="raw", value_serializer="raw",
            producer_max_batch_size=1_000_000, producer_compression_type="zstd", topic_disable_leader=True,
        )  # fmt: skip
        await app.producer.start()
        try:
            found = await _rounds(settings, app)
        finally:
            await app.producer.stop()
    by_faust, without = (statistics.median(values) for values in found)
    print(f"{_FACTS} facts by Faust's topics: {by_faust:.2f} ms; by aiokafka's producer: {without:.2f} ms")
    print(f"ratio {by_faust / without:.1f}")


async def _rounds(settings: Settings, app: Any) -> tuple[list[float], list[float]]:
    channels = {
        name: app.topic(
            name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )
        for name in _NAMES
    }  # fmt: skip
    at_once = AtLeastOnce(settings, app.producer._ensure_producer, _no_changes, lambda _: True)

    async def by_faust(output: MessageOutput) -> None:
        sent = [
            await channels[made.topic].send(key=made.key, value=made.value, headers=h)
            for made, h in output.records
        ]
        await asyncio.gather(*sent)

    async def without(output: MessageOutput) -> None:
        place = at_once.outbox(
            cast("Event", None)
        )  # what is current, and nothing else, is decided by the event: all are here
        assert place is not None
        await place.send(output)

    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        found[0].append(await _cost(by_faust))
        found[1].append(await _cost(without))
    return found


async def _cost(send: Callable[[MessageOutput], Awaitable[None]]) -> float:
    """CPU milliseconds an article."""
    room = asyncio.Semaphore(_AT_A_TIME)

    async def one(number: int) -> None:
        async with room:
            await send(_output(number))

    started = time.process_time()
    await asyncio.gather(*(one(number) for number in range(_ARTICLES)))
    return 1_000 * (time.process_time() - started) / _ARTICLES


async def _no_changes(changes: Sequence[TableChange]) -> None:
    raise AssertionError(f"facts change no bucket: {changes}")


def _output(number: int) -> MessageOutput:
    page = f"{number:016x}"
    made = tuple(
        OutputRecord(
            _NAMES[fact % 3], f"{page}:{fact:032x}".encode(), bytes(300), "EntityFact", page.encode()
        )
        for fact in range(_FACTS)
    )
    return message_output("enrich", Message(value=b""), Processed(made), 0, 1_000_000)


if __name__ == "__main__":
    asyncio.run(main())
