"""Which of a document's candidates are given."""

from __future__ import annotations

import pytest

from streams.nlp import Models
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events import extraction
from streams.records import Document

TITLE = "Mill collapses in Lisbon storm"
TEXT = """Rescuers worked on Tuesday after walls of the mill fell into the river. People had left.

As ministers meet the mayor of Lisbon at the mill, the storm has weakened. It rained, and many went to the school. Nobody slept, it was cold, and they
ate what they had brought. Teachers cooked for them. Ida Holm visited the school, and Norway sent tents."""


def found_in(models: Models, title: str) -> extraction.Candidates:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    document = Document(
        id="v", url="", title=title, text=TEXT, published_at="2024-05-17", declared_language="en"
    )
    analysis = Analysis(document, models.options)
    run([analysis], pipeline)
    assert analysis.candidates is not None
    return analysis.candidates


@pytest.fixture(scope="module")
def found(models: Models) -> extraction.Candidates:
    return found_in(models, TITLE)


def titled(found: extraction.Candidates, least: float) -> list[str]:
    return [event.action for event in extraction.choose(found, least) if event.source == "title"]


def test_the_most_probable_event_of_a_title_needs_half_of_the_probability(
    found: extraction.Candidates,
) -> None:
    best = max(event.probability for event in extraction.choose(found, 0.0) if event.source == "title")
    assert titled(found, best * 1.9) == ["collapse"]
    assert titled(found, best * 2.2) == []


def test_a_text_that_is_told_in_the_present_has_no_headline(found: extraction.Candidates) -> None:
    present = found._replace(about=found.about._replace(past=0.2))
    best = max(event.probability for event in extraction.choose(present, 0.0) if event.source == "title")
    assert titled(present, best * 1.9) == []


def test_a_verb_without_a_frame_of_an_event_needs_half_as_much_again(models: Models) -> None:
    found = found_in(models, TITLE)
    probable = {event.action: event.probability for event in extraction.choose(found, 0.0)}
    doubted = found._replace(
        told=[
            one._replace(features={**one.features, "doubt_frame": 1.0})
            if one.event.action == "visit"
            else one
            for one in found.told
        ]
    )
    given = {event.action: event.probability for event in extraction.choose(doubted, 0.0)}["visit"]
    assert probable["visit"] > given
    assert "visit" in {event.action for event in extraction.choose(doubted, given * 0.65)}
    assert "visit" not in {event.action for event in extraction.choose(doubted, given * 0.68)}
