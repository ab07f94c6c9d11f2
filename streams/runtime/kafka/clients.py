"""Connection, authentication and producer options for Kafka clients (SASL, TLS), made from the settings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer
from aiokafka.conn import collect_hosts
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from streams.errors import BrokerUnavailable, CrawlmillError
from streams.runtime.kafka.connecting import refusal, tls
from streams.settings import Kafka, Settings, secret

if TYPE_CHECKING:
    from faust import SASLCredentials, SSLCredentials

# Bytes in a batch for one partition. aiokafka's default of 16 kB holds two documents, and a sender waits while the batch is full.
_LARGEST_BATCH = 1_000_000
#: What aiokafka raises where the user lacks a right.
FORBIDDEN = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
_CODE = re.compile(r"\[Error \d+\] ")  # how the text of aiokafka's BrokerResponseError begins
_NOBODY = "no Kafka broker answers at"
_ADDRESS = re.compile(r"\('([^']*)', (\d+), <AddressFamily")  # in the text of aiokafka's KafkaConnectionError


def client_options(settings: Settings) -> dict[str, Any]:
    """Return keyword arguments for any aiokafka client: addresses, security protocol and credentials.

    Raises :class:`SettingsError`, naming the setting, for a file that is missing or not of the expected format.
    """
    return {"bootstrap_servers": settings.kafka.bootstrap_servers, **_options(settings.kafka)}


def producer_options(settings: Settings) -> dict[str, Any]:
    """Return keyword arguments for every ``AIOKafkaProducer``: those of :func:`client_options`, acks, codec and size."""
    return {
        **client_options(settings),
        "acks": "all",
        "compression_type": compression_type(settings),
        "max_request_size": settings.kafka.max_message_bytes,
    }


def consumer_options(settings: Settings) -> dict[str, Any]:
    """Return keyword arguments for an ``AIOKafkaConsumer`` outside of the group: nothing committed, messages of any allowed size.

    With exactly_once it delivers committed records only.
    """
    kafka = settings.kafka
    return {
        **client_options(settings),
        "enable_auto_commit": False,
        "max_partition_fetch_bytes": kafka.max_message_bytes,
        "isolation_level": "read_committed"
        if kafka.processing_guarantee == "exactly_once"
        else "read_uncommitted",
    }


@asynccontextmanager
async def reading(settings: Settings, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A started consumer outside of the group, with the options of :func:`consumer_options` and these, stopped at the end.

    Raises :class:`BrokerUnavailable`, with the reason, where it cannot be started.
    """
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(**consumer_options(settings) | options)
    try:
        try:
            await consumer.start()
        except (TimeoutError, KafkaError, OSError) as error:
            raise await unavailable(settings, error) from error
        yield consumer
    finally:
        await consumer.stop()


def compression_type(settings: Settings) -> str | None:
    """Return the producer's codec as aiokafka and Faust name it: None for uncompressed."""
    return None if settings.kafka.compression == "none" else settings.kafka.compression


def producer_batch_bytes(settings: Settings) -> int:
    """Return the largest batch, in bytes, that a worker's producer collects for one partition."""
    return min(_LARGEST_BATCH, settings.kafka.max_message_bytes)


def broker_credentials(settings: Settings) -> SASLCredentials | SSLCredentials | None:
    """Return the credentials for Faust's ``broker_credentials``; None without SASL and TLS."""
    # Imported here, since `feed` and the pool processes do not load Faust.
    from faust import SASLCredentials, SSLCredentials

    options = _options(settings.kafka)
    context = options.get("ssl_context")
    if "sasl_mechanism" in options:
        return SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=context,
        )
    return SSLCredentials(context) if context is not None else None


def _options(kafka: Kafka) -> dict[str, Any]:
    options: dict[str, Any] = {"security_protocol": kafka.security.upper()}
    if "ssl" in kafka.security:
        options["ssl_context"] = tls.context(kafka)
    if "sasl" in kafka.security:
        password = secret.resolve(kafka.sasl_password, kafka.sasl_password_file, "kafka.sasl_password")
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = password.reveal()
    return options


async def unavailable(settings: Settings, error: BaseException) -> BrokerUnavailable:
    """Return the error for a client that could not start, naming the setting to check.

    aiokafka only logs why a broker refused a connection and raises that no broker was left, so each broker is connected
    to once more to find the cause.
    """
    kafka = settings.kafka
    for host, port, _ in collect_hosts(kafka.bootstrap_servers):
        reason = await refusal.refusal(kafka, host, port, _options(kafka))
        if reason:
            return BrokerUnavailable(f"the broker at {host}:{port} {reason}")
    return nobody_answers(settings, error)


def nobody_answers(settings: Settings, error: BaseException) -> BrokerUnavailable:
    """Return the error for addresses at which no broker answers, with what to check."""
    told = why(error)
    cause = "" if told.startswith(_NOBODY) else f" ({told})"
    return BrokerUnavailable(
        f"no Kafka broker answers at {settings.kafka.bootstrap_servers}{cause}. Does it run, and is the address right? Set "
        "kafka.bootstrap_servers (or CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS), or try: crawlmill demo, which brings its own"
    )


def why(error: BaseException) -> str:
    """Return the cause of a client's failure in words: one line, without the representations of objects in aiokafka's own text.

    >>> why(TimeoutError())
    'no answer in time'
    """
    text = _CODE.sub("", " ".join(str(error).split()), count=1)
    if "Unable to bootstrap from" in text:
        addresses = ", ".join(f"{host}:{port}" for host, port in _ADDRESS.findall(text))
        return f"{_NOBODY} {addresses}: check that it runs, and kafka.bootstrap_servers"
    if isinstance(error, TimeoutError):
        return "no answer in time" if not text else f"no answer in time: {text}"
    name = type(error).__name__
    if not isinstance(error, CrawlmillError) and not text.startswith(name):
        text = f"{name}: {text}" if text else name
    if isinstance(error, FORBIDDEN):
        text += ": this user lacks a right; crawlmill topics acls prints what to grant"
    return text


def hidden_from(settings: Settings) -> str:
    """Return what else a topic may be that a broker does not list: it hides topics from users without a right to them.

    Empty where nobody logs in, and everybody has the same rights.
    """
    kafka = settings.kafka
    if "sasl" in kafka.security:
        return f" or hidden from the user {kafka.sasl_username!r}"
    return " or hidden from the user of kafka.ssl_cert_file" if kafka.security == "ssl" else ""
