"""Secrets are never printed, are compared as a whole, and are read from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.settings import secret
from streams.settings.secret import Secret

HIDDEN = 'tr0ub4dor&3 "=x'


def test_a_secret_in_a_file_is_read_without_its_last_line_break(tmp_path: Path) -> None:
    path = tmp_path / "password"
    for content in (HIDDEN, f"{HIDDEN}\n", f"{HIDDEN}\r\n"):
        path.write_bytes(content.encode())
        assert secret.resolve(Secret(), str(path), "kafka.sasl_password").reveal() == HIDDEN


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), (b"", "empty"), (b"\xff\xfe", "UTF-8")]
)
def test_a_file_that_holds_no_secret_is_named_with_its_setting(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=rf"kafka\.sasl_password_file = .*{said}"):
        secret.resolve(Secret(), str(path), "kafka.sasl_password")


def test_an_offered_token_matches_only_as_a_whole() -> None:
    token = Secret("s3cret")
    assert token.matches("s3cret")
    assert not any(token.matches(offered) for offered in ("", "s3cre", "s3crets", "S3CRET", "\udcff"))


def test_no_way_of_printing_shows_a_secret() -> None:
    value = Secret(HIDDEN)
    assert {str(value), repr(value), f"{value}", f"{value!r}", f"{value!s}"} == {"***"}
    assert repr(Secret()) == "''"
    assert value.reveal() == HIDDEN


def test_secrets_are_equal_by_their_value_and_empty_ones_are_false() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret()}) == 2
    assert Secret("a") and not Secret()


def test_a_secret_that_is_set_directly_is_used_where_no_file_is_named(tmp_path: Path) -> None:
    assert secret.resolve(Secret(HIDDEN), "", "kafka.sasl_password") == Secret(HIDDEN)
    assert not secret.resolve(Secret(), "", "kafka.sasl_password")


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "password"
    for value in ("first", "second"):
        path.write_text(value)
        assert secret.resolve(Secret(), str(path), "kafka.sasl_password").reveal() == value
