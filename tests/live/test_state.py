"""Unexpected state and topics on the embedded broker are reported in one line, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata
from live.mill import Fed, Mill, article, dispositions, page, settings, without_models

from streams import topics
from streams.records import Disposition
from streams.runtime.group.cluster_identity import identity
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS, ended_page
from streams.runtime.local.embedded_broker import EmbeddedBroker
from streams.runtime.local.worker_process import WorkerProcess, _overrides
from streams.settings import Settings

pytestmark = pytest.mark.live

COPY = ("rejected", "duplicate_exact")


@asynccontextmanager
async def _mill(settings: Settings, folder: Path) -> AsyncIterator[Mill]:
    mill = Mill(without_models(settings), folder)
    try:
        await mill.create()
        yield mill
    finally:
        mill.stop()


def _copies(count: int, where: str) -> list[Fed]:
    return [page(n, url=f"https://{where}.example/{n}/again", text=article(n)) for n in range(count)]


def _log(worker: WorkerProcess) -> str:
    return worker._log.read_text("utf-8")


def _refused(settings: Settings) -> str:
    """Return the log of a worker that refuses to start."""
    command = [sys.executable, "-m", "streams", *_overrides(settings), "worker"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLMILL_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(said) == 1, done.stderr
    return said[0]


def _damage(data: Path) -> None:
    for database in data.glob("v1/tables/*.db"):
        (database / "CURRENT").unlink()


def test_damaged_state_is_rebuilt_and_what_is_another_s_is_refused(embedded: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with _mill(settings(embedded, tmp_path), tmp_path) as mill:
            await mill.feed([page(number) for number in range(8)])
            first = mill.worker()
            await first.start()
            await mill.outcomes(8)
            data = Path(mill.settings.worker.data_dir)
            said = await asyncio.to_thread(_refused, mill.settings)
            assert f"worker.data_dir = {data} is used by another worker that runs" in said
            assert f"crawlmill --set worker.data_dir={data}-2 worker --web-port" in said
            assert first.stop() == 0
            kafka = msgspec.structs.replace(mill.settings.kafka, topic_prefix="another.")
            said = await asyncio.to_thread(_refused, msgspec.structs.replace(mill.settings, kafka=kafka))
            assert f"holds the state of mill {topics.app_id(mill.settings)}" in said
            _damage(data)
            second = mill.worker()
            await second.start()
            copies = _copies(8, "copies")
            await mill.feed(copies)
            found = dispositions(await mill.outcomes(16))
            assert sorted(map(sorted, found.values())) == [[("enriched", "none")]] * 8 + [[COPY]] * 8
            assert _log(second).count("is set aside as buckets-") == 4

    asyncio.run(story())


def test_what_a_changelog_has_lost_is_written_back_and_copies_are_found(
    embedded: str, tmp_path: Path
) -> None:
    async def story() -> None:
        async with _mill(settings(embedded, tmp_path), tmp_path) as mill:
            await mill.feed([page(number) for number in range(8)])
            first = mill.worker()
            await first.start()
            await mill.outcomes(8)
            first.stop()
            before = await _changelog(mill.settings)
            await _delete(mill.settings, topics.changelog_name(mill.settings))
            second = mill.worker()
            await second.start()
            assert _log(second).count("The state is written back to it") == 4
            after = await _changelog(mill.settings)
            assert after == before and len(before) >= 8
            await mill.feed(_copies(8, "copies"))
            found = dispositions(await mill.outcomes(16))
            assert sorted(map(sorted, found.values())) == [[("enriched", "none")]] * 8 + [[COPY]] * 8

    asyncio.run(story())


async def _changelog(settings: Settings) -> dict[bytes, bytes]:
    name = topics.changelog_name(settings).removeprefix(settings.kafka.topic_prefix)
    messages = follow(settings, [name], from_start=True, at_end=True)
    return {message.key or b"": message.value or b"" async for message in messages}


async def _delete(settings: Settings, *names: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics(list(names))
        async with asyncio.timeout(30):
            while set(names) & set(await admin.list_topics()):
                await asyncio.sleep(0.1)  # deleted behind the answer
    finally:
        await admin.close()


def test_committed_offsets_beyond_the_end_lose_no_page(embedded: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with _mill(settings(embedded, tmp_path), tmp_path) as mill:
            await mill.feed([page(number) for number in range(24)])
            raw = topics.full_name(mill.settings, topics.RAW)
            wrong = {0: (500, ""), 1: (0, ""), 2: (700, ""), 3: (1_000, "")}
            consumer: AIOKafkaConsumer = AIOKafkaConsumer(
                bootstrap_servers=embedded, group_id=topics.app_id(mill.settings), enable_auto_commit=False
            )
            await consumer.start()
            try:
                consumer.assign([TopicPartition(raw, number) for number in wrong])
                await consumer.commit(
                    {
                        TopicPartition(raw, number): OffsetAndMetadata(*value)
                        for number, value in wrong.items()
                    }
                )
            finally:
                await consumer.stop()
            worker = mill.worker()
            await worker.start()
            found = dispositions(await mill.outcomes(24))
            assert set(map(tuple, found.values())) == {(("enriched", "none"),)}
            for number in (0, 2, 3):
                assert f"{raw}/{number} ends before the committed offset" in _log(worker)

    asyncio.run(story())


async def _enriched(mill: Mill, pages: int) -> None:
    """Wait until this many pages are enriched."""
    found = set[str]()
    try:
        async with asyncio.timeout(120):
            async for message in follow(mill.settings, ENDS, from_start=True):
                end = ended_page(mill.settings, message)
                if end is not None and end.disposition == Disposition.ENRICHED:
                    found.add(end.page)
                if len(found) == pages:
                    return
    except TimeoutError:
        ends = dispositions(await mill.all_ends())
        raise AssertionError(f"{len(found)} of {pages} pages enriched; their ends: {ends}") from None


def test_a_broker_that_lost_everything_ends_the_worker_and_the_next_one_reads_all_that_is_fed_then(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        broker = EmbeddedBroker()
        await broker.start()
        try:
            async with _mill(settings(broker.address, tmp_path), tmp_path) as mill:
                await mill.feed([page(number) for number in range(12)])
                first = mill.worker()
                await first.start()
                await mill.outcomes(12)
                broker.stop()
                broker = EmbeddedBroker(broker.port)
                await broker.start()
                await mill.create()
                await mill.feed([page(number) for number in range(20)])
                async with asyncio.timeout(60):
                    while first.alive:
                        await asyncio.sleep(0.1)  # another process: nothing to wait on but its end
                assert "deleted, or created again, while this worker ran" in _log(first)
                second = mill.worker()
                await second.start()
                # Whoever is the copy of a document that is gone with the broker would be lost with it. The first worker may have
                # rejected some as such before it saw what had happened; the second reads them again.
                await _enriched(mill, 20)
                assert "the broker has lost its data" in _log(second)
        finally:
            broker.stop()

    asyncio.run(story())


@pytest.mark.again
def test_committed_offsets_of_a_topic_that_was_made_anew_lose_no_page(apache: str, tmp_path: Path) -> None:
    """On Apache Kafka, which stores the metadata of a committed offset."""

    async def story() -> None:
        async with _mill(settings(apache, tmp_path), tmp_path) as mill:
            raw = topics.full_name(mill.settings, topics.RAW)
            await mill.feed([page(number) for number in range(24)])
            partitions = [TopicPartition(raw, number) for number in range(4)]
            consumer: AIOKafkaConsumer = AIOKafkaConsumer(
                bootstrap_servers=apache, group_id=topics.app_id(mill.settings), enable_auto_commit=False
            )
            await consumer.start()
            try:
                consumer.assign(partitions)
                await consumer.commit({tp: OffsetAndMetadata(1, "of-another-topic") for tp in partitions})
            finally:
                await consumer.stop()
            worker = mill.worker()
            await worker.start()
            found = dispositions(await mill.outcomes(24))
            assert set(map(tuple, found.values())) == {(("enriched", "none"),)}
            assert f"{raw}/0 was deleted and created again since offset 1 was committed" in _log(worker)
            worker.stop()
            ours = (await identity(mill.settings, [raw])).topics[raw]
            said = await _committed_metadata(mill.settings)
            assert {said[tp] for tp in partitions} == {ours}

    asyncio.run(story())


async def _committed_metadata(settings: Settings) -> dict[TopicPartition, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka.bootstrap_servers)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(topics.app_id(settings))
        return {tp: found.metadata for tp, found in offsets.items()}
    finally:
        await admin.close()
