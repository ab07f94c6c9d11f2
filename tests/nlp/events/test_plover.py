"""Classes of events in PLOVER and CAMEO."""

from __future__ import annotations

from streams.nlp import data
from streams.nlp.events import plover
from streams.nlp.syntax import verbs

# The sixteen types of PLOVER 2.0.
TYPES = {
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST",
    "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}  # fmt: skip


def test_a_class_has_the_type_and_the_root_code_of_the_schemes() -> None:
    assert plover.code("sign", "agree") == ("AGREE", "03")
    assert plover.code("fight", "attack") == ("ASSAULT", "19")
    assert plover.code("announce", "say") == (None, "01")
    assert plover.code("win", "win") == (None, None)


def test_a_verb_of_another_code_has_it_only_in_its_class() -> None:
    assert plover.code("clash", "attack") == ("ASSAULT", "19")
    assert plover.code("clash", "accuse") == ("ACCUSE", "11")


def test_types_and_codes_are_those_of_the_codebooks() -> None:
    table = data.table("plover")
    rows = [*table["classes"].values(), *(row[1:] for row in table["verbs"].values())]
    assert {kind for kind, _code in rows} - {""} == TYPES
    assert {code for _kind, code in rows} <= {f"{number:02}" for number in range(1, 21)}
    assert set(table["classes"]) <= set(verbs.event_classes().values())
