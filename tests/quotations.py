"""Quotations of a text whose entities are given by hand, so that only the attribution by word order is tested."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.unparsed import reporting, word_order
from streams.nlp.text import quotation_marks
from streams.nlp.text.segments import paragraphs
from streams.records import Entity, Mention, Quote


def quotes(
    language: str, text: str, *names: str, label: str = "PERSON", labels: dict[str, str] | None = None
) -> list[Quote]:
    """The quotations of a text in which these names are entities."""
    entities = [
        Entity(
            text=name,
            label=(labels or {}).get(name, label),
            mentions=tuple(
                Mention(start=k, end=k + len(name)) for k in range(len(text)) if text.startswith(name, k)
            ),
        )
        for name in names
    ]
    words = reporting.words(language)
    assert words is not None
    spans = paragraphs(text)
    found = quotation_marks.quotations(text, spans)
    return word_order.attribute(text, spans, found, EntityIndex(entities), words)
