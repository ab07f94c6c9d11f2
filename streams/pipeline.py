"""The core from end to end: functions that turn messages into records, without Kafka, clock or processes.

The stages of the stream and ``crawlmill process`` and ``explain`` call the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import xxhash

from streams import __version__, cleaning, dedup, intake, nlp, urls, utf8
from streams.cleaning import gc_pause
from streams.nlp.text import passages
from streams.nlp.text.segments import Span
from streams.records import (
    Candidate,
    Document,
    Enriched,
    EntityFact,
    EventFact,
    Fact,
    Mention,
    Message,
    Provenance,
    QuoteFact,
    RawPage,
    Rejection,
    carry,
    times,
    well_formed,
)
from streams.records.page_keys import page_key
from streams.records.trace_parent import traceparent
from streams.settings import Settings

_TITLE_CHARACTERS = 300  # of a page's title in each of its facts; a page can have hundreds


def clean(message: Message, settings: Settings) -> Candidate | Rejection:
    """The cleaned document of a message with its fingerprint, or its rejection.

    Raises :class:`streams.errors.BadRecord` when the message is not a page.
    """
    page = _well_formed(intake.read(message))
    if page.fetched_at:
        page = msgspec.structs.replace(page, **times.of_clock(page.fetched_at))
    # Once more after cleaning: markup and JSON-LD may contain escaped lone surrogates.
    outcome = well_formed(cleaning.clean(page, settings.cleaning))
    if (
        len(outcome.canonical_url) > urls.MAX_URL_CHARACTERS
    ):  # declared by the page, and repeated in every fact
        outcome = msgspec.structs.replace(outcome, canonical_url=urls.canonical(page.url))
    outcome = msgspec.structs.replace(outcome, provenance=_provenance(message))
    if isinstance(outcome, Rejection):
        return outcome
    found = dedup.fingerprint(outcome.text, outcome.canonical_url, outcome.title)
    return Candidate(document=outcome, fingerprint=found)


def _well_formed(page: RawPage) -> RawPage:
    """The page with all strings well formed but its content, which decoding repairs."""
    formed = well_formed(msgspec.structs.replace(page, content=b""))
    return msgspec.structs.replace(formed, content=page.content)


def enrich(documents: Sequence[Document], models: nlp.Models) -> list[Enriched]:
    """The documents with language, entities, quotations, events and keywords, in the order given."""
    with gc_pause.paused():
        return nlp.enrich(documents, models)


def facts(enriched: Enriched) -> Iterator[tuple[str, Fact]]:
    """Yields every entity, quotation and event of a document as a record of its own, with its Kafka key.

    The key is made of the canonical URL and of what identifies the fact, so that compaction keeps the newest
    version of each fact when a page is replayed, revised or enriched again by a newer model.
    """
    about = _about(enriched)
    page = page_key(enriched)
    sentences = passages.Sentences(enriched.text)
    for entity in enriched.entities:
        key = _key(page, entity.label, entity.text)
        said = _first_sentence(enriched.text, sentences, entity.mentions)
        yield key, EntityFact(key=key, **about, **said, entity=entity)
    for quote in enriched.quotes:
        key = _key(page, quote.quote)
        said = _sentence(enriched.text, sentences.around(quote.start, quote.end), quote.start, quote.end)
        yield key, QuoteFact(key=key, **about, **said, quote=quote)
    for event in enriched.events:
        where = f"{event.source}:{event.start}"
        key = _key(page, event.actor or "", event.action, event.target or "", where)
        text = (enriched.title or "") if event.source == "title" else enriched.text
        said = _sentence(text, Span(event.sentence_start, event.sentence_end), event.start, event.end)
        yield key, EventFact(key=key, **about, **said, event=event)


def _about(enriched: Enriched) -> dict[str, Any]:
    """The fields of a document that each of its facts repeats."""
    names = ("url", "canonical_url", "site", "page_type", "fetched_at", "fetched_precision", "language")
    published = ("published_at", "published_precision", "published_offset")
    return {
        "document_id": enriched.id,
        "crawlmill": enriched.provenance.enriched_by,
        "model": enriched.provenance.model,
        "model_version": enriched.provenance.model_version,
        "title": enriched.title and enriched.title[:_TITLE_CHARACTERS],
        **carry(enriched, names + published),
    }


def _first_sentence(text: str, sentences: passages.Sentences, mentions: Sequence[Mention]) -> dict[str, Any]:
    for first in mentions[:1]:
        return _sentence(text, sentences.around(first.start, first.end), first.start, first.end)
    return {}


def _sentence(text: str, around: Span, start: int, end: int) -> dict[str, Any]:
    """The two fields of a fact that hold its sentence, ``around`` the passage from ``start`` to ``end``, bounded."""
    span = passages.bounded(around, start, end)
    return {"sentence": text[span.start : span.end], "sentence_start": span.start}


def _key(page: str, *identity: str) -> str:
    """A fact's key: its page's (:func:`page_key`), a colon, and XXH3-128 of the fields that identify it within the page."""
    fact = utf8.well_formed(chr(31).join(identity)).encode()  # 31: the unit separator
    return f"{page}:{xxhash.xxh3_128_hexdigest(fact)}"


def _provenance(message: Message) -> Provenance:
    return Provenance(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        crawlmill=__version__,
        trace=traceparent(message),
    )
