"""Partitions added while a mill runs: new ones of pages.raw are consumed, new ones of keyed topics have no effect."""

from __future__ import annotations

import asyncio
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from live.mill import Mill, dispositions, page, settings, without_models

from streams import topics
from streams.errors import TopicMismatch
from streams.runtime.kafka import replay_plan, stage_replay, topic_admin, topic_check
from streams.runtime.kafka.follow import follow
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.startup_checks import check_before_start
from streams.runtime.state.folder import StateFolder
from streams.settings import Settings

pytestmark = pytest.mark.live
_BEFORE, _AFTER = 12, 36


async def _grow(chosen: Settings, count: int, *names: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=chosen.kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_partitions({name: NewPartitions(count) for name in names})
        while {len(topic["partitions"]) for topic in await admin.describe_topics(list(names))} != {count}:
            await asyncio.sleep(0.1)  # Kafka answers before every broker knows, and has no event for it
    finally:
        await admin.close()


async def _write(chosen: Settings, topic: str, partition: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=chosen.kafka.bootstrap_servers, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"{}", partition=partition)
    finally:
        await producer.stop()


async def _commit(chosen: Settings, partition: TopicPartition, offset: int) -> None:
    """Commit an offset of the workers' group."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=chosen.kafka.bootstrap_servers,
        group_id=topics.app_id(chosen),
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.commit({partition: offset})
    finally:
        await consumer.stop()


def _metric(web: str, line: str) -> bool:
    with urllib.request.urlopen(f"{web}/metrics", timeout=10) as response:
        return line in response.read().decode()


async def _until(web: str, line: str) -> None:
    async with asyncio.timeout(90):
        while not await asyncio.to_thread(_metric, web, line):
            await asyncio.sleep(0.2)  # another process: nothing to wait on but its answer


def test_documents_that_an_older_release_put_on_more_partitions_are_read_before_the_upgrade_and_replayed_on_others(
    broker: str, tmp_path: Path
) -> None:
    chosen = settings(broker, tmp_path)
    clean = topics.full_name(chosen, topics.CLEAN)

    async def run() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=chosen.kafka.bootstrap_servers)
        await admin.start()
        await admin.create_topics([NewTopic(clean, 6, 1)])
        await admin.close()
        await topic_admin.create(chosen)
        assert [found.stops for found in await topic_check.check(chosen)].count(True) == 0
        await _write(chosen, clean, 5)
        with pytest.raises(TopicMismatch, match=r"older release .* partition 5 are not enriched yet"):
            topic_check.require_partitions(await topic_check.check(chosen))
        await _commit(chosen, TopicPartition(clean, 5), 1)
        topic_check.require_partitions(await topic_check.check(chosen))

        todo = await replay_plan.plan(chosen, datetime.fromtimestamp(0, UTC))
        found = await stage_replay.replay(chosen, todo, stage_replay.Pace(1_000, 1_000))
        placed = [
            message.partition
            async for message in follow(chosen, [topics.CLEAN], from_start=True, at_end=True)
        ]
        assert (found.documents, sorted(placed)) == (1, [5 % 4, 5])

    asyncio.run(run())


# Only Apache Kafka: the embedded broker cannot add partitions.
@pytest.mark.parametrize(
    "guarantee", ["at_least_once", pytest.param("exactly_once", marks=pytest.mark.again)]
)
def test_pages_on_added_partitions_are_read_and_candidates_stay_with_their_part_of_the_table(
    apache: str, tmp_path: Path, guarantee: str
) -> None:
    chosen = without_models(settings(apache, tmp_path, processing_guarantee=guarantee))
    mill = Mill(chosen, tmp_path)
    raw, (candidates, clean, changelog) = topics.full_name(chosen, topics.RAW), topics.keyed(chosen)
    own = msgspec.structs.replace(chosen.worker, web_port=free_port(), data_dir=str(tmp_path / "second"))
    beside = msgspec.structs.replace(chosen, worker=own)

    async def run() -> None:
        await mill.create()
        first = mill.worker()
        await first.start()
        # A second worker: candidates would be assigned apart from the table, were they assigned with the added partitions.
        mill.worker(beside).launch()
        await mill.feed(page(number) for number in range(_BEFORE))
        await mill.outcomes(_BEFORE)
        await _grow(chosen, 6, raw, candidates, clean)
        await _until(first.web, 'crawlmill_topic_partitions{topic="pages.raw"} 6.0')
        await _until(first.web, 'crawlmill_unused_partitions{topic="pages.candidates"} 2.0')
        await mill.feed(page(number) for number in range(_BEFORE, _AFTER))
        # The same pages under other addresses: every one is known as a copy, so no part of the table was mislaid.
        ends = dispositions(await mill.outcomes(_AFTER))
        assert {end for found in ends.values() for end in found} == {("enriched", "none")}
        assert {name.split("/")[1] for name in ends} == {"0", "1", "2", "3", "4", "5"}
        await mill.feed(
            page(number, url=f"https://copies.example/{number}") for number in range(0, _AFTER, 2)
        )
        ends = dispositions(await mill.outcomes(_AFTER + _AFTER // 2))
        copies = [found for found in ends.values() if found != {("enriched", "none")}]
        assert copies == [{("rejected", "duplicate_exact")}] * (_AFTER // 2)
        mill.stop()

        differences = await topic_check.check(chosen)
        assert [difference.stops for difference in differences] == [False, False]
        for difference in differences:
            assert "nothing is written to or read from partitions 4 to 5" in difference.text
        assert await topic_check.other_counts(chosen) == [
            f"{raw}: 6 partitions, kafka.partitions = 4: all of them are used"
        ]
        folder = StateFolder(chosen)
        await check_before_start(chosen, folder)
        await _write(chosen, candidates, 5)
        with pytest.raises(TopicMismatch, match="partition 5 was written to, so workers ran with more"):
            await check_before_start(chosen, folder)
        await _grow(chosen, 6, changelog, *(topics.full_name(chosen, name) for name in topics.NAMES[3:]))
        six = msgspec.structs.replace(chosen, kafka=msgspec.structs.replace(chosen.kafka, partitions=6))
        with pytest.raises(TopicMismatch, match="written with another number of partitions"):
            await check_before_start(six, folder)

    try:
        asyncio.run(run())
    finally:
        mill.stop()
