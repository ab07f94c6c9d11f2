"""Reads the dead letters on pages.deadletter, their original messages, and which of them were replayed.

:mod:`streams.runtime.kafka.replay` sends the messages back. A replay is recorded on pages.deadletter as well
(:class:`~streams.records.Replayed`), on the partition of the dead letter. Headers that a crawler puts into a message have no part in this.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

import msgspec
import xxhash

from streams import topics
from streams.records import DeadLetter, Fault, Foreign, Message, Replayed
from streams.runtime.delivery.dead_letter_record import is_cut, own_headers, was_null
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.kafka.follow import follow, original
from streams.runtime.kafka.topic_records import deadletter_record
from streams.settings import Settings

Position = tuple[int, int]
"""Partition and offset on pages.deadletter."""


class Filter(msgspec.Struct, frozen=True):
    """Selects dead letters: every condition that is given must hold."""

    reasons: frozenset[Fault] = frozenset()
    stages: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    first: int = 0  # lowest offset on each partition of pages.deadletter
    last: int | None = None  # highest offset

    def matches(self, letter: IndexEntry) -> bool:
        """Return whether a dead letter is selected."""
        details, offset = letter.details, letter.position[1]
        return (
            (not self.reasons or details.reason in self.reasons)
            and (not self.stages or details.stage in self.stages)
            and (not self.ids or details.id in self.ids)
            and self.first <= offset
            and (self.last is None or offset <= self.last)
        )


class StoredDeadLetter(msgspec.Struct, frozen=True):
    """A dead letter as it is stored: the details from its headers, and the whole message on pages.deadletter."""

    details: DeadLetter
    message: Message

    @property
    def position(self) -> Position:
        """Its partition and offset on pages.deadletter."""
        return self.message.partition, self.message.offset

    @property
    def is_pointer(self) -> bool:
        """Whether it was cut, and so names the original message's position instead of containing it."""
        return is_cut(self.message)


class IndexEntry(NamedTuple):
    """A dead letter in an :class:`Index`: without its message, since all messages together may be gigabytes."""

    details: DeadLetter
    position: Position
    digest: bytes  # of the message's key and value


class Index(NamedTuple):
    """The contents of pages.deadletter: dead letters, replays by the position of the dead letter, and foreign records."""

    letters: tuple[IndexEntry, ...]
    replayed: dict[Position, Replayed]
    foreign: tuple[Foreign, ...]

    def due(self, letters: Iterable[IndexEntry], *, again: bool = False) -> list[tuple[IndexEntry, ...]]:
        """Return the dead letters to replay, grouped by message, since redelivery may have written several for one.

        A group is returned if any of ``letters`` is in it and none was replayed before; with ``again`` also if one was.
        """
        groups: dict[tuple[str, bytes], list[IndexEntry]] = {}
        chosen = {letter.position for letter in letters}
        for letter in self.letters:
            groups.setdefault((letter.details.id, letter.digest), []).append(letter)
        return [
            tuple(group)
            for group in groups.values()
            if any(letter.position in chosen for letter in group)
            and (again or not any(letter.position in self.replayed for letter in group))
        ]


async def find(settings: Settings) -> Index:
    """Return the index of everything on pages.deadletter now. Raises as :func:`streams.runtime.kafka.follow.follow` does."""
    letters: list[IndexEntry] = []
    foreign: list[Foreign] = []
    replayed: dict[Position, Replayed] = {}
    async for record in read(settings):
        match record:
            case StoredDeadLetter():
                letters.append(IndexEntry(record.details, record.position, _digest(record.message)))
            case Replayed():
                replayed |= dict.fromkeys(record.letters, record)
            case Foreign():
                foreign.append(record)
    return Index(tuple(letters), replayed, tuple(foreign))


async def read(settings: Settings) -> AsyncIterator[StoredDeadLetter | Replayed | Foreign]:
    """Yield the records on pages.deadletter now. Raises as :func:`streams.runtime.kafka.follow.follow` does."""
    async for message in follow(settings, [topics.DEADLETTER], from_start=True, at_end=True):
        record = deadletter_record(message)
        yield StoredDeadLetter(record, message) if isinstance(record, DeadLetter) else record


async def message_of(settings: Settings, letter: StoredDeadLetter) -> Message | None:
    """Return the original message of a dead letter; None if it was cut and its topic no longer holds the message, or it cannot be read.

    Raises :class:`~streams.errors.BrokerUnavailable`, and :class:`~streams.errors.TopicMismatch` if its topic is missing.
    """
    details = letter.details
    if letter.is_pointer:
        found = await original(settings, details.topic, details.partition, details.offset)
        return None if found is None or isinstance(found.value, Unread) else found
    return msgspec.structs.replace(
        letter.message,
        value=None if was_null(letter.message) else letter.message.value,
        headers=tuple(own_headers(letter.message)),
        topic=details.topic,
        partition=details.partition,
        offset=details.offset,
    )


def _digest(message: Message) -> bytes:
    """Return a digest of key and value: a topic that was created again has other messages at the same offsets."""
    key, value = message.key or b"", message.value or b""
    return xxhash.xxh3_128_digest(len(key).to_bytes(8, "big") + key + value)
