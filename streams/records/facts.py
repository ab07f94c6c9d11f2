"""Flattened facts: each entity, quotation and event of a document as a record of its own."""

from __future__ import annotations

from streams.records.base import SCHEMA_VERSION, Record
from streams.records.enriched import Entity, Event, Quote
from streams.records.labels import PageType, TimePrecision
from streams.records.times import Time


class Fact(Record, frozen=True, kw_only=True):
    """The fields of every flattened record: its key, what its page is, and the sentence that the fact is from."""

    schema: int = SCHEMA_VERSION
    key: str = ""  # of the record on Kafka; the same in every version of the page that has the fact
    document_id: str
    url: str
    canonical_url: str
    site: str = ""
    title: str | None = None  # of the page, its first 300 characters
    page_type: PageType | None = None
    fetched_at: Time | None = None
    published_at: Time | None = None
    published_precision: TimePrecision | None = None
    published_offset: int | None = None
    language: str | None = None
    # The sentence of the fact, of an entity's first mention; from a longer one, 500 characters that have the fact in them.
    sentence: str | None = None
    sentence_start: int | None = (
        None  # where the sentence begins: code point of what the fact's offsets count in
    )


class EntityFact(Fact, frozen=True, kw_only=True):
    """One entity of one document, on pages.entities."""

    entity: Entity


class QuoteFact(Fact, frozen=True, kw_only=True):
    """One quotation of one document, on pages.quotes."""

    quote: Quote


class EventFact(Fact, frozen=True, kw_only=True):
    """One event of one document, on pages.events."""

    event: Event
