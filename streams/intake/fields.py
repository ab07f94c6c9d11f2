"""Fields as crawlers write them: headers, times, bodies, identity."""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Mapping
from typing import Any

import xxhash

from streams import urls
from streams.errors import BadRecord

Object = dict[str, Any]

_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{16,}={0,2}")
_LONGEST_SHOWN = 80  # characters of a value shown in an error


def text(record: Object, name: str) -> str | None:
    """The string in a field, or None where it is absent, null or empty. Raises :class:`BadRecord` for another type."""
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadRecord(f"field {name!r} is {shown(value)}, expected a string")
    return value


def whole(record: Object, name: str) -> int | None:
    """The whole number in a field, also written as a string; None where absent. Raises :class:`BadRecord`."""
    value = record.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 20:
        return int(value)
    raise BadRecord(f"field {name!r} is {shown(value)}, expected a whole number")


def mapping(record: Object, name: str) -> Object:
    """The object in a field; empty where absent. Raises :class:`BadRecord` for another type."""
    value = record.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRecord(f"field {name!r} is {shown(value)}, expected an object")
    return value


def headers(value: Any) -> dict[str, str]:
    """HTTP headers with lower-case names, from ``{name: value}``, ``{name: [values]}`` or ``[[name, value]]``.

    Several values of a name are joined with ``", "``. Raises :class:`BadRecord` for anything else.
    """
    if value is None:
        return {}
    pairs: list[tuple[Any, Any]]
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        pairs = [(name, content) for name, content in value]
    else:
        raise BadRecord(f"headers are {shown(value)}, expected an object of names and values")
    joined: dict[str, str] = {}
    for name, content in pairs:
        key = str(name).strip().lower()
        line = ", ".join(str(item) for item in content) if isinstance(content, list) else str(content)
        joined[key] = f"{joined[key]}, {line}" if key in joined else line
    return joined


def time(value: Any) -> str | None:
    """A time as ISO 8601 in UTC: from ISO text (no zone means UTC), seconds or milliseconds since the epoch.

    None where it is absent or is no time: when a page was fetched is worth less than the page.
    """
    if isinstance(value, str) and value.strip():
        number = _number(value.strip())
        if number is None:
            return _from_text(value.strip())
        value = number
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_seconds(float(value))
    return None


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _from_text(value: str) -> str | None:
    try:
        moment = datetime.datetime.fromisoformat(value)
        return _utc(moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC))
    except (ValueError, OverflowError):
        return None


def _from_seconds(value: float) -> str | None:
    try:
        seconds = (
            value / 1_000 if abs(value) > 1e11 else value
        )  # 1e11 s is the year 5138: it must be milliseconds
        return _utc(datetime.datetime.fromtimestamp(seconds, datetime.UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def flagged_base64(value: str, name: str) -> bytes:
    """The bytes of a field that is defined as base64. Raises :class:`BadRecord` with code ``undecodable``."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRecord(
            f"field {name!r} is not base64 ({error}); text belongs in 'html' or 'text'", "undecodable"
        ) from error


def maybe_base64(value: str) -> bytes | str:
    """Bytes where the text is unmistakably base64, else the text itself.

    Text with a space, a tag or a letter beyond ASCII is not base64; what looks like it must also decode whole, and to
    something that begins like markup, like gzip or like readable text.
    """
    stripped = value.strip()
    if len(stripped) % 4 or not stripped.isascii() or not _BASE64.fullmatch(stripped.encode("ascii")):
        return value
    try:
        decoded = base64.b64decode(stripped)
    except (binascii.Error, ValueError):
        return value
    return decoded if decoded[:2] == b"\x1f\x8b" or b"<" in decoded[:1_000] or _readable(decoded) else value


def _readable(data: bytes) -> bool:
    """Whether bytes look like text in some encoding rather than chance."""
    head = data[:1_000]
    return (
        bool(head)
        and sum(byte >= 32 or byte in (9, 10, 13) for byte in head) / len(head) > 0.95
        and b" " in head
    )


def identity(url: str, fetched_at: str | None, content: bytes | str) -> str:
    """The id of a page that has none: the same page replayed gets the same id."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    parts = (urls.canonical(url), fetched_at or "", xxhash.xxh3_128_hexdigest(data))
    return xxhash.xxh3_128_hexdigest("\x1f".join(parts).encode("utf-8", "surrogatepass"))


def shown(value: Any) -> str:
    """A value as an error message shows it: its kind, and how it begins."""
    begins = repr(value)
    return f"{type(value).__name__} {begins if len(begins) <= _LONGEST_SHOWN else begins[:_LONGEST_SHOWN] + '...'}"
