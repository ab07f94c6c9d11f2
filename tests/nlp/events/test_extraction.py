"""Who did what to whom, where and when, sentence by sentence."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event
from training.events import candidates as training_candidates


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


def test_a_passive_names_the_one_who_acts_behind_by(models: Models) -> None:
    event = events(models, "The reform was rejected by France in Brussels on Tuesday.")["reject"]
    assert (event.actor, event.target, event.place) == ("France", "reform", "Brussels")
    assert event.time_normalised == "2024-05-14T00:00:00Z"


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


def test_states_of_mind_and_being_are_no_events(models: Models) -> None:
    assert events(models, "Anna Berg is a doctor in Oslo. She likes Norway and knows Peter Lund.") == {}


def test_a_purpose_belongs_to_whoever_has_it(models: Models) -> None:
    found = events(models, "Spain signed an agreement to share the water of the Tagus with Portugal.")
    assert found["share"].actor == "Spain"
    found = events(models, "Residents of Leeds fear a plan to demolish the old market in Leeds.")
    assert "demolish" not in found


def test_a_noun_denied_is_an_event_denied(models: Models) -> None:
    event = events(models, "Anna Berg told reporters that no contract with Norway had been signed.")["sign"]
    assert (event.negated, event.modality) == (True, "reported")


@pytest.mark.parametrize(
    ("sentence", "target", "amount", "currency"),
    [
        ("The bank Norfund has agreed to pay $28.5m in Oslo on Tuesday.", "$28.5m", 28_500_000.0, "USD"),
        ("The bank Norfund has agreed to pay £2.1m in Oslo on Tuesday.", "£2.1m", 2_100_000.0, "GBP"),
        ("The bank Norfund has agreed to pay $2bn in Oslo on Tuesday.", "$2bn", 2e9, "USD"),
    ],
)
def test_an_amount_keeps_its_scale_however_it_is_parted_into_tokens(
    models: Models, sentence: str, target: str, amount: float, currency: str
) -> None:
    event = events(models, sentence)["pay"]
    assert (event.target, event.amount, event.currency) == (target, amount, currency)


def test_a_phrase_ends_before_a_bracket_that_stays_open(models: Models) -> None:
    event = events(
        models, "Norfund reached a $2bn (1.53bn euros; £1.05bn) settlement with Acme in Oslo on Monday."
    )
    assert all("(" not in (one.target or "") for one in event.values())


def test_who_refuses_to_do_something_refuses_and_is_not_refused(models: Models) -> None:
    event = events(models, "Norwegian television channels have refused to run the advert for the film.")[
        "refuse"
    ]
    assert (event.actor, event.target) == ("Norwegian television channels", "run the advert for the film")


@pytest.mark.parametrize(
    ("sentence", "action", "kind"),
    [
        ("Parliament in Oslo passed the law on Tuesday.", "pass", "decide"),
        ("The probe of Norway passed the comet on Tuesday.", "pass", "other"),
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
    assert found["walk out"].time_normalised == "2024-05-15T00:00:00Z"


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
        ("Norway sent a letter to Ida Holm on Friday.", "send", "say"),
        ("Norway sent a frigate to Iceland on Friday.", "send", "mobilise"),
        ("Norway promised Iceland a loan on Friday.", "promise", "agree"),
    ],
)
def test_the_class_depends_on_what_is_done_to_whom(
    models: Models, sentence: str, action: str, kind: str
) -> None:
    assert events(models, sentence)[action].kind == kind


@pytest.mark.parametrize(
    ("sentence", "action", "actor"),
    [
        ("Western powers blamed Assad for starting a war in Syria.", "start", "Assad"),
        ("The rebels took advantage of the chaos to seize land in Syria.", "seize", "rebels"),
        ("The union Unite appealed to its members to leave Leeds on Friday.", "leave", "members"),
    ],
)
def test_whoever_is_blamed_or_asked_acts(
    all_candidates: Models, sentence: str, action: str, actor: str
) -> None:
    assert events(all_candidates, sentence)[action].actor == actor


def test_which_is_what_the_clause_hangs_on(models: Models) -> None:
    event = events(models, "France ordered new trains, which Rheintal will deliver from 2029.")["deliver"]
    assert (event.actor, event.target, event.time_normalised) == (
        "Rheintal",
        "new trains",
        "2029-01-01T00:00:00Z",
    )


def test_how_much_is_what_a_price_fell_by(models: Models) -> None:
    event = events(models, "Shares in Norfund fell 4.2 percent in Oslo.")["fall"]
    assert (event.target, event.place) == ("4.2 percent", "Oslo")


def test_what_somebody_does_for_a_living_is_no_event(models: Models) -> None:
    assert "drive" not in events(models, "Ida Holm, who drives for a firm in Oslo, met Peter Lund on Friday.")


def test_nobody_is_a_negation(models: Models) -> None:
    event = events(models, "The company Halden said nobody would be dismissed before 2028.")["dismiss"]
    assert (event.kind, event.negated, event.modality) == ("appoint", True, "future")
    assert (event.time, event.time_normalised, event.time_precision) == (
        "before 2028",
        "2028-01-01T00:00:00Z",
        "year",
    )


def test_a_particle_that_makes_another_verb_makes_no_event(models: Models) -> None:
    assert events(models, "The plans of Norway do not hold out much hope for Iceland.") == {}


@pytest.mark.parametrize(
    ("sentence", "action", "target"),
    [
        ("Norway lost to Denmark in Oslo on Tuesday.", "lose", "Denmark"),
        ("Norway blamed the attack on Denmark.", "blame", "Denmark"),
        ("Ida Holm paid a visit to the old prison in Oslo on Friday.", "pay visit", "old prison in Oslo"),
        ("President Ida Holm made a trip to Lisbon on Friday.", "make trip", "Lisbon"),
        ("Norway extended the licence of the company Vantora on Friday.", "extend", "licence of the company"),
        ("The Norwegian army destroyed and jammed 55 missiles.", "destroy", "55 missiles"),
        ("Norway signed a trade deal for about a month on Friday.", "sign", "trade deal"),
        (
            "Norway granted a licence allowing companies to sell to Denmark.",
            "grant",
            "licence allowing companies",
        ),
        (
            "Norway threatened to use force against Denmark on Friday.",
            "threaten",
            "use force against Denmark",
        ),
        (
            "Ida Holm denied having a relationship with Carlos Vega on Friday.",
            "deny",
            "having a relationship",
        ),
        (
            "Norway rejected the assertion that exports rose on Friday.",
            "reject",
            "assertion that exports rose",
        ),
        (
            "Norway's police released video showing the rescue of a boy.",
            "release",
            "video showing the rescue of a boy",
        ),
        (
            "Norway invested no less than $21 million in Denmark on Friday.",
            "invest",
            "no less than $21 million",
        ),
    ],
)
def test_the_target_is_what_is_affected_wherever_it_stands(
    models: Models, sentence: str, action: str, target: str
) -> None:
    assert (events(models, sentence)[action].target or "").startswith(target)


@pytest.mark.parametrize(
    "sentence",
    [
        "Read more: Norway attacks Denmark in Oslo",
        "SEE ALSO | Norway attacked Denmark on Friday.",
        "Any sensible person questioned the motives of Norway on Friday.",
        "Ida Holm said that Norway has the power to end the strike.",
        "Norway will be back in action on Friday against defending champion Denmark.",
        "Anna Berg returned to the issue later in the hearing.",
        "Peter Lund is said to be meeting Anna Berg.",
    ],
)
def test_what_nobody_would_have_written_down_is_no_event(models: Models, sentence: str) -> None:
    assert {"attack", "question", "end", "fly", "write", "defend", "return", "say"}.isdisjoint(
        events(models, sentence)
    )


def test_who_rallied_to_win_did_not_protest(models: Models) -> None:
    found = events(
        models, "Peter Lund had rallied to beat Anton Berg of Iceland in the first match on Friday."
    )
    assert set(found) == {"beat"}
    assert found["beat"].modality == "asserted"


def test_no_less_than_is_no_negation(models: Models) -> None:
    event = events(models, "Norway invested no less than $21 million in Iceland on Friday.")["invest"]
    assert (event.negated, event.amount) == (False, 21_000_000)


@pytest.mark.parametrize(
    "sentence",
    [
        "Why did Norway attack Denmark on Friday?",
        "Norway arrested Ida Holm on Friday, as you know from your paper.",
    ],
)
def test_a_question_or_a_word_to_the_reader_tells_nothing(models: Models, sentence: str) -> None:
    assert events(models, sentence) == {}


def test_whom_somebody_scores_for_is_no_target(models: Models) -> None:
    event = events(models, "Peter Lund scored for Norway in Oslo on Tuesday.")["score"]
    assert (event.actor, event.target) == ("Peter Lund", None)


def test_targets_may_be_hit(models: Models) -> None:
    event = events(models, "The ministry of Norway said it had hit five targets in Mali.")["hit"]
    assert (event.kind, event.target) == ("attack", "five targets")


@pytest.mark.parametrize(
    "sentence",
    [
        "The pump, which is designed for hospitals, weighs two kilos.",
        "If the court closes the mine, workers will protest.",
        "The law forced Acme to close its plant in Oslo.",
        "It is a bill that would ban imports of fish.",
    ],
)
def test_descriptions_conditions_and_what_things_are_meant_to_do_are_no_events(
    models: Models, sentence: str
) -> None:
    opening = "Ida Holm met Anna Berg in Oslo on Tuesday.\n\n" * 5
    found = events(models, opening + sentence)
    assert not {"design", "close", "force", "ban"} & {
        event.action for event in found.values() if event.target != "plant in Oslo"
    }


def test_a_verb_in_the_singular_has_the_last_of_the_nouns_before_it(models: Models) -> None:
    document = Document(
        id="v",
        url="",
        text="Serbia takes on Japan and Britain plays the Netherlands.",
        declared_language="en",
    )
    played = [event for event in enrich([document], models)[0].events if event.action == "play"]
    assert [(event.actor, event.target) for event in played] == [("Britain", "Netherlands")]


def test_a_participle_of_speech_belongs_to_who_speaks(models: Models) -> None:
    found = events(models, "Ida Holm posted on Facebook accusing Norway of blackmail.")
    assert found["accuse"].actor == "Ida Holm"


def test_a_recipient_between_verb_and_object_is_no_object(models: Models) -> None:
    found = events(models, "The prosecutors in Oslo issued Carlos Vega a subpoena on Tuesday.")
    assert found["issue"].target == "subpoena"


def test_people_of_a_nation_or_party_keep_the_words_before_them(models: Models) -> None:
    found = events(models, "Montana Republicans banned Anna Berg from the floor on Wednesday.")
    assert found["ban"].actor == "Montana Republicans"


def test_a_clause_without_a_pronoun_is_about_its_noun(models: Models) -> None:
    found = events(
        models,
        "The company Halden showed the rover that Norway bought and the ship Spain sold to Iceland in May.",
    )
    assert (found["sell"].actor, (found["sell"].target or "").split()[0]) == ("Spain", "ship")


def test_verbs_that_share_a_subject_share_the_place_before_it(models: Models) -> None:
    found = events(models, "In Lisbon, Ida Holm met Peter Lund and signed a treaty with Spain.")
    assert (found["meet"].place, found["sign"].place) == ("Lisbon", "Lisbon")


def test_an_attack_on_a_place_happened_there(models: Models) -> None:
    found = events(models, "The Russian attack on Kharkiv killed 12 people on Monday.")
    assert found["kill"].place == "Kharkiv"


def test_what_opens_a_sentence_before_a_dash_is_no_actor(models: Models) -> None:
    found = events(models, "Dekalb, Ill. — Mike Glass beat Ivan Lund on Tuesday night.")
    assert found["beat"].actor == "Mike Glass"


def test_a_day_behind_the_second_of_two_verbs_is_that_of_both(models: Models) -> None:
    found = events(models, "Carlos Vega was convicted and sentenced to life in Madrid last Thursday.")
    assert found["convict"].time == found["sentence"].time == "last Thursday"


@pytest.mark.parametrize(
    ("title", "action", "target"),
    [
        ("Nadal keeps Spain alive against Russia in Davis Cup Finals", "keep alive", "Spain"),
        ("Eastern Michigan routs Northern Illinois to become bowl eligible", "become", "bowl eligible"),
    ],
)
def test_a_state_belongs_to_the_verb_or_is_its_target(
    all_candidates: Models, title: str, action: str, target: str
) -> None:
    text = "Nadal beat Rublev in Madrid on Monday. Eastern Michigan won."
    found = enrich(
        [Document(id="v", url="", title=title, text=text, declared_language="en")], all_candidates
    )[0].events
    assert (action, target) in {(event.action, event.target) for event in found}


def test_two_nouns_share_what_stands_behind_the_second(models: Models) -> None:
    text = "Norway's police detained the owner and the manager of Hotel Vantora."
    found = enrich([Document(id="v", url="", text=text, declared_language="en")], models)[0].events
    assert {event.target for event in found} == {"owner of Hotel Vantora", "manager of Hotel Vantora"}


def candidates_of(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    (read,) = training_candidates.read([document], models)
    return {one.event.action: one.event for one in read.candidates}


LEAD = "Spain signed a treaty with Norway in Oslo on Tuesday after talks. It was the third treaty, officials said.\n\n"


@pytest.mark.parametrize(
    ("sentence", "action", "modality"),
    [
        ("Ida Holm isolated two gases in Oslo and told Norway of them.", "isolate", "asserted"),
        ("Norway will undergo an inspection, the minister said.", "undergo", "future"),
        ("The minister said Norway had encountered delays.", "encounter", "reported"),
    ],
)
def test_a_main_verb_that_no_list_has_is_a_candidate_if_somebody_is_named(
    models: Models, sentence: str, action: str, modality: str
) -> None:
    found = candidates_of(models, LEAD * 6 + sentence)
    assert found[action].modality == modality
    assert action not in candidates_of(
        models, LEAD * 6 + sentence.replace("Ida Holm", "They").replace("Norway", "it")
    )


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("Anna Berg has gained a permit for the mill.", "gain"),
        ("Anna Berg received a licence for the mill.", "receive"),
    ],
)
def test_a_verb_without_a_frame_of_an_event_is_a_candidate_if_it_is_done_to_something(
    models: Models, sentence: str, action: str
) -> None:
    assert candidates_of(models, LEAD * 6 + sentence)[action].kind == "other"


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway has switched to gas.",  # done to nothing
        "Carlos Vega has been switched to gas by Anna Berg.",  # a passive
        "Anna Berg asked Carlos Vega about the treaty.",  # speech
        "Anna Berg gains permits for Siemens.",  # a habit
    ],
)
def test_a_verb_without_a_frame_of_an_event_is_else_no_candidate(models: Models, sentence: str) -> None:
    assert not {"switch", "ask", "gain"} & candidates_of(models, LEAD * 6 + sentence).keys()


def test_an_opening_tells_what_will_be_done_by_who_has_no_name(models: Models) -> None:
    found = candidates_of(models, "A Norwegian network will screen a concert for the victims. Critics wept.")
    assert (found["screen"].actor, found["screen"].modality) == ("Norwegian network", "future")


@pytest.mark.parametrize(
    ("title", "action"),
    [
        ("Boys State Swim Results", "state"),
        ("Beginner Marathon Plan", "plan"),
        ("New Metadata Workflows at the Oslo Archive", "workflow"),
    ],
)
def test_a_noun_of_a_title_is_no_verb(all_candidates: Models, title: str, action: str) -> None:
    text = "The state of Norway has a marathon and a plan. Ida Holm met Peter Lund in Oslo on Friday."
    document = Document(id="v", url="", title=title, text=text, declared_language="en")
    found = enrich([document], all_candidates)[0].events
    assert action not in {event.action for event in found if event.source == "title"}


def test_a_word_of_a_title_that_is_a_verb_in_the_text_is_one(all_candidates: Models) -> None:
    text = "Thousands of students in Oslo protested on Friday. The students protested against Peter Lund."
    document = Document(
        id="v", url="", title="Thousands of Oslo students protest", text=text, declared_language="en"
    )
    found = enrich([document], all_candidates)[0].events
    assert "protest" in {event.action for event in found if event.source == "title"}


def test_what_somebody_decided_not_to_do_keeps_its_negation(all_candidates: Models) -> None:
    text = "Norway decided on Friday not to recommend charges against Ida Holm."
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    found = {event.action: event for event in enrich([document], all_candidates)[0].events}
    assert found["decide"].target == "not recommend charges against Ida Holm"


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("Ida Holm has pulled out of the Oslo Marathon.", "pull out", "Oslo Marathon"),
        ("Ida Holm finally hit upon the idea of a floating museum.", "hit", "idea of a floating museum"),
        ("Norway beat Sweden 2-0 on Friday.", "beat", "Sweden"),
        ("Norway allowed only one shot on Friday.", "allow", "only one shot"),
    ],
)
def test_a_verb_has_its_target_behind_two_prepositions_and_before_a_score(
    models: Models, text: str, action: str, target: str
) -> None:
    assert events(models, text)[action].target == target


def test_what_stands_before_a_dash_is_no_part_of_a_name(models: Models) -> None:
    found = events(models, "Asian carmakers fared well - Halden sales jumped 11% on Friday.")
    assert found["jump"].actor == "Halden sales"


def test_a_verb_with_a_prefix_is_one_verb(models: Models) -> None:
    found = events(models, "In 2010 Acme co-founded the festival and re-opened the old mill.")
    assert (found["co-found"].actor, found["co-found"].target, found["co-found"].kind) == (
        "Acme",
        "festival",
        "make",
    )
    assert found["re-open"].target == "old mill"


def test_a_noun_with_a_prefix_is_one_noun(models: Models) -> None:
    assert (
        events(models, "Police are investigating the forged e-mails.")["investigate"].target
        == "forged e-mails"
    )
    found = events(models, "The vice-president of Acme, Ida Holm, sued a non-profit in Oslo on Friday.")
    assert (found["sue"].actor, found["sue"].target) == ("Ida Holm", "non-profit")


def test_a_verb_behind_another_word_and_a_hyphen_tells_something_else(models: Models) -> None:
    assert "fault" not in events(models, "Lund double-faulted twice and Holm won the match.")
