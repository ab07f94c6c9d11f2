"""The record on pages.deadletter for a message: one that can always be produced.

It is the untouched message with headers, in Kafka Connect's convention, that say where it was, where it died and why. Where
that does not fit, or Kafka's client could not encode it, the letter is *cut*: no value and none of the message's
headers, but their sizes, a digest and the first bytes. Topic, partition and offset are the pointer to the rest, for as
long as the source topic keeps it.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from streams.records import Message
from streams.runtime.delivery.results import Failed

Headers = list[tuple[str, bytes]]

CONNECT = "__connect.errors."
CUT = "crawlmill-cut."  # begins the names of the headers that only a cut letter has
NULLS = "crawlmill-null"  # what the message did not have, of a message with neither: clients write no record without both
EXCERPT = 1_000  # bytes of the value in a cut letter
_KEY = 1_000  # bytes of the key kept in one
_MESSAGE, _NAME = 2_000, 200  # characters of what the exception said, and of what it and its topic are called


class Record(NamedTuple):
    """What is produced."""

    key: bytes | None
    value: bytes | None
    headers: Headers


def dead_letter(stage: str, message: Message, fault: Failed, limit: int) -> Record:
    """The letter of a message with this fault, of ``limit`` bytes at most."""
    why = _why(stage, message, fault)
    if message.key is None and message.value is None:
        return _fitting(
            message, Record(None, b"", [*message.headers, *why, (NULLS, b"key,value")]), why, limit
        )
    return _fitting(message, Record(message.key, message.value, [*message.headers, *why]), why, limit)


def record_bytes(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """Of a record in a batch of its own, uncompressed, as aiokafka's producer counts before it takes one.

    Raises ``UnicodeEncodeError`` for a header name that is not Unicode.
    """
    return int(DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, headers))


def is_cut(letter: Message) -> bool:
    """Whether a message of pages.deadletter is without the value that it is about."""
    return letter.value is None and any(name.startswith(CUT) for name, _ in letter.headers)


def was_null(letter: Message) -> bool:
    """Whether the message that a letter is about had neither key nor value. One that had either may bring that header itself."""
    return letter.key is None and letter.value == b"" and any(name == NULLS for name, _ in letter.headers)


def own_headers(letter: Message) -> Headers:
    """Those that the message had before it became a letter that is not cut, but for names that are a letter's."""
    return [(name, value) for name, value in letter.headers if not name.startswith(CONNECT) and name != NULLS]


def _fitting(message: Message, untouched: Record, why: Headers, limit: int) -> Record:
    try:
        if record_bytes(*untouched) <= limit:
            return untouched
    except UnicodeEncodeError:
        pass  # a header name that no client of Kafka could write: it has to stay where it is
    return _cut(message, why)


def _cut(message: Message, why: Headers) -> Record:
    key, value = message.key, message.value
    names = [name.encode("utf-8", "surrogateescape") for name, _ in message.headers]
    facts: dict[str, object] = {
        "key-bytes": -1 if key is None else len(key),
        "value-bytes": -1 if value is None else len(value),
        "headers": len(names),
        "headers-bytes": sum(map(len, names)) + sum(len(content) for _, content in message.headers),
        "value-sha256": hashlib.sha256(value or b"").hexdigest(),
    }
    headers = [(CUT + name, str(fact).encode()) for name, fact in facts.items()]
    headers.append((CUT + "excerpt", (value or b"")[:EXCERPT]))
    return Record((key or b"")[:_KEY], None, [*why, *headers])


def _why(stage: str, message: Message, fault: Failed) -> Headers:
    """Headers of a dead letter, as Kafka Connect names them."""
    facts = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "stage": stage,
        "reason": fault.fault,
        "exception.class.name": fault.error[:_NAME],
        "exception.message": fault.message[:_MESSAGE],
    }
    return [(CONNECT + name, str(fact).encode("utf-8", "replace")) for name, fact in facts.items()]
