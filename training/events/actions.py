"""All actions of documents with the evidence of their classes, whether or not they are candidates for events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from unittest import mock

from streams.nlp import Models
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events.classes import choice, evidence, vectors
from streams.nlp.events.classes.vectors import Floats
from streams.nlp.events.clauses import Action
from streams.nlp.events.paragraph_events import ParagraphEvents
from streams.records import Document
from training.events import labels
from training.events.candidates import verb_of


class Seen(NamedTuple):
    """An action: the key of its verb, its site, its evidence, its vectors, the class that lists and frames give."""

    verb: str
    site: str  # hash of its site
    evidence: evidence.Evidence
    vectors: Floats  # of its words, its sentence and its text, one behind the other
    kind: str
    candidate: bool  # whether it is one for an event
    document: str = ""


def read(documents: Iterable[Document], models: Models) -> Iterator[Seen]:
    """Yield the actions of English documents. They are seen where events are extracted, since no parse outlives that."""
    pipeline = models.pipeline("en")
    if pipeline is None:
        return
    for document in documents:
        found: list[Seen] = []
        analysis = Analysis(document, models.options)
        # The weights of the package choose nothing: those of an older network could not be read.
        watched = mock.patch.object(ParagraphEvents, "actions", _watched(document, found))
        with watched, mock.patch.object(choice, "of_document", return_value=None):
            run([analysis], pipeline)
        told = () if analysis.candidates is None else (*analysis.candidates.titled, *analysis.candidates.told)
        some = {verb_of(document.id, one.event.source, one.event.start) for one in told}
        yield from (one._replace(candidate=one.verb in some) for one in found)


def _watched(document: Document, found: list[Seen]) -> Callable[[ParagraphEvents], Iterator[Action]]:
    actions = ParagraphEvents.actions
    site = labels.hash_of(document.site)
    topics: list[Floats] = []  # of the document, once it is known

    def watched(paragraph: ParagraphEvents) -> Iterator[Action]:
        for action in actions(paragraph):
            known = vectors.of_vocabulary(action.verb.vocab)
            if not topics:
                topics.append(known.topic(document.text))
            told = paragraph.evidence(action)
            verb = verb_of(document.id, paragraph.source, paragraph.start_of(action))
            found.append(
                Seen(verb, site, told, choice.inputs(told, known, topics[0]), action.kind, False, document.id)
            )
            yield action

    return watched
