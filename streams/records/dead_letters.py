"""Dead letters, their replays, tombstones, and foreign records: those found on a topic that they do not belong to."""

from __future__ import annotations

from streams.records.base import Record
from streams.records.labels import Disposition, Fault
from streams.records.times import Time


class DeadLetter(Record, frozen=True, kw_only=True):
    """A message that could not be processed, as ``crawlmill process`` reports it. On Kafka it is the unchanged message with the
    same facts in headers."""

    id: str  # Source message as topic/partition/offset, or file:line.
    disposition: Disposition = Disposition.DEADLETTER  # Always deadletter.
    reason: Fault  # The fault.
    stage: str  # Stage that failed: clean, dedup or enrich.
    error: str  # Class of the exception.
    message: str  # Message of the exception, up to 2,000 characters.
    url: str | None = None  # URL of the page, where it is known.
    topic: str = ""  # Topic of the source message.
    partition: int = -1  # Partition of the source message, -1 outside Kafka.
    offset: int = -1  # Offset of the source message, -1 outside Kafka.


class Replayed(Record, frozen=True, kw_only=True):
    """A note that the dead letters of one message were replayed: a separate record on pages.deadletter."""

    id: str  # Source message, as topic/partition/offset.
    letters: tuple[tuple[int, int], ...]  # Partition and offset of each of its dead letters.
    to: str  # Message that was produced from it, as topic/partition/offset.
    replayed_at: Time  # When that was.


class Tombstone(Record, frozen=True, kw_only=True):
    """A message without a value on a compacted topic: what had its key before is no longer so."""

    key: str  # Its key.
    deleted: bool = True  # Always true.


class Foreign(Record, frozen=True, kw_only=True):
    """A record of a type that does not belong on its topic. Its value is in ``text``, in ``base64``, or in neither if it has none."""

    foreign: str  # Position of the record, as topic/partition/offset.
    why: str  # Why it does not belong on its topic.
    text: str | None = None  # Its value, where that is UTF-8.
    base64: bytes | None = None  # Its value, where that is not UTF-8.
