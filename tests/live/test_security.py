"""On a broker with TLS, SASL and ACLs pages are processed as usual, and no user may do more than the ACLs allow."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError
from live.kafka import NoKafka
from live.mill import Fed, Mill, dispositions, page
from live.mill import settings as mill_settings
from live.secure_kafka import PASSWORDS, ROOT, SecureKafka

from streams import topics
from streams.errors import BrokerUnavailable, CrawlmillError, TopicMismatch
from streams.records import Message
from streams.runtime.kafka import acls, clients, topic_admin, topic_check
from streams.runtime.kafka.dead_letters import find
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.replay import ReplayResult, replay
from streams.settings import Log, Settings
from streams.settings.secret import Secret

pytestmark = pytest.mark.live
_PAGES = 6


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    """The secured broker, started once for all tests, as formatting and starting take long."""
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
    """Feed, process and read as three different users; every page must end."""
    worker = Mill(settings, folder)
    try:
        process = worker.worker()
        await Mill(_as(settings, crawler), folder).feed([page(number) for number in range(_PAGES)])
        await process.start()
        ends = await Mill(_as(settings, reader), folder).outcomes(_PAGES)
        log = _logged(folder)
    finally:
        worker.stop()
    assert sorted(dispositions(ends).values()) == [{("enriched", "none")}] * _PAGES
    assert [password for password in PASSWORDS.values() if password in log] == []


def _logged(folder: Path) -> str:
    return "".join(path.read_text("utf-8", "replace") for path in folder.glob("worker-*.log"))


def test_pages_are_processed_over_tls_with_a_plain_password(broker: SecureKafka, tmp_path: Path) -> None:
    settings = _settings(broker, tmp_path, ROOT, sasl_mechanism="PLAIN")
    settings = msgspec.structs.replace(settings, log=Log(level="debug"))  # the password is in no line of it
    asyncio.run(Mill(settings, tmp_path).create())
    asyncio.run(_work(settings, tmp_path, ROOT, ROOT))


def test_pages_are_processed_over_tls_with_scram(broker: SecureKafka, tmp_path: Path) -> None:
    settings = _settings(broker, tmp_path, ROOT)
    asyncio.run(Mill(settings, tmp_path).create())
    asyncio.run(_work(settings, tmp_path, ROOT, ROOT))


@pytest.fixture(scope="module")
def listed(broker: SecureKafka, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a mill for which exactly the access list is granted, and whose topics the admin has made."""
    settings = _settings(broker, tmp_path_factory.mktemp("listed"), "worker")
    for grant in acls.grants(settings):
        broker.grant(grant.arguments(f"User:{grant.role}"))
    asyncio.run(topic_admin.create(_as(settings, "admin")))
    return settings


def test_with_the_access_list_and_nothing_else_every_part_does_its_work(
    listed: Settings, tmp_path: Path
) -> None:
    assert asyncio.run(topic_check.check(_as(listed, "admin"))) == []
    asyncio.run(_work(listed, tmp_path, "crawler", "reader"))


@pytest.mark.parametrize(
    ("role", "topic"),
    [
        ("reader", topics.RAW), ("reader", topics.ENRICHED), ("crawler", topics.CLEAN), ("crawler", topics.ENRICHED),
        ("worker", topics.RAW), ("operator", topics.ENRICHED), ("admin", topics.RAW),
    ],
)  # fmt: skip
def test_nobody_writes_where_the_list_does_not_say_so(listed: Settings, role: str, topic: str) -> None:
    async def write() -> None:
        producer = AIOKafkaProducer(**clients.client_options(_as(listed, role)))
        await producer.start()
        try:
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(topics.full_name(listed, topic), b"forged")
        finally:
            await producer.stop()

    asyncio.run(write())


@pytest.mark.parametrize(
    ("role", "topic"),
    [
        ("crawler", topics.RAW), ("crawler", topics.ENRICHED), ("reader", topics.RAW), ("reader", topics.CLEAN),
        ("operator", topics.REJECTED), ("admin", topics.RAW), ("worker", topics.QUOTES),
    ],
)  # fmt: skip
def test_nobody_reads_where_the_list_does_not_say_so(listed: Settings, role: str, topic: str) -> None:
    async def read() -> None:
        async with asyncio.timeout(60):
            await anext(follow(_as(listed, role), [topic], from_start=True))

    # Whoever may write a topic sees that it is there; for the others it is not.
    with pytest.raises((BrokerUnavailable, TopicMismatch), match=r"TopicAuthorizationFailed|no topic"):
        asyncio.run(read())


def test_an_operator_reads_dead_letters_and_puts_them_back(listed: Settings, tmp_path: Path) -> None:
    operator = _as(listed, "operator")
    broken = Fed(Message(value=b"no page at all", key=b"broken"), "made here")

    async def run() -> ReplayResult:
        worker = Mill(listed, tmp_path)
        try:
            await Mill(_as(listed, "crawler"), tmp_path).feed([broken])
            await worker.worker().start()
            async with asyncio.timeout(120):
                await anext(follow(operator, [topics.DEADLETTER], from_start=True))
        finally:
            worker.stop()
        found = await find(operator)
        return await replay(operator, found.due(found.letters))

    assert asyncio.run(run()) == (1, ())


def test_a_worker_that_may_not_create_topics_says_who_must(broker: SecureKafka, tmp_path: Path) -> None:
    settings = _settings(broker, tmp_path, "worker")
    for grant in acls.grants(settings):
        if grant.role == "worker":
            broker.grant(grant.arguments("User:worker"))
    with pytest.raises(CrawlmillError, match="an administrator has to run crawlmill topics create"):
        asyncio.run(Mill(settings, tmp_path).worker().start())


def test_a_worker_that_may_not_see_how_topics_are_set_up_is_told_what_to_grant(
    broker: SecureKafka, tmp_path: Path
) -> None:
    settings = _settings(broker, tmp_path, "worker")
    for grant in acls.grants(settings):
        if "DescribeConfigs" not in grant.operations and grant.resource == "topic":
            broker.grant(grant.arguments(f"User:{grant.role}"))
    asyncio.run(topic_admin.create(_as(settings, ROOT)))
    with pytest.raises(BrokerUnavailable, match="grant DescribeConfigs"):
        asyncio.run(topic_check.check(settings))
