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
from live.certificates import Authority, Certificate
from live.kafka import NoKafka
from live.mill import Fed, Mill, dispositions, page, without_models
from live.mill import settings as mill_settings
from live.secure_kafka import PASSWORDS, ROOT, SecureKafka

from streams import topics
from streams.errors import BrokerUnavailable, CrawlmillError, TopicMismatch
from streams.records import Message
from streams.runtime.doctor import Finding, Verdict
from streams.runtime.doctor import broker as doctor_broker
from streams.runtime.kafka import acls, clients, topic_admin, topic_check
from streams.runtime.kafka.dead_letters import find
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.replay import ReplayResult, replay
from streams.runtime.local.worker_process import WorkerProcess
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
    chosen = without_models(mill_settings(broker.address, folder))
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


def _by_certificate(broker: SecureKafka, folder: Path, shown: Certificate | None) -> Settings:
    """Settings of a user who logs in with a certificate instead of a password; None shows none."""
    chosen = without_models(mill_settings(broker.mutual, folder))
    files = {"ssl_cert_file": str(shown.certificate), "ssl_key_file": str(shown.key)} if shown else {}
    kafka = msgspec.structs.replace(
        chosen.kafka, security="ssl", ssl_ca_file=str(broker.authority.certificate), **files
    )
    return msgspec.structs.replace(chosen, kafka=kafka)


async def _work(settings: Settings, folder: Path, crawler: str, reader: str) -> None:
    """Feed, process and read as three different users; every page must end."""
    await _work_of(settings, _as(settings, crawler), _as(settings, reader), folder)


async def _work_of(settings: Settings, crawler: Settings, reader: Settings, folder: Path) -> None:
    worker = Mill(settings, folder)
    try:
        process = worker.worker()
        await Mill(crawler, folder).feed([page(number) for number in range(_PAGES)])
        await process.start()
        ends = await Mill(reader, folder).outcomes(_PAGES)
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


def test_pages_are_processed_over_tls_with_a_client_certificate(broker: SecureKafka, tmp_path: Path) -> None:
    settings = _by_certificate(broker, tmp_path, broker.authority.issue(ROOT))
    asyncio.run(Mill(settings, tmp_path).create())
    asyncio.run(_work_of(settings, settings, settings, tmp_path))


def test_a_client_certificate_that_is_missing_expired_or_of_another_authority_is_told_as_what_to_do(
    broker: SecureKafka, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    shown = {
        r"asks for a client certificate .*kafka\.ssl_cert_file": None,
        r"does not accept the certificate in .*late\.pem .*it has expired": broker.authority.issue(
            "late", days=-1
        ),
        r"does not accept the certificate in .*stranger\.pem": Authority(tmp_path / "other").issue(
            "stranger"
        ),
    }
    for said, certificate in shown.items():
        with pytest.raises(BrokerUnavailable, match=said):
            asyncio.run(topic_check.check(_by_certificate(broker, tmp_path, certificate)))


def test_a_user_without_rights_is_told_that_topics_may_be_hidden_and_what_to_grant(
    broker: SecureKafka, tmp_path: Path
) -> None:
    settings = _settings(broker, tmp_path, "reader")
    asyncio.run(topic_admin.create(_as(settings, ROOT)))
    with pytest.raises(TopicMismatch, match=r"hidden from the user 'reader'.*crawlmill topics acls"):
        asyncio.run(topic_admin.partition_counts(settings, [topics.full_name(settings, topics.ENRICHED)]))
    differences = asyncio.run(topic_check.check(settings))
    assert {difference.text.partition(": ")[2] for difference in differences} == {
        "missing or hidden from the user 'reader'; run: crawlmill topics create"
    }


def _topics_finding(settings: Settings) -> Finding:
    async def found() -> Finding:
        findings = {one.check: one async for one in doctor_broker.findings(settings)}
        return findings["topics"]

    return asyncio.run(found())


def test_the_doctor_knows_who_may_create_what_is_missing_and_creates_nothing(
    broker: SecureKafka, tmp_path: Path
) -> None:
    settings = _settings(broker, tmp_path, "reader")
    refused = _topics_finding(settings)
    assert refused.verdict is Verdict.WRONG
    assert "hidden from the user 'reader', who may not create topics" in refused.said
    assert "crawlmill topics acls" in refused.remedy
    administrator = _as(settings, ROOT)
    assert _topics_finding(administrator).verdict is Verdict.WARNING
    assert {
        d.text.partition(": ")[2].partition(" ")[0] for d in asyncio.run(topic_check.check(administrator))
    } == {"missing"}


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
        if grant.role == "worker" and grant.resource == "topic" and "DescribeConfigs" not in grant.operations:
            broker.grant(grant.arguments(f"User:{grant.role}"))
    asyncio.run(topic_admin.create(_as(settings, ROOT)))
    with pytest.raises(BrokerUnavailable, match="grant DescribeConfigs"):
        asyncio.run(topic_check.check(settings))


def test_a_worker_that_may_not_write_a_result_ends_with_a_line_that_says_what_to_grant(
    broker: SecureKafka, tmp_path: Path
) -> None:
    settings = _settings(broker, tmp_path, "worker")
    enriched = topics.full_name(settings, topics.ENRICHED)
    for grant in acls.grants(settings):
        if grant.role == "worker" and "Write" in grant.operations:
            names = tuple(name for name in grant.names if name != enriched)
            grant = msgspec.structs.replace(grant, names=names)
        if grant.role in ("worker", "crawler"):  # nobody else takes part
            broker.grant(grant.arguments(f"User:{grant.role}"))
    asyncio.run(topic_admin.create(_as(settings, ROOT)))
    worker = WorkerProcess(settings, tmp_path / "worker-denied.log")

    async def run() -> None:
        await Mill(_as(settings, "crawler"), tmp_path).feed([page(1)])
        worker.launch()
        async with asyncio.timeout(120):
            while worker.alive:
                await asyncio.sleep(0.1)  # another process: nothing to wait on but its end

    try:
        asyncio.run(run())
    finally:
        worker.stop()
    last = _logged(tmp_path).splitlines()[-1]
    assert last.startswith("crawlmill: the worker stopped: TopicAuthorizationFailedError"), last
    assert enriched in last
    assert last.endswith("this user lacks a right; crawlmill topics acls prints what to grant")
