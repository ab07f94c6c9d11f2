"""Secret values among the settings (passwords, tokens) that are never printed."""

from __future__ import annotations

import hmac
from pathlib import Path

from streams.errors import SettingsError

_LONGEST = 65_536  # characters in a file that is said to hold one secret


class Secret:
    """A string that prints as ``***`` wherever it is printed; only :meth:`reveal` gives it away.

    >>> f"password {Secret('open sesame')}"
    'password ***'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret string itself, for the client that sends it."""
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


def given(value: Secret, file: str, setting: str) -> Secret:
    """The secret ``value``, or what ``file`` holds without its last line break; empty when neither is set.

    The file is read anew each time, so that a secret can be changed under a running system. Raises
    :class:`SettingsError` that names ``setting`` and the file.
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
