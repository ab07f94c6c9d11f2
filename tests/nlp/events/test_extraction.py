"""Who did what to whom, where and when, sentence by sentence."""

from __future__ import annotations

import datetime

import pytest

from streams.nlp import Models, enrich
from streams.nlp.syntax import verbs
from streams.nlp.text import time_expressions
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
    match = time_expressions.TIME.search(f"They met {words}.")
    assert match is not None
    assert time_expressions.normalise(match, datetime.date(2024, 5, 17)) == date


def test_a_relative_time_without_publication_is_left_open() -> None:
    match = time_expressions.TIME.search("They met on Tuesday.")
    assert match is not None and time_expressions.normalise(match, None) is None


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


def listed(models: Models, text: str) -> list[tuple[str | None, str, str | None]]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return [(e.actor, e.action, e.target) for e in enrich([document], models)[0].events]


def test_those_who_act_together_have_an_event_each(models: Models) -> None:
    found = listed(models, "France, Spain and Portugal signed the treaty on Friday.")
    assert found == [(who, "sign", "treaty") for who in ("France", "Spain", "Portugal")]


def test_an_office_and_its_holder_are_one_who_acts(models: Models) -> None:
    found = listed(
        models,
        "The president of Norway, Ida Holm, and the prime minister of Iceland, Anton Berg, signed the pact in Oslo.",
    )
    assert found == [("Ida Holm", "sign", "pact"), ("Anton Berg", "sign", "pact")]


def test_either_of_two_is_not_both(models: Models) -> None:
    assert len(listed(models, "France or Spain will sign the treaty in Lisbon on Friday.")) == 1


def test_another_sentence_behind_and_is_no_second_target(models: Models) -> None:
    found = listed(
        models, "As ministers met in Paris to discuss Ukraine, Ida Holm and Peter Lund are holding talks."
    )
    assert ("ministers", "discuss", "Ida Holm") not in found


def test_it_is_whoever_says_it(models: Models) -> None:
    event = events(models, "The bank Norfund said on Thursday it had agreed to buy the brewer Halden.")
    assert (event["buy"].actor, event["buy"].target) == ("Norfund", "Halden")
    assert event["agree"].time is None  # it was said on Thursday


def test_they_are_the_subject_of_the_sentence_before(models: Models) -> None:
    found = events(models, "Detectives know the thief. They searched a farm outside Gloucester on Thursday.")
    assert (found["search"].actor, found["search"].place) == ("Detectives", "Gloucester")


def test_they_are_nobody_where_the_sentence_before_is_about_one(models: Models) -> None:
    found = events(models, "Ida Holm arrived in Oslo on Monday. They attacked the embassy in Madrid.")
    assert "attack" not in found


@pytest.mark.parametrize(
    ("sentence", "action", "kind"),
    [
        ("Gregor Maul attacked the deal in Oslo on Friday.", "attack", "accuse"),
        ("Rebels attacked the convoy in Mali on Friday.", "attack", "attack"),
        ("The strike hit importers in Ghana on Friday.", "hit", "escalate"),
        ("A shell hit a school in Mali on Friday.", "hit", "attack"),
        ("Talks with Norway collapsed on Friday.", "collapse", "reject"),
        ("The Dockers' Union called the open-ended strike over a plan to cut jobs.", "call", "protest"),
        ("The court heard the appeal of Ida Holm on Friday.", "hear", "decide"),
        ("Norway sent a letter to Iceland on Friday.", "send", "move"),
        ("Norway sent a frigate to Iceland on Friday.", "send", "mobilise"),
        ("Norway promised Iceland a loan on Friday.", "promise", "agree"),
    ],
)
def test_the_class_depends_on_what_is_done_to_whom(
    models: Models, sentence: str, action: str, kind: str
) -> None:
    assert events(models, sentence)[action].kind == kind


@pytest.mark.parametrize(
    ("sentence", "action", "modality", "negated"),
    [
        (
            "The two men are due to appear before a court in Oslo on Saturday.",
            "appear before",
            "future",
            False,
        ),
        ("The sailors are to fly home to Norway on Sunday.", "fly", "future", False),
        ("Norway still has to approve the deal with Iceland.", "approve", "required", False),
        ("Norway rejected allegations that Mali had attacked civilians.", "attack", "denied", False),
        (
            "Ida Holm said on Friday, after meeting Peter Lund in Oslo, that all was well.",
            "meet",
            "asserted",
            False,
        ),
        ("A dispute over herring nearly sank the deal between Norway and Iceland.", "sink", "asserted", True),
        ("Ida Holm is the first woman to win the Nordic Cup.", "win", "asserted", False),
    ],
)
def test_adjectives_nouns_and_adverbs_say_how_a_verb_is_meant(
    models: Models, sentence: str, action: str, modality: str, negated: bool
) -> None:
    event = events(models, sentence)[action]
    assert (event.modality, event.negated) == (modality, negated)


@pytest.mark.parametrize(
    ("sentence", "action", "actor"),
    [
        ("Western powers blamed Assad for starting a war in Syria.", "start", "Assad"),
        ("The rebels took advantage of the chaos to seize land in Syria.", "seize", "rebels"),
        ("The union Unite appealed to its members to leave Leeds on Friday.", "leave", "members"),
    ],
)
def test_whoever_is_blamed_or_asked_acts(models: Models, sentence: str, action: str, actor: str) -> None:
    assert events(models, sentence)[action].actor == actor


def test_which_is_what_the_clause_hangs_on(models: Models) -> None:
    event = events(models, "France ordered new trains, which Rheintal will deliver from 2029.")["deliver"]
    assert (event.actor, event.target, event.time_normalised) == ("Rheintal", "new trains", "2029")


def test_the_crew_is_held_and_not_the_ship(models: Models) -> None:
    found = events(
        models, "Norway freed the crew of the trawler Rosalind, who were held in Oslo since March."
    )
    assert (found["hold"].target or "").startswith("crew")


def test_a_day_told_of_the_future_is_the_next_one(models: Models) -> None:
    assert events(models, "Norway will join the pact on January 1.")["join"].time_normalised == "2025-01-01"


def test_how_much_is_what_a_price_fell_by(models: Models) -> None:
    event = events(models, "Shares in Norfund fell 4.2 percent in Oslo.")["fall"]
    assert (event.target, event.place) == ("4.2 percent", "Oslo")


def test_a_place_may_stand_behind_a_building(models: Models) -> None:
    assert (
        events(models, "The company Halden hired 300 workers at its plant in Lyon.")["hire"].place == "Lyon"
    )


def test_what_somebody_does_for_a_living_is_no_event(models: Models) -> None:
    assert "drive" not in events(models, "Ida Holm, who drives for a firm in Oslo, met Peter Lund on Friday.")


def test_nobody_is_a_negation(models: Models) -> None:
    event = events(models, "The company Halden said nobody would be dismissed before 2028.")["dismiss"]
    assert (event.kind, event.negated, event.modality) == ("appoint", True, "future")
    assert (event.time, event.time_normalised) == ("before 2028", "2028")


def test_when_takes_the_time_in_front_of_it(models: Models) -> None:
    found = events(models, "The talks stalled on Thursday evening, when the Spanish delegation walked out.")
    assert found["walk out"].time_normalised == "2024-05-16"


def test_a_second_verb_is_meant_as_the_first(models: Models) -> None:
    found = events(models, "Norway will sign the treaty and join the pact with Iceland.")
    assert (found["sign"].modality, found["join"].modality) == ("future", "future")


def test_a_particle_that_makes_another_verb_makes_no_event(models: Models) -> None:
    assert events(models, "The plans of Norway do not hold out much hope for Iceland.") == {}
