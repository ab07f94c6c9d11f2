"""What one message caused, ready to be sent: its records with their headers, and what became of its page."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from streams.pipeline import TRACE_HEADER, traceparent
from streams.records import SCHEMA_VERSION, Disposition, Fault, Message
from streams.runtime.delivery.dead_letter_record import Headers, dead_letter, record_bytes
from streams.runtime.delivery.results import Failed, OutputRecord, Processed, TableChange, unexpected_failure
from streams.runtime.kafka import topics

ARRIVED_HEADER = "crawlmill-arrived"  # milliseconds since the epoch at which the page came to pages.raw
_ARRIVED = re.compile(rb"[0-9]{1,15}")
_LATEST = 1e15  # milliseconds with 15 digits: the year 33658


class MessageOutput(NamedTuple):
    """Everything that one message caused. ``disposition`` is set where a page's way ends, ``fault`` where it went wrong."""

    records: tuple[tuple[OutputRecord, Headers], ...]
    changes: tuple[TableChange, ...]
    disposition: Disposition | None
    reason: str
    fault: Fault | None = None


def pack(stage: str, message: Message, result: Processed | Failed, arrived: int, limit: int) -> MessageOutput:
    """The parcel of a message with this result; its dead letter where a record is over ``limit`` bytes or cannot be encoded.

    Raises nothing: whatever is wrong with a message or its records, there is a parcel that can be sent.
    """
    if isinstance(result, Failed):
        return letter(stage, message, result, limit)
    try:
        parcel = _parcel(stage, message, result, arrived)
        for made, headers in parcel.records:
            if (size := record_bytes(made.key, made.value, headers)) > limit:
                return too_large(stage, message, parcel.changes, f"{size} bytes for {made.topic}", limit)
    except Exception as error:  # noqa: BLE001 - it is this message's fault: see streams.runtime.delivery.error_policy
        return letter(stage, message, unexpected_failure(error)._replace(changes=result.changes), limit)
    return parcel


def _parcel(stage: str, message: Message, result: Processed, arrived: int) -> MessageOutput:
    inherited = _headers(message, arrived)
    records = tuple((made, inherited + _schema(made.schema)) for made in result.outputs)
    if result.reason is not None:
        return MessageOutput(records, result.changes, Disposition.REJECTED, result.reason)
    if stage == "enrich":
        return MessageOutput(records, result.changes, Disposition.ENRICHED, "none")
    return MessageOutput(records, result.changes, None, "")


def too_large(
    stage: str, message: Message, changes: tuple[TableChange, ...], said: object, limit: int
) -> MessageOutput:
    """The dead letter instead of a parcel with a record larger than its topic takes.

    It is this page's fault: stopping would stop for ever. What its visit changed in the table stays changed.
    """
    why = f"a record it caused is too large for its topic, kafka.max_message_bytes = {limit}: {said}"
    return letter(stage, message, Failed(Fault.ERROR, "MessageSizeTooLargeError", why, changes), limit)


def smaller(
    stage: str,
    message: Message,
    output: MessageOutput,
    result: Processed | Failed,
    error: Exception,
    limit: int,
) -> Iterator[MessageOutput]:
    """What to send instead of an output that was refused as too large, each smaller than the one before.

    A dead letter of the message, untouched where that fits by the producer's count; then one that is cut, which fits
    everywhere. The broker counts otherwise than the producer: the batch, after compression, which makes random bytes longer.
    """
    if output.fault is None:
        yield too_large(stage, message, output.changes, error, limit)
    why = f"a record it caused is too large for its topic, kafka.max_message_bytes = {limit}: {error}"
    fault = result if isinstance(result, Failed) else Failed(Fault.ERROR, "MessageSizeTooLargeError", why)
    yield letter(stage, message, fault._replace(changes=output.changes), 0)


def arrived_at(event: Any, message: Message) -> int:
    """When the page came to pages.raw, in milliseconds since the epoch: never after now, for it is a measure of delay."""
    now = int(time.time() * 1_000)
    said = said_arrival(message)
    if said is None:
        stamp = event.message.timestamp or 0.0  # seconds; producers write what they like
        said = int(stamp * 1_000) if 0 < stamp < _LATEST / 1_000 else now
    return min(said, now)


def said_arrival(message: Message) -> int | None:
    """The time in the header that the mill gives every record; None where it is absent or not the mill's."""
    for name, value in message.headers:
        if name == ARRIVED_HEADER and _ARRIVED.fullmatch(value):
            return int(value)
    return None


def _headers(message: Message, arrived: int) -> Headers:
    """What every record inherits from the message that caused it: of fixed size, as a page causes hundreds."""
    inherited: Headers = [(ARRIVED_HEADER, str(arrived).encode())]
    if (trace := traceparent(message)) is not None:
        inherited.append((TRACE_HEADER, trace.encode()))
    return inherited


@functools.cache
def _schema(name: str) -> Headers:
    return [("content-type", b"application/json"), ("schema", f"{name}/{SCHEMA_VERSION}".encode())]


def letter(stage: str, message: Message, result: Failed, limit: int) -> MessageOutput:
    """The dead letter of a message, which can be sent whatever the message is: see :mod:`streams.runtime.delivery.dead_letter_record`."""
    key, value, headers = dead_letter(stage, message, result, limit)
    made = OutputRecord(topics.DEADLETTER, key, value, "")  # type: ignore[arg-type]  # untouched: either may be absent
    return MessageOutput(
        ((made, headers),), result.changes, Disposition.DEADLETTER, result.fault, result.fault
    )
