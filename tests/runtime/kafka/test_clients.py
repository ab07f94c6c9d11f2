"""Client options and credentials from the settings; no client anywhere is made without them."""

from __future__ import annotations

import ast
import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    NotLeaderForPartitionError,
    TopicAuthorizationFailedError,
)

from streams.errors import BrokerUnavailable, SettingsError
from streams.runtime.kafka import clients as security
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.connecting import refusal
from streams.settings import Settings, load

ROOT = Path(__file__).parents[3]
PASSWORD = "tr0ub4dor&3"
CLIENTS = ("AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient")


def _settings(**kafka: str) -> Settings:
    variables = {f"CRAWLMILL_KAFKA_{name.upper()}": value for name, value in kafka.items()}
    return load(ROOT / "config/crawlmill.toml", variables)


def _sasl(security: str, mechanism: str = "SCRAM-SHA-512", **more: str) -> Settings:
    return _settings(
        security=security, sasl_mechanism=mechanism, sasl_username="mill", sasl_password=PASSWORD, **more
    )


def test_every_client_in_the_package_is_made_with_the_options_of_the_settings() -> None:
    bare = []
    for path in sorted((ROOT / "streams").rglob("*.py")):
        if (
            path.name == "embedded_broker.py"
        ):  # the embedded broker knows no security and listens on the loopback only
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CLIENTS:
                given = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg is None]
                is_producer = ast.unparse(node.func) == "AIOKafkaProducer"
                options = ("producer",) if is_producer else ("client", "consumer")
                if not any(
                    value.removeprefix("clients.").startswith(f"{kind}_options(")
                    for value in given
                    for kind in options
                ):
                    bare.append(f"{path.name}:{node.lineno}")
    assert bare == []


@pytest.mark.parametrize(
    ("guarantee", "isolation"),
    [("at_least_once", "read_uncommitted"), ("exactly_once", "read_committed")],
)
def test_a_consumer_outside_of_the_group_commits_nothing_and_reads_what_the_guarantee_makes_visible(
    guarantee: str, isolation: str
) -> None:
    settings = _settings(processing_guarantee=guarantee, max_message_bytes="2000000")
    assert security.consumer_options(settings) == {
        **security.client_options(settings),
        "enable_auto_commit": False,
        "max_partition_fetch_bytes": 2_000_000,
        "isolation_level": isolation,
    }


def test_producers_wait_for_all_replicas_and_send_what_the_topics_accept() -> None:
    settings = _settings(compression="none", max_message_bytes="2000000")
    assert security.producer_options(settings) == {
        **security.client_options(settings),
        "acks": "all",
        "compression_type": None,
        "max_request_size": 2_000_000,
    }
    assert security.producer_options(_settings(compression="gzip"))["compression_type"] == "gzip"
    assert security.producer_batch_bytes(settings) == 1_000_000


def test_without_security_nothing_is_shown_and_no_credentials_are_made() -> None:
    options = security.client_options(_settings())
    assert options == {"bootstrap_servers": "127.0.0.1:9092", "security_protocol": "PLAINTEXT"}
    assert security.broker_credentials(_settings()) is None


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_name_and_password_go_to_clients_and_to_faust(mechanism: str) -> None:
    settings = _sasl("sasl_plaintext", mechanism)
    options = security.client_options(settings)
    assert options["security_protocol"] == "SASL_PLAINTEXT"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("mill", PASSWORD)
    credentials: Any = security.broker_credentials(settings)
    assert (credentials.protocol.value, credentials.mechanism.value) == ("SASL_PLAINTEXT", mechanism)
    assert credentials.password == PASSWORD
    assert PASSWORD not in repr(credentials)


def test_a_password_file_is_read_when_a_client_is_made(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("first\n")
    settings = _settings(security="sasl_plaintext", sasl_username="mill", sasl_password_file=str(path))
    assert security.client_options(settings)["sasl_plain_password"] == "first"
    path.write_text("second\n")
    assert security.client_options(settings)["sasl_plain_password"] == "second"


def test_tls_checks_the_broker_s_certificate_and_name() -> None:
    context: ssl.SSLContext = security.client_options(_sasl("sasl_ssl"))["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    credentials: Any = security.broker_credentials(_settings(security="ssl"))
    assert credentials.protocol.value == "SSL"


def test_files_that_are_not_what_they_should_be_are_named_with_their_setting(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate")
    wrong = {
        r"kafka\.ssl_ca_file = .*nowhere": {"ssl_ca_file": "/nowhere/ca.pem"},
        r"kafka\.ssl_ca_file = .*not PEM": {"ssl_ca_file": str(rubbish)},
        r"kafka\.ssl_cert_file = .*no such file": {"ssl_cert_file": "/nowhere/own.pem"},
        r"kafka\.ssl_key_file = .*no such file": {
            "ssl_cert_file": str(rubbish),
            "ssl_key_file": "/nowhere/own.key",
        },
        r"kafka\.ssl_cert_file = .*no certificate": {"ssl_cert_file": str(rubbish)},
    }
    for said, files in wrong.items():
        with pytest.raises(SettingsError, match=said):
            security.client_options(_settings(security="ssl", **files))


def test_a_listener_that_hangs_up_makes_us_ask_for_the_setting() -> None:
    async def run(settings_for: Any) -> str:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            with pytest.raises(BrokerUnavailable) as refused:
                await topic_admin.create(settings_for(f"{host}:{port}"))
            return str(refused.value)

    plain = asyncio.run(run(lambda address: _settings(bootstrap_servers=address)))
    assert "is kafka.security = plaintext right for this port?" in plain
    secure = asyncio.run(run(lambda address: _sasl("sasl_ssl", bootstrap_servers=address)))
    assert "is kafka.security = sasl_ssl right for this port?" in secure
    assert PASSWORD not in secure


def test_a_listener_that_says_nothing_makes_us_ask_for_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal, "TIMEOUT_MS", 200)

    async def run() -> str:
        async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        async with await asyncio.start_server(wait, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            settings = _settings(bootstrap_servers=f"{host}:{port}", security="ssl")
            return str(await security.unavailable(settings, TimeoutError()))

    said = asyncio.run(run())
    assert "takes the connection and says nothing: is kafka.security = ssl right for this port?" in said


def test_where_nobody_listens_the_remedy_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, and nobody answers
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(
            BrokerUnavailable, match=r"no Kafka broker answers .* Set kafka\.bootstrap_servers"
        ) as raised:
            asyncio.run(topic_admin.create(_sasl("sasl_ssl", bootstrap_servers=address)))
        said = str(raised.value)
        assert said.startswith(f"no Kafka broker answers at {address}. Does it run")
        assert not [part for part in ("[(", "AddressFamily", "\n") if part in said]


def test_a_consumer_that_reaches_nobody_is_told_in_words() -> None:
    async def start(address: str) -> str:
        consumer = AIOKafkaConsumer(bootstrap_servers=address)
        try:
            await consumer.start()
        except KafkaError as error:
            return security.why(error)
        finally:
            await consumer.stop()
        return "it started"

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = asyncio.run(start(address))
    assert said == f"no Kafka broker answers at {address}: check that it runs, and kafka.bootstrap_servers"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "no answer in time"),
        (KafkaError("gone"), "KafkaError: gone"),
        (OSError(28, "No space"), "OSError: [Errno 28] No space"),
        (ConnectionResetError(), "ConnectionResetError"),
        (BrokerUnavailable("nobody"), "nobody"),
        (NotLeaderForPartitionError(), "NotLeaderForPartitionError"),
        (NotLeaderForPartitionError("p0"), "NotLeaderForPartitionError: p0"),
        (
            TopicAuthorizationFailedError("pages.raw"),
            "TopicAuthorizationFailedError: pages.raw: this user lacks a right; crawlmill topics acls prints what to grant",
        ),
        (
            GroupAuthorizationFailedError(),
            "GroupAuthorizationFailedError: this user lacks a right; crawlmill topics acls prints what to grant",
        ),
    ],
)
def test_the_cause_of_a_failure_is_named_once(error: Exception, said: str) -> None:
    assert security.why(error) == said


def test_topics_that_are_not_there_may_be_hidden_where_a_user_has_rights() -> None:
    assert security.hidden_from(_settings()) == ""
    assert security.hidden_from(_sasl("sasl_ssl")) == " or hidden from the user 'mill'"
    assert (
        security.hidden_from(_settings(security="ssl")) == " or hidden from the user of kafka.ssl_cert_file"
    )
