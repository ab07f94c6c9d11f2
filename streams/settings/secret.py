"""Secret settings (passwords, tokens): a string type that is never printed, and reading a secret from a file."""

from __future__ import annotations

import hmac
from pathlib import Path

from streams.errors import SettingsError

_LONGEST = 65_536  # characters read from a secret's file


class Secret:
    """A string whose ``repr`` and ``str`` are ``***``; only :meth:`reveal` returns the value.

    >>> f"password {Secret('open sesame')}"
    'password ***'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret string itself."""
        return self._value

    def matches(self, offered: str) -> bool:
        """Whether ``offered`` equals the secret, compared in constant time."""
        return hmac.compare_digest(self._value.encode(), offered.encode("utf-8", "surrogateescape"))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "***" if self._value else "''"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


def resolve(value: Secret, file: str, setting: str) -> Secret:
    """The secret in ``file``, without its last line break, where a file is named; else ``value``.

    The file is read on each call, so that a secret can be rotated without a restart. Raises :class:`SettingsError` that names
    ``setting`` and the file for one that is unreadable, empty or not UTF-8.
    """
    if not file:
        return value
    try:
        with Path(file).open(encoding="utf-8") as content:
            text = content.read(_LONGEST)
    except OSError as error:
        raise SettingsError(f"{setting}_file = {file}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SettingsError(
            f"{setting}_file = {file}: not UTF-8 text"
        ) from None  # the cause quotes the bytes
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise SettingsError(f"{setting}_file = {file}: the file is empty")
    return Secret(text)
