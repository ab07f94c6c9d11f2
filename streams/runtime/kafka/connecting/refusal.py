"""Why a broker refuses a connection, found by connecting once more, and told as what to do about it."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from streams.settings import Kafka

TIMEOUT_MS = 10_000  # of the connection that finds out
# X509_V_ERR_... of OpenSSL's x509_vfy.h, as ssl.SSLCertVerificationError.verify_code has them.
_NOT_YET_VALID, _EXPIRED = 9, 10
_UNTRUSTED = (2, 18, 19, 20, 21)  # no issuer's certificate, or it is self-signed
_OTHER_HOST = (62, 64)  # host name or IP address


async def refusal(kafka: Kafka, host: str, port: int, options: dict[str, Any]) -> str | None:
    """Return why a broker refuses the connection; None when it does not answer, or accepts it this time.

    ``options``: the keyword arguments of a client that say how to connect.
    """
    right = f"is kafka.security = {kafka.security} right for this port?"
    try:
        connection = await create_conn(host, port, request_timeout_ms=TIMEOUT_MS, **options)
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
        return _not_trusted(kafka, error)
    except ssl.SSLError as error:
        return _alert(kafka, error) or f"does not agree on TLS ({error.reason or error}): {right}"
    except ConnectionRefusedError:
        return None
    except (ConnectionError, KafkaError):
        said = await _after_handshake(kafka, host, port, options.get("ssl_context"))
        return said or f"ends the connection: {right}"
    except TimeoutError:
        if not await _listens(host, port):
            return None
        return f"takes the connection and says nothing: {right} Is it Kafka that listens there?"
    except OSError:
        return None
    connection.close()
    return None


def _not_trusted(kafka: Kafka, error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with the broker's certificate."""
    shows = "shows a certificate"
    if error.verify_code == _EXPIRED:
        return f"{shows} that has expired: renew it there, or set this machine's clock if that is wrong"
    if error.verify_code == _NOT_YET_VALID:
        return f"{shows} that is not valid yet: set the clock of the machine that is wrong"
    if error.verify_code in _OTHER_HOST:
        return (
            f"{shows} for another host ({error.verify_message}): kafka.bootstrap_servers and the broker's advertised.listeners need "
            "a name that is in the certificate"
        )
    if error.verify_code in _UNTRUSTED:
        now = kafka.ssl_ca_file or "the system's"
        return (
            f"{shows} whose authority is not trusted ({error.verify_message}): name the PEM file of that authority in "
            f"kafka.ssl_ca_file (now {now})"
        )
    return f"{shows} that does not hold: {error.verify_message}"


def _alert(kafka: Kafka, error: ssl.SSLError) -> str | None:
    """What the broker says about the certificate of ours, by the TLS alert (RFC 8446, 6.2); None for another alert."""
    reason = error.reason or ""
    if "ALERT" not in reason or not (
        "CERTIFICATE" in reason or "UNKNOWN_CA" in reason or "HANDSHAKE_FAILURE" in reason
    ):
        return None
    alert = reason.rpartition("ALERT_")[2].lower().replace("_", " ")
    if kafka.ssl_cert_file and "HANDSHAKE_FAILURE" not in reason:
        return (
            f"does not accept the certificate in kafka.ssl_cert_file = {kafka.ssl_cert_file} ({alert}): it has expired, or its authority "
            f"is not one that the broker trusts. Look at it: openssl x509 -noout -dates -issuer -in {kafka.ssl_cert_file}"
        )
    if not kafka.ssl_cert_file:
        return (
            f"asks for a client certificate ({alert}): name one that the broker trusts in kafka.ssl_cert_file, and its key in "
            f"kafka.ssl_key_file; or kafka.security = {kafka.security} is for another port"
        )
    return None


async def _after_handshake(kafka: Kafka, host: str, port: int, context: ssl.SSLContext | None) -> str | None:
    """What the broker says once the client takes the handshake for finished; None for nothing.

    In TLS 1.3 a broker judges the client's certificate after that, and aiokafka reports its alert as a closed connection.
    """
    if context is None:
        return None
    try:
        async with asyncio.timeout(TIMEOUT_MS / 1_000):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            try:
                await reader.read(1)
            finally:
                writer.close()
    except ssl.SSLError as error:
        return _alert(kafka, error)
    except (OSError, TimeoutError):
        return None
    return None


async def _listens(host: str, port: int) -> bool:
    """Whether a TCP connection is taken, whatever is spoken on it."""
    try:
        async with asyncio.timeout(TIMEOUT_MS / 1_000):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
