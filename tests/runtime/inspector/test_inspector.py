"""What an inspector does when it cannot read, and with a record that is no longer in memory."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from inspector.made import enriched, entry
from live import mill

from streams import topics
from streams.records import encode
from streams.runtime.inspector.inspector import Inspector
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.local.embedded_broker import EmbeddedBroker
from streams.settings import Kafka, Settings

NOWHERE = Settings(kafka=Kafka(bootstrap_servers="127.0.0.1:9"))


@contextlib.asynccontextmanager
async def _running(inspector: Inspector):  # type: ignore[no-untyped-def]
    task = asyncio.create_task(inspector.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_without_a_broker_it_says_so_and_goes_on_trying() -> None:
    async def run() -> None:
        inspector = Inspector(NOWHERE)
        async with _running(inspector), asyncio.timeout(60):
            while "cannot be read" not in inspector.flow().problem:
                await asyncio.sleep(0.05)
            assert "127.0.0.1:9" in inspector.flow().problem

    asyncio.run(run())


def test_a_record_in_memory_is_asked_of_nobody() -> None:
    page = entry(enriched(1))
    assert asyncio.run(Inspector(NOWHERE).value(page)) == page.value
    assert asyncio.run(Inspector(NOWHERE).value(None)) is None


def test_a_record_that_cannot_be_read_again_is_none() -> None:
    page = entry(enriched(1))
    page.value = None
    assert asyncio.run(Inspector(NOWHERE).value(page)) is None


def test_a_sample_that_is_overdue_is_a_problem_until_it_is_answered() -> None:
    inspector = Inspector(NOWHERE)
    inspector.problem = ""
    inspector._asked = time.monotonic()
    assert inspector.flow().problem == ""
    inspector._asked -= 30
    assert "127.0.0.1:9 has not answered for 30 s" in inspector.flow().problem
    inspector._asked = None
    assert inspector.flow().problem == ""


@pytest.mark.live
def test_a_broker_that_dies_is_told_before_the_client_gives_up(tmp_path: Path) -> None:
    async def run() -> None:
        broker = EmbeddedBroker()
        await broker.start()
        settings = mill.settings(broker.address, tmp_path)
        await topic_admin.create(settings)
        inspector = Inspector(settings)
        async with _running(inspector):
            async with asyncio.timeout(90):
                await inspector.rates_known.wait()
            assert inspector.flow().problem == ""
            broker.stop()
            async with asyncio.timeout(30):  # aiokafka takes 40 s to give a request up
                while not inspector.flow().problem:
                    await asyncio.sleep(0.05)
            assert broker.address in inspector.flow().problem

    asyncio.run(run())


@pytest.mark.live
def test_a_record_that_was_dropped_is_read_from_its_topic_and_the_flow_is_known(
    embedded: str, tmp_path: Path
) -> None:
    async def run() -> None:
        settings = mill.settings(embedded, tmp_path)
        await topic_admin.create(settings)
        producer = AIOKafkaProducer(**clients.producer_options(settings))
        await producer.start()
        for number in range(3):
            await producer.send_and_wait(
                topics.full_name(settings, topics.ENRICHED), encode(enriched(number))
            )
        await producer.stop()
        inspector = Inspector(settings)
        async with _running(inspector), asyncio.timeout(90):
            await inspector.follower.caught_up.wait()
            page = inspector.store.find("page-1")
            assert page is not None and page.value is not None
            value, page.value = page.value, None
            assert await inspector.value(page) == value
            await inspector.rates_known.wait()
            flow = inspector.flow()
            assert flow.problem == ""
            assert flow.topics["pages.enriched"].rate == 0
            assert flow.topics["pages.raw"].lag == 0

    asyncio.run(run())
