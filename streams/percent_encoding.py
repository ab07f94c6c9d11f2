"""Percent-encoding in the one form of RFC 3986, section 6.2.2: unreserved characters are plain, hexadecimal digits upper case."""

from __future__ import annotations

import re
from collections.abc import Callable

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def encode(text: str, extra: frozenset[str]) -> str:
    """``text`` with every character percent-encoded but the unreserved ones and those in ``extra``.

    Escapes that are there are kept, in upper case, but for those of unreserved characters, which are decoded; a ``%`` that
    begins no escape is encoded.

    >>> encode("a%7eb%2fc d%", frozenset("/%"))
    'a~b%2Fc%20d%25'
    """
    plain = _LOOSE_PERCENT.sub("%25", text) if "%" in text else text
    if "%" in plain:
        plain = _ESCAPE.sub(_unescape, plain)
    allowed: Callable[[str], bool] = (_UNRESERVED | extra).__contains__
    if all(map(allowed, plain)):
        return plain
    return "".join(c if allowed(c) else _percent(c) for c in plain)


def _unescape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else f"%{match[1].upper()}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
