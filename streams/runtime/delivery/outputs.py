"""The output of one message: encoded records with their headers, table changes, and the disposition of its page."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterator
from typing import NamedTuple

from streams import topics
from streams.execution.results import (
    Failed,
    OutputRecord,
    PageVersion,
    Processed,
    TableChange,
    unexpected_failure,
)
from streams.records import CANDIDATE_VERSION, SCHEMA_VERSION, Candidate, Disposition, Fault, Message, Stage
from streams.runtime.delivery import trace_context
from streams.runtime.delivery.dead_letter_record import Headers, dead_letter, record_bytes
from streams.runtime.delivery.trace_context import TraceContext
from streams.runtime.faust_overrides.interfaces import Event

ARRIVED_HEADER = "crawlmill-arrived"  # milliseconds since the epoch when the page arrived on pages.raw
# On a document that crawlmill replay has appended to pages.clean again: when, in milliseconds since the epoch.
REPLAYED_HEADER = "crawlmill-replayed"
_ARRIVED = re.compile(rb"[0-9]{1,15}")
_LATEST = 1e15  # milliseconds with 15 digits: the year 33658


class MessageOutput(NamedTuple):
    """Everything to send for one message. ``disposition`` is set by a page's last stage, ``fault`` on a dead letter.

    ``trace_id``: 32 hexadecimal digits, of the trace that the records continue; empty without one. ``page``: of an enriched
    document, whose facts replace those of the page's earlier versions.
    """

    records: tuple[tuple[OutputRecord, Headers], ...]
    changes: tuple[TableChange, ...]
    disposition: Disposition | None
    reason: str
    fault: Fault | None = None
    page_type: str | None = None  # set by the clean stage
    language: str | None = None  # set by the enrich stage
    site: str = ""
    trace_id: str = ""
    page: PageVersion | None = None


def message_output(
    stage: str,
    message: Message,
    result: Processed | Failed,
    arrived: int,
    limit: int,
    trace: TraceContext | None = None,
) -> MessageOutput:
    """The output of a message with this result; a dead letter where a record exceeds ``limit`` bytes or cannot be encoded.

    The records carry ``trace``, by default what came with the message; a dead letter carries the message's own headers.
    Raises nothing: every message has an output that can be sent.
    """
    if isinstance(result, Failed):
        return dead_letter_output(stage, message, result, limit)
    try:
        output = _output(
            stage, message, result, arrived, trace_context.of(message) if trace is None else trace
        )
        for made, headers in output.records:
            if (size := record_bytes(made.key, made.value, headers)) > limit:
                return too_large_output(
                    stage, message, output.changes, f"{size} bytes for {made.topic}", limit
                )
    except Exception as error:  # noqa: BLE001 - only this message can have caused it: see streams.execution.error_policy
        return dead_letter_output(
            stage, message, unexpected_failure(error)._replace(changes=result.changes), limit
        )
    return output


def _output(
    stage: str, message: Message, result: Processed, arrived: int, trace: TraceContext
) -> MessageOutput:
    # Few and small headers, as one page causes hundreds of records.
    inherited: Headers = [(ARRIVED_HEADER, str(arrived).encode()), *trace.headers()]
    moved = stage == Stage.ENRICH and _is_moved(result)
    if moved and (replayed := _stamp(message, REPLAYED_HEADER)) is not None:
        inherited.append(
            (REPLAYED_HEADER, str(replayed).encode())
        )  # the next replay passes over it there, too
    records = tuple((made, inherited + _schema(made.schema)) for made in result.outputs)
    if result.reason is not None:
        disposition, reason = Disposition.REJECTED, result.reason
    elif stage == Stage.ENRICH and not moved:
        disposition, reason = Disposition.ENRICHED, "none"
    else:
        disposition, reason = None, ""
    return MessageOutput(
        records,
        result.changes,
        disposition,
        reason,
        None,
        result.page_type,
        result.language,
        result.site,
        trace.trace_id,
        _dated(result.page, arrived),
    )


def _is_moved(result: Processed) -> bool:
    """Whether a document was put on another partition of pages.clean instead of being enriched."""
    return [made.topic for made in result.outputs] == [topics.CLEAN]


def _dated(page: PageVersion | None, arrived: int) -> PageVersion | None:
    """The version of a page; of a document from before there were versions, the time of its arrival stands for it."""
    return page if page is None or page.version else page._replace(version=arrived)


def too_large_output(
    stage: str, message: Message, changes: tuple[TableChange, ...], said: object, limit: int
) -> MessageOutput:
    """The dead letter of a message that caused a record larger than its topic accepts.

    Blame the page: crashing would redeliver it and crash again, forever. Its table changes are kept.
    """
    why = f"a record it caused is too large for its topic, kafka.max_message_bytes = {limit}: {said}"
    return dead_letter_output(
        stage, message, Failed(Fault.ERROR, "MessageSizeTooLargeError", why, changes), limit
    )


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
        yield too_large_output(stage, message, output.changes, error, limit)
    why = f"a record it caused is too large for its topic, kafka.max_message_bytes = {limit}: {error}"
    fault = result if isinstance(result, Failed) else Failed(Fault.ERROR, "MessageSizeTooLargeError", why)
    yield dead_letter_output(stage, message, fault._replace(changes=output.changes), 0)


def arrived_at(event: Event, message: Message) -> int:
    """When the page arrived on pages.raw, in milliseconds since the epoch; at most now, so that latency is not negative."""
    now = int(time.time() * 1_000)
    said = said_arrival(message)
    if said is None:
        said = int((produced_at(event) or now / 1_000) * 1_000)
    return min(said, now)


def produced_at(event: Event) -> float | None:
    """The timestamp of a Kafka message in seconds since the epoch; None for one that is no time, as the producer sets it."""
    stamp = event.message.timestamp or 0.0
    return stamp if 0 < stamp < _LATEST / 1_000 else None


def said_arrival(message: Message) -> int | None:
    """The arrival time in the header that crawlmill adds to its records; None where it is absent or malformed."""
    return _stamp(message, ARRIVED_HEADER)


def began_at(message: Message, arrived: int) -> int:
    """When the way of a message began, from which its latency counts: its arrival, or a later replay of a stage."""
    return max(arrived, min(_stamp(message, REPLAYED_HEADER) or 0, int(time.time() * 1_000)))


def _stamp(message: Message, header: str) -> int | None:
    for name, value in message.headers:
        if name == header and _ARRIVED.fullmatch(value):
            return int(value)
    return None


@functools.cache
def _schema(name: str) -> Headers:
    version = CANDIDATE_VERSION if name == Candidate.__name__ else SCHEMA_VERSION
    return [("content-type", b"application/json"), ("schema", f"{name}/{version}".encode())]


def dead_letter_output(stage: str, message: Message, result: Failed, limit: int) -> MessageOutput:
    """The output that dead-letters a message; it can be produced for any message: see :mod:`streams.runtime.delivery.dead_letter_record`."""
    key, value, headers = dead_letter(stage, message, result, limit)
    made = OutputRecord(topics.DEADLETTER, key, value, "")  # type: ignore[arg-type]  # untouched: either may be absent
    return MessageOutput(
        ((made, headers),), result.changes, Disposition.DEADLETTER, result.fault, result.fault
    )
