"""Offsets are true for every record of every eval set, from the raw page on, and the flattened facts are the same.

By default a sample of each set, the same one each time; with ``EVAL=all`` in the environment every record: some minutes.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path

import pytest

from streams import feeding, pipeline
from streams.errors import BadRecord
from streams.nlp import Models
from streams.records import Candidate, Document, Enriched, EntityFact, EventFact, QuoteFact
from streams.settings import Settings

EVAL = Path(__file__).resolve().parents[3] / "shared" / "eval"
AREAS = ("extraction", "errorpages", "residue", "neardup", "ner", "quotes", "languages")
_SAMPLE = 24  # pages of a set: all seven take a minute on one core
_BATCH = 8
_EDGES = " \t\n"


def pages(area: str) -> list[Document]:
    """The documents of a set's pages, as cleaning makes them."""
    path = EVAL / area / "pages.jsonl.gz"
    if not path.exists():
        pytest.skip("the eval set is not here")
    items = list(feeding.read([path]))
    if os.environ.get("EVAL") != "all":
        items = sorted(items, key=lambda item: hashlib.sha256(item.message.value or b"").digest())[:_SAMPLE]
    documents: list[Document] = []
    for item in items:
        try:
            outcome = pipeline.clean(item.message, Settings())
        except BadRecord:
            continue
        if isinstance(outcome, Candidate):
            documents.append(outcome.document)
    assert documents or area == "errorpages"
    return documents


@pytest.mark.parametrize("area", AREAS)
def test_every_offset_of_a_set_is_true(area: str, models: Models) -> None:
    documents = pages(area)
    for k in range(0, len(documents), _BATCH):
        for record in pipeline.enrich(documents[k : k + _BATCH], models):
            check_spans(record)
            check_facts(record)


def check_spans(record: Enriched) -> None:
    """``text[start:end]`` is the thing itself, everywhere in the record."""
    text = record.text
    for entity in record.entities:
        named = [text[m.start : m.end] for m in entity.mentions]
        assert all(0 <= m.start < m.end <= len(text) for m in entity.mentions), record.id
        assert all(name == name.strip(_EDGES) and name for name in named), (record.id, named)
        assert entity.text in {" ".join(name.split()) for name in named}, (record.id, entity.text, named)
    spans = [(m.start, m.end) for entity in record.entities for m in entity.mentions]
    assert len(spans) == len(set(spans)), record.id
    for quote in record.quotes:
        assert text[quote.start : quote.end] == quote.quote, record.id
        if quote.speaker is None:
            assert quote.speaker_start is None and quote.speaker_end is None
        else:
            assert quote.speaker_start is not None and quote.speaker_end is not None
            assert text[quote.speaker_start : quote.speaker_end].strip(), (record.id, quote)
        assert quote.cue is None or quote.cue.lower() in text.lower(), (record.id, quote.cue)
    for event in record.events:
        sentence = text[event.sentence_start : event.sentence_end]
        assert event.sentence_start <= event.start < event.end <= event.sentence_end <= len(text), record.id
        assert text[event.start : event.end].isprintable() and sentence.strip(_EDGES), (record.id, event)
        assert event.time is None or event.time in sentence, (record.id, event)
    for residue in record.residue:
        assert residue.text, record.id
        assert 0 <= residue.at <= len(text), (record.id, residue)
    assert record.lead is None or record.lead in text, record.id


def check_facts(record: Enriched) -> None:
    """The flattened facts are those of the record, each under a key of its own that a second look does not change."""
    facts = list(pipeline.facts(record))
    entities = [fact.entity for _, fact in facts if isinstance(fact, EntityFact)]
    quotes = [fact.quote for _, fact in facts if isinstance(fact, QuoteFact)]
    events = [fact.event for _, fact in facts if isinstance(fact, EventFact)]
    assert (tuple(entities), tuple(quotes), tuple(events)) == (record.entities, record.quotes, record.events)
    assert len(facts) == len(entities) + len(quotes) + len(events)
    assert all(fact.document_id == record.id and fact.url == record.url for _, fact in facts)
    assert [key for key, _ in pipeline.facts(record)] == [key for key, _ in facts]
    for kind in (EntityFact, EventFact):
        keys = Counter(key for key, fact in facts if isinstance(fact, kind))
        assert all(count == 1 for count in keys.values()), (record.id, kind)
