"""Pronouns and descriptions of documents with the features of the names that each may stand for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from unittest import mock

import numpy as np
import numpy.typing as npt

from streams.nlp import Models
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.document_job import DocumentJob
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.quotes.references import References
from streams.nlp.references.anaphors import Anaphor, Place
from streams.nlp.references.meaning import Meanings
from streams.records import Document, Entity
from training.events import labels
from training.events.candidates import verb_of

_OPENING = 2  # paragraphs


class Example(NamedTuple):
    """An anaphor: its key, what is left out together (a hash), what it is, features of names, where each is named, what rules give."""

    key: str
    group: str
    kind: str
    rows: npt.NDArray[np.float32]
    named: tuple[frozenset[int], ...]
    rule: int | None  # number of the name; -1 is one that is no candidate


def read(documents: Iterable[Document], models: Models) -> Iterator[Example]:
    """Yield the anaphors of English documents, of all their nouns and pronouns that may be participants of events."""
    pipeline = models.pipeline("en")
    if pipeline is None:
        return
    for document in documents:
        found: dict[tuple[str, bytes], Example] = {}
        with contextlib.ExitStack() as patches:
            patches.enter_context(mock.patch.object(Meanings, "meant", _watched(document, found)))
            patches.enter_context(mock.patch.object(DocumentJob, "finish", _all_read(DocumentJob.finish)))
            run([Analysis(document, models.options)], pipeline)
        yield from found.values()


def _watched(document: Document, found: dict[tuple[str, bytes], Example]) -> Callable[..., Entity | None]:
    """Return a method that keeps what it is asked, and answers as rules do."""
    single = document.id if document.site == "wikinews.org" or not document.site else document.site
    group = labels.hash_of(single)

    def watched(
        meanings: Meanings,
        anaphor: Anaphor,
        rule: Entity | None,
        *,
        ruled: bool,
        barred: Entity | None = None,
    ) -> Entity | None:
        some = meanings.ranking.candidates(anaphor, barred)
        if some:
            rows = meanings.ranking.rows(anaphor, some, rule, ruled=ruled)
            key = verb_of(document.id, "title" if anaphor.titled else "text", anaphor.at)
            numbers = [k for k, one in enumerate(some) if one.names(rule)]
            named = tuple(frozenset(one.begins) for one in some)
            chosen = None if rule is None else numbers[0] if numbers else -1
            found[key, rows.tobytes()] = Example(key, group, anaphor.kind, rows, named, chosen)
        return rule

    return watched


def _all_read(finish: Callable[..., None]) -> Callable[..., None]:
    """Return a method that ends the analysis of a document, and then reads every noun and pronoun of it."""

    def read_all(job: DocumentJob, *, parsed: bool) -> None:
        finish(job, parsed=parsed)
        if not parsed:
            return
        meanings = job.meanings()
        text, index = job.analysis.text, job.index
        references = References(text, index, job.analysis.quotations)
        nouns = DefiniteNouns(text, index, references)
        for k, paragraph in job.parses.items():
            place = Place.OPENING if k < _OPENING else Place.TEXT
            finder = ParticipantFinder(text, paragraph, index, nouns, meanings, place)
            for token in paragraph.doc:
                finder.participant(token)
        for part in job.title_parses:
            finder = ParticipantFinder(
                job.analysis.document.title or "", part, job.title_names(), None, meanings, Place.TITLE
            )
            for token in part.doc:
                finder.participant(token)

    return read_all
