"""Topics are read without a consumer group, from the start or the end, and single messages by their offset."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from live.mill import settings

from streams import topics
from streams.errors import BadInput, TopicMismatch
from streams.records import Message
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.follow import Span, follow, original
from streams.settings import Settings

pytestmark = pytest.mark.live


async def _send(chosen: Settings, topic: str, *values: bytes, partition: int = 0) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=chosen.kafka.bootstrap_servers, linger_ms=200)
    await producer.start()
    try:
        sent = [
            await producer.send(topics.full_name(chosen, topic), value, key=b"k", partition=partition, headers=[("h", b"v")])
            for value in values
        ]  # fmt: skip
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


def test_at_the_end_it_stops_after_all_that_was_there(broker: str, tmp_path: Path) -> None:
    async def run() -> list[Message]:
        chosen = settings(broker, tmp_path)
        await topic_admin.create(chosen)
        await _send(chosen, topics.RAW, b"1", b"2", b"3")  # one batch
        await _send(chosen, topics.RAW, b"4", partition=3)
        await _send(chosen, topics.CLEAN, b"5")
        names = [topics.RAW, topics.CLEAN]
        return [message async for message in follow(chosen, names, from_start=True, at_end=True)]

    found = asyncio.run(run())
    assert sorted(message.value or b"" for message in found) == [b"1", b"2", b"3", b"4", b"5"]
    one_partition = [m.value for m in found if m.topic.endswith(topics.RAW) and m.partition == 0]
    assert one_partition == [b"1", b"2", b"3"]  # nothing is promised between topics
    assert {(message.key, message.headers) for message in found} == {(b"k", (("h", b"v"),))}


def test_without_from_start_only_later_messages_come(embedded: str, tmp_path: Path) -> None:
    async def run() -> bytes | None:
        chosen = settings(embedded, tmp_path)
        await topic_admin.create(chosen)
        await _send(chosen, topics.RAW, b"before", b"before, too")
        async with aclosing(follow(chosen, [topics.RAW])) as messages, asyncio.timeout(60):
            first = asyncio.ensure_future(anext(messages))
            while not first.done():  # repeated, as it may be sent before the reader has found the end
                await _send(chosen, topics.RAW, b"after")
                await asyncio.wait([first], timeout=0.5)
            return first.result().value

    assert asyncio.run(run()) == b"after"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(partition=1), [b"4"]),
        (Span(offset=1), [b"2", b"3"]),
        (Span(partition=0, offset=-1), [b"3"]),
        (Span(offset=-100), [b"1", b"2", b"3", b"4"]),
        (Span(since_ms=2**42), []),
        (Span(since_ms=0), [b"1", b"2", b"3", b"4"]),
    ],
)
def test_a_span_says_where_to_begin(embedded: str, tmp_path: Path, span: Span, expected: list[bytes]) -> None:
    async def run() -> list[bytes]:
        chosen = settings(embedded, tmp_path)
        await topic_admin.create(chosen)
        await _send(chosen, topics.RAW, b"1", b"2", b"3")
        await _send(chosen, topics.RAW, b"4", partition=1)
        found = follow(chosen, [topics.RAW], from_start=True, at_end=True, span=span)
        return sorted([message.value or b"" async for message in found])

    assert asyncio.run(run()) == expected


def test_a_partition_that_is_not_there_is_named(embedded: str, tmp_path: Path) -> None:
    async def run() -> None:
        chosen = settings(embedded, tmp_path)
        await topic_admin.create(chosen)
        await anext(follow(chosen, [topics.RAW], span=Span(partition=99)))

    with pytest.raises(BadInput, match=r"partition 99: .*pages\.raw has"):
        asyncio.run(run())


def test_a_missing_topic_is_named(embedded: str, tmp_path: Path) -> None:
    async def run() -> None:
        chosen = settings(embedded, tmp_path)
        await anext(follow(chosen, [topics.RAW]))

    with pytest.raises(TopicMismatch, match=r"pages\.raw.*crawlmill topics create"):
        asyncio.run(run())


def test_a_message_is_found_by_its_offset_and_none_where_there_is_none(broker: str, tmp_path: Path) -> None:
    async def run() -> list[bytes | None]:
        chosen = settings(broker, tmp_path)
        await topic_admin.create(chosen)
        await _send(chosen, topics.RAW, b"0", b"1", b"2")
        name = topics.full_name(chosen, topics.RAW)
        places = ((0, 0), (0, 2), (0, 3), (1, 0), (99, 0))
        found = [await original(chosen, name, partition, offset) for partition, offset in places]
        return [message and message.value for message in found]

    assert asyncio.run(run()) == [b"0", b"2", None, None, None]
