"""Why a broker refuses us, told as what to do: listeners that speak TLS like a broker, with certificates of every kind."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from live.certificates import Authority, Certificate

from streams.runtime.kafka import clients
from streams.settings import Kafka, Settings

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that the broker and its clients trust."""
    return Authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("other"), "other")


def _listener(own: Certificate, clients_of: Path | None, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key)
    context.maximum_version = newest
    if clients_of is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients_of)
    return context


def _hang_up_on_each(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Shake hands with whoever connects, and hang up; until the listener is shut down."""
    while True:
        try:
            taken, _ = listener.accept()
        except OSError:
            return
        with taken, suppress(OSError):  # a refused handshake
            context.wrap_socket(taken, server_side=True).close()


def _said(
    kafka: Kafka,
    own: Certificate,
    clients_of: Path | None = None,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> str:
    """What a user is told who connects to a listener with this certificate, which hangs up after the handshake."""
    # In a thread with blocking sockets: a listener of asyncio ends a refused handshake without the alert that says why.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(
            target=_hang_up_on_each, args=(listener, _listener(own, clients_of, newest))
        )
        thread.start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        chosen = msgspec.structs.replace(kafka, security="ssl", bootstrap_servers=address)
        try:
            return str(asyncio.run(clients.unavailable(Settings(kafka=chosen), ConnectionError())))
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_broker_whose_authority_is_not_trusted_is_told_with_the_setting(
    ours: Authority, other: Authority
) -> None:
    own = ours.issue("broker")
    said = _said(Kafka(ssl_ca_file=str(other.certificate)), own)
    assert "whose authority is not trusted" in said
    assert f"name the PEM file of that authority in kafka.ssl_ca_file (now {other.certificate})" in said
    assert "(now the system's)" in _said(Kafka(), own)


def test_a_broker_s_expired_certificate_is_the_broker_s_to_renew(ours: Authority) -> None:
    said = _said(Kafka(ssl_ca_file=str(ours.certificate)), ours.issue("late", days=-1))
    assert "shows a certificate that has expired: renew it there" in said


def test_a_certificate_for_another_host_names_the_address_to_change(ours: Authority) -> None:
    said = _said(Kafka(ssl_ca_file=str(ours.certificate)), ours.issue("elsewhere", hosts="DNS:kafka.example"))
    assert "shows a certificate for another host" in said
    assert "kafka.bootstrap_servers" in said
    assert "advertised.listeners" in said


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_broker_that_asks_for_a_certificate_names_the_two_settings(
    ours: Authority, newest: ssl.TLSVersion
) -> None:
    said = _said(Kafka(ssl_ca_file=str(ours.certificate)), ours.issue("asking"), ours.certificate, newest)
    assert "asks for a client certificate" in said
    assert "kafka.ssl_cert_file, and its key in kafka.ssl_key_file" in said


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("kind", ["expired", "of another authority"])
def test_a_certificate_that_the_broker_refuses_is_named_with_how_to_look_at_it(
    ours: Authority, other: Authority, kind: str, newest: ssl.TLSVersion
) -> None:
    shown = ours.issue("expired", days=-1) if kind == "expired" else other.issue("stranger")
    kafka = Kafka(
        ssl_ca_file=str(ours.certificate), ssl_cert_file=str(shown.certificate), ssl_key_file=str(shown.key)
    )
    said = _said(kafka, ours.issue("choosy"), ours.certificate, newest)
    assert f"does not accept the certificate in kafka.ssl_cert_file = {shown.certificate}" in said
    assert f"openssl x509 -noout -dates -issuer -in {shown.certificate}" in said


def test_a_broker_that_accepts_the_certificate_and_hangs_up_is_asked_for_its_port(ours: Authority) -> None:
    shown = ours.issue("good")
    kafka = Kafka(
        ssl_ca_file=str(ours.certificate), ssl_cert_file=str(shown.certificate), ssl_key_file=str(shown.key)
    )
    said = _said(kafka, ours.issue("broker"), ours.certificate)
    assert "ends the connection: is kafka.security = ssl right for this port?" in said
