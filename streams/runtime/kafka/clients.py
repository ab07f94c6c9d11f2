"""Connection, authentication and producer options for Kafka clients (SASL, TLS), made from the settings."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from streams.errors import BrokerUnavailable, CrawlmillError, SettingsError
from streams.settings import Kafka, Settings, secret

if TYPE_CHECKING:
    from faust import SASLCredentials, SSLCredentials

_DIAGNOSIS_MS = 10_000  # timeout of the connection that finds out why a broker refused the client
# Bytes in a batch for one partition. aiokafka's default of 16 kB holds two documents, and a sender waits while the batch is full.
_LARGEST_BATCH = 1_000_000
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
        options["ssl_context"] = _tls(kafka)
    if "sasl" in kafka.security:
        password = secret.resolve(kafka.sasl_password, kafka.sasl_password_file, "kafka.sasl_password")
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = password.reveal()
    return options


def _tls(kafka: Kafka) -> ssl.SSLContext:
    """Return a context with the standard library's defaults: TLS 1.2 or newer, certificate and host name verified.

    Raises :class:`SettingsError` for certificate files that cannot be loaded.
    """
    try:
        context = ssl.create_default_context(cafile=kafka.ssl_ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"kafka.ssl_ca_file = {kafka.ssl_ca_file}: {_problem(error)}") from error
    if kafka.ssl_cert_file:
        _own_certificate(context, kafka)
    return context


def _own_certificate(context: ssl.SSLContext, kafka: Kafka) -> None:
    for name, path in (("ssl_cert_file", kafka.ssl_cert_file), ("ssl_key_file", kafka.ssl_key_file)):
        if path and not Path(path).is_file():
            raise SettingsError(f"kafka.{name} = {path}: no such file")
    password = secret.resolve(kafka.ssl_key_password, kafka.ssl_key_password_file, "kafka.ssl_key_password")
    try:
        # Always pass a password: without one OpenSSL would prompt for it on the terminal.
        context.load_cert_chain(kafka.ssl_cert_file, kafka.ssl_key_file or None, password.reveal())
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"kafka.ssl_cert_file = {kafka.ssl_cert_file}, kafka.ssl_key_file = {kafka.ssl_key_file}: "
            f"no certificate with its key, or kafka.ssl_key_password does not open it ({_problem(error)})"
        ) from error


def _problem(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"not PEM as expected: {error.reason or error}"
    return error.strerror or str(error)


async def unavailable(settings: Settings, error: BaseException) -> BrokerUnavailable:
    """Return the error for a client that could not start, naming the setting to check.

    aiokafka only logs why a broker refused a connection and raises that no broker was left, so each broker is connected
    to once more to find the cause.
    """
    kafka = settings.kafka
    for host, port, _ in collect_hosts(kafka.bootstrap_servers):
        reason = await _refusal(kafka, host, port)
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
    text = " ".join(str(error).split())
    if "Unable to bootstrap from" in text:
        addresses = ", ".join(f"{host}:{port}" for host, port in _ADDRESS.findall(text))
        return f"{_NOBODY} {addresses}: check that it runs, and kafka.bootstrap_servers"
    if isinstance(error, TimeoutError):
        return "no answer in time" if not text else f"no answer in time: {text}"
    name = type(error).__name__
    if isinstance(error, CrawlmillError) or text.startswith(name):
        return text
    return f"{name}: {text}" if text else name


async def _refusal(kafka: Kafka, host: str, port: int) -> str | None:
    """Return why a broker refuses the connection; None when it does not answer, or accepts it this time."""
    right = f"is kafka.security = {kafka.security} right for this port?"
    try:
        connection = await create_conn(host, port, request_timeout_ms=_DIAGNOSIS_MS, **_options(kafka))
    except (SaslAuthenticationFailed, AuthenticationFailedError):
        return (
            f"does not let {kafka.sasl_username!r} in: kafka.sasl_username, its password or "
            f"kafka.sasl_mechanism = {kafka.sasl_mechanism} is wrong"
        )
    except UnsupportedSaslMechanismError:
        return f"does not offer kafka.sasl_mechanism = {kafka.sasl_mechanism}"
    except IllegalSaslStateError:
        return f"does not use SASL: {right}"
    except ssl.SSLCertVerificationError as error:
        trusted = kafka.ssl_ca_file or "of the system"
        return f"shows a certificate that does not hold: {error.verify_message}; trusted: kafka.ssl_ca_file ({trusted})"
    except ssl.SSLError as error:
        return f"does not agree on TLS ({error.reason or error}): {right}"
    except ConnectionRefusedError:
        return None
    except (ConnectionError, KafkaError):
        return f"ends the connection: {right}"
    except TimeoutError:
        if not await _listens(host, port):
            return None
        return f"takes the connection and says nothing: {right} Is it Kafka that listens there?"
    except OSError:
        return None
    connection.close()
    return None


async def _listens(host: str, port: int) -> bool:
    """Whether a TCP connection is taken, whatever is spoken on it."""
    try:
        async with asyncio.timeout(_DIAGNOSIS_MS / 1_000):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
