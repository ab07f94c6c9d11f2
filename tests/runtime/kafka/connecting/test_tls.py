"""Files of certificates and keys: what is wrong with them is told as what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from live.certificates import Authority

from streams.errors import SettingsError
from streams.runtime.kafka.connecting.tls import context
from streams.settings import Kafka
from streams.settings.secret import Secret

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


def _refused(**files: object) -> str:
    given = {name: value if isinstance(value, Secret) else str(value) for name, value in files.items()}
    with pytest.raises(SettingsError) as refused:
        context(Kafka(security="ssl", **given))
    return str(refused.value)


def test_a_certificate_without_its_key_is_told_where_to_name_it(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue("own")
    said = _refused(ssl_cert_file=own.certificate)
    assert (
        said
        == f"kafka.ssl_cert_file = {own.certificate} has no private key: name its file in kafka.ssl_key_file"
    )


def test_a_certificate_and_its_key_may_be_in_one_file(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue("own")
    both = tmp_path / "both.pem"
    both.write_text(own.key.read_text() + own.certificate.read_text())
    assert context(Kafka(security="ssl", ssl_cert_file=str(both)))


def test_the_key_of_another_certificate_is_told_from_a_wrong_password(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own, another = authority.issue("own"), authority.issue("another")
    said = _refused(ssl_cert_file=own.certificate, ssl_key_file=another.key)
    assert said.endswith("this key belongs to another certificate")


def test_an_encrypted_key_without_a_password_asks_for_one_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue("own", key_password="0pen")
    files = {"ssl_cert_file": own.certificate, "ssl_key_file": own.key}
    assert _refused(**files).endswith(
        "the key is encrypted: set kafka.ssl_key_password_file or CRAWLMILL_KAFKA_SSL_KEY_PASSWORD"
    )
    said = _refused(**files, ssl_key_password=Secret("wrong-0ne"))
    assert said.endswith("kafka.ssl_key_password does not open it")
    assert "wrong-0ne" not in said


def test_a_folder_or_an_unreadable_key_is_no_traceback(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue("own")
    assert "no such file" in _refused(ssl_cert_file=own.certificate, ssl_key_file=tmp_path)
    own.key.write_bytes(b"\xff\x00")
    assert "no certificate with its key" in _refused(ssl_cert_file=own.certificate, ssl_key_file=own.key)
