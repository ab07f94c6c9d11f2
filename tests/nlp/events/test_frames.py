"""Classes of verbs by what stands with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.nlp import Models, data, enrich
from streams.nlp.events import frames
from streams.nlp.events.classes import choice
from streams.nlp.syntax import verbs
from streams.records import Document

_DOCS = (Path(__file__).parents[3] / "docs" / "enrichment.md").read_text("utf-8")

# The sixteen types of PLOVER 2.0.
TYPES = {
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST",
    "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists and frames alone: what is learnt has tests of its own."""
    monkeypatch.setattr(choice, "of_document", lambda _text, _vocab: None)


def kinds(models: Models, text: str) -> dict[str, str]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event.kind for event in enrich([document], models)[0].events}


@pytest.mark.parametrize(
    ("sentence", "action", "kind"),
    [
        ("Anna Berg was nominated for an Oscar in Oslo on Monday.", "nominate", "other"),
        ("Norway nominated Anna Berg as ambassador to Denmark on Monday.", "nominate", "appoint"),
        ("Troops opened fire on demonstrators in Khartoum on Monday.", "open fire", "attack"),
        ("A fire in Madrid destroyed the Prado museum on Monday.", "destroy", "other"),
        ("Norway vowed to keep the bridge in Oslo open on Monday.", "vow", "agree"),
        ("Norway vowed to punish Denmark on Monday.", "vow", "threaten"),
        ("Norway vowed revenge on Denmark on Monday.", "vow", "threaten"),
        ("Anna Berg asked Carlos Vega on Monday whether he would sign the treaty.", "ask", None),
        ("Anna Berg asked Carlos Vega about the treaty on Monday.", "ask", None),
        ("Anna Berg asked Carlos Vega on Monday to sign the treaty.", "ask", "request"),
        ("Americans voted for control of the parliament of Norway on Monday.", "vote for", "decide"),
        ("Americans voted for Anna Berg in Oslo on Monday.", "vote for", "support"),
        ("Carlos Vega joined Strava in Oslo as chief product officer on Monday.", "join", "appoint"),
        ("Carlos Vega was taken to a hospital in Oslo on Monday.", "take", "move"),
        ("Carlos Vega was taken into custody in Oslo on Monday.", "take", "arrest"),
        ("The minister Anna Berg issued a plea to Norway on Monday.", "issue", "request"),
        ("The arrest of Anna Berg led to riots in Norway on Monday.", "lead", "escalate"),
        ("Norway postponed the summit in Oslo on Monday.", "postpone", "other"),
        ("Anna Berg attacked Carlos Vega in tweets on Monday.", "attack", "accuse"),
        ("Volvo targeted young voters in Oslo on Monday.", "target", "other"),
        ("Anna Berg paid a visit to Norway on Monday.", "pay visit", "meet"),
        ("Anna Berg made a trip to Norway on Monday.", "make trip", "move"),
        ("Police in Oslo searched the house of Anna Berg on Monday.", "search", "examine"),
        ("Scientists in Oslo probed the surface of Mars on Monday.", "probe", "examine"),
        ("Prosecutors in Oslo probed the murder of Anna Berg on Monday.", "probe", "accuse"),
        ("The House of Norway held Anna Berg in contempt on Monday.", "hold", "accuse"),
        ("The Prado in Madrid suffered damage during the storm on Monday.", "suffer", "other"),
        ("Gunmen destroyed the police station in Mali on Monday.", "destroy", "attack"),
        ("Carlos Vega was awarded a grant by the Gates Foundation on Monday.", "award", "aid"),
        ("Carlos Vega was awarded a medal by the Gates Foundation on Monday.", "award", "other"),
        ("Lawmakers in Oslo questioned Anna Berg about the budget on Monday.", "question", "other"),
        ("Police in Oslo questioned Anna Berg about the murder on Monday.", "question", "accuse"),
        ("Anna Berg attacked the policies of Norway on Monday.", "attack", "accuse"),
        ("Anna Berg attacked Carlos Vega over his tax plan on Monday.", "attack", "accuse"),
        ("Britain voted to leave the European Union in 2016.", "leave", "other"),
        ("Anna Berg left the European Union on Monday.", "leave", "appoint"),
        ("Volvo added three suppliers to its programme on Monday.", "add", "other"),
        ("Norway qualified for the final on Monday.", "qualify", "win"),
        ("Norway qualified for aid from Germany on Monday.", "qualify", None),
        ("Norway made it to the final on Monday.", "make it", "win"),
        ("Norway booked its spot at the World Cup on Monday.", "book", "win"),
        ("The group stage in Norway finished on Monday.", "finish", None),
        ("Norway drew with Denmark in Oslo on Monday.", "draw", "other"),
        ("Anna Berg joined Siemens in Munich on Monday.", "join", "appoint"),
        ("The singer Anna Berg led Siemens in Munich in 2019.", "lead", None),
        ("Norway adopted the resolution in Oslo on Monday.", "adopt", "agree"),
        ("Norway blocked the assets of Iran on Monday.", "block", "sanction"),
        ("Volvo adopted a new logo in Oslo on Monday.", "adopt", "other"),
        ("The army of Norway initiated an operation in Oslo on Monday.", "initiate", "mobilise"),
        ("Norway joined the European Union on Monday.", "join", "cooperate"),
        ("Germany will hold Carlos Vega accountable on Monday.", "hold", None),
        ("Prosecutors opened an investigation into Acme in Paris on Monday.", "open", "accuse"),
        ("Volunteers hung signs in Leeds on Tuesday.", "hang", "other"),
        ("Anna Berg charged ahead with the plan in Leeds on Monday.", "charge", None),
        ("Prosecutors charged Anna Berg with fraud in Leeds on Monday.", "charge", "accuse"),
        ("Police clashed with protesters in Madrid on Friday.", "clash", "attack"),
        ("Russia clashed with Germany over Syria on Friday.", "clash", "accuse"),
        ("Norway beat Denmark in Oslo on Tuesday.", "beat", "win"),
        ("Police beat Carlos Vega in Oslo on Tuesday.", "beat", "attack"),
        ("France won approval of the plan from Germany on Tuesday.", "win", "other"),
        ("The club fired Carlos Vega in Leeds on Monday.", "fire", "appoint"),
        ("An earthquake killed 12 people in Japan on Monday.", "kill", "die"),
        ("Gunmen killed 12 people in Mali on Monday.", "kill", "attack"),
        ("A jury in Leeds found Carlos Vega guilty of murder on Tuesday.", "find guilty", "arrest"),
        ("Carlos Vega was arraigned in Leeds on Tuesday.", "arraign", "accuse"),
        ("Police cracked down on smugglers in Madrid on Tuesday.", "crack down", "arrest"),
        ("Spain shut down the port of Vigo on Monday.", "shut down", "make"),
        ("Police dispersed protesters in Madrid on Monday.", "disperse", "arrest"),
        ("Carlos Vega was buried in Madrid on Monday.", "bury", "die"),
        ("Two men disappeared near Leeds on Monday.", "disappear", "die"),
        ("Norway lost to Denmark in Oslo on Tuesday.", "lose", "other"),
        ("Norway will play Denmark in Oslo on Tuesday.", "play", "other"),
        ("Carlos Vega finished second in the race in Oslo on Monday.", "finish second", "other"),
        ("Carlos Vega beat out Ivan Lund on Monday.", "beat out", "win"),
        ("Vodafone deployed a cable in Oslo on Monday.", "deploy", "other"),
        ("Norway deployed troops in Mali on Monday.", "deploy", "mobilise"),
        ("Police in Oslo investigated the murder of Carlos Vega on Monday.", "investigate", "accuse"),
        ("The University of Oslo investigated the effects of sleep on Monday.", "investigate", "examine"),
        ("The Nikkei closed higher in Tokyo on Monday.", "close higher", "trade"),
    ],
)
def test_what_stands_with_a_verb_decides_its_class(
    models: Models, sentence: str, action: str, kind: str | None
) -> None:
    assert kinds(models, sentence).get(action) == kind


def test_every_frame_gives_a_class_and_names_known_groups() -> None:
    table = data.table("frames")
    known = {*verbs.event_classes().values(), frames.OTHER, frames.NO_EVENT}
    for rows in table["frames"].values():
        for row in rows:
            assert row["class"] in known
            listed = [word for place, value in row.items() if place != "class" for word in data.words(value)]
            assert {word[1:] for word in listed if word.startswith("@")} <= set(table["nouns"])


def test_a_class_has_the_type_and_the_root_code_of_the_schemes() -> None:
    assert frames.code("sign", "agree") == ("AGREE", "03")
    assert frames.code("fight", "attack") == ("ASSAULT", "19")
    assert frames.code("announce", "say") == (None, "01")
    assert frames.code("win", "win") == (None, None)


def test_a_verb_of_another_code_has_it_only_in_its_class() -> None:
    assert frames.code("clash", "attack") == ("ASSAULT", "19")
    assert frames.code("clash", "accuse") == ("ACCUSE", "11")


def test_types_and_codes_are_those_of_the_codebooks() -> None:
    table = data.table("plover")
    rows = [*table["classes"].values(), *(row[1:] for row in table["verbs"].values())]
    assert {kind for kind, _code in rows} - {""} == TYPES
    assert {code for _kind, code in rows} <= {f"{number:02}" for number in range(1, 21)}
    assert set(table["classes"]) <= set(verbs.event_classes().values())


def test_the_documentation_defines_every_class_with_its_type_and_code() -> None:
    table = re.findall(
        r"^\| `(\w+)` \| [^|]+ \| ([A-Z-]+)(?:, (\d\d))?",
        _DOCS.partition("### Classes of events")[2],
        re.MULTILINE,
    )
    told = {name: [scheme.strip("-"), code] for name, scheme, code in table if name != "kind"}
    codes = data.table("plover")["classes"]
    classes = set(data.table("verbs")["classes"])
    assert set(told) == classes
    assert {name: told[name] for name in codes} == codes
