"""Shrinks messages over the size limit of the topic by gzipping the page in them, which intake recognises."""

from __future__ import annotations

import base64
import binascii
import codecs
import gzip
import json
import re
from typing import Any

from streams.records import Message

# Objects that hold the page in a crawler's record, beside its top level (Frontera, Nutch, HAR).
_WITHIN = (("r",), ("response",), ("response", "content"))
_EXTRACTED = frozenset(
    ["text", "maintext", "text_content"]
)  # plain text: base64 there would be taken for the text
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*")
_LEVEL = 6  # of gzip, its default
_ROOM = 512  # bytes that Kafka adds to a message, at most: lengths, offsets, a batch's header


def size(message: Message) -> int:
    """Return the uncompressed bytes of a message that count against the producer's limit."""
    headers = sum(len(name.encode("utf-8", "replace")) + len(value) + 10 for name, value in message.headers)
    return len(message.value or b"") + len(message.key or b"") + headers + _ROOM


def fit(message: Message, limit: int) -> Message | None:
    """Return the message, with its page gzipped if needed; None where it exceeds ``limit`` bytes even then.

    Deterministic: a page that is fed twice keeps its id.
    """
    if size(message) <= limit:
        return message
    value = _smaller(message.value or b"")
    smaller = message if value is None else Message(value=value, key=message.key, headers=message.headers)
    return smaller if size(smaller) <= limit else None


def _smaller(value: bytes) -> bytes | None:
    """Return a JSON record with its page gzipped; None where it contains no page."""
    try:
        record = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    holder, name = max(_strings(record), key=lambda field: len(field[0][field[1]]), default=(record, ""))
    if not name:
        return None
    packed = base64.b64encode(gzip.compress(_bytes(holder[name]), _LEVEL, mtime=0)).decode("ascii")
    if holder is record and name == "html" and not record.get("body"):
        del record["html"]  # of a native record, whose html is text and whose body is base64
        name = "body"
    holder[name] = packed
    if "mimeType" in holder:
        holder["encoding"] = "base64"  # HAR says so
    return json.dumps(record).encode("ascii")


def _strings(record: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return (object, field name) of every string that may be the page."""
    holders = [record]
    for path in _WITHIN:
        inner: Any = record
        for key in path:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            holders.append(inner)
    return [
        (holder, name)
        for holder in holders
        for name, value in holder.items()
        if isinstance(value, str) and not (name in _EXTRACTED and "mimeType" not in holder)
    ]


def _bytes(text: str) -> bytes:
    """Return the bytes of the page in a string: decoded base64, or UTF-8 with a byte order mark."""
    if "<" not in text and len(text) % 4 == 0 and _BASE64.fullmatch(text):
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            pass
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")
