"""Flattened facts: each entity, quotation and event of a document as a record of its own."""

from __future__ import annotations

from streams.records.base import SCHEMA_VERSION, Record
from streams.records.enriched import Entity, Event, Quote
from streams.records.labels import TimePrecision
from streams.records.times import Time


class Fact(Record, frozen=True, kw_only=True):
    """The fields of every flattened record that identify its document."""

    schema: int = SCHEMA_VERSION
    document_id: str
    url: str
    canonical_url: str
    site: str = ""
    published_at: Time | None = None
    published_precision: TimePrecision | None = None
    published_offset: int | None = None
    language: str | None = None


class EntityFact(Fact, frozen=True, kw_only=True):
    """One entity of one document, on pages.entities."""

    entity: Entity


class QuoteFact(Fact, frozen=True, kw_only=True):
    """One quotation of one document, on pages.quotes."""

    quote: Quote


class EventFact(Fact, frozen=True, kw_only=True):
    """One event of one document, on pages.events."""

    event: Event
