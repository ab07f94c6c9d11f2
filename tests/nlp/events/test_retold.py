"""Events that a document tells more than once."""

from __future__ import annotations

from streams.nlp import Models, enrich
from streams.nlp.events import retold
from streams.records import Document, Event


def found(models: Models, title: str, text: str) -> list[Event]:
    document = Document(
        id="v", url="", title=title, text=text, published_at="2024-05-17", declared_language="en"
    )
    return list(enrich([document], models)[0].events)


def test_what_a_title_tells_gets_its_day_and_its_names_from_the_first_paragraph(models: Models) -> None:
    text = "Police in Leeds on Tuesday arrested Carlos Vega, a former mayor, in an inquiry into bribes."
    events = [
        event for event in found(models, "Police arrest former mayor", text) if event.action == "arrest"
    ]
    assert [(event.source, event.actor, event.target) for event in events] == [
        ("title", "Police", "Carlos Vega")
    ]
    assert events[0].time_normalised == "2024-05-14T00:00:00Z"


def test_what_a_title_tells_in_the_present_may_lie_ahead(models: Models) -> None:
    text = (
        "Norway will join the alliance of Denmark and Iceland next year, the ministry in Oslo said on Friday."
    )
    joined = [event for event in found(models, "Norway joins alliance", text) if event.action == "join"]
    assert [event.modality for event in joined] == ["future"]


def test_a_second_telling_in_the_text_fills_what_the_first_leaves_out() -> None:
    common = {"kind": "arrest", "action": "arrest", "target": "Carlos Vega", "target_id": "e1"}
    place = {"start": 0, "end": 1, "sentence_start": 0, "sentence_end": 9}
    first = Event(**common, **place, salience=0.9)
    second = Event(**common, **place, actor="police", time="Tuesday", salience=0.4)
    (event,) = retold.distinct([first, second])
    assert (event.actor, event.time, event.salience) == ("police", "Tuesday", 0.9)


def test_different_targets_and_different_days_are_different_events() -> None:
    place = {"start": 0, "end": 1, "sentence_start": 0, "sentence_end": 9, "kind": "win", "action": "beat"}
    norway = {"actor": "Norway", "actor_id": "e1"}
    day = {"time": "Monday", "time_normalised": "2024-05-13T00:00:00Z", "time_precision": "day"}
    events = [
        Event(**place, **norway, target="Denmark", target_id="e2", **day),
        Event(**place, **norway, target="Iceland", target_id="e3"),
        Event(
            **place,
            **norway,
            target="Denmark",
            target_id="e2",
            **(day | {"time_normalised": "2024-05-12T00:00:00Z"}),
        ),
    ]
    assert retold.distinct(events) == events
