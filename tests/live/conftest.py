"""Brokers for the live tests: the embedded one everywhere, Apache Kafka wherever it can be had."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from live.kafka import ApacheKafka, NoKafka

from streams.runtime.broker import EmbeddedBroker


@pytest.fixture(scope="session")
def embedded() -> Iterator[str]:
    """The embedded broker's address."""
    broker = EmbeddedBroker()
    asyncio.run(broker.start())
    yield broker.address
    broker.stop()


@contextmanager
def own(kind: str, folder: Path) -> Iterator[EmbeddedBroker | ApacheKafka]:
    """A broker that only one test has, to do with as it likes. Skips, or fails, as :func:`apache`."""
    if kind == "embedded":
        embedded = EmbeddedBroker()
        asyncio.run(embedded.start())
        try:
            yield embedded
        finally:
            embedded.stop()
        return
    kafka = ApacheKafka(folder)
    try:
        kafka.start()
    except NoKafka as error:
        if os.environ.get("CRAWLMILL_REQUIRE_KAFKA"):
            raise
        pytest.skip(f"Apache Kafka cannot be had here: {error}")
    try:
        yield kafka
    finally:
        kafka.stop()


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Apache Kafka: the one in CRAWLMILL_TEST_KAFKA, or one started from its Maven artifacts.

    Skips where it cannot be had; fails where CRAWLMILL_REQUIRE_KAFKA says that it must be.
    """
    given = os.environ.get("CRAWLMILL_TEST_KAFKA")
    if given:
        yield given
        return
    kafka = ApacheKafka(tmp_path_factory.mktemp("kafka"))
    try:
        kafka.start()
    except NoKafka as error:
        if os.environ.get("CRAWLMILL_REQUIRE_KAFKA"):
            raise
        pytest.skip(f"Apache Kafka cannot be had here: {error}")
    yield kafka.address
    kafka.stop()


@pytest.fixture(scope="session", params=["embedded", "apache"])
def broker(request: pytest.FixtureRequest) -> str:
    """The address of each kind of broker in turn."""
    address: str = request.getfixturevalue(request.param)
    return address
