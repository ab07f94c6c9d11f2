"""Who did what to whom, where and when, sentence by sentence."""

from __future__ import annotations

import datetime

import pytest

from streams.nlp import Models, enrich, times, verbs
from streams.records import Document, Event


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


def test_a_passive_names_the_one_who_acts_behind_by(models: Models) -> None:
    event = events(models, "The reform was rejected by France in Brussels on Tuesday.")["reject"]
    assert (event.actor, event.target, event.place) == ("France", "reform", "Brussels")
    assert event.time_normalised == "2024-05-14"


def test_coordinated_verbs_share_their_subject(models: Models) -> None:
    found = events(
        models, "Police raided the office of the party in Madrid and arrested Carlos Vega on Friday."
    )
    assert found["arrest"].target == "Carlos Vega"
    assert found["arrest"].actor == "Police"


def test_a_relative_clause_says_what_its_head_did(models: Models) -> None:
    found = events(
        models, "The army is looking for the rebels who attacked the village of Ndala in Kenya last week."
    )
    assert found["attack"].actor == "rebels"


@pytest.mark.parametrize(
    ("sentence", "action", "modality", "negated"),
    [
        ("Germany will send soldiers to Mali next month.", "send", "future", False),
        ("Germany may send soldiers to Mali next month.", "send", "possible", False),
        ("Germany did not send soldiers to Mali.", "send", "asserted", True),
        ("Germany denied attacking the convoy in Mali.", "attack", "denied", False),
        ("Germany must withdraw its soldiers from Mali.", "withdraw", "required", False),
        ("Officials said Germany attacked the convoy in Mali.", "attack", "reported", False),
    ],
)
def test_modality_and_negation_are_kept(
    models: Models, sentence: str, action: str, modality: str, negated: bool
) -> None:
    event = events(models, sentence)[action]
    assert (event.modality, event.negated) == (modality, negated)


def test_states_of_mind_and_being_are_no_events(models: Models) -> None:
    assert events(models, "Anna Berg is a doctor in Oslo. She likes Norway and knows Peter Lund.") == {}


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("on Tuesday", "2024-05-14"),
        ("on Friday", "2024-05-17"),
        ("yesterday", "2024-05-16"),
        ("last month", "2024-04"),
        ("three years ago", "2021"),
        ("on 3 March", "2024-03-03"),
        ("on December 30", "2023-12-30"),
        ("on June 5, 2019", "2019-06-05"),
        ("in 2011", "2011"),
        ("in March 2011", "2011-03"),
        ("last week", "2024-W19"),
        ("on February 31, 2019", None),
    ],
)
def test_times_are_told_from_the_day_of_publication(words: str, date: str | None) -> None:
    match = times.TIME.search(f"They met {words}.")
    assert match is not None
    assert times.normalise(match, datetime.date(2024, 5, 17)) == date


def test_a_relative_time_without_publication_is_left_open() -> None:
    match = times.TIME.search("They met on Tuesday.")
    assert match is not None and times.normalise(match, None) is None


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("said", "say"), ("struck", "strike"), ("denied", "deny"), ("vowing", "vow"), ("agreed", "agree"), ("stopped", "stop"),
        ("admitted", "admit"), ("visited", "visit"), ("seized", "seize"), ("fled", "flee"), ("launches", "launch"), ("dying", "die"),
    ],
)  # fmt: skip
def test_verb_forms_lead_back_to_their_lemma(form: str, lemma: str) -> None:
    assert verbs.lemma(form) == lemma


def test_a_day_is_a_time_and_no_target(models: Models) -> None:
    event = events(
        models, "The ministers of France and Spain agreed on Friday to rebuild the railway in Pau."
    )
    assert event["agree"].target is None
    assert event["agree"].time_normalised == "2024-05-17"


def test_what_is_planned_for_a_weekday_is_the_next_one(models: Models) -> None:
    event = events(models, "Finance Minister Carlos Vega will meet Anna Berg in Madrid on Tuesday.")["meet"]
    assert (event.modality, event.time_normalised) == ("future", "2024-05-21")


def test_a_day_that_owns_something_is_not_when_it_happened(models: Models) -> None:
    event = events(models, "Germany rejected Wednesday's proposal by France.")["reject"]
    assert event.time is None


def test_what_is_first_since_a_year_did_not_happen_in_it(models: Models) -> None:
    event = events(models, "Norway won the World Cup for the first time since 1999.")["win"]
    assert event.time is None


def test_a_purpose_belongs_to_whoever_has_it(models: Models) -> None:
    found = events(models, "Spain signed an agreement to share the water of the Tagus with Portugal.")
    assert found["share"].actor == "Spain"
    found = events(models, "Residents of Leeds fear a plan to demolish the old market in Leeds.")
    assert "demolish" not in found


def test_a_noun_denied_is_an_event_denied(models: Models) -> None:
    event = events(models, "Anna Berg told reporters that no contract with Norway had been signed.")["sign"]
    assert (event.negated, event.modality) == (True, "reported")


@pytest.mark.parametrize(
    ("sentence", "action", "kind"),
    [
        ("Parliament in Oslo passed the law on Tuesday.", "pass", "agree"),
        ("The probe of Norway passed the comet on Tuesday.", "pass", None),
        ("Police beat protesters in Madrid on Tuesday.", "beat", "attack"),
        ("Norway beat Denmark in Oslo on Tuesday.", "beat", "win"),
        ("Police in Madrid held Carlos Vega on Tuesday.", "hold", "arrest"),
        ("Carlos Vega held talks with Anna Berg in Madrid on Tuesday.", "hold", "meet"),
    ],
)
def test_what_a_verb_reports_depends_on_its_object(
    models: Models, sentence: str, action: str, kind: str | None
) -> None:
    event = events(models, sentence).get(action)
    assert (event.kind if event else None) == kind


def test_a_name_right_behind_its_noun_is_who_it_is(models: Models) -> None:
    event = events(models, "Spanish steel group Ferrovax bought the French rival Aciernord on Tuesday.")[
        "buy"
    ]
    assert event.actor == "Ferrovax"


def test_a_finite_verb_has_the_name_in_front_of_it_where_the_parser_finds_no_subject(models: Models) -> None:
    text = "The letter was hidden beneath four tons of Red Duke, Inspector Farah Steen told Anna Berg in Leeds on Thursday."
    found = events(models, text)
    assert found["tell"].actor == "Farah Steen"
    found = events(
        models,
        "Anna Berg proposed that crews from Leeds work the route, and the unions accepted by telephone.",
    )
    assert "accept" not in found or found["accept"].actor == "unions"


def test_who_came_back_to_win_has_won(models: Models) -> None:
    found = events(models, "Norway came from two goals down to beat Denmark 3-2 in Oslo on Tuesday.")
    assert (found["beat"].actor, found["beat"].modality) == ("Norway", "asserted")


def test_people_without_a_name_act_where_or_when_it_is_said(models: Models) -> None:
    found = events(models, "More than 2,300 dockers walked out at the port of Leeds on Wednesday.")
    assert found["walk out"].target is None
    assert found["walk out"].time_normalised == "2024-05-15"
