"""Dead letters, their replays, and records found on a topic that they do not belong to."""

from __future__ import annotations

from streams.records.base import Record
from streams.records.labels import Disposition, Fault


class DeadLetter(Record, frozen=True, kw_only=True):
    """A message that could not be processed, as ``process`` reports it. On Kafka it is the untouched message
    with the same facts in headers."""

    id: str
    disposition: Disposition = Disposition.DEADLETTER
    reason: Fault
    stage: str
    error: str
    message: str
    url: str | None = None
    topic: str = ""
    partition: int = -1
    offset: int = -1


class Replayed(Record, frozen=True, kw_only=True):
    """That dead letters about one message were replayed: a record of its own on pages.deadletter, beside them.

    ``letters`` are their partitions and offsets there, ``id`` is the source message, ``to`` where it was sent: both
    topic/partition/offset. ``replayed_at`` is RFC 3339, UTC.
    """

    id: str
    letters: tuple[tuple[int, int], ...]
    to: str
    replayed_at: str


class Foreign(Record, frozen=True, kw_only=True):
    """A record that is none of those its topic is for. ``foreign`` says where it is: topic/partition/offset.

    Its value is in ``text`` where that is UTF-8, else in ``base64``; in neither where it has none.
    """

    foreign: str
    why: str
    text: str | None = None
    base64: bytes | None = None
