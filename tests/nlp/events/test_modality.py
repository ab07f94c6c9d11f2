"""Modality and negation of events."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from streams.nlp import Models, enrich
from streams.nlp.events import modality
from streams.records import Document, Event


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


@pytest.mark.parametrize(
    ("sentence", "action", "modality", "negated"),
    [
        ("Germany will send soldiers to Mali next month.", "send", "future", False),
        ("Germany may send soldiers to Mali next month.", "send", "possible", False),
        ("Germany did not send soldiers to Mali.", "send", "asserted", True),
        ("Germany denied attacking the convoy in Mali.", "attack", "denied", False),
        ("Germany must withdraw its soldiers from Mali.", "withdraw", "required", False),
        ("Officials said Germany attacked the convoy in Mali.", "attack", "reported", False),
        ("Ida Holm is said to have met Carlos Vega in Mali.", "meet", "reported", False),
        ("Neither the House nor the Senate have provided the money to Mali.", "provide", "asserted", True),
        ("Carlos Vega set himself on fire in Oslo to protest the war in Mali.", "protest", "asserted", False),
        (
            "Ida Holm will travel to Mali once the treaty has been ratified by Norway.",
            "ratify",
            "future",
            False,
        ),
    ],
)
def test_modality_and_negation_are_kept(
    all_candidates: Models, sentence: str, action: str, modality: str, negated: bool
) -> None:
    event = events(all_candidates, sentence)[action]
    assert (event.modality, event.negated) == (modality, negated)


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
    all_candidates: Models, sentence: str, action: str, modality: str, negated: bool
) -> None:
    event = events(all_candidates, sentence)[action]
    assert (event.modality, event.negated) == (modality, negated)


def test_a_second_verb_is_meant_as_the_first(models: Models) -> None:
    found = events(models, "Norway will sign the treaty and join the pact with Iceland.")
    assert (found["sign"].modality, found["join"].modality) == ("future", "future")


@pytest.mark.parametrize(
    ("sentence", "action", "modality", "negated"),
    [
        ("The union of Norway isn't aiming to close the plant in Oslo.", "close", "denied", False),
        ("Norway signed the treaty in Oslo rather than attack Denmark.", "attack", "denied", False),
        ("Norway is working to build a bridge in Oslo.", "build", "future", False),
        ("Norway would have been attacked by Denmark on Friday.", "attack", "denied", False),
        ("The court in Oslo has yet to approve the deal with Iceland.", "approve", "denied", False),
        ("Ida Holm pleaded not guilty in Oslo on Friday.", "plead guilty", "asserted", True),
        ("Norway left Oslo on Friday without signing the treaty with Iceland.", "sign", "denied", False),
        ("The jury in Oslo took just 15 minutes to find Ida Holm guilty.", "find guilty", "asserted", False),
        ("If Norway approves the deal with Iceland, Denmark will sign it.", "approve", "possible", False),
    ],
)
def test_what_was_not_done_is_no_fact(
    all_candidates: Models, sentence: str, action: str, modality: str, negated: bool
) -> None:
    event = events(all_candidates, sentence)[action]
    assert (event.modality, event.negated) == (modality, negated)


def test_a_verb_that_ends_its_text_without_anything_of_its_own_is_no_alternative() -> None:
    doc = Doc(
        Vocab(),
        words=["Washington", "server", "–", "blocked"],
        heads=[1, 1, 1, 1],
        deps=["compound", "ROOT", "punct", "acl"],
    )
    assert modality._is_alternative(doc[3]) is False


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("Norway reportedly attacked Denmark on Friday.", "attack"),
        ("According to the ministry, France expelled Peter Lund on Friday.", "expel"),
        ("Norway has been accused of creating a crisis by blocking aid to Denmark.", "block"),
    ],
)
def test_what_others_say_is_reported(models: Models, sentence: str, action: str) -> None:
    assert events(models, sentence)[action].modality == "reported"


def test_what_a_victory_was_for_has_happened(models: Models) -> None:
    found = events(models, "Chile beat Peru 2-0 to earn the last spot on Tuesday.")
    assert (found["earn"].modality, found["earn"].time_normalised) == ("asserted", "2024-05-14T00:00:00Z")


@pytest.mark.parametrize(
    ("sentence", "action", "modality"),
    [
        ("Police said that Ida Holm stabbed Peter Lund in Oslo and fled to Bergen.", "flee", "reported"),
        (
            "Ida Holm, who fled to Bergen after she stabbed Peter Lund, hid in a barn, a source told the agency.",
            "stab",
            "reported",
        ),
        ("When France expelled Peter Lund in Oslo, Ida Holm said nothing.", "expel", "asserted"),
        ("Police said that Ida Holm had fled when France expelled Peter Lund.", "expel", "asserted"),
        ("Norway opposed the plan of Iceland (though Ida Holm claims both signed it).", "oppose", "asserted"),
        ("Norway had to evacuate 300 people from Bergen.", "evacuate", "asserted"),
        ("Norway has to evacuate 300 people from Bergen.", "evacuate", "required"),
        ("Norway wants Iceland to sign the treaty with Denmark.", "sign", "possible"),
        ("Norway wants to sign the treaty with Denmark.", "sign", "possible"),
        ("Ida Holm lands in Kenya later on Friday.", "land", "future"),
        ("Norway completed its comeback to clinch the Nordic Cup.", "clinch", "asserted"),
        ("Ida Holm flew to Oslo to meet Peter Lund.", "meet", "asserted"),
        ("The union of Norway voted to send a letter to Iceland.", "send", "future"),
        ("The strike prompted Peter Lund to send a letter to Iceland.", "send", "asserted"),
        ("The ruling will force Peter Lund to leave Oslo.", "leave", "future"),
        ("Volvo will help Norway build a bridge in Oslo.", "build", "future"),
        ("Norway announced plans this week to send a ship to Mali.", "send", "future"),
        ("China said it was angry and warned North Korea.", "warn", "asserted"),
        ("Norway hopes that Iceland will sign the treaty with Denmark.", "sign", "possible"),
        ("Ida Holm said she would love to meet Peter Lund in Oslo.", "meet", "possible"),
        ("Ida Holm looks forward to meeting Peter Lund in Oslo.", "meet", "future"),
        (
            "Farmers have welcomed the ban of Norway, many of whom have campaigned for it.",
            "welcome",
            "asserted",
        ),
        ("Norway is likely to sign the treaty with Denmark.", "sign", "possible"),
        ("Norway passed a bill that would ban exports to Mali.", "ban", "possible"),
        ("The ministry decided that Norway would ban exports to Mali.", "ban", "future"),
        ("Norway would ban exports to Mali, the ministry said.", "ban", "future"),
        ("Norway would later join the pact with Iceland.", "join", "asserted"),
        ("Norway can't ban exports to Mali.", "ban", "possible"),
        ("The law of Norway was designed to ban exports to Mali.", "ban", "future"),
        ("Norway will keep its base after Denmark leaves Mali.", "leave", "future"),
        ("Norway moved from banning exports to taxing them in Mali.", "ban", "asserted"),
        ("Instead of waiting, Norway attacked the convoy in Mali.", "attack", "asserted"),
        ("Norway avoided banning exports to Mali.", "ban", "denied"),
        ("Ida Holm admitted that Norway had attacked the convoy in Mali.", "attack", "reported"),
        ("It is estimated that Norway attacked 300 people in Mali.", "attack", "reported"),
        ("Denmark accused Norway of bombing Mali and attacking the convoy in Mali.", "attack", "reported"),
        (
            "Ida Holm said Norway bombed Mali and that Denmark attacked the convoy in Mali.",
            "attack",
            "reported",
        ),
        ("Oslo, attacked by Denmark in 2011, has grown, Ida Holm announced.", "attack", "asserted"),
    ],
)
def test_the_governing_clause_says_how_a_verb_is_meant(
    all_candidates: Models, sentence: str, action: str, modality: str
) -> None:
    assert events(all_candidates, sentence)[action].modality == modality


@pytest.mark.parametrize(
    ("sentence", "action", "modality", "negated"),
    [
        ("The bill of Norway will go to the Senate and be debated in Oslo.", "debate", "future", False),
        ("Norway did not sign or ratify the treaty with Iceland.", "ratify", "asserted", True),
        ("Ida Holm was not charged or arrested in Oslo.", "arrest", "asserted", True),
        ("Norway never signed the treaty or joined the pact with Iceland.", "join", "asserted", True),
        ("Norway did not sign the treaty and joined the pact with Iceland.", "join", "asserted", False),
        ("The mine in Mali will be sold or closed by Norway on Friday.", "close", "future", False),
    ],
)
def test_joined_verbs_share_auxiliaries_and_a_negation_before_or(
    all_candidates: Models, sentence: str, action: str, modality: str, negated: bool
) -> None:
    event = events(all_candidates, sentence)[action]
    assert (event.modality, event.negated) == (modality, negated)


@pytest.mark.parametrize(
    ("sentence", "action", "modality"),
    [
        ("Norway has no plans to close the mine in Mali.", "close", "denied"),
        ("Norway resisted calls to publish the letter.", "publish", "denied"),
        ("Norway announced plans to close the mine in Mali.", "close", "future"),
        ("Norway made an attempt to block the pipeline to Mali.", "block", "possible"),
        ("There is no evidence that Norway attacked the port of Oslo.", "attack", "denied"),
        ("There has been speculation that Norway attacked the port of Oslo.", "attack", "reported"),
        ("Denmark rejected the assertion that Norway had attacked the port of Oslo.", "attack", "denied"),
        ("Denmark answered the report released by Norway on Friday.", "release", "asserted"),
    ],
)
def test_a_noun_says_how_its_content_is_meant(
    all_candidates: Models, sentence: str, action: str, modality: str
) -> None:
    assert events(all_candidates, sentence)[action].modality == modality


@pytest.mark.parametrize(
    ("sentence", "action", "modality"),
    [
        ("Carlos Vega is tipped to win the Nordic Cup.", "win", "possible"),
        ("Ida Holm is second favourite at Vega Bank to win the Nordic Cup.", "win", "possible"),
        ("Norway had been expected to win the Nordic Cup.", "win", "possible"),
        ("Norway will probably sign the treaty with Iceland.", "sign", "possible"),
        ("Norway is thinking about buying the mine in Mali.", "buy", "possible"),
        ("Norway wants to prevent a crisis by signing the treaty with Iceland.", "sign", "possible"),
        ("Norway is not going to help Iceland sell more herring.", "sell", "denied"),
        ("Police warned Iceland to close the port of Oslo.", "close", "required"),
        ("Residents of Norway were instructed to evacuate Oslo.", "evacuate", "required"),
        ("It is understood that Norway offered Iceland a deal.", "offer", "reported"),
        ("Polls projected that Ida Holm had won the election in Norway.", "win", "reported"),
        ("The virus had reportedly killed 800 people in Oslo and infected 3,000.", "infect", "reported"),
        ("Reportedly, two people were killed and ten were injured in Oslo.", "injure", "reported"),
        ("The post was vacant until Ida Holm was appointed minister.", "appoint", "asserted"),
        ("The minister did not say he'd signed the treaty with Iceland.", "sign", "reported"),
        (
            "Ida Holm promised to leave if people gave themselves up before police had arrested Carlos Vega.",
            "arrest",
            "possible",
        ),
    ],
)
def test_what_is_expected_doubted_advised_or_told_is_no_fact(
    all_candidates: Models, sentence: str, action: str, modality: str
) -> None:
    assert events(all_candidates, sentence)[action].modality == modality


@pytest.mark.parametrize(
    ("sentence", "action", "negated"),
    [
        ("Norway not only attacked the convoy in Mali but burnt it.", "attack", False),
        ("Norway no longer attacks the convoy in Mali.", "attack", True),
        ("Norway nearly doubled its tax on Mali.", "double", False),
    ],
)
def test_what_adds_something_negates_nothing(
    all_candidates: Models, sentence: str, action: str, negated: bool
) -> None:
    assert events(all_candidates, sentence)[action].negated == negated


def test_the_present_is_the_future_with_a_day_to_come(all_candidates: Models) -> None:
    text = "Norway is signing the treaty with Denmark on Sunday, joining the pact with Iceland."
    found = events(all_candidates, text)
    assert {(found[verb].modality, found[verb].time_normalised) for verb in ("sign", "join")} == {
        ("future", "2024-05-19T00:00:00Z")
    }
    undated = Document(id="v", url="", text="Norway meets Denmark on Sunday in Oslo.", declared_language="en")
    assert [event.modality for event in enrich([undated], all_candidates)[0].events] == ["future"]


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("Norway partnered with Volvo in 2011 to build a bridge in Oslo.", "build"),
        ("Ida Holm took the berries to Peter Lund in Oslo to examine them.", "examine"),
        ("Norway stopped supporting the rebels of Mali in 2011.", "support"),
    ],
)
def test_what_something_was_done_for_and_what_ceased_are_no_events(
    all_candidates: Models, sentence: str, action: str
) -> None:
    assert action not in events(all_candidates, sentence)
