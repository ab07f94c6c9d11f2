"""Offsets are true for every record of the sample pages, from the raw page on, and the flattened facts are the same.

``PAGES=file`` in the environment has the pages of another file tried, of any that ``crawlmill feed`` reads.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from streams import feeding, pipeline
from streams.errors import BadRecord
from streams.nlp import Models
from streams.records import Candidate, Document, Enriched, EntityFact, EventFact, QuoteFact
from streams.settings import Settings

_SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_FILES = (
    [os.environ["PAGES"]]
    if "PAGES" in os.environ
    else ["articles.jsonl", "copies.jsonl", "hostile.jsonl", "residue.jsonl", "traps.jsonl"]
)
_BATCH = 8
_EDGES = " \t\n"


def documents_of(path: Path) -> list[Document]:
    """The documents of a file's pages, as cleaning makes them; what is no page or is rejected is left out."""
    documents: list[Document] = []
    for item in feeding.read([path]):
        try:
            outcome = pipeline.clean(item.message, Settings())
        except BadRecord:
            continue
        if isinstance(outcome, Candidate):
            documents.append(outcome.document)
    return documents


@pytest.mark.parametrize("file", _FILES)
def test_every_offset_of_a_record_is_true(file: str, models: Models) -> None:
    documents = documents_of(_SEEDS / file)  # an absolute path stands for itself
    assert documents
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
        of_title = event.source == "title"
        told_in = (record.title or "") if of_title else text
        sentence = told_in[event.sentence_start : event.sentence_end]
        assert event.sentence_start <= event.start < event.end <= event.sentence_end <= len(told_in), (
            record.id
        )
        assert told_in[event.start : event.end].isprintable() and sentence.strip(_EDGES), (record.id, event)
        # What a title does not say is taken from the sentence of the text that tells the same.
        assert event.time is None or event.time in (text if of_title else sentence), (record.id, event)
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
