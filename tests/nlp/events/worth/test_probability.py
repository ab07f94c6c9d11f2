"""The probability of events: weights of features, and the threshold of a document's events."""

from __future__ import annotations

from msgspec.structs import replace

from streams.nlp import Models, enrich
from streams.nlp.events.classes import choice
from streams.nlp.events.worth import features, probability
from streams.records import Document, Event

TEXT = (
    "The government of Norway signed a treaty on fishing with Iceland in Oslo on Tuesday. Ida Holm, the minister, thanked the crew.\n"
    "Police in Bergen arrested Carlos Vega on Monday. Fishers like the sea and often sing on the boats of the town."
)


def events(models: Models) -> tuple[Event, ...]:
    document = Document(id="v", url="", text=TEXT, published_at="2024-05-17", declared_language="en")
    return enrich([document], models)[0].events


def test_a_step_counts_where_its_limit_is_passed() -> None:
    known = probability.of_table(0.0, {"text_past": 1.0, "text_past>0.5": 2.0})
    assert probability.probability({"text_past": 0.5}, known) < 0.63
    assert probability.probability({"text_past": 0.6}, known) > 0.92


def test_features_with_steps_are_those_that_weights_are_learnt_for() -> None:
    found = features.stepped({"text_past": 0.6})
    assert {name for name in found if ">" in name} == {"text_past>0.28", "text_past>0.4", "text_past>0.5"}


def test_each_weight_of_the_package_is_one_of_a_feature(all_candidates: Models) -> None:
    known = probability.weights()
    assert len(known.features) > 40
    assert all(known.steps[name] for name in ("text_past", "event_salience"))


def test_events_have_a_probability_and_the_setting_is_its_least(
    models: Models, all_candidates: Models
) -> None:
    every, likely = events(all_candidates), events(models)
    assert all(0 < event.probability < 1 for event in every)
    least = models.options.event_probability
    assert [event.action for event in likely] == [e.action for e in every if e.probability >= least]
    assert {"sign", "arrest"} <= {event.action for event in likely}


def test_no_event_is_certain(models: Models, all_candidates: Models) -> None:
    strict = all_candidates.__class__(replace(models.options, event_probability=1.0))
    strict._loaded = models._loaded
    assert events(strict) == ()


def test_a_class_without_weights_is_as_sure_as_most() -> None:
    told = features.of_class("attack", choice.Chosen("attack", 0.99, 0.01))
    doubted = features.of_class("attack", choice.Chosen("attack", 0.2, 0.6))
    unknown = features.of_class("attack", None)
    assert told.keys() == doubted.keys() == unknown.keys()
    for name, sign in (("class_none", -1), ("class_sure", 1)):
        assert sign * told[name] > sign * unknown[name] > sign * doubted[name]


def test_words_to_the_reader_and_the_kind_of_page_are_told_of_a_text() -> None:
    told = features.Telling(0.5, 0.5, 800, True, 12, features.addressed("You like your dog."), "product")
    event = Event(action="meet", kind="meet", start=0, end=1, sentence_start=0, sentence_end=1)
    found = features.of_event(event, told, kept=False)
    assert found["page_product"] == found["text_addressed"] == 1.0
    assert found["text_candidates"] > 2
