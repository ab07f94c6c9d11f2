"""Reading topics from outside the mill: no consumer group, nothing committed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from streams.errors import BrokerUnavailable
from streams.records import Candidate, DeadLetter, Disposition, Fault, Message, Page, Rejection, decode
from streams.runtime import security, topics
from streams.runtime.ends import true_ends
from streams.settings import Settings

ENDS = (topics.ENRICHED, topics.REJECTED, topics.DEADLETTER)  # where pages end

_PREFIX = "__connect.errors."


async def follow(
    settings: Settings, names: Sequence[str], *, from_start: bool = False, at_end: bool = False
) -> AsyncGenerator[Message, None]:
    """Messages of the topics (names without prefix) as they come.

    ``from_start`` begins with the oldest; ``at_end`` stops when everything there at the start has been read.
    Raises :class:`BrokerUnavailable` and :class:`TopicMismatch` for a topic that is not there.
    """
    kafka = settings.kafka
    counts = await topics.partition_counts(settings, [topics.full_name(settings, name) for name in names])
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(
        **security.client_options(settings),
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
        raise await security.unavailable(settings, error) from error
    try:
        ends = await _seek(consumer, counts, from_start)
        while not (at_end and await _reached(consumer, ends)):
            for records in (await consumer.getmany(timeout_ms=250)).values():
                for record in records:
                    yield message(record)
    except KafkaError as error:
        raise BrokerUnavailable(f"reading {', '.join(counts)}: {type(error).__name__}: {error}") from error
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
    """A consumed record as the core knows it."""
    return Message(
        value=record.value,
        key=record.key,
        headers=tuple((name, value or b"") for name, value in record.headers),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )


def dead_letter(letter: Message) -> DeadLetter:
    """What a message of pages.deadletter says of itself. ``id`` names the source message: topic/partition/offset."""
    said = {
        name[len(_PREFIX) :]: value.decode("utf-8", "replace")
        for name, value in letter.headers
        if name.startswith(_PREFIX)
    }
    topic, partition, offset = (
        said.get("topic", ""),
        int(said.get("partition", -1)),
        int(said.get("offset", -1)),
    )
    return DeadLetter(
        id=f"{topic}/{partition}/{offset}",
        reason=Fault(said.get("reason", Fault.ERROR)),
        stage=said.get("stage", ""),
        error=said.get("exception.class.name", ""),
        message=said.get("exception.message", ""),
        topic=topic,
        partition=partition,
        offset=offset,
    )


class Ended(NamedTuple):
    """The end of one page's way. ``page`` names the source message: topic/partition/offset on pages.raw."""

    page: str
    disposition: Disposition
    reason: str


def ended_page(settings: Settings, message: Message) -> Ended:
    """Whose end a message of one of :data:`ENDS` is. Redelivery may repeat it: count each ``page`` once."""
    name = message.topic.removeprefix(settings.kafka.topic_prefix)
    if name == topics.ENRICHED:
        return Ended(_source(decode(message.value or b"", Page)), Disposition.ENRICHED, "none")
    if name == topics.REJECTED:
        rejection = decode(message.value or b"", Rejection)
        return Ended(_source(rejection), Disposition.REJECTED, str(rejection.reason))
    letter = dead_letter(message)
    page = letter.id
    stage = letter.topic.removeprefix(settings.kafka.topic_prefix)
    if stage == topics.CANDIDATES:
        page = _source(decode(message.value or b"", Candidate).document)
    elif stage == topics.CLEAN:
        page = _source(decode(message.value or b"", Page))
    return Ended(page, Disposition.DEADLETTER, str(letter.reason))


def _source(page: Page) -> str:
    return f"{page.provenance.topic}/{page.provenance.partition}/{page.provenance.offset}"
