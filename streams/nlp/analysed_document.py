"""A document with what has been found in it so far: entities, quotations, events."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import InputParagraph
from streams.nlp.events import extraction
from streams.nlp.quotes import speech
from streams.nlp.quotes.unparsed import reporting as quotes_reporting
from streams.nlp.quotes.unparsed import word_order
from streams.nlp.text import quotation_marks
from streams.nlp.text.segments import Span, cells, paragraphs
from streams.records import Document, Entity, Event, Quote
from streams.settings import Nlp


class Analysis:
    """A document and the entities, quotations and events found in it."""

    def __init__(self, document: Document, options: Nlp) -> None:
        self.document = document
        self.event_probability = options.event_probability
        self.text = document.text
        self.spans: list[Span] = cells(self.text, paragraphs(self.text, options.max_characters))
        self.quotations = quotation_marks.quotations(
            self.text, self.spans, apostrophes=options.apostrophe_quotes
        )
        self.title_inputs: list[InputParagraph] = []  # parts of the title, with offsets into it
        self.entities: tuple[Entity, ...] = ()
        self.quotes: tuple[Quote, ...] = ()
        self.events: tuple[Event, ...] = ()
        self.candidates: extraction.Candidates | None = None  # of events, for English

    def quote_without_model(self) -> None:
        """Fill in the direct quotations, without speakers: the only part that needs no model."""
        self.quotes = tuple(speech.quotes_without_speakers(self.text, self.quotations))

    def quote_by_word_order(self, entities: EntityIndex, language: str) -> None:
        """Fill in the direct quotations, with speakers where there are reporting verbs for the language."""
        reporting = quotes_reporting.words(language)
        if reporting is None:
            self.quote_without_model()
            return
        self.quotes = tuple(word_order.attribute(self.text, self.spans, self.quotations, entities, reporting))
