"""The typed consumer against a broker: groups, times, tombstones, foreign records, commits."""

from __future__ import annotations

import asyncio
import datetime
import uuid
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaProducer

from streams import topics
from streams.client import Consumer, Received
from streams.errors import BadInput, BrokerUnavailable, TopicMismatch
from streams.records import Enriched, encode
from streams.runtime.kafka import topic_admin
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Kafka, Settings

pytestmark = pytest.mark.live
APACHE_AGAIN = True
_OLD_MS, _NEW_MS = 1_700_000_000_000, 1_700_100_000_000


def _page(number: int) -> bytes:
    return encode(
        Enriched(id=f"p{number}", url=f"https://a.example/{number}", text="text", title=f"Title {number}")
    )


async def _produce(settings: Settings, values: Sequence[bytes | None], stamp: int = _NEW_MS) -> None:
    name = topics.full_name(settings, topics.ENRICHED)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka.bootstrap_servers) as producer:
        for number, value in enumerate(values):
            await producer.send_and_wait(
                name,
                value,
                key=f"k{number}".encode(),
                partition=number % settings.kafka.partitions,
                timestamp_ms=stamp,
            )


@pytest.fixture
def mill(broker: str) -> Settings:
    """Settings of topics of their own, created, with six pages on them."""
    settings = Settings(
        kafka=Kafka(bootstrap_servers=broker, topic_prefix=f"t{uuid.uuid4().hex[:8]}.", partitions=2)
    )

    async def create() -> None:
        await topic_admin.create(settings)
        await _produce(settings, [_page(number) for number in range(6)])

    asyncio.run(create())
    return settings


def _titles(found: Sequence[Received[Enriched]]) -> list[str | None]:
    return sorted(str(one.record.title) for one in found if one.record is not None)


ALL = [f"Title {number}" for number in range(6)]


def test_records_come_typed_with_key_position_and_time(mill: Settings) -> None:
    with Consumer("enriched", mill, to_end=True) as pages:
        found = list(pages)
    assert _titles(found) == ALL
    one = next(one for one in found if one.key == "k3")
    assert (one.topic, one.partition, one.offset) == (topics.full_name(mill, topics.ENRICHED), 1, 1)
    assert one.position == f"{one.topic}/1/1"
    assert one.timestamp == datetime.datetime.fromtimestamp(_NEW_MS / 1_000, datetime.UTC)


def test_asynchronously_too(mill: Settings) -> None:
    async def read() -> list[Received[Enriched]]:
        async with Consumer("enriched", mill, to_end=True) as pages:
            return [received async for received in pages]

    assert _titles(asyncio.run(read())) == ALL


def test_a_group_goes_on_behind_what_it_has_dealt_with(mill: Settings) -> None:
    group = uuid.uuid4().hex
    with Consumer("enriched", mill, group=group, to_end=True) as pages:
        first = list(pages)
    assert _titles(first) == ALL
    asyncio.run(_produce(mill, [_page(7)]))
    with Consumer("enriched", mill, group=group, to_end=True) as pages:
        assert _titles(list(pages)) == ["Title 7"]
    with Consumer("enriched", mill, group=uuid.uuid4().hex, to_end=True) as pages:
        assert len(list(pages)) == 7


def test_what_was_fetched_and_not_dealt_with_is_read_again(mill: Settings) -> None:
    group = uuid.uuid4().hex
    seen: list[Received[Enriched]] = []
    with Consumer("enriched", mill, group=group, to_end=True) as pages:
        for received in pages:
            seen.append(received)
            if len(seen) == 3:
                break
    with Consumer("enriched", mill, group=group, to_end=True) as pages:
        again = list(pages)
    assert sorted({*_titles(seen), *_titles(again)}) == ALL
    assert len(again) == 4  # the third was not known to be dealt with


def test_a_crash_commits_nothing_of_its_batch(mill: Settings) -> None:
    group = uuid.uuid4().hex
    with pytest.raises(RuntimeError, match="on purpose"), Consumer("enriched", mill, group=group) as pages:
        for _ in pages:
            raise RuntimeError("on purpose")
    with Consumer("enriched", mill, group=group, to_end=True) as pages:
        assert _titles(list(pages)) == ALL


@pytest.mark.parametrize("group", [None, "g"])
def test_reading_begins_at_a_time(mill: Settings, group: str | None) -> None:
    asyncio.run(_produce(mill, [_page(8), _page(9)], stamp=_NEW_MS + 50_000_000))
    since = datetime.datetime.fromtimestamp(_NEW_MS / 1_000 + 10, datetime.UTC)
    named = group and uuid.uuid4().hex
    with Consumer("enriched", mill, group=named, start=since, to_end=True) as pages:
        assert _titles(list(pages)) == ["Title 8", "Title 9"]


def test_tombstones_come_and_what_is_no_record_is_left_out_and_counted(mill: Settings) -> None:
    asyncio.run(_produce(mill, [None, b"not json", _page(9)]))
    with Consumer("enriched", mill, to_end=True) as pages:
        found = list(pages)
        assert pages.skipped == 1
    assert len(found) == 8
    assert [one.key for one in found if one.record is None] == ["k0"]


def test_mistakes_are_told_before_anything_is_read(mill: Settings) -> None:
    with pytest.raises(BadInput, match="expected one of deadletter, enriched"):
        Consumer("everything", mill)  # type: ignore[call-overload]
    with pytest.raises(BadInput, match="with Consumer"):
        list(Consumer("enriched", mill))
    with pytest.raises(BrokerUnavailable), Consumer("enriched", f"127.0.0.1:{free_port()}"):
        pass
    elsewhere = Settings(kafka=Kafka(bootstrap_servers=mill.kafka.bootstrap_servers, topic_prefix="absent."))
    with pytest.raises(TopicMismatch), Consumer("enriched", elsewhere):
        pass
