"""The pure core from end to end: what becomes of a message, without Kafka, clock or process.

The stages of the stream and ``crawlmill process`` and ``explain`` call the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import xxhash

from streams import __version__, cleaning, dedup, intake, nlp
from streams.records import (
    Candidate,
    Document,
    Enriched,
    EntityFact,
    EventFact,
    Fact,
    Message,
    Provenance,
    QuoteFact,
    Rejection,
)
from streams.settings import Settings

TRACE_HEADER = "traceparent"


def clean(message: Message, settings: Settings) -> Candidate | Rejection:
    """The document in ``message`` with its fingerprint, or why it is not one.

    Raises :class:`streams.errors.BadRecord` when the message is not a page at all.
    """
    page = intake.read(message)
    outcome = cleaning.clean(page, settings.cleaning)
    outcome = msgspec.structs.replace(outcome, provenance=_provenance(message))
    if isinstance(outcome, Rejection):
        return outcome
    return Candidate(document=outcome, fingerprint=dedup.fingerprint(outcome.text, outcome.canonical_url))


def enrich(documents: Sequence[Document], models: nlp.Models) -> list[Enriched]:
    """The documents with what is in them, in the order given."""
    return nlp.enrich(documents, models)


def facts(enriched: Enriched) -> Iterator[tuple[str, Fact]]:
    """Every entity, quotation and event of a document as a record of its own, with its Kafka key.

    The key is made of the canonical URL and of what identifies the fact, so that compaction keeps the newest
    version of each fact when a page is replayed, revised or enriched again by a newer model.
    """
    about: dict[str, Any] = {
        "document_id": enriched.id,
        "url": enriched.url,
        "canonical_url": enriched.canonical_url,
        "site": enriched.site,
        "published_at": enriched.published_at,
        "language": enriched.language,
    }
    place = enriched.canonical_url or enriched.url
    for entity in enriched.entities:
        yield _key(place, entity.label, entity.text), EntityFact(**about, entity=entity)
    for quote in enriched.quotes:
        yield _key(place, quote.quote), QuoteFact(**about, quote=quote)
    for event in enriched.events:
        identity = (event.actor or "", event.action, event.target or "", str(event.start))
        yield _key(place, *identity), EventFact(**about, event=event)


def page_of(key: str) -> str:
    """The part of a fact's key that all facts of a page share, whichever version of the page."""
    return key.partition(":")[0]


def _key(place: str, *identity: str) -> str:
    return f"{xxhash.xxh3_64_hexdigest(place.encode())}:{xxhash.xxh3_128_hexdigest(chr(31).join(identity).encode())}"


def _provenance(message: Message) -> Provenance:
    trace = next((value for name, value in message.headers if name.lower() == TRACE_HEADER), None)
    return Provenance(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        crawlmill=__version__,
        trace=trace.decode("ascii", "replace") if trace else None,
    )
