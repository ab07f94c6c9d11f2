"""The examples that need a broker, run against the embedded one, and where that differs against Apache Kafka."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from live.mill import Mill, settings

from streams import feeding
from streams.records import Enriched, Entity, Mention, encode
from streams.runtime.kafka import topic_admin
from streams.settings import Settings

pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[2]
ARTICLES = (ROOT / "seeds/page-article.html", ROOT / "seeds/articles.jsonl")


@pytest.fixture(scope="module")
def milled(embedded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A mill with the sample articles enriched, and its worker stopped."""
    folder = tmp_path_factory.mktemp("examples")
    mill = Mill(settings(embedded, folder), folder)
    pages = list(feeding.read(ARTICLES))

    async def run() -> None:
        await mill.create()
        await mill.feed(pages)
        await mill.worker().start()
        await mill.outcomes(len(pages))

    try:
        asyncio.run(run())
    finally:
        mill.stop()
    yield mill.settings


def _consume(chosen: Settings, name: str, topic: str, count: int) -> list[str]:
    kafka = chosen.kafka
    done = subprocess.run(
        [sys.executable, f"examples/{name}", "--broker", kafka.bootstrap_servers,
         "--topic", kafka.topic_prefix + topic, "--group", kafka.topic_prefix + name, "--count", str(count)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_the_typed_client_reads_enriched_pages_in_a_plain_loop(milled: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "examples/consume_typed.py", "--broker", milled.kafka.bootstrap_servers, "--count", "3"],
        cwd=ROOT, env={**os.environ, "CRAWLMILL_KAFKA_TOPIC_PREFIX": milled.kafka.topic_prefix},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all("quotations: " in line for line in lines)


def test_aiokafka_reads_enriched_pages_as_typed_records(milled: Settings) -> None:
    lines = _consume(milled, "consume_with_aiokafka.py", "pages.enriched", 3)
    assert len(lines) == 3
    assert all("[" in line for line in lines)


def test_confluent_kafka_reads_quotations_as_json(milled: Settings) -> None:
    pytest.importorskip("confluent_kafka")
    lines = _consume(milled, "consume_with_confluent_kafka.py", "pages.quotes", 3)
    assert len(lines) == 3
    assert all(": " in line for line in lines)


def test_a_stage_of_one_s_own_writes_its_topic(milled: Settings, tmp_path: Path) -> None:
    record = _of_the_stage(milled, tmp_path)
    assert record.keys() == {"place", "url", "title", "mentions"}
    assert isinstance(record["mentions"], int) and record["mentions"] > 0


def test_a_stage_creates_its_topic_on_a_broker_that_creates_none_by_itself(
    apache: str, tmp_path: Path
) -> None:
    chosen = settings(apache, tmp_path)
    page = Enriched(
        id="p", url="https://news.example/p", text="Oslo", title="A harbour",
        entities=(Entity(text="Oslo", label="GPE", mentions=(Mention(start=0, end=4),)),),
    )  # fmt: skip

    async def write() -> None:
        await topic_admin.create(chosen)
        async with AIOKafkaProducer(bootstrap_servers=apache) as producer:
            await producer.send_and_wait(f"{chosen.kafka.topic_prefix}pages.enriched", encode(page), key=b"p")

    asyncio.run(write())
    assert _of_the_stage(chosen, tmp_path) == {
        "place": "Oslo", "url": page.url, "title": page.title, "mentions": 1,
    }  # fmt: skip


def _of_the_stage(chosen: Settings, folder: Path) -> dict[str, object]:
    """Run the stage until its first record is there; returns that record. The stage must end by SIGTERM."""
    kafka = chosen.kafka
    environment = {
        **os.environ,
        "CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "CRAWLMILL_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
        "CRAWLMILL_KAFKA_SESSION_TIMEOUT_SECONDS": str(kafka.session_timeout_seconds),
    }
    log = (folder / "stage.log").open("wb")
    stage = subprocess.Popen(
        [sys.executable, "-m", "faust", "--datadir", str(folder), "-A", "examples.add_a_stage",
         "worker", "-l", "info", "--without-web"],
        cwd=ROOT, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        return asyncio.run(_first(chosen, "pages.by_place"))
    finally:
        stage.terminate()
        stage.wait(60)
        log.close()


async def _first(chosen: Settings, topic: str) -> dict[str, object]:
    """Wait for the first record of a topic that the stage creates itself, and return it."""
    consumer = AIOKafkaConsumer(
        chosen.kafka.topic_prefix + topic,
        bootstrap_servers=chosen.kafka.bootstrap_servers,
        group_id=f"{chosen.kafka.topic_prefix}reader",
        auto_offset_reset="earliest",
        metadata_max_age_ms=1_000,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(120):
            found: dict[str, object] = json.loads((await consumer.getone()).value)
            return found
    finally:
        await consumer.stop()
