"""Decodes the page body in a JSON field: text, declared or detected base64, and other languages' notations of bytes."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from streams.errors import BadRecord

_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{16,}={0,2}")
_SOME_BYTES = 16  # length from which a list of numbers is read as bytes
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,", re.I)
_URL_SAFE = str.maketrans("-_", "+/")
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|[\\'\"nrtabfv0])")
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
    b"0": b"\0",
}


def flagged_base64(value: str, name: str) -> bytes:
    """The decoded value of a field that is defined to be base64. ``name`` is the field's, for the error.

    Standard and URL-safe alphabets, missing padding and ``data:`` URLs are accepted. Raises :class:`BadRecord` with code
    ``undecodable``.
    """
    written = _DATA_URL.sub("", "".join(value.split()), count=1).translate(_URL_SAFE)
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRecord(
            f"field {name!r} is not base64 ({error}); text belongs in 'html' or 'text'", "undecodable"
        ) from error


def maybe_base64(value: str) -> bytes | str:
    """The decoded bytes of a text that is clearly base64 or Python's ``b'...'``; any other text unchanged.

    Text with a space, a tag or a character beyond ASCII is not base64. Otherwise all of it must decode, and the result must
    begin like markup, gzip or readable text.
    """
    raw = from_repr(value)
    if raw is not None:
        return raw
    stripped = value.strip()
    if len(stripped) % 4 or not stripped.isascii() or not _BASE64.fullmatch(stripped.encode("ascii")):
        return value
    try:
        decoded = base64.b64decode(stripped)
    except (binascii.Error, ValueError):
        return value
    return decoded if decoded[:2] == b"\x1f\x8b" or b"<" in decoded[:1_000] or _readable(decoded) else value


def _readable(data: bytes) -> bool:
    """Whether nearly all bytes are printable or whitespace, with a space among them."""
    head = data[:1_000]
    return (
        bool(head)
        and sum(byte >= 32 or byte in (9, 10, 13) for byte in head) / len(head) > 0.95
        and b" " in head
    )


def from_repr(value: str) -> bytes | None:
    """The bytes in Python's ``b'...'`` notation, which ``str(some_bytes)`` stores by mistake; None for other text.

    >>> from_repr("b'caf\\\\xc3\\\\xa9'")
    b'caf\\xc3\\xa9'
    >>> from_repr("bread") is None
    True
    """
    stripped = value.strip()
    if stripped[:2] not in ("b'", 'b"') or stripped[-1] != stripped[1] or len(stripped) < 3:
        return None
    try:
        inner = stripped[2:-1].encode("ascii")
    except UnicodeEncodeError:
        return None
    return _ESCAPE.sub(lambda found: _unescaped(found.group(1)), inner)


def _unescaped(code: bytes) -> bytes:
    return bytes([int(code[1:], 16)]) if code[:1] == b"x" else _ESCAPED.get(code, code)


def from_json(value: Any) -> str | bytes | None:
    """The text or bytes in a JSON value: a string, a Node.js ``Buffer`` or a bare list of bytes, MongoDB's ``$binary``.

    None for anything else. Raises :class:`BadRecord` for a ``$binary`` that is not base64.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) >= _SOME_BYTES:
        value = {"type": "Buffer", "data": value}
    if not isinstance(value, dict):
        return None
    if value.get("type") == "Buffer" and isinstance(value.get("data"), list):
        try:
            return bytes(value["data"])
        except (TypeError, ValueError):
            return None
    binary = value.get("$binary")
    encoded = binary.get("base64") if isinstance(binary, dict) else binary
    if isinstance(encoded, str):
        return flagged_base64(encoded, "$binary")
    return None
