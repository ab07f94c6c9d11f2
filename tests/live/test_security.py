"""A broker with TLS, passwords and an access list: pages go through all the same."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from live.kafka import NoKafka
from live.mill import Mill, dispositions, page
from live.mill import settings as mill_settings
from live.secure_kafka import ADMIN, PASSWORDS, SecureKafka

from streams.secret import Secret
from streams.settings import Settings

pytestmark = pytest.mark.live
_PAGES = 6


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    """Started once: formatting and starting take long."""
    try:
        kafka = SecureKafka(tmp_path_factory.mktemp("secure-kafka"))
        kafka.start()
    except (NoKafka, FileNotFoundError) as error:  # no Java, or no openssl
        if os.environ.get("CRAWLMILL_REQUIRE_KAFKA"):
            raise
        pytest.skip(f"Apache Kafka with TLS cannot be had here: {error}")
    yield kafka
    kafka.stop()


def _settings(broker: SecureKafka, folder: Path, user: str, **kafka: object) -> Settings:
    chosen = mill_settings(broker.address, folder)
    secured = msgspec.structs.replace(
        chosen.kafka,
        **{
            "security": "sasl_ssl",
            "sasl_username": user,
            "sasl_password": Secret(PASSWORDS[user]),
            "ssl_ca_file": str(broker.authority.certificate),
            **kafka,
        },
    )
    return msgspec.structs.replace(chosen, kafka=secured)


def _as(settings: Settings, user: str) -> Settings:
    kafka = msgspec.structs.replace(settings.kafka, sasl_username=user, sasl_password=Secret(PASSWORDS[user]))
    return msgspec.structs.replace(settings, kafka=kafka)


async def _work(settings: Settings, folder: Path, crawler: str, reader: str) -> None:
    """Feed, work and read, each as its own user; every page must end."""
    worker = Mill(settings, folder)
    try:
        process = worker.worker()
        await Mill(_as(settings, crawler), folder).feed([page(number) for number in range(_PAGES)])
        await process.start()
        ends = await Mill(_as(settings, reader), folder).outcomes(_PAGES)
        log = process.log_tail()
    finally:
        worker.stop()
    assert sorted(dispositions(ends).values()) == [{("enriched", "none")}] * _PAGES
    assert [password for password in PASSWORDS.values() if password in log] == []


def test_pages_are_processed_over_tls_with_a_plain_password(broker: SecureKafka, tmp_path: Path) -> None:
    settings = _settings(broker, tmp_path, ADMIN, sasl_mechanism="PLAIN")
    asyncio.run(Mill(settings, tmp_path).create())
    asyncio.run(_work(settings, tmp_path, ADMIN, ADMIN))


def test_pages_are_processed_over_tls_with_scram(broker: SecureKafka, tmp_path: Path) -> None:
    settings = _settings(broker, tmp_path, ADMIN)
    asyncio.run(Mill(settings, tmp_path).create())
    asyncio.run(_work(settings, tmp_path, ADMIN, ADMIN))
