"""Candidates for events of clean documents, with their features and a key by which labels go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams import language
from streams.nlp import Models
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events import extraction
from streams.nlp.events.worth import features, probability
from streams.records import Document, Event
from training import corpora

_BATCH = 8  # documents analysed together
_DIGITS = 12  # of a key
_CORPORA = {".csv": corpora.wikinews, ".json": corpora.saliency, ".xml": corpora.toponyms}
#: Fields of an event on which a label depends: with another value it is another candidate. A label says itself which classes are right.
FIELDS = ("action", "actor", "target", "place", "time", "time_normalised", "negated", "modality", "amount",
          "currency", "killed", "injured")  # fmt: skip


class Candidate(NamedTuple):
    """A candidate for an event."""

    key: str
    verb: str  # key of its verb
    event: Event
    features: features.Features
    probability: float
    sentence: str
    paragraph: int  # its number, -1 for the title


class Read(NamedTuple):
    """A document, and all its candidates, those of the title first."""

    document: Document
    candidates: Sequence[Candidate]
    past: float  # share of the text's verbs that are in the past


def documents(paths: Iterable[Path]) -> Iterator[Document]:
    """Yield the English documents of files of clean records, one JSON object a line, and of corpora: of Wikinews (``.csv``, and ``.json``
    with saliency) and of place names (``.xml``)."""
    for path in paths:
        if path.suffix != ".jsonl":
            yield from _CORPORA[path.suffix](path)
            continue
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if (
                    row.get("text")
                    and language.identify(row["text"], row.get("declared_language"))[0] == "en"
                ):
                    yield msgspec.convert(
                        {name: row[name] for name in Document.__struct_fields__ if name in row}, Document
                    )


def read(found: Iterable[Document], models: Models) -> Iterator[Read]:
    """Yield documents with their candidates."""
    waiting: list[Document] = []
    for document in found:
        waiting.append(document)
        if len(waiting) == _BATCH:
            yield from _read(waiting, models)
            waiting = []
    yield from _read(waiting, models)


def _read(waiting: Sequence[Document], models: Models) -> Iterator[Read]:
    pipeline = models.pipeline("en")
    if not waiting or pipeline is None:
        return
    analyses = [Analysis(document, models.options) for document in waiting]
    run(analyses, pipeline)
    for one in analyses:
        if one.candidates is not None:
            yield Read(one.document, list(_candidates(one, one.candidates)), one.candidates.about.past)


def _candidates(one: Analysis, found: extraction.Candidates) -> Iterator[Candidate]:
    """Yield the candidates of an analysis, each fact once."""
    document = one.document
    starts = [span.start for span in one.spans]
    known = probability.weights()
    for event, values in extraction.distinct(found):
        titled = event.source == "title"
        text = (document.title or "") if titled else document.text
        paragraph = -1 if titled else sum(start <= event.start for start in starts) - 1
        yield Candidate(
            key_of(document.id, event),
            verb_of(document.id, event.source, event.start),
            event,
            features.stepped(values),
            probability.probability(values, known),
            text[event.sentence_start : event.sentence_end],
            paragraph,
        )


def key_of(document: str, event: Event) -> str:
    """Return the key of a candidate: that of another document, verb or value of a field is another one."""
    return _hash([document, event.source, event.start, *(getattr(event, field) for field in FIELDS)])


def verb_of(document: str, source: str, start: int) -> str:
    """Return the key of the verb of a candidate, which stays when its fields change."""
    return _hash([document, source, start])


def _hash(told: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:_DIGITS]
