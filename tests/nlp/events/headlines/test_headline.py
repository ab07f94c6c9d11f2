"""Titles as texts of their own."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.nlp.events.headlines import headline
from streams.records import Document, Event

TEXT = "Hollande and Putin were in Paris with the police of Spain. Nothing else was known on that day, people there said."


def titled(models: Models, title: str, text: str = TEXT) -> list[Event]:
    document = Document(
        id="v", url="", title=title, text=text, published_at="2024-05-17", declared_language="en"
    )
    return [event for event in enrich([document], models)[0].events if event.source == "title"]


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("Hollande, Putin meet", {("Hollande", "meet", None), ("Putin", "meet", None)}),
        ("Five killed in Lisbon crash", {(None, "kill", "Five")}),
        ("Man found guilty of murder in Leeds", {(None, "find guilty", "Man")}),
        ("Spain to fight steel tariffs", {("Spain", "fight", "steel tariffs")}),
        ("US, Manila launch war games", {("US", "launch", "war games"), ("Manila", "launch", "war games")}),
        ("Kenya: Police detain hostel bosses", {("Police", "detain", "hostel bosses")}),
        ("Spain: Hydrogen pipeline flagged", {(None, "flag", "Hydrogen pipeline")}),
        (
            "Lisbon police arrest man after 3 killed in fire",
            {("Lisbon police", "arrest", "man"), (None, "kill", "3")},
        ),
        ("Former minister handed jail term in Spain", {(None, "hand", "Former minister")}),
        ("Ida Holm becomes head of bank", {("Ida Holm", "become", "head of bank")}),
        ("Volcanoes of Iceland are spewing ash", {("Volcanoes of Iceland", "spew", "ash")}),
        ("Vega layoffs to begin today", {("Vega layoffs", "begin", None)}),
        ("Museum of Lisbon to be closed for two years", {(None, "close", "Museum of Lisbon")}),
        ("Election results to be announced on Friday", {(None, "announce", "Election results")}),
        ("Spain not to build plant in Mexico", {("Spain", "build", "plant in Mexico")}),
        ("Plan to close mine in Wales", set()),
        (
            "House panel votes to hold Ida Holm in contempt",
            {("House panel", "vote", "hold Ida Holm in contempt"), ("House panel", "hold", "Ida Holm")},
        ),
        ("Vega expected to cut 500 jobs", {("Vega", "cut", "500 jobs")}),
        ("Ida Holm set to become minister", {("Ida Holm", "become", "minister")}),
        (
            "Spanish leaders weigh plans for a canal",
            {("Spanish leaders", "weigh", "plans for a canal")},
        ),
        ("Ten tips for a better garden", set()),
        ("The ten best keyboards to buy in Spain", set()),
    ],
)
def test_the_title_has_events(
    models: Models, title: str, facts: set[tuple[str | None, str, str | None]]
) -> None:
    assert {(event.actor, event.action, event.target) for event in titled(models, title)} == facts


def test_an_infinitive_is_the_future(models: Models) -> None:
    assert [event.modality for event in titled(models, "Spain to fight steel tariffs")] == ["future"]


@pytest.mark.parametrize(
    "title",
    [
        "Vega layoffs to begin today",
        "Election results to be announced on Friday",
        "Vega expected to cut 500 jobs",
    ],
)
def test_what_is_announced_is_the_future(models: Models, title: str) -> None:
    assert {event.modality for event in titled(models, title)} == {"future"}


def test_a_verb_of_speech_before_its_subject_has_it(models: Models) -> None:
    found = titled(models, "Faults blamed on heavy demand says minister Ida Holm")
    assert all(event.actor != "Faults" for event in found)


def test_offsets_are_into_the_title(models: Models) -> None:
    title = "Spain: Five killed in crash"
    (event,) = titled(models, title)
    assert title[event.start : event.end] == "killed"
    assert title[event.sentence_start : event.sentence_end] == "Five killed in crash"


def test_names_of_a_title_have_the_ids_of_the_entities_of_the_text(models: Models) -> None:
    document = Document(id="v", url="", title="Putin visits Paris", text=TEXT, declared_language="en")
    record = enrich([document], models)[0]
    names = {entity.id: entity.text for entity in record.entities}
    (event,) = [event for event in record.events if event.source == "title"]
    assert event.actor_id is not None and names[event.actor_id] == event.actor == "Putin"


def test_a_title_that_the_text_begins_with_is_read_once(models: Models) -> None:
    title = "Hollande, Putin meet"
    document = Document(id="v", url="", title=title, text=f"{title}\n\n{TEXT}", declared_language="en")
    events = enrich([document], models)[0].events
    assert {(event.actor, event.source) for event in events} == {("Hollande", "title"), ("Putin", "title")}


def test_a_title_is_parted_at_colons_bars_and_dashes() -> None:
    title = "Budget 3.0 | Sars to hire 1,000 collectors: who pays for it all \u2013 a guide"
    parts = [title[start:end] for start, end in headline.parts(title)]
    assert parts == ["Sars to hire 1,000 collectors", "who pays for it all"]


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("Kenyan runner breaks marathon world record", ("Kenyan runner", "break", "marathon world record")),
        ("Rival campaigns brace for a long recount", ("Rival campaigns", "brace", "long recount")),
        ("Scientists use Chile telescope to spot water on moon", ("Scientists", "spot", "water on moon")),
        ("Spain keeps talks alive", ("Spain", "keep alive", "talks")),
        (
            "Dutch moving company under federal investigation",
            ("Dutch moving company", "face", "federal investigation"),
        ),
        ("Spain's president dead after helicopter crash", ("Spain's president", "die", None)),
    ],
)
def test_a_headline_tells_its_fact_with_any_verb_or_none(
    all_candidates: Models, title: str, fact: tuple[str | None, str, str | None]
) -> None:
    assert fact in {(event.actor, event.action, event.target) for event in titled(all_candidates, title)}


@pytest.mark.parametrize(
    "title",
    ["How Spain keeps its trains on time", "Should Putin visit Paris?", "10 gadgets that make Spain happy"],
)
def test_questions_and_advice_tell_none(models: Models, title: str) -> None:
    assert [event for event in titled(models, title) if event.kind == "other"] == []


def test_a_title_in_capitals_has_the_case_of_its_text(models: Models) -> None:
    text = (
        "The company Vantora said on Friday that it would build a large plant near the old harbour of Lisbon in the spring. "
        "Its owners hope that the plant will bring back many of the jobs which were lost there when the yard had to close "
        "some years ago, and that others will follow soon."
    )
    (event,) = titled(models, "Vantora Activates Secret Clause Over Battery Plant", text)
    assert (event.actor, event.action, event.target) == ("Vantora", "activate", "Secret Clause")
