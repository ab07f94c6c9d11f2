"""Flattened facts: each entity, quotation and event of a document as a record of its own."""

from __future__ import annotations

from streams.records.base import SCHEMA_VERSION, Record
from streams.records.enriched import Entity, Event, Quote
from streams.records.labels import PageType, TimePrecision
from streams.records.times import Time


class Fact(Record, frozen=True, kw_only=True):
    """The fields of every flattened record: its key, what its page is, and the sentence that the fact is from."""

    schema: int = SCHEMA_VERSION  # Version of this record.
    key: str = ""  # Of the record on Kafka; the same in every version of the page that has the fact.
    crawlmill: str = ""  # Version of crawlmill that found the fact.
    model: str | None = None  # Name of the model that found the document's entities, null where none did.
    model_version: str | None = None  # Version of that model.
    document_id: str  # Id of the enriched document that the fact is from.
    url: str  # Address that was asked for, as the crawler wrote it.
    canonical_url: str  # Identifier of the page: the same for all of its addresses.
    site: str = ""  # Registered domain.
    title: str | None = None  # Of the page, its first 300 characters.
    page_type: PageType | None = None  # What kind of page it is, by a model; null for plain text.
    fetched_at: Time | None = None  # When the page was fetched, by the crawler's clock.
    fetched_precision: TimePrecision | None = None  # Precision of `fetched_at`: second, or day for midnight.
    # When it was published, as the page states it: the first second of the stated period, in UTC.
    published_at: Time | None = None
    published_precision: TimePrecision | None = None  # How precisely `published_at` is stated.
    # Minutes of the stated zone east of UTC; null where none is stated, and the time is the page's local
    # time.
    published_offset: int | None = None
    language: str | None = None  # Code of ISO 639, null where the language is not known.
    # Sentence of the fact, of an entity's first mention; of a longer one, 500 characters that have the fact
    # in them.
    sentence: str | None = None
    # Where the sentence begins: a code point of what the fact's offsets count in.
    sentence_start: int | None = None


class EntityFact(Fact, frozen=True, kw_only=True):
    """One entity of one document, on pages.entities."""

    entity: Entity  # The entity.


class QuoteFact(Fact, frozen=True, kw_only=True):
    """One quotation of one document, on pages.quotes."""

    quote: Quote  # The quotation.


class EventFact(Fact, frozen=True, kw_only=True):
    """One event of one document, on pages.events."""

    event: Event  # The event.
