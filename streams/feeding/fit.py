"""Messages that are too long for the topic, made to fit: the page in them goes in gzip, which intake recognises."""

from __future__ import annotations

import base64
import binascii
import codecs
import gzip
import json
import re
from typing import Any

from streams.records import Message

# Where a crawler's record has its page: at the top, or in one of these objects (Frontera, Nutch, HAR).
_WITHIN = (("r",), ("response",), ("response", "content"))
_EXTRACTED = frozenset(
    ["text", "maintext", "text_content"]
)  # plain text: base64 there would be taken for the text
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*")
_LEVEL = 6
_ROOM = 512  # bytes that Kafka adds to a message, at most: lengths, offsets, a batch's header


def size(message: Message) -> int:
    """Bytes of a message, before compression, that count against the limit of the producer."""
    headers = sum(len(name.encode("utf-8", "replace")) + len(value) + 10 for name, value in message.headers)
    return len(message.value or b"") + len(message.key or b"") + headers + _ROOM


def fit(message: Message, limit: int) -> Message | None:
    """The message, its page gzipped if it has to be; None where it is over ``limit`` bytes even so.

    The same message gives the same bytes: what is fed twice keeps its id.
    """
    if size(message) <= limit:
        return message
    value = _smaller(message.value or b"")
    smaller = message if value is None else Message(value=value, key=message.key, headers=message.headers)
    return smaller if size(smaller) <= limit else None


def _smaller(value: bytes) -> bytes | None:
    """A JSON record with its page gzipped; None where there is no page in it."""
    try:
        record = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    holder, name = max(_strings(record), key=lambda place: len(place[0][place[1]]), default=(record, ""))
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
    """Where strings are that may be the page."""
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
    """The page in a string: decoded base64, or its text in UTF-8 with a mark that says so."""
    if "<" not in text and len(text) % 4 == 0 and _BASE64.fullmatch(text):
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            pass
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")
