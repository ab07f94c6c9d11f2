"""Analysis of the documents of one language: entity recognition, parsing, quotations and events.

The paragraphs of all documents of a batch are passed to the model together, each as a text of its own: models are
fastest on short texts. Offsets of the results are mapped back to the documents here.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from streams.nlp import model_inputs
from streams.nlp.analysed_document import Analysis
from streams.nlp.document_job import DocumentJob
from streams.nlp.entities import coreference
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import LabelledSpan
from streams.nlp.events.headlines import readings
from streams.nlp.models.pipelines import Pipeline
from streams.nlp.names.recognition import Recogniser
from streams.nlp.quotes.unparsed import reporting as quotes_reporting
from streams.nlp.syntax.parsed_paragraph import ShortenedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon


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
    inputs = [
        [*model_inputs.inputs(analysis, pipeline.language), *analysis.title_inputs] for analysis in analyses
    ]
    texts = [paragraph.text for paragraph in itertools.chain.from_iterable(inputs)]
    pipeline.tokenizer_cache.learn(texts)
    parsed = _is_parsed(pipeline)
    with pipeline.memory_zone():
        docs = pipeline.recognise(texts)
        at = 0
        jobs: list[DocumentJob] = []
        for analysis, own in zip(analyses, inputs, strict=True):
            jobs.append(DocumentJob(analysis, own, docs[at : at + len(own)], pipeline))
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
        analysis.entities = tuple(
            coreference.with_actors(analysis.entities, analysis.text, groups, opening, actors)
        )


def _parse(jobs: Sequence[DocumentJob], pipeline: Pipeline) -> None:
    """Parse the chosen paragraphs of all documents in one call."""
    waiting: list[tuple[DocumentJob, int | None, ShortenedParagraph]] = []
    for job in jobs:
        waiting += [(job, k, short) for k, short in job.shortened()]
        waiting += [(job, None, short) for short in job.shortened_title()]
    docs = pipeline.parse([short.doc for _job, _k, short in waiting])
    titled = []
    for (job, k, short), doc in zip(waiting, docs, strict=True):
        if k is None:
            titled.append((job, short, doc))
        else:
            job.add_parse(k, short, doc)
    if pipeline.language != "en":
        for job, short, doc in titled:
            job.add_title_parse(short, doc, None)
        return
    read = readings.read([doc for *_, doc in titled], [job.told() for job, *_ in titled], pipeline.parse)
    for (job, short, _doc), one in zip(titled, read, strict=True):
        job.add_title_parse(short, one.doc, one.main)
