"""Analysis of the documents of one language: entity recognition, parsing, quotations and events.

The paragraphs of all documents of a batch are passed to the model together, each as a text of its own: models are
fastest on short texts. Offsets of the results are mapped back to the documents here.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from streams.nlp.entities import coreference, gazetteer, mention_boundaries, mentions
from streams.nlp.entities.coreference import Directory
from streams.nlp.entities.mention_boundaries import Found, Line
from streams.nlp.events import extraction
from streams.nlp.models.pipelines import Pipeline
from streams.nlp.quotes import attribution as quotes
from streams.nlp.quotes.speakers import lexicon
from streams.nlp.syntax import parsed_paragraph, verbs
from streams.nlp.syntax.parsed_paragraph import Frame
from streams.nlp.text import dateline, quotation_marks, time_expressions
from streams.nlp.text.segments import Span, paragraphs
from streams.nlp.text.truecase import Casing, is_headline, is_shouting
from streams.records import Document, Entity, Event, Quote
from streams.settings import Nlp

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORD = re.compile(r"[^\W\d_]+")
# Maximum paragraphs parsed per document besides the opening ones and those with quotations; about as many as a record
# may have events.
_MAX_PARSED = 24
_AHEAD = re.compile(r"\b(?:to|will|would|must|may|might|could|can|should|not) ([a-z]+)")
_MARKS = re.compile(r"(?<![^\w\s])(?<!_)(?:[^\w\s]|_){100,}+")
# Paragraphs at the start of a document, where news tells its main events; datelines are looked for in two more.
_LEADS = 3
_HEADLINE_WEIGHT = (
    0.4  # weight of the model's labels in headlines and capitals, relative to 1 in running text
)


class Analysis:
    """A document and the entities, quotations and events found in it."""

    def __init__(self, document: Document, options: Nlp) -> None:
        self.document = document
        self.text = document.text
        self.spans: list[Span] = paragraphs(self.text, options.max_characters)
        self.quotations = quotation_marks.quotations(
            self.text, self.spans, apostrophes=options.apostrophe_quotes
        )
        self.entities: tuple[Entity, ...] = ()
        self.quotes: tuple[Quote, ...] = ()
        self.events: tuple[Event, ...] = ()

    def quote_without_model(self) -> None:
        """Fill in the direct quotations, without speakers: the only part that needs no model."""
        self.quotes = tuple(quotes.by_marks(self.text, self.quotations))


def run(analyses: Sequence[Analysis], pipeline: Pipeline) -> None:
    """Fill in the analyses of documents of one language. No spaCy doc outlives the pipeline's memory zone."""
    lines = [_lines(analysis, pipeline.language) for analysis in analyses]
    texts = [line.text for line in itertools.chain.from_iterable(lines)]
    pipeline.tokenizer_cache.learn(texts)
    with pipeline.memory_zone():
        docs = pipeline.recognise(texts)
        at = 0
        jobs: list[_Job] = []
        for analysis, own in zip(analyses, lines, strict=True):
            jobs.append(_Job(analysis, own, docs[at : at + len(own)], pipeline))
            at += len(own)
        if pipeline.has_ner:
            for job in jobs:
                job.find_entities()
        if pipeline.has_parser:
            _parse(jobs, pipeline)
        for job in jobs:
            job.finish(parsed=pipeline.has_parser)


def _lines(analysis: Analysis, language: str) -> list[Line]:
    """Return the paragraphs as the models get them: same lengths, casing normalised for English."""
    # spaCy's tokenizer is quadratic in the length of a run of punctuation, and not in that of a run of letters.
    text = _MARKS.sub(lambda match: "x" * len(match.group()), analysis.text)
    if language != "en":
        return [Line(span, text[span.start : span.end], 1.0) for span in analysis.spans]
    text = text.replace("―", "—")  # the models know the em dash and not the horizontal bar
    casing = Casing(text, analysis.spans, gazetteer.english().casing, verbs.known())
    lines: list[Line] = []
    for span in analysis.spans:
        raw = text[span.start : span.end]
        doubtful = is_shouting(raw) or is_headline(raw)
        line = casing.apply(raw)
        opening = dateline.find(raw) if len(lines) < _LEADS + 2 else None
        places: tuple[tuple[int, int], ...] = ()
        if opening is not None:
            line = casing.opening(line, opening.end)
            places = opening.places
        lines.append(Line(span, line, _HEADLINE_WEIGHT if doubtful else 1.0, places))
    return lines


class _Job:
    """The analysis of one document while its docs exist, that is, within the memory zone."""

    def __init__(
        self, analysis: Analysis, lines: Sequence[Line], docs: Sequence[Doc], pipeline: Pipeline
    ) -> None:
        self.analysis = analysis
        self.lines = lines
        self.docs = docs
        self.language = pipeline.language
        self.groups: list[list[Found]] = []
        self.frames: dict[int, Frame] = {}
        self.people = Directory(())

    def find_entities(self) -> None:
        """Fill in the entities: correct the model's mentions, then merge those of one entity."""
        raw = [
            [Found(line.span.start + e.start_char, line.span.start + e.end_char, e.label_) for e in doc.ents]
            for line, doc in zip(self.lines, self.docs, strict=True)
        ]
        gaz = gazetteer.english() if self.language == "en" else None
        found = (
            mentions.correct(self.lines, raw, gaz)
            if gaz is not None
            else mention_boundaries.plain(self.lines, raw)
        )
        self.groups = coreference.merge(self.analysis.text, found, gaz)
        self._describe(Counter())

    def _describe(self, actors: Counter[int]) -> None:
        """Fill in the entities with their salience; ``actors`` counts speaking mentions by start offset."""
        spans = self.analysis.spans
        headline = spans[0].end if spans else 0
        self.analysis.entities = tuple(
            coreference.describe(self.analysis.text, self.groups, headline, actors)
        )
        self.people = Directory(self.analysis.entities)

    def wanted(self) -> list[int]:
        """Return the indices of the paragraphs to parse: the opening ones, those with quotations, and up to
        ``_MAX_PARSED`` with a named entity and a verb that reports speech or an action."""
        quoting = {quotation.paragraph for quotation in self.analysis.quotations}
        chosen = []
        more = _MAX_PARSED
        for k, span in enumerate(self.analysis.spans):
            lead = k < _LEADS + 2 and span.end - span.start > 20
            if k in quoting or lead:
                chosen.append(k)
            elif more > 0 and self._reports(span) and self.people.within(span.start, span.end):
                chosen.append(k)
                more -= 1
        return chosen

    def _reports(self, span: Span) -> bool:
        """Return whether a paragraph has a verb that reports speech or an action, or ends with a colon."""
        text = self.analysis.text
        telling = verbs.telling() if self.language == "en" else lexicon(self.language).forms.keys()
        if text[span.end - 1] == ":" or not telling.isdisjoint(_WORD.findall(text, span.start, span.end)):
            return True
        coming = _AHEAD.findall(text, span.start, span.end) if self.language == "en" else ()
        return not verbs.ahead().isdisjoint(coming)

    def skeletons(self) -> list[tuple[int, Doc, list[int], list[int], list[int]]]:
        """Return the shortened, unparsed docs of the paragraphs to parse, with their token offsets."""
        by_paragraph: dict[int, list[quotation_marks.Quotation]] = {}
        for quotation in self.analysis.quotations:
            by_paragraph.setdefault(quotation.paragraph, []).append(quotation)
        self._by_paragraph = by_paragraph
        return [(k, *self._skeleton(k, by_paragraph.get(k, ()))) for k in self.wanted()]

    def _skeleton(
        self, k: int, inside: Sequence[quotation_marks.Quotation]
    ) -> tuple[Doc, list[int], list[int], list[int]]:
        span = self.analysis.spans[k]
        found = dateline.find(self.analysis.text[span.start : span.end]) if k < _LEADS + 2 else None
        return parsed_paragraph.skeleton(self.docs[k], span, inside, found.end if found is not None else 0)

    def add_frame(self, k: int, doc: Doc, kept: list[int], starts: list[int], ends: list[int]) -> None:
        """Store the parse of paragraph ``k``."""
        self.frames[k] = Frame(self.analysis.spans[k], doc, kept, starts, ends, self._by_paragraph.get(k, ()))

    def finish(self, *, parsed: bool) -> None:
        """Fill in quotations and events, then the salience of the entities, which depends on who speaks."""
        analysis = self.analysis
        if not parsed:
            analysis.quote_without_model()
            return
        attribution = quotes.Attribution(
            analysis.text, analysis.spans, self.frames, self.people, analysis.quotations, self.language
        )
        analysis.quotes = tuple(attribution.all())
        if self.language == "en":
            published = time_expressions.day_of(analysis.document.published_at)
            analysis.events = tuple(
                extraction.extract(analysis.text, self.frames, self.people, published, range(_LEADS + 1))
            )
        actors = Counter(quote.speaker_start for quote in analysis.quotes if quote.speaker_start is not None)
        self._describe(actors)


def _parse(jobs: Sequence[_Job], pipeline: Pipeline) -> None:
    """Parse the chosen paragraphs of all documents in one call."""
    waiting = [(job, *skeleton) for job in jobs for skeleton in job.skeletons()]
    parsed = pipeline.parse([doc for _job, _k, doc, *_rest in waiting])
    for (job, k, _doc, kept, starts, ends), doc in zip(waiting, parsed, strict=True):
        job.add_frame(k, doc, kept, starts, ends)
