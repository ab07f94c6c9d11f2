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
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan
from streams.nlp.events import extraction
from streams.nlp.events.headlines import headline, headline_tense
from streams.nlp.models.pipelines import Pipeline
from streams.nlp.names.recognition import Recogniser
from streams.nlp.quotes import attribution, speech
from streams.nlp.quotes.unparsed import reporting as quotes_reporting
from streams.nlp.quotes.unparsed import word_order
from streams.nlp.syntax import parsed_paragraph, verbs
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph, ShortenedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon
from streams.nlp.text import dateline, quotation_marks, time_expressions
from streams.nlp.text.segments import Span, paragraphs
from streams.nlp.text.truecase import Casing
from streams.records import Document, Entity, Event, Quote
from streams.settings import Nlp

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORD = re.compile(r"[^\W\d_]+")
# Maximum number of paragraphs parsed per document besides the opening ones and those with quotations; about as many as
# a record may have events.
_MAX_PARSED = 24
# A verb in its base form after "to", a modal or "not".
_BASE_FORM = re.compile(r"\b(?:to|will|would|must|may|might|could|can|should|not) ([a-z]+)")
_LONG_PUNCTUATION = re.compile(r"(?<![^\w\s])(?<!_)(?:[^\w\s]|_){100,}+")
# Number of paragraphs at the start of a document in which news tells its main events. They are always parsed, as are
# the _MORE_OPENING after them, in which datelines are still looked for.
_LEADS = 3
_MORE_OPENING = 2
_SHORTEST_OPENING = 20  # characters; shorter opening paragraphs are not parsed for being first


class Analysis:
    """A document and the entities, quotations and events found in it."""

    def __init__(self, document: Document, options: Nlp) -> None:
        self.document = document
        self.event_salience = options.event_salience
        self.text = document.text
        self.spans: list[Span] = paragraphs(self.text, options.max_characters)
        self.quotations = quotation_marks.quotations(
            self.text, self.spans, apostrophes=options.apostrophe_quotes
        )
        self.title_inputs: list[InputParagraph] = []  # parts of the title, with offsets into it
        self.entities: tuple[Entity, ...] = ()
        self.quotes: tuple[Quote, ...] = ()
        self.events: tuple[Event, ...] = ()

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


def coverage(language: str, pipeline: Pipeline | None, names: Recogniser | None) -> tuple[str, ...]:
    """Return the parts of the record that can be filled in a language with these models, for ``nlp_coverage``."""
    parts = ["language", "keywords", "quotes"]
    named = names is not None or (pipeline is not None and pipeline.has_ner)
    parsed = pipeline is not None and _is_parsed(pipeline)
    if named:
        parts.append("entities")
    if parsed or (named and quotes_reporting.words(language) is not None):
        parts.append("quote_speakers")
    if parsed and language == "en":
        parts.append("events")
    return tuple(parts)


def _is_parsed(pipeline: Pipeline) -> bool:
    """Return whether documents are parsed: without reporting verbs for the language nothing would use the parse."""
    return pipeline.has_parser and bool(lexicon(pipeline.language).forms)


def run(analyses: Sequence[Analysis], pipeline: Pipeline) -> None:
    """Fill in the analyses of documents of one language. No spaCy doc outlives the pipeline's memory zone."""
    inputs = [[*_inputs(analysis, pipeline.language), *analysis.title_inputs] for analysis in analyses]
    texts = [paragraph.text for paragraph in itertools.chain.from_iterable(inputs)]
    pipeline.tokenizer_cache.learn(texts)
    parsed = _is_parsed(pipeline)
    with pipeline.memory_zone():
        docs = pipeline.recognise(texts)
        at = 0
        jobs: list[_Job] = []
        for analysis, own in zip(analyses, inputs, strict=True):
            jobs.append(_Job(analysis, own, docs[at : at + len(own)], pipeline))
            at += len(own)
        if pipeline.has_ner:
            for job in jobs:
                job.find_entities()
        if parsed:
            _parse(jobs, pipeline)
        for job in jobs:
            job.finish(parsed=parsed)


def run_names(analyses: Sequence[Analysis], recogniser: Recogniser, language: str) -> None:
    """Fill in the analyses of documents in a language without a pipeline: entities, and quotations.

    Quotations have speakers where there is a list of reporting verbs for the language.
    """
    lines = [[analysis.text[span.start : span.end] for span in analysis.spans] for analysis in analyses]
    for analysis, names in zip(analyses, recogniser.recognise(lines, language), strict=True):
        found = []
        for name in names:
            base = analysis.spans[name.line].start
            found.append(LabelledSpan(base + name.start, base + name.end, name.label, name.probability))
        groups = coreference.merge(analysis.text, found, None)
        opening = analysis.spans[0].end if analysis.spans else 0
        analysis.entities = tuple(coreference.describe(analysis.text, groups, opening, Counter()))
        analysis.quote_by_word_order(EntityIndex(analysis.entities), language)
        actors = Counter(q.speaker_start for q in analysis.quotes if q.speaker_start is not None)
        analysis.entities = tuple(coreference.describe(analysis.text, groups, opening, actors))


def _inputs(analysis: Analysis, language: str) -> list[InputParagraph]:
    """Return the paragraphs as the models get them: same lengths, casing normalised for English."""
    # spaCy's tokenizer is quadratic in the length of a run of punctuation, and not in that of a run of letters.
    text = _LONG_PUNCTUATION.sub(lambda match: "x" * len(match.group()), analysis.text)
    if language != "en":
        return [InputParagraph(span, text[span.start : span.end]) for span in analysis.spans]
    text = text.replace("―", "—")  # the models know the em dash and not the horizontal bar
    casing = Casing(text, analysis.spans, gazetteer.english().casing, verbs.all_forms())
    cased = casing.title(analysis.document.title or "")
    analysis.title_inputs = [
        InputParagraph(part, headline.closed(cased[part.start : part.end]))
        for part in headline.parts(analysis.document.title or "")
    ]
    return [_truecased(text, k, span, casing) for k, span in enumerate(analysis.spans)]


def _truecased(text: str, k: int, span: Span, casing: Casing) -> InputParagraph:
    """Return paragraph ``k`` in the case of running text, with the places of its dateline if it has one."""
    written = text[span.start : span.end]
    truecased = casing.apply(written)
    opening = dateline.find(written) if k < _LEADS + _MORE_OPENING else None
    if opening is None:
        return InputParagraph(span, truecased)
    return InputParagraph(span, casing.opening(truecased, opening.end), opening.places)


class _Job:
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
        self._describe(Counter())

    def _describe(self, actors: Counter[int]) -> None:
        """Fill in the entities with their salience; ``actors`` counts speaking mentions by start offset."""
        spans = self.analysis.spans
        opening = spans[0].end if spans else 0
        self.analysis.entities = tuple(coreference.describe(self.analysis.text, self.groups, opening, actors))
        self.index = EntityIndex(self.analysis.entities)

    def wanted(self) -> list[int]:
        """Return the indices of the paragraphs to parse: the opening ones, those with quotations, and up to
        ``_MAX_PARSED`` with a named entity and a verb that reports speech or an action."""
        chosen = []
        more = _MAX_PARSED
        for k, span in enumerate(self.analysis.spans):
            opens = k < _LEADS + _MORE_OPENING and span.end - span.start > _SHORTEST_OPENING
            if k in self._quotations or opens:
                chosen.append(k)
            elif more > 0 and self._reports(span) and self.index.within(span.start, span.end):
                chosen.append(k)
                more -= 1
        return chosen

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
        opens = k < _LEADS + _MORE_OPENING
        found = dateline.find(self.analysis.text[span.start : span.end]) if opens else None
        skip = found.end if found is not None else 0
        return parsed_paragraph.shorten(self.docs[k], span, self._quotations.get(k, ()), skip)

    def shortened_title(self) -> list[ShortenedParagraph]:
        """Return the parts of the title, with long quotations cut out."""
        text, parts = self.analysis.document.title or "", self.analysis.title_inputs
        return [
            parsed_paragraph.shorten(doc, part.span, quotation_marks.quotations(text, [part.span]))
            for part, doc in zip(parts, self.title_docs, strict=True)
        ]

    def add_title_parse(self, short: ShortenedParagraph, doc: Doc) -> None:
        """Store ``doc``, the parse of the next part of the title."""
        span = self.analysis.title_inputs[len(self.title_parses)].span
        quotations = quotation_marks.quotations(self.analysis.document.title or "", [span])
        self.title_parses.append(ParsedParagraph(span, doc, short.kept, short.starts, short.ends, quotations))

    def _title(self) -> extraction.Title | None:
        """Return the title as input of event extraction, ``None`` where it is not analysed."""
        if not self.title_parses:
            return None
        written = self.analysis.document.title or ""
        named = [
            LabelledSpan(part.span.start + e.start_char, part.span.start + e.end_char, e.label_)
            for part, doc in zip(self.analysis.title_inputs, self.title_docs, strict=True)
            for e in doc.ents
        ]
        index = headline.index_names(written, self.analysis.text, self.analysis.entities, named)
        return extraction.Title(written, self.title_parses, index)

    def add_parse(self, k: int, short: ShortenedParagraph, doc: Doc) -> None:
        """Store ``doc``, the parse of the shortened paragraph ``k``."""
        self.parses[k] = ParsedParagraph(
            self.analysis.spans[k], doc, short.kept, short.starts, short.ends, self._quotations.get(k, ())
        )

    def finish(self, *, parsed: bool) -> None:
        """Fill in quotations and events, then the salience of the entities, which depends on who speaks."""
        analysis = self.analysis
        if not parsed:
            analysis.quote_by_word_order(self.index, self.language)
            actors = Counter(q.speaker_start for q in analysis.quotes if q.speaker_start is not None)
            self._describe(actors)
            return
        attributed = attribution.Attribution(
            analysis.text, analysis.spans, self.parses, self.index, analysis.quotations, self.language
        )
        analysis.quotes = tuple(attributed.quotes())
        if self.language == "en":
            published = time_expressions.day_of(analysis.document.published_at)
            again = headline.repeated(analysis.document, analysis.spans)
            told = {k: parsed for k, parsed in self.parses.items() if k != again}
            analysis.events = tuple(
                extraction.extract(
                    analysis.text,
                    told,
                    self.index,
                    published,
                    range(_LEADS + 1),
                    self._title(),
                    floor=analysis.event_salience,
                )
            )
        actors = Counter(quote.speaker_start for quote in analysis.quotes if quote.speaker_start is not None)
        self._describe(actors)


def _parse(jobs: Sequence[_Job], pipeline: Pipeline) -> None:
    """Parse the chosen paragraphs of all documents in one call."""
    waiting: list[tuple[_Job, int | None, ShortenedParagraph]] = []
    for job in jobs:
        waiting += [(job, k, short) for k, short in job.shortened()]
        waiting += [(job, None, short) for short in job.shortened_title()]
    docs = pipeline.parse([short.doc for _job, _k, short in waiting])
    titled = [at for at, (_job, k, _short) in enumerate(waiting) if k is None]
    if pipeline.language == "en":
        for at, doc in zip(
            titled, headline_tense.read([docs[at] for at in titled], pipeline.parse), strict=True
        ):
            docs[at] = doc
    for (job, k, short), doc in zip(waiting, docs, strict=True):
        if k is None:
            job.add_title_parse(short, doc)
        else:
            job.add_parse(k, short, doc)
