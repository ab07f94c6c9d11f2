"""The TLS context of a Kafka client: whom it trusts, and the certificate that it shows."""

from __future__ import annotations

import ssl
from pathlib import Path

from streams.errors import SettingsError
from streams.settings import Kafka, secret

_KEY = b"PRIVATE KEY-----"  # of every kind, in PEM
_ENCRYPTED = (b"ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")  # PKCS #8, and OpenSSL's older format


def context(kafka: Kafka) -> ssl.SSLContext:
    """Return a context with the standard library's defaults: TLS 1.2 or newer, certificate and host name verified.

    Raises :class:`SettingsError` for certificate files that cannot be loaded.
    """
    try:
        made = ssl.create_default_context(cafile=kafka.ssl_ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"kafka.ssl_ca_file = {kafka.ssl_ca_file}: {_problem(error)}") from error
    if kafka.ssl_cert_file:
        _own_certificate(made, kafka)
    return made


def _own_certificate(made: ssl.SSLContext, kafka: Kafka) -> None:
    for name, path in (("ssl_cert_file", kafka.ssl_cert_file), ("ssl_key_file", kafka.ssl_key_file)):
        if path and not Path(path).is_file():
            raise SettingsError(f"kafka.{name} = {path}: no such file")
    password = secret.resolve(kafka.ssl_key_password, kafka.ssl_key_password_file, "kafka.ssl_key_password")
    try:
        # Always pass a password: without one OpenSSL would prompt for it on the terminal.
        made.load_cert_chain(kafka.ssl_cert_file, kafka.ssl_key_file or None, password.reveal())
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(_unusable(kafka, error, bool(password))) from error


def _unusable(kafka: Kafka, error: OSError, has_password: bool) -> str:
    """Why a certificate and its key cannot be loaded, as what to do."""
    names = f"kafka.ssl_cert_file = {kafka.ssl_cert_file}"
    if kafka.ssl_key_file:
        names += f", kafka.ssl_key_file = {kafka.ssl_key_file}"
    try:
        key = Path(kafka.ssl_key_file or kafka.ssl_cert_file).read_bytes()
    except OSError as unreadable:
        return f"{names}: {unreadable.strerror}"
    if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
        return f"{names}: this key belongs to another certificate"
    if any(mark in key for mark in _ENCRYPTED):
        if has_password:
            return f"{names}: kafka.ssl_key_password does not open it"
        return f"{names}: the key is encrypted: set kafka.ssl_key_password_file or CRAWLMILL_KAFKA_SSL_KEY_PASSWORD"
    if not kafka.ssl_key_file and _KEY not in key and b"CERTIFICATE-----" in key:
        return f"{names} has no private key: name its file in kafka.ssl_key_file"
    return f"{names}: no certificate with its key ({_problem(error)})"


def _problem(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"not PEM as expected: {error.reason or error}"
    return error.strerror or str(error)
