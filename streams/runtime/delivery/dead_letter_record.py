"""The dead letter of a message: a record for pages.deadletter that can always be produced.

It is the unchanged message plus headers, named as in Kafka Connect (KIP-298), for its topic, partition and offset, the stage
that failed and the error. Where that exceeds the size limit, or Kafka's client cannot encode it, the dead letter is *cut*: instead of the
value and the message's own headers it has their sizes, a SHA-256 digest and the first bytes. Topic, partition and offset
then locate the original, for as long as the source topic retains it.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from streams.execution.results import Failed
from streams.records import Message

Headers = list[tuple[str, bytes]]

CONNECT = "__connect.errors."
CUT = "crawlmill-cut."  # prefix of the headers that only a cut dead letter has
NULLS = "crawlmill-null"  # marks a message without key and value: clients write no record that lacks both
EXCERPT = 1_000  # bytes of the value kept in a cut dead letter
_KEY = 1_000  # bytes of the key kept in a cut dead letter
_MESSAGE, _NAME = 2_000, 200  # characters kept of the exception's message and of its class name


class Record(NamedTuple):
    """The parts of a record to produce."""

    key: bytes | None
    value: bytes | None
    headers: Headers


def dead_letter(stage: str, message: Message, fault: Failed, limit: int) -> Record:
    """The dead letter of a message with this failure; cut if it would exceed ``limit`` bytes."""
    why = _why(stage, message, fault)
    if message.key is None and message.value is None:
        return _fitting(
            message, Record(None, b"", [*message.headers, *why, (NULLS, b"key,value")]), why, limit
        )
    return _fitting(message, Record(message.key, message.value, [*message.headers, *why]), why, limit)


def record_bytes(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """The uncompressed size of a record in a batch of its own, as aiokafka's producer estimates it.

    Raises ``UnicodeEncodeError`` for a header name that is not Unicode.
    """
    return int(DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, headers))


def is_cut(letter: Message) -> bool:
    """Whether a dead letter was cut, and so lacks the original value."""
    return letter.value is None and any(name.startswith(CUT) for name, _ in letter.headers)


def was_null(letter: Message) -> bool:
    """Whether the original message had neither key nor value; the header alone does not tell, as a message may contain it."""
    return letter.key is None and letter.value == b"" and any(name == NULLS for name, _ in letter.headers)


def own_headers(letter: Message) -> Headers:
    """The original message's headers in a dead letter that is not cut; those with a dead letter's names are left out."""
    return [(name, value) for name, value in letter.headers if not name.startswith(CONNECT) and name != NULLS]


def _fitting(message: Message, untouched: Record, why: Headers, limit: int) -> Record:
    try:
        if record_bytes(*untouched) <= limit:
            return untouched
    except UnicodeEncodeError:
        pass  # a header name that a Kafka client cannot encode: it is left out
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
    """The headers that describe the failure, named as in Kafka Connect."""
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
