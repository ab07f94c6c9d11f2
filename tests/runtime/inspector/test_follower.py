"""Records of the topics become entries; live: a follower reads what is there and what comes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.structs import ConsumerRecord
from inspector.made import NOW, enriched, rejection
from live import mill

from streams import topics
from streams.inspector.entries import Entry
from streams.inspector.store import Store
from streams.records import Replayed, encode
from streams.runtime.inspector.follower import Follower, entry_of
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.topic_records import REPLAYED_SCHEMA
from streams.settings import Kafka, Settings

SETTINGS = Settings(kafka=Kafka(topic_prefix="t."))


def _record(topic: str, value: bytes | None, *headers: tuple[str, bytes]) -> Any:
    return ConsumerRecord(
        topic=f"t.{topic}", partition=2, offset=5, timestamp=NOW, timestamp_type=0, key=b"k", value=value, checksum=None,
        serialized_key_size=1, serialized_value_size=0, headers=headers,
    )  # fmt: skip


def test_an_enriched_record_is_an_entry_with_its_place_and_arrival() -> None:
    found = entry_of(
        SETTINGS, _record("pages.enriched", encode(enriched(1)), ("crawlmill-arrived", b"1799999990000"))
    )
    assert isinstance(found, Entry)
    assert (found.position, found.at, found.arrived) == ("t.pages.enriched/2/5", NOW, 1_799_999_990_000)


@pytest.mark.parametrize("arrived", [b"", b"x", b"-5", b"9" * 40, "٣".encode()])
def test_an_arrival_that_is_no_time_is_unknown(arrived: bytes) -> None:
    found = entry_of(
        SETTINGS, _record("pages.rejected", encode(rejection(1)), ("crawlmill-arrived", arrived))
    )
    assert isinstance(found, Entry)
    assert found.arrived == 0


def test_a_dead_letter_is_read_from_its_headers() -> None:
    headers = [
        ("__connect.errors.topic", b"t.pages.raw"), ("__connect.errors.partition", b"1"), ("__connect.errors.offset", b"9"),
        ("__connect.errors.stage", b"clean"), ("__connect.errors.reason", b"timeout"),
    ]  # fmt: skip
    found = entry_of(SETTINGS, _record("pages.deadletter", b'{"url":"https://a.example"}', *headers))
    assert isinstance(found, Entry)
    assert (found.id, found.reason, found.url) == ("t.pages.raw/1/9", "timeout", "https://a.example")


def test_a_replay_s_mark_is_no_page_and_a_stranger_s_record_is_none_either() -> None:
    mark = encode(
        Replayed(
            id="pages.raw/0/1", letters=((0, 1),), to="pages.raw/0/2", replayed_at="2026-01-01T00:00:00Z"
        )
    )
    assert isinstance(
        entry_of(SETTINGS, _record("pages.deadletter", mark, ("schema", REPLAYED_SCHEMA))), Replayed
    )
    assert entry_of(SETTINGS, _record("pages.deadletter", b"x")) is None
    assert entry_of(SETTINGS, _record("pages.enriched", None)) is None
    assert entry_of(SETTINGS, _record("pages.enriched", b"\xff")) is None


async def _produce(settings: Settings, first: int, count: int) -> None:
    producer = AIOKafkaProducer(**clients.producer_options(settings))
    await producer.start()
    try:
        for number in range(first, first + count):
            topic = topics.full_name(settings, topics.ENRICHED)
            await producer.send_and_wait(topic, encode(enriched(number)), key=f"page-{number}".encode())
    finally:
        await producer.stop()


async def _until(store: Store, seen: int) -> None:
    async with asyncio.timeout(60):
        while store.seen + store.skipped < seen:
            await asyncio.sleep(0.05)


@pytest.mark.live
def test_a_follower_reads_the_newest_of_what_is_there_and_all_that_comes(
    embedded: str, tmp_path: Path
) -> None:
    async def run() -> None:
        settings = mill.settings(embedded, tmp_path)
        await topic_admin.create(settings)
        await _produce(settings, 0, 80)
        store = Store(10_000_000)
        # Twelve partitions of three topics are followed: five records of each.
        follower = Follower(settings, store, backlog=60)
        async with follower.consumer() as (consumer, partitions):
            following = asyncio.create_task(follower.follow(consumer, partitions))
            await asyncio.wait_for(follower.caught_up.wait(), 60)
            assert 4 <= store.seen < 80
            before = store.seen
            assert [page.at for page in store] == sorted(page.at for page in store)
            await _produce(settings, 100, 10)
            await _until(store, before + 10)
            assert {f"page-{number}" for number in range(100, 110)} <= {page.id for page in store}
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.live
def test_a_follower_that_may_read_little_passes_over_the_rest_and_says_so(
    embedded: str, tmp_path: Path
) -> None:
    async def run() -> None:
        settings = mill.settings(embedded, tmp_path)
        await topic_admin.create(settings)
        store = Store(10_000_000)
        follower = Follower(settings, store, backlog=60, most_a_second=12)
        async with follower.consumer() as (consumer, partitions):
            following = asyncio.create_task(follower.follow(consumer, partitions))
            await asyncio.wait_for(follower.caught_up.wait(), 60)
            await _produce(settings, 0, 300)
            await _until(store, 300)
            assert store.skipped > 0
            assert "page-299" in {page.id for page in store}
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    asyncio.run(run())
