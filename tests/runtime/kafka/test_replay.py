"""The messages of dead letters are sent back to the topics that they came from, once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from live.mill import settings

from streams import topics
from streams.errors import TopicMismatch
from streams.records import Message
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.dead_letter_record import CUT
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.dead_letters import find
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.replay import ReplayResult, replay
from streams.settings import Settings

pytestmark = pytest.mark.live


def _letter(topic: str, partition: int, offset: int, **record: Any) -> dict[str, Any]:
    """A record of pages.deadletter about a message of ``topic`` (full name)."""
    details = {"topic": topic, "partition": partition, "offset": offset, "stage": "clean", "reason": "bad_record"}  # fmt: skip
    headers = [(f"__connect.errors.{name}", str(value).encode()) for name, value in details.items()]
    return {"value": b"the page", **record, "headers": [*record.get("headers", ()), *headers]}


async def _write(chosen: Settings, topic: str, *records: dict[str, Any]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=chosen.kafka.bootstrap_servers)
    await producer.start()
    try:
        for record in records:
            await producer.send_and_wait(topics.full_name(chosen, topic), **record)
    finally:
        await producer.stop()


async def _replay(chosen: Settings, *, again: bool = False) -> ReplayResult:
    found = await find(chosen)
    return await replay(chosen, found.due(found.letters, again=again))


async def _messages(chosen: Settings, topic: str) -> list[Message]:
    return [message async for message in follow(chosen, [topic], from_start=True, at_end=True)]


def test_a_message_returns_to_its_partition_as_it_was_and_only_once(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    raw = topics.full_name(chosen, topics.RAW)

    async def run() -> list[Message]:
        await topic_admin.create(chosen)
        await _write(chosen, topics.DEADLETTER, _letter(raw, 2, 5, key=b"k", headers=[("h", b"v")]))
        assert await _replay(chosen) == (1, ())
        assert await _replay(chosen) == (0, ())
        return await _messages(chosen, topics.RAW)

    (message,) = asyncio.run(run())
    assert (message.partition, message.key, message.value, message.headers) == (2, b"k", b"the page", (("h", b"v"),))  # fmt: skip


def test_asked_for_again_it_is_sent_again(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    raw = topics.full_name(chosen, topics.RAW)

    async def run() -> int:
        await topic_admin.create(chosen)
        await _write(chosen, topics.DEADLETTER, _letter(raw, 0, 5))
        await _replay(chosen)
        assert await _replay(chosen, again=True) == (1, ())
        return len(await _messages(chosen, topics.RAW))

    assert asyncio.run(run()) == 2


def test_a_candidate_goes_to_the_partition_of_its_key(embedded: str, tmp_path: Path) -> None:
    chosen, key = settings(embedded, tmp_path), b"u:some-bucket"
    candidates = topics.full_name(chosen, topics.CANDIDATES)
    other = (partition_of(key, chosen) + 1) % chosen.kafka.partitions

    async def run() -> list[Message]:
        await topic_admin.create(chosen)
        await _write(chosen, topics.DEADLETTER, _letter(candidates, other, 0, key=key))
        await _replay(chosen)
        return await _messages(chosen, topics.CANDIDATES)

    (message,) = asyncio.run(run())
    assert message.partition == partition_of(key, chosen)


def test_a_value_that_was_cut_is_read_from_its_topic_or_the_letter_is_refused(
    embedded: str, tmp_path: Path
) -> None:
    chosen = settings(embedded, tmp_path)
    raw, cut = topics.full_name(chosen, topics.RAW), [(f"{CUT}value-bytes", b"9")]

    async def run() -> tuple[ReplayResult, list[Message]]:
        await topic_admin.create(chosen)
        await _write(chosen, topics.RAW, {"value": b"the whole", "partition": 1})
        letters = [_letter(raw, 1, offset, value=None, key=b"k", headers=cut) for offset in (0, 77)]
        await _write(chosen, topics.DEADLETTER, *letters)
        return await _replay(chosen), await _messages(chosen, topics.RAW)

    result, messages = asyncio.run(run())
    assert (result.sent, len(result.refused)) == (1, 1)
    assert "no longer holds the message" in result.refused[0]
    assert [message.value for message in messages] == [b"the whole"] * 2


def test_a_message_over_the_size_limit_is_refused_and_named(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    raw = topics.full_name(chosen, topics.RAW)
    lower = msgspec.structs.replace(
        chosen, kafka=msgspec.structs.replace(chosen.kafka, max_message_bytes=20_000)
    )

    async def run() -> ReplayResult:
        await topic_admin.create(chosen)
        await _write(chosen, topics.DEADLETTER, _letter(raw, 0, 5, value=bytes(60_000)), _letter(raw, 0, 6))
        return await _replay(lower)

    result = asyncio.run(run())
    assert result.sent == 1
    (refusal,) = result.refused
    assert "larger than kafka.max_message_bytes = 20000" in refusal


def test_nothing_is_sent_where_candidates_have_fewer_partitions_than_the_settings(
    embedded: str, tmp_path: Path
) -> None:
    chosen = settings(embedded, tmp_path)
    raw = topics.full_name(chosen, topics.RAW)
    more = msgspec.structs.replace(chosen, kafka=msgspec.structs.replace(chosen.kafka, partitions=6))

    async def run() -> list[Message]:
        await topic_admin.create(chosen)
        await _write(chosen, topics.DEADLETTER, _letter(raw, 0, 5))
        with pytest.raises(TopicMismatch, match=r"pages\.candidates"):
            await _replay(more)
        return await _messages(chosen, topics.RAW)

    assert asyncio.run(run()) == []
