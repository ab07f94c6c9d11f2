"""The analysis of one document while its spaCy docs exist: entities, the paragraphs to parse, quotations, events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from streams.nlp.analysed_document import Analysis
from streams.nlp.entities import coreference, gazetteer, mention_boundaries, mentions
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan
from streams.nlp.events import extraction, narrative
from streams.nlp.events.headlines import headline
from streams.nlp.events.headlines.features import Text
from streams.nlp.model_inputs import LEADS, OPENING
from streams.nlp.models.pipelines import Pipeline
from streams.nlp.quotes import attribution
from streams.nlp.quotes.references import References
from streams.nlp.references.features import Ranking
from streams.nlp.references.meaning import Meanings
from streams.nlp.references.parses import Parses
from streams.nlp.syntax import parsed_paragraph, verbs
from streams.nlp.syntax.parsed_paragraph import MainVerb, ParsedParagraph, ShortenedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon
from streams.nlp.text import dateline, quotation_marks, time_expressions
from streams.nlp.text.segments import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORD = re.compile(r"[^\W\d_]+")
# Maximum number of paragraphs parsed per document besides the opening ones and those with quotations; about as many as
# a record may have events.
_MAX_PARSED = 24
# A verb in its base form after "to", a modal or "not".
_BASE_FORM = re.compile(r"\b(?:to|will|would|must|may|might|could|can|should|not) ([a-z]+)")
_PRONOUN = re.compile(r"(?:He|She|They|It)\b")
_SHORTEST_OPENING = 20  # characters; shorter opening paragraphs are not parsed for being first


class DocumentJob:
    """The analysis of one document while its docs exist, that is, within the memory zone."""

    def __init__(
        self, analysis: Analysis, inputs: Sequence[InputParagraph], docs: Sequence[Doc], pipeline: Pipeline
    ) -> None:
        self.analysis = analysis
        count = len(analysis.spans)
        self.inputs = inputs[:count]
        self.docs = docs[:count]
        self.title_docs = docs[count:]
        self.language = pipeline.language
        self.groups: list[list[LabelledSpan]] = []
        self.parses: dict[int, ParsedParagraph] = {}
        self.title_parses: list[ParsedParagraph] = []
        self.index = EntityIndex(())
        self._told: Text | None = None
        self._quotations: dict[int, list[quotation_marks.Quotation]] = {}
        for quotation in analysis.quotations:
            self._quotations.setdefault(quotation.paragraph, []).append(quotation)

    def find_entities(self) -> None:
        """Fill in the entities: correct the model's mentions, then merge those of one entity."""
        predicted = [
            [
                LabelledSpan(paragraph.span.start + e.start_char, paragraph.span.start + e.end_char, e.label_)
                for e in doc.ents
            ]
            for paragraph, doc in zip(self.inputs, self.docs, strict=True)
        ]
        gaz = gazetteer.english() if self.language == "en" else None
        found = (
            mentions.correct(self.inputs, predicted, gaz)
            if gaz is not None
            else mention_boundaries.strip_mentions(self.inputs, predicted)
        )
        self.groups = coreference.merge(self.analysis.text, found, gaz)
        self.analysis.entities = tuple(
            coreference.describe(self.analysis.text, self.groups, self._opening_end(), Counter())
        )
        self.index = EntityIndex(self.analysis.entities)

    def _opening_end(self) -> int:
        """Return the offset behind the first paragraph."""
        return self.analysis.spans[0].end if self.analysis.spans else 0

    def _add_actors(self) -> None:
        """Correct the salience of the entities by who speaks."""
        quotes = self.analysis.quotes
        actors = Counter(quote.speaker_start for quote in quotes if quote.speaker_start is not None)
        self.analysis.entities = tuple(
            coreference.with_actors(
                self.analysis.entities, self.analysis.text, self.groups, self._opening_end(), actors
            )
        )

    def wanted(self) -> list[int]:
        """Return the indices of the paragraphs to parse: the opening ones, those with quotations, and up to
        ``_MAX_PARSED`` with a named entity and a verb that reports speech or an action."""
        chosen = []
        more = _MAX_PARSED
        for k, span in enumerate(self.analysis.spans):
            opens = k < OPENING and span.end - span.start > _SHORTEST_OPENING
            if k in self._quotations or opens:
                chosen.append(k)
            elif (
                more > 0
                and (self._leads_on(k) or self.index.within(span.start, span.end))
                and self._reports(span)
            ):
                chosen.append(k)
                more -= 1
        return chosen

    def _leads_on(self, k: int) -> bool:
        """Return whether the next paragraph begins with a quotation or a pronoun, whose speaker this one may name."""
        if k + 1 >= len(self.analysis.spans):
            return False
        start = self.analysis.spans[k + 1].start
        quotations = self._quotations.get(k + 1)
        opens = quotations is not None and quotations[0].outer_start == start
        return opens or _PRONOUN.match(self.analysis.text, start) is not None

    def _reports(self, span: Span) -> bool:
        """Return whether a paragraph has a verb that reports speech or an action, or ends with a colon."""
        text = self.analysis.text
        english = self.language == "en"
        triggers = verbs.parse_triggers() if english else lexicon(self.language).forms.keys()
        if text[span.end - 1] == ":" or not triggers.isdisjoint(_WORD.findall(text, span.start, span.end)):
            return True
        return english and not verbs.base_forms().isdisjoint(_BASE_FORM.findall(text, span.start, span.end))

    def shortened(self) -> list[tuple[int, ShortenedParagraph]]:
        """Return the paragraphs to parse, by index, with long quotations and the dateline cut out."""
        return [(k, self._shorten(k)) for k in self.wanted()]

    def _shorten(self, k: int) -> ShortenedParagraph:
        span = self.analysis.spans[k]
        opens = k < OPENING
        found = dateline.find(self.analysis.text[span.start : span.end]) if opens else None
        skip = found.end if found is not None else 0
        return parsed_paragraph.shorten(self.docs[k], span, self._quotations.get(k, ()), skip)

    def shortened_title(self) -> list[ShortenedParagraph]:
        """Return the parts of the title, with long quotations cut out."""
        parts = self.analysis.title_inputs
        found = []
        for part, doc in zip(parts, self.title_docs, strict=True):
            said, claims = headline.quotations(self.analysis.document.title or "", part.span)
            found.append(parsed_paragraph.shorten(doc, part.span, said, unmarked=claims))
        return found

    def add_title_parse(self, short: ShortenedParagraph, doc: Doc, main: MainVerb | None) -> None:
        """Store ``doc``, the parse of the next part of the title, whose main verb is ``main``."""
        span = self.analysis.title_inputs[len(self.title_parses)].span
        said, claims = headline.quotations(self.analysis.document.title or "", span)
        self.title_parses.append(
            ParsedParagraph(span, doc, short.kept, short.starts, short.ends, said, main, claims)
        )

    def told(self) -> Text:
        """Return how the text tells of things; it is computed once, when its paragraphs are parsed."""
        if self._told is None:
            again = headline.repeated(self.analysis.document, self.analysis.spans)
            parses = [parsed for k, parsed in self.parses.items() if k != again]
            self._told = Text(narrative.WordUse.of(parses), narrative.share_of_past(parses))
        return self._told

    def _title(self) -> extraction.Title | None:
        """Return the title as input of event extraction, ``None`` where it is not analysed."""
        if not self.title_parses:
            return None
        return extraction.Title(self.analysis.document.title or "", self.title_parses, self.title_names())

    def title_names(self) -> EntityIndex:
        """Return the entities that the title names, with offsets into it."""
        named = [
            LabelledSpan(part.span.start + e.start_char, part.span.start + e.end_char, e.label_)
            for part, doc in zip(self.analysis.title_inputs, self.title_docs, strict=True)
            for e in doc.ents
        ]
        written = self.analysis.document.title or ""
        return headline.index_names(written, self.analysis.text, self.analysis.entities, named)

    def add_parse(self, k: int, short: ShortenedParagraph, doc: Doc) -> None:
        """Store ``doc``, the parse of the shortened paragraph ``k``."""
        self.parses[k] = ParsedParagraph(
            self.analysis.spans[k], doc, short.kept, short.starts, short.ends, self._quotations.get(k, ())
        )

    def meanings(self) -> Meanings:
        """Return what tells whom the pronouns and descriptions of the text stand for."""
        text, title = self.analysis.text, self.analysis.document.title or ""
        references = References(text, self.index, self.analysis.quotations)
        return Meanings(Ranking(text, self.index, references, Parses(self.parses.values()), title))

    def finish(self, *, parsed: bool) -> None:
        """Fill in quotations and events, then the salience of the entities, which depends on who speaks."""
        analysis = self.analysis
        if not parsed:
            analysis.quote_by_word_order(self.index, self.language)
            self._add_actors()
            return
        attributed = attribution.Attribution(
            analysis.text, analysis.spans, self.parses, self.index, analysis.quotations, self.language
        )
        analysis.quotes = tuple(attributed.quotes())
        if self.language == "en":
            published = time_expressions.day_of(analysis.document.published_at)
            again = headline.repeated(analysis.document, analysis.spans)
            told = {k: parsed for k, parsed in self.parses.items() if k != again}
            analysis.candidates = extraction.candidates(
                analysis.text,
                told,
                self.index,
                published,
                range(LEADS + 1),
                self._title(),
                analysis.document.page_type,
                self.meanings(),
            )
            analysis.events = tuple(extraction.choose(analysis.candidates, analysis.event_probability))
        self._add_actors()
