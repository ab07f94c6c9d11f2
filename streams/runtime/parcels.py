"""What one message caused, ready to be sent: its records with their headers, and what became of its page."""

from __future__ import annotations

import functools
import time
from typing import Any, NamedTuple

from streams.pipeline import TRACE_HEADER
from streams.records import SCHEMA_VERSION, Disposition, Fault, Message
from streams.runtime import topics
from streams.runtime.work import Change, Done, Faulty, Made

ARRIVED_HEADER = "crawlmill-arrived"  # milliseconds since the epoch at which the page came to pages.raw
Headers = list[tuple[str, bytes]]


class Parcel(NamedTuple):
    """Everything that one message caused. ``disposition`` is set where a page's way ends, ``fault`` where it went wrong."""

    records: tuple[tuple[Made, Headers], ...]
    changes: tuple[Change, ...]
    disposition: Disposition | None
    reason: str
    fault: Fault | None = None


def pack(stage: str, message: Message, result: Done | Faulty, arrived: int) -> Parcel:
    """The parcel of a message with this result."""
    if isinstance(result, Faulty):
        return _letter(stage, message, result)
    inherited = _headers(message, arrived)
    records = tuple((made, inherited + _schema(made.schema)) for made in result.made)
    if result.reason is not None:
        return Parcel(records, result.changes, Disposition.REJECTED, result.reason)
    if stage == "enrich":
        return Parcel(records, result.changes, Disposition.ENRICHED, "none")
    return Parcel(records, result.changes, None, "")


def too_large(stage: str, message: Message, parcel: Parcel, error: Exception) -> Parcel:
    """The dead letter instead of a parcel with a record larger than its topic takes.

    It is this page's fault: stopping would stop for ever. What its visit changed in the table stays changed.
    """
    fault = Faulty(
        Fault.ERROR, type(error).__name__, f"a record it caused is too large for its topic: {error}"
    )
    return _letter(stage, message, fault)._replace(changes=parcel.changes)


def _letter(stage: str, message: Message, result: Faulty) -> Parcel:
    letter = Made(topics.DEADLETTER, message.key, message.value, "")  # type: ignore[arg-type]  # untouched: both may be absent
    headers = [*message.headers, *_why(stage, message, result)]
    return Parcel(((letter, headers),), (), Disposition.DEADLETTER, result.fault, result.fault)


def arrived_at(event: Any, message: Message) -> int:
    """When the page came to pages.raw, in milliseconds since the epoch."""
    for name, value in message.headers:
        if name == ARRIVED_HEADER and value.isdigit():
            return int(value)
    return int((event.message.timestamp or time.time()) * 1_000)


def _headers(message: Message, arrived: int) -> Headers:
    """What every record inherits from the message that caused it."""
    inherited: Headers = [(ARRIVED_HEADER, str(arrived).encode())]
    inherited += [(name, value) for name, value in message.headers if name.lower() == TRACE_HEADER]
    return inherited


@functools.cache
def _schema(name: str) -> Headers:
    return [("content-type", b"application/json"), ("schema", f"{name}/{SCHEMA_VERSION}".encode())]


def _why(stage: str, message: Message, fault: Faulty) -> Headers:
    """Headers of a dead letter, as Kafka Connect names them."""
    facts = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "stage": stage,
        "reason": fault.fault,
        "exception.class.name": fault.error,
        "exception.message": fault.message[:2_000],
    }
    return [(f"__connect.errors.{name}", str(value).encode()) for name, value in facts.items()]
