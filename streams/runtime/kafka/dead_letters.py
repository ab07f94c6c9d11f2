"""Dead letters: which there are, and putting their messages back where they came from.

What was replayed is marked by a record of its own on pages.deadletter (:class:`~streams.records.Replayed`), on the partition of
the letter, so a letter is replayed once however often one asks. Nothing that a crawler can put into a message has a say in that.
A message is sent before its mark: if the replay is interrupted between the two, it is sent again next time, and
a page that comes twice has one id, so everything downstream is keyed the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import xxhash
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.errors import TopicMismatch
from streams.records import DeadLetter, Fault, Foreign, Message, Replayed, encode
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.dead_letter_record import is_cut, own_headers, was_null
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.kafka import clients, topic_admin, topic_check, topics
from streams.runtime.kafka.follow import follow, original
from streams.runtime.kafka.topic_records import REPLAYED_SCHEMA, deadletter_record
from streams.settings import Settings

_AT_A_TIME, _BYTES_AT_A_TIME = 200, 20_000_000  # messages, and bytes of them, sent and not yet marked
Place = tuple[int, int]
"""Partition and offset on pages.deadletter."""


class Wanted(msgspec.Struct, frozen=True):
    """Which letters: every condition that is given must hold."""

    reasons: frozenset[Fault] = frozenset()
    stages: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    first: int = 0  # offset on pages.deadletter, of each partition
    last: int | None = None

    def matches(self, letter: Listed) -> bool:
        """Whether a letter is among them."""
        said, offset = letter.said, letter.place[1]
        return (
            (not self.reasons or said.reason in self.reasons)
            and (not self.stages or said.stage in self.stages)
            and (not self.ids or said.id in self.ids)
            and self.first <= offset
            and (self.last is None or offset <= self.last)
        )


class Letter(msgspec.Struct, frozen=True):
    """One dead letter: what it says, and the message itself."""

    said: DeadLetter
    message: Message

    @property
    def place(self) -> Place:
        """Where it lies on pages.deadletter."""
        return self.message.partition, self.message.offset

    @property
    def is_pointer(self) -> bool:
        """Whether the message is not in the letter, which says where it was read."""
        return is_cut(self.message)


class Listed(NamedTuple):
    """What is kept of a letter while all are looked at: not its message, of which there may be gigabytes."""

    said: DeadLetter
    place: Place
    digest: bytes


class Found(NamedTuple):
    """All that pages.deadletter holds: letters, what was replayed (by the letter's place), and what is neither."""

    letters: tuple[Listed, ...]
    replayed: dict[Place, Replayed]
    foreign: tuple[Foreign, ...]

    def due(self, letters: Iterable[Listed], *, again: bool = False) -> list[tuple[Listed, ...]]:
        """Of these letters those to replay, grouped by the message they are about: redelivery may have written several.

        With ``again`` also those that were replayed before.
        """
        groups: dict[tuple[str, bytes], list[Listed]] = {}
        chosen = {letter.place for letter in letters}
        for letter in self.letters:
            groups.setdefault((letter.said.id, letter.digest), []).append(letter)
        return [
            tuple(group)
            for group in groups.values()
            if any(letter.place in chosen for letter in group)
            and (again or not any(letter.place in self.replayed for letter in group))
        ]


class Outcome(NamedTuple):
    """What a replay did: messages sent, and of each that could not be why."""

    sent: int
    refused: tuple[str, ...]


async def find(settings: Settings) -> Found:
    """Everything on pages.deadletter now. Raises as :func:`streams.runtime.kafka.follow.follow` does."""
    letters: list[Listed] = []
    foreign: list[Foreign] = []
    replayed: dict[Place, Replayed] = {}
    async for record in read(settings):
        match record:
            case Letter():
                letters.append(Listed(record.said, record.place, _digest(record.message)))
            case Replayed():
                replayed |= dict.fromkeys(record.letters, record)
            case Foreign():
                foreign.append(record)
    return Found(tuple(letters), replayed, tuple(foreign))


async def read(settings: Settings) -> AsyncIterator[Letter | Replayed | Foreign]:
    """The records on pages.deadletter now, one by one. Raises as :func:`streams.runtime.kafka.follow.follow` does."""
    async for message in follow(settings, [topics.DEADLETTER], from_start=True, at_end=True):
        record = deadletter_record(message)
        yield Letter(record, message) if isinstance(record, DeadLetter) else record


async def replay(settings: Settings, groups: Iterable[tuple[Listed, ...]]) -> Outcome:
    """Send the message of each group of letters (:meth:`Found.due`) back to the topic it came from, and mark the letters.

    A candidate goes where its key belongs, everything else to the partition it came from while there is one of that number.
    Letters are read once more, some at a time. Raises :class:`~streams.errors.BrokerUnavailable`, and :class:`TopicMismatch` where
    ``kafka.partitions`` is more than there are.
    """
    kafka = settings.kafka
    sources = [topics.full_name(settings, name) for name in topics.CONSUMED]
    counts = await topic_admin.partition_counts(settings, sources)
    candidates = topics.full_name(settings, topics.CANDIDATES)
    if counts[candidates] < kafka.partitions:
        raise TopicMismatch(topic_check.keyed_difference(candidates, counts[candidates], kafka.partitions))
    producer = AIOKafkaProducer(
        **clients.producer_options(settings),
        enable_idempotence=kafka.processing_guarantee == "exactly_once",
    )
    waiting = {group[-1].place: group for group in groups}
    replayer = _Replayer(settings, producer, counts)
    try:
        await producer.start()
        async for record in read(settings):
            if isinstance(record, Letter) and (group := waiting.pop(record.place, None)) is not None:
                await replayer.add(record, group)
        await replayer.flush()
    except (KafkaError, OSError) as error:
        raise await clients.unavailable(settings, error) from error
    finally:
        await producer.stop()
    gone = [
        f"{group[-1].said.id}: its letter is no longer on {topics.DEADLETTER}" for group in waiting.values()
    ]
    return Outcome(replayer.sent, (*replayer.refused, *gone))


class _Replayer:
    """Sends messages and then their marks, some at a time."""

    def __init__(self, settings: Settings, producer: Any, counts: Mapping[str, int]) -> None:
        self.sent = 0
        self.refused: list[str] = []
        self._settings = settings
        self._producer = producer
        self._counts = counts
        self._under_way: list[tuple[tuple[Listed, ...], Awaitable[Any]]] = []
        self._bytes = 0

    async def add(self, letter: Letter, group: tuple[Listed, ...]) -> None:
        """Send the message of a letter, which stands for the group."""
        message, why = await self._message(letter)
        if message is None:
            self.refused.append(f"{letter.said.id}: {why}")
            return
        try:
            sent = await self._producer.send(
                message.topic, message.value, key=message.key,
                partition=_partition(self._settings, message, self._counts[message.topic]), headers=list(message.headers),
            )  # fmt: skip
        except MessageSizeTooLargeError:
            self._refuse_size(letter.said.id)
            return
        self._under_way.append((group, sent))
        self._bytes += len(message.value or b"")
        if len(self._under_way) >= _AT_A_TIME or self._bytes >= _BYTES_AT_A_TIME:
            await self.flush()

    async def flush(self) -> None:
        """Wait until the broker has what was sent, then mark it."""
        under_way, self._under_way, self._bytes = self._under_way, [], 0
        marks = []
        for group, sent in under_way:
            try:
                there = await sent
            except MessageSizeTooLargeError:
                self._refuse_size(group[-1].said.id)
                continue
            marks.append(await self._mark(group, f"{there.topic}/{there.partition}/{there.offset}"))
            self.sent += 1
        await asyncio.gather(*marks)

    async def _message(self, letter: Letter) -> tuple[Message | None, str]:
        """The message to send, or why there is none."""
        topic = letter.said.topic
        if topic not in self._counts:
            return (
                None,
                f"it came from {topic}, which no stage of this mill reads; look at kafka.topic_prefix",
            )
        message = await message_of(self._settings, letter)
        if message is None:
            return (
                None,
                f"the letter has no value, and {topic} does not hold the message any more; feed the page anew",
            )
        if message.key is None and message.value is None:
            return None, "it has neither key nor value: no client of Kafka sends such a message"
        return message, ""

    async def _mark(self, group: tuple[Listed, ...], to: str) -> Awaitable[Any]:
        """Hand the mark of a group to the producer."""
        mark = Replayed(
            id=group[-1].said.id,
            letters=tuple(letter.place for letter in group),
            to=to,
            replayed_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        )
        sent: Awaitable[Any] = await self._producer.send(
            topics.full_name(self._settings, topics.DEADLETTER), encode(mark), partition=group[-1].place[0],
            headers=[("content-type", b"application/json"), ("schema", REPLAYED_SCHEMA)],
        )  # fmt: skip
        return sent

    def _refuse_size(self, name: str) -> None:
        limit = self._settings.kafka.max_message_bytes
        self.refused.append(f"{name}: it is larger than kafka.max_message_bytes = {limit}")


async def message_of(settings: Settings, letter: Letter) -> Message | None:
    """The message that a letter is about, as it came; None where only the letter is left of it, or it cannot be read.

    Raises :class:`~streams.errors.BrokerUnavailable`, and :class:`~streams.errors.TopicMismatch` where its topic is gone.
    """
    said = letter.said
    if letter.is_pointer:
        found = await original(settings, said.topic, said.partition, said.offset)
        return None if found is None or isinstance(found.value, Unread) else found
    return msgspec.structs.replace(
        letter.message,
        value=None if was_null(letter.message) else letter.message.value,
        headers=tuple(own_headers(letter.message)),
        topic=said.topic,
        partition=said.partition,
        offset=said.offset,
    )


def _partition(settings: Settings, message: Message, count: int) -> int | None:
    """Where a message belongs: a candidate by its key, as when it was sent first; None where the producer may choose."""
    if message.topic == topics.full_name(settings, topics.CANDIDATES) and message.key is not None:
        return partition_of(message.key, settings)
    return message.partition if message.partition < count else None


def _digest(message: Message) -> bytes:
    """Of key and value: a topic that was made anew has other messages at the same offsets."""
    key, value = message.key or b"", message.value or b""
    return xxhash.xxh3_128_digest(len(key).to_bytes(8, "big") + key + value)
