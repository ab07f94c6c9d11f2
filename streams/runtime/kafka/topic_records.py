"""Decodes the messages of each topic into records, and tells whose page a final record is about.

Anybody who may write to a topic can put anything there: a message that its topic does not expect becomes a
:class:`~streams.records.Foreign` with the reason, and nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import msgspec
from aiokafka.structs import ConsumerRecord

from streams import topics, utf8
from streams.records import (
    SCHEMA_VERSION,
    Candidate,
    CleanDocument,
    DeadLetter,
    Disposition,
    Enriched,
    EntityFact,
    EventFact,
    Fault,
    Foreign,
    Message,
    Page,
    QuoteFact,
    Record,
    Rejection,
    Replayed,
    Tombstone,
    decode,
)
from streams.runtime.delivery.dead_letter_record import CONNECT
from streams.runtime.kafka.consumed import to_message
from streams.settings import Settings

R = TypeVar("R", bound=Record)

ENDS = (
    topics.ENRICHED,
    topics.REJECTED,
    topics.DEADLETTER,
)  # topics of dispositions: each page has a record on one of them

REPLAYED_SCHEMA = f"{Replayed.__name__}/{SCHEMA_VERSION}".encode()

_KINDS: dict[str, type[Record]] = {
    topics.CANDIDATES: Candidate,
    topics.CLEAN: CleanDocument,
    topics.ENRICHED: Enriched,
    topics.QUOTES: QuoteFact,
    topics.EVENTS: EventFact,
    topics.ENTITIES: EntityFact,
    topics.REJECTED: Rejection,
}
_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")  # legal topic names in Kafka
_NUMBER = re.compile(r"[0-9]{1,19}")
_LARGEST_PARTITION, _LARGEST_OFFSET = 2**31 - 1, 2**63 - 1  # int32 and int64 in Kafka's protocol


def record_kinds(topic: str) -> tuple[type[Record], ...]:
    """The classes of the records that :func:`topic_record` may return for a topic (name without prefix); none for pages.raw."""
    kind = DeadLetter if topic == topics.DEADLETTER else _KINDS.get(topic)
    return (kind, Tombstone, Foreign) if kind else ()


def message(record: ConsumerRecord) -> Message:
    """Return a consumed record as a :class:`Message`; header names that are not UTF-8 get U+FFFD."""
    found = to_message(record)
    headers = tuple((utf8.well_formed(name), value) for name, value in found.headers)
    return msgspec.structs.replace(found, headers=headers)


def position(record: Message) -> str:
    """Return a message's position: topic/partition/offset."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def foreign(record: Message, why: str) -> Foreign:
    """Return a message that its topic does not expect, with the reason ``why``."""
    value = record.value
    if value is None:
        return Foreign(foreign=position(record), why=why)
    try:
        return Foreign(foreign=position(record), why=why, text=value.decode("utf-8"))
    except UnicodeDecodeError:
        return Foreign(foreign=position(record), why=why, base64=value)


def as_record(record: Message, kind: type[R]) -> R | Foreign:
    """Decode a message as a record of this class; :class:`Foreign` if it is none."""
    try:
        return decode(record.value or b"", kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return foreign(record, f"no {kind.__name__}: {error}")


def topic_record(topic: str, record: Message) -> Record | Foreign | None:
    """Decode a message by its topic (name without prefix); None for JSON on pages.raw, where any is allowed.

    Of a message without a value on a compacted topic, a :class:`~streams.records.Tombstone`.
    """
    if record.value is None and topic in topics.COMPACTED:
        return Tombstone(key=(record.key or b"").decode("utf-8", "replace"))
    if topic == topics.DEADLETTER:
        return deadletter_record(record)
    if topic in _KINDS:
        return as_record(record, _KINDS[topic])
    try:
        msgspec.json.decode(record.value or b"", type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return foreign(record, f"no JSON: {error}")
    return None


def deadletter_record(record: Message) -> DeadLetter | Replayed | Foreign:
    """Decode a message of pages.deadletter. A dead letter's ``id`` is the source message's topic/partition/offset.

    The worker appends its headers to those of the source message, which may have the same names: the last ones count.
    """
    facts = {
        name[len(CONNECT) :]: value.decode("utf-8", "replace")
        for name, value in record.headers
        if name.startswith(CONNECT)
    }
    if not facts:
        is_replayed = any(header == ("schema", REPLAYED_SCHEMA) for header in record.headers)
        return as_record(record, Replayed) if is_replayed else foreign(record, f"no headers {CONNECT}*")
    try:
        topic = _topic(facts.get("topic", ""))
        partition = _number(facts, "partition", _LARGEST_PARTITION)
        offset = _number(facts, "offset", _LARGEST_OFFSET)
        reason = Fault(facts.get("reason", ""))
    except ValueError as error:
        return foreign(record, str(error))
    return DeadLetter(
        id=f"{topic}/{partition}/{offset}",
        reason=reason,
        stage=facts.get("stage", ""),
        error=facts.get("exception.class.name", ""),
        message=facts.get("exception.message", ""),
        topic=topic,
        partition=partition,
        offset=offset,
    )


def _topic(name: str) -> str:
    if _TOPIC.fullmatch(name) is None:
        raise ValueError(f"header {CONNECT}topic: not a topic name")
    return name


def _number(facts: Mapping[str, str], name: str, most: int) -> int:
    """Parse a header's number. It is checked first: ``int`` accepts digits other than ASCII's and raises for more than 4,300."""
    text = facts.get(name, "")
    if _NUMBER.fullmatch(text) is None or int(text) > most:
        raise ValueError(f"header {CONNECT}{name}: expected a number from 0 to {most}")
    return int(text)


class Ended(NamedTuple):
    """The disposition of one page. ``page`` is the source message's topic/partition/offset on pages.raw."""

    page: str
    disposition: Disposition
    reason: str


def ended_page(settings: Settings, message: Message) -> Ended | None:
    """Decode a message of one of :data:`ENDS`; None if it is no disposition. Redelivery may repeat it: count each ``page`` once."""
    name = message.topic.removeprefix(settings.kafka.topic_prefix)
    if name == topics.DEADLETTER:
        record = deadletter_record(message)
        return _ended_by_dead_letter(settings, record, message) if isinstance(record, DeadLetter) else None
    if name == topics.ENRICHED:
        page = as_record(message, Page)
        return None if isinstance(page, Foreign) else Ended(_source(page), Disposition.ENRICHED, "none")
    rejection = as_record(message, Rejection)
    if isinstance(rejection, Foreign):
        return None
    return Ended(_source(rejection), Disposition.REJECTED, str(rejection.reason))


def _ended_by_dead_letter(settings: Settings, dead_letter: DeadLetter, message: Message) -> Ended:
    """Return the page of a dead letter. After the clean stage the message names it, if it can be decoded; else the message stands for it."""
    stage = dead_letter.topic.removeprefix(settings.kafka.topic_prefix)
    found: Page | Candidate | Foreign | None = None
    if stage == topics.CANDIDATES:
        found = as_record(message, Candidate)
    elif stage == topics.CLEAN:
        found = as_record(message, Page)
    page = found.document if isinstance(found, Candidate) else found
    source = _source(page) if isinstance(page, Page) else dead_letter.id
    return Ended(source, Disposition.DEADLETTER, str(dead_letter.reason))


def _source(page: Page) -> str:
    return f"{page.provenance.topic}/{page.provenance.partition}/{page.provenance.offset}"
