"""Reading topics from outside the mill: no consumer group, nothing committed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from streams import utf8
from streams.errors import BrokerUnavailable
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
    decode,
)
from streams.runtime.delivery.dead_letter_record import CONNECT
from streams.runtime.faust_overrides import record_batches
from streams.runtime.kafka import clients, topics
from streams.runtime.kafka.end_offsets import true_ends
from streams.settings import Settings

R = TypeVar("R", bound=Record)

ENDS = (topics.ENRICHED, topics.REJECTED, topics.DEADLETTER)  # where pages end

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
_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")  # what Kafka allows
_NUMBER = re.compile(r"[0-9]{1,19}")
_ORIGINAL_SECONDS = 60.0  # for one message of any size to arrive
_LARGEST_PARTITION, _LARGEST_OFFSET = 2**31 - 1, 2**63 - 1


async def follow(
    settings: Settings, names: Sequence[str], *, from_start: bool = False, at_end: bool = False
) -> AsyncGenerator[Message, None]:
    """Messages of the topics (names without prefix) as they come.

    ``from_start`` begins with the oldest; ``at_end`` stops when everything there at the start has been read.
    Raises :class:`BrokerUnavailable` and :class:`TopicMismatch` for a topic that is not there.
    """
    kafka = settings.kafka
    record_batches.bound(kafka.max_batch_bytes)
    counts = await topics.partition_counts(settings, [topics.full_name(settings, name) for name in names])
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(
        **clients.client_options(settings),
        enable_auto_commit=False,
        max_partition_fetch_bytes=kafka.max_message_bytes,
        auto_offset_reset="earliest",
        isolation_level="read_committed"
        if kafka.processing_guarantee == "exactly_once"
        else "read_uncommitted",
    )
    try:
        await consumer.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await consumer.stop()
        raise await clients.unavailable(settings, error) from error
    try:
        ends = await _seek(consumer, counts, from_start)
        while not (at_end and await _reached(consumer, ends)):
            for records in (await consumer.getmany(timeout_ms=250)).values():
                for record in records:
                    yield message(record)
    except (KafkaError, TimeoutError) as error:
        raise BrokerUnavailable(f"reading {', '.join(counts)}: {type(error).__name__}: {error}") from error
    finally:
        await consumer.stop()


async def original(settings: Settings, topic: str, partition: int, offset: int) -> Message | None:
    """The message at an offset of a topic (full name); None where the topic does not hold it any more.

    Raises :class:`BrokerUnavailable`, and :class:`TopicMismatch` for a topic that is not there.
    """
    record_batches.bound(settings.kafka.max_batch_bytes)
    if partition >= (await topics.partition_counts(settings, [topic]))[topic]:
        return None
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(
        **clients.client_options(settings),
        enable_auto_commit=False,
        max_partition_fetch_bytes=settings.kafka.max_message_bytes,
    )
    place = TopicPartition(topic, partition)
    try:
        await consumer.start()
        consumer.assign([place])
        first, end = await consumer.beginning_offsets([place]), await consumer.end_offsets([place])
        if not first[place] <= offset < (await true_ends(consumer, end, first))[place]:
            return None
        consumer.seek(place, offset)
        async with asyncio.timeout(_ORIGINAL_SECONDS):
            # Where there is a transaction's mark at the offset, nothing is delivered but the position.
            while await consumer.position(place) <= offset:
                for record in (await consumer.getmany(place, timeout_ms=500, max_records=1)).get(place, ()):
                    return message(record) if record.offset == offset else None
        return None
    except (TimeoutError, KafkaError, OSError) as error:
        raise BrokerUnavailable(
            f"reading {topic}/{partition}/{offset}: {type(error).__name__}: {error}"
        ) from error
    finally:
        await consumer.stop()


async def _seek(
    consumer: AIOKafkaConsumer, counts: dict[str, int], from_start: bool
) -> dict[TopicPartition, int]:
    """Assign all partitions and seek; their end offsets as of now."""
    partitions = [TopicPartition(name, number) for name, count in counts.items() for number in range(count)]
    consumer.assign(partitions)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    first = await consumer.beginning_offsets(partitions)
    ends = await true_ends(consumer, ends, first)
    starts = first if from_start else ends
    for partition in partitions:
        consumer.seek(partition, starts[partition])
    return ends


async def _reached(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True


def message(record: ConsumerRecord) -> Message:
    """A consumed record as the core knows it; header names that are not UTF-8 are shown with U+FFFD."""
    return Message(
        value=record.value,
        key=record.key,
        headers=tuple((utf8.well_formed(name), value or b"") for name, value in record.headers),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )


def whereabouts(record: Message) -> str:
    """Where a message is: topic/partition/offset."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def foreign(record: Message, why: str) -> Foreign:
    """A message as one that its topic is not for."""
    value = record.value
    if value is None:
        return Foreign(foreign=whereabouts(record), why=why)
    try:
        return Foreign(foreign=whereabouts(record), why=why, text=value.decode("utf-8"))
    except UnicodeDecodeError:
        return Foreign(foreign=whereabouts(record), why=why, base64=value)


def as_record(record: Message, kind: type[R]) -> R | Foreign:
    """A message as a record of the kind that its topic is for."""
    try:
        return decode(record.value or b"", kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return foreign(record, f"no {kind.__name__}: {error}")


def topic_record(topic: str, record: Message) -> Record | Foreign | None:
    """A message as what the topic (name without prefix) holds; None for JSON on pages.raw, which takes any."""
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
    """What a message of pages.deadletter is. Of a letter, ``id`` names the source message: topic/partition/offset.

    A letter has the headers that the worker put behind those of the source message, which may be alike: the last ones count.
    """
    said = {
        name[len(CONNECT) :]: value.decode("utf-8", "replace")
        for name, value in record.headers
        if name.startswith(CONNECT)
    }
    if not said:
        marks = any(header == ("schema", REPLAYED_SCHEMA) for header in record.headers)
        return as_record(record, Replayed) if marks else foreign(record, f"no headers {CONNECT}*")
    try:
        topic = _topic(said.get("topic", ""))
        partition = _number(said, "partition", _LARGEST_PARTITION)
        offset = _number(said, "offset", _LARGEST_OFFSET)
        reason = Fault(said.get("reason", ""))
    except ValueError as error:
        return foreign(record, str(error))
    return DeadLetter(
        id=f"{topic}/{partition}/{offset}",
        reason=reason,
        stage=said.get("stage", ""),
        error=said.get("exception.class.name", ""),
        message=said.get("exception.message", ""),
        topic=topic,
        partition=partition,
        offset=offset,
    )


def _topic(name: str) -> str:
    if _TOPIC.fullmatch(name) is None:
        raise ValueError(f"header {CONNECT}topic: no name of a topic")
    return name


def _number(said: Mapping[str, str], name: str, most: int) -> int:
    """A header's number, checked before Python reads it: more than 4,300 digits raise, and other digits than ASCII's count."""
    text = said.get(name, "")
    if _NUMBER.fullmatch(text) is None or int(text) > most:
        raise ValueError(f"header {CONNECT}{name}: expected a number from 0 to {most}")
    return int(text)


class Ended(NamedTuple):
    """The end of one page's way. ``page`` names the source message: topic/partition/offset on pages.raw."""

    page: str
    disposition: Disposition
    reason: str


def ended_page(settings: Settings, message: Message) -> Ended | None:
    """Whose end a message of one of :data:`ENDS` is; None for what is no end. Redelivery may repeat it: count each ``page`` once."""
    name = message.topic.removeprefix(settings.kafka.topic_prefix)
    if name == topics.DEADLETTER:
        letter = deadletter_record(message)
        return _ended_as_letter(settings, letter, message) if isinstance(letter, DeadLetter) else None
    if name == topics.ENRICHED:
        page = as_record(message, Page)
        return None if isinstance(page, Foreign) else Ended(_source(page), Disposition.ENRICHED, "none")
    rejection = as_record(message, Rejection)
    if isinstance(rejection, Foreign):
        return None
    return Ended(_source(rejection), Disposition.REJECTED, str(rejection.reason))


def _ended_as_letter(settings: Settings, letter: DeadLetter, message: Message) -> Ended:
    """The end of the page that a letter is about: of one that died behind the clean stage, as far as it says which it is."""
    stage = letter.topic.removeprefix(settings.kafka.topic_prefix)
    found: Page | Candidate | Foreign | None = None
    if stage == topics.CANDIDATES:
        found = as_record(message, Candidate)
    elif stage == topics.CLEAN:
        found = as_record(message, Page)
    page = found.document if isinstance(found, Candidate) else found
    source = _source(page) if isinstance(page, Page) else letter.id
    return Ended(source, Disposition.DEADLETTER, str(letter.reason))


def _source(page: Page) -> str:
    return f"{page.provenance.topic}/{page.provenance.partition}/{page.provenance.offset}"
