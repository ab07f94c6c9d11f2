"""Brokers for the live tests: the embedded one everywhere, Apache Kafka wherever it can be had."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from live.kafka import ApacheKafka, NoKafka

from streams.runtime.local.embedded_broker import EmbeddedBroker


@contextmanager
def own(kind: str, folder: Path) -> Iterator[EmbeddedBroker | ApacheKafka]:
    """A broker that nobody else has: ``embedded`` or ``apache``, from its Maven artifacts.

    Skips where Apache Kafka cannot be had; fails where CRAWLMILL_REQUIRE_KAFKA says that it must be.
    """
    broker: EmbeddedBroker | ApacheKafka
    if kind == "embedded":
        broker = EmbeddedBroker()
        asyncio.run(broker.start())
    else:
        broker = ApacheKafka(folder)
        try:
            broker.start()
        except NoKafka as error:
            if os.environ.get("CRAWLMILL_REQUIRE_KAFKA"):
                raise
            pytest.skip(f"Apache Kafka cannot be had here: {error}")
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded broker's address."""
    with own("embedded", tmp_path_factory.mktemp("embedded")) as broker:
        yield broker.address


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Apache Kafka: the one in CRAWLMILL_TEST_KAFKA, or one of our own, as :func:`own` says."""
    given = os.environ.get("CRAWLMILL_TEST_KAFKA")
    if given:
        yield given
        return
    with own("apache", tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka.address


@pytest.fixture(scope="session", params=["embedded", "apache"])
def broker(request: pytest.FixtureRequest) -> str:
    """The address of each kind of broker in turn."""
    address: str = request.getfixturevalue(request.param)
    return address
