"""Phrases and clauses of a verb."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

from streams.nlp import Models
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events.clauses import Action
from streams.nlp.events.paragraph_events import ParagraphEvents
from streams.nlp.events.targets import features
from streams.records import Document


def seen(models: Models, text: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the features of the candidates of each verb, by verb and text of the candidate."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    actions = ParagraphEvents.actions

    def watched(paragraph: ParagraphEvents) -> Iterator[Action]:
        for action in actions(paragraph):
            some = paragraph.phrases(action)
            found[action.lemma] = {one.participant.name: features.of(action, one) for one in some}
            yield action

    pipeline = models.pipeline("en")
    assert pipeline is not None
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    with mock.patch.object(ParagraphEvents, "actions", watched):
        run([Analysis(document, models.options)], pipeline)
    return found


def test_phrases_clauses_and_their_ways_are_found(models: Models) -> None:
    found = seen(models, "Ida Holm failed in Oslo to win a seat. Norway resorted to force on Monday.")
    assert {name: features[0] for name, features in found["fail"].items()} == {
        "Oslo": "prep in",
        "win a seat": "clause xcomp",
    }
    assert list(found["resort"]) == ["force on Monday"]


def test_features_say_of_whom_the_action_is_told(models: Models) -> None:
    found = seen(models, "Ida Holm slept in Oslo on Monday.")["sleep"]["Oslo"]
    assert {"prep in, lemma sleep", "prep in, label GPE", "place True", "actor False"} <= set(found)
