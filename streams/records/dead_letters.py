"""Dead letters, their replays, and foreign records: those found on a topic that they do not belong to."""

from __future__ import annotations

from streams.records.base import Record
from streams.records.labels import Disposition, Fault
from streams.records.times import Time


class DeadLetter(Record, frozen=True, kw_only=True):
    """A message that could not be processed, as ``crawlmill process`` reports it. On Kafka it is the unchanged message with the
    same facts in headers."""

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
    """A note that the dead letters of one message were replayed: a separate record on pages.deadletter.

    ``letters``: their partitions and offsets there. ``id``: the source message, and ``to``: the message that was produced from it,
    both as topic/partition/offset.
    """

    id: str
    letters: tuple[tuple[int, int], ...]
    to: str
    replayed_at: Time


class Foreign(Record, frozen=True, kw_only=True):
    """A record of a type that does not belong on its topic. ``foreign``: its topic/partition/offset. ``why``: the reason.

    Its value is in ``text`` if it is UTF-8, else in ``base64``; in neither if it has none.
    """

    foreign: str
    why: str
    text: str | None = None
    base64: bytes | None = None
