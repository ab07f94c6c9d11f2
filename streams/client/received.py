"""One record of an output topic with where it was, and which class the records of each topic have."""

from __future__ import annotations

import datetime
from typing import Generic, TypeVar

import msgspec

from streams import topics
from streams.records import DeadLetter, Enriched, EntityFact, EventFact, QuoteFact, Record, Rejection

R = TypeVar("R", bound=Record)

RECORDS: dict[str, type[Record]] = {
    topics.ENRICHED: Enriched,
    topics.QUOTES: QuoteFact,
    topics.EVENTS: EventFact,
    topics.ENTITIES: EntityFact,
    topics.REJECTED: Rejection,
    topics.DEADLETTER: DeadLetter,
}
"""The record class of each topic that the client reads (names without prefix)."""


class Received(msgspec.Struct, Generic[R], frozen=True):
    """A record of a topic. ``record`` is None for a tombstone: what had this key before is no longer so."""

    record: R | None
    key: str
    topic: str
    partition: int
    offset: int
    timestamp: datetime.datetime  # UTC, when it was produced
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def position(self) -> str:
        """topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"
