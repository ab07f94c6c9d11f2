"""Broker fixtures of the tests marked ``live``: the embedded broker, and Apache Kafka where Java and Maven are installed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from live.kafka import BRIEF, ApacheKafka, NoKafka

from streams.runtime.local.embedded_broker import EmbeddedBroker


@contextmanager
def own(kind: str, folder: Path) -> Iterator[EmbeddedBroker | ApacheKafka]:
    """Start a new broker, ``embedded`` or ``apache``, and stop it at the end.

    Without Java and Maven the test is skipped for ``apache``; with CRAWLMILL_REQUIRE_KAFKA set it fails.
    """
    broker: EmbeddedBroker | ApacheKafka
    if kind == "embedded":
        broker = EmbeddedBroker()
        asyncio.run(broker.start())
    else:
        broker = ApacheKafka(folder, options=BRIEF)
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
    """The address of the session's embedded broker."""
    with own("embedded", tmp_path_factory.mktemp("embedded")) as broker:
        yield broker.address


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the session's Apache Kafka: that in CRAWLMILL_TEST_KAFKA, or a new one from :func:`own`."""
    given = os.environ.get("CRAWLMILL_TEST_KAFKA")
    if given:
        yield given
        return
    with own("apache", tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka.address


@pytest.fixture(scope="session", params=["embedded", "apache"])
def broker(request: pytest.FixtureRequest) -> str:
    """The address of the embedded broker, then of Apache Kafka."""
    address: str = request.getfixturevalue(request.param)
    return address
