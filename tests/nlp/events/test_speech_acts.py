"""Verbs of speech whose clause is what is announced, admitted or warned of."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events.worth.features import Telling
from streams.records import Document, Event


def events(models: Models, text: str, title: str | None = None) -> dict[str, Event]:
    document = Document(
        id="v", url="", title=title, text=text, published_at="2024-05-17", declared_language="en"
    )
    return {event.action: event for event in enrich([document], models)[0].events}


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("Ida Holm warned on Friday that the dam may break.", "warn", "the dam may break"),
        ("Norway has admitted it sank the trawler.", "admit", "it sank the trawler"),
        ("The ministry confirmed that two suspects were arrested.", "confirm", "two suspects were arrested"),
        ("Ida Holm claimed to Norway that the ban was lawful.", "claim", "the ban was lawful"),
        (
            "Norway announced that, before the ban ends, the trawler will be sold.",
            "announce",
            "before the ban ends, the trawler will be sold",
        ),
    ],
)
def test_what_is_announced_or_admitted_is_the_target(
    all_candidates: Models, text: str, action: str, target: str
) -> None:
    event = events(all_candidates, text)[action]
    assert (event.kind, event.target, event.modality) == ("say", target, "asserted")


def test_whom_somebody_warns_stays_the_target(all_candidates: Models) -> None:
    found = events(all_candidates, "Ida Holm warned Norway that the dam may break.")
    assert found["warn"].target == "Norway"


@pytest.mark.parametrize(
    "text",
    [
        "Ida Holm argued that the ban was lawful.",
        "Ida Holm stressed that the ban was lawful.",
        "The Oslo Times reported that the dam had broken.",
        "Ida Holm claimed that the ban was “a great success”.",
    ],
)
def test_plain_speech_media_and_what_is_quoted_are_no_events(all_candidates: Models, text: str) -> None:
    assert not {"argue", "stress", "report", "claim"} & set(events(all_candidates, text))


def test_an_authority_that_reports_is_an_event(all_candidates: Models) -> None:
    found = events(all_candidates, "The Ministry of Health reported that 40 people had died in Oslo.")
    assert found["report"].target == "40 people had died in Oslo"


def test_speech_is_not_counted_among_what_a_text_tells(models: Models) -> None:
    told = "Norway arrested Peter Lund in Oslo on Monday. Carlos Vega flew to Madrid."
    before, after = (telling(models, text) for text in (told, f"{told} Ida Holm announced that it may rain."))
    assert (before.candidates, before.kept) == (after.candidates, after.kept)


def telling(models: Models, text: str) -> Telling:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    analysis = Analysis(Document(id="v", url="", text=text, declared_language="en"), models.options)
    run([analysis], pipeline)
    assert analysis.candidates is not None
    return analysis.candidates.about
