"""English verb forms by rule and from the table of irregular verbs."""

from __future__ import annotations

import pytest

from streams.nlp.syntax import inflection


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("carry out", {"carry out", "carries out", "carried out", "carrying out"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("admit", {"admit", "admits", "admitted", "admitting"}),
        ("visit", {"visit", "visits", "visited", "visiting"}),
        ("die", {"die", "dies", "died", "dying"}),
        ("agree", {"agree", "agrees", "agreed", "agreeing"}),
        ("launch", {"launch", "launches", "launched", "launching"}),
        ("cancel", {"cancel", "cancels", "canceled", "cancelled", "canceling", "cancelling"}),
        ("echo", {"echo", "echoes", "echoed", "echoing"}),
        ("equip", {"equip", "equips", "equipped", "equipping"}),
        ("begin", {"begin", "begins", "began", "begun", "beginning"}),
        ("quit", {"quit", "quits", "quitting"}),
        ("visit", {"visit", "visits", "visited", "visiting"}),
    ],
)
def test_regular_verbs_are_inflected_by_spelling_rules(lemma: str, forms: set[str]) -> None:
    assert set(inflection.inflect(lemma)) == forms


def test_irregular_verbs_come_from_the_table() -> None:
    assert inflection.inflect("write")["wrote"] == "VBD"
    assert inflection.inflect("write")["written"] == "VBN"


def test_of_two_lemmas_with_one_form_the_first_wins() -> None:
    assert inflection.forms_of(["find", "found"])["found"] == "find"
    assert inflection.forms_of(["found", "find"])["found"] == "found"


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("policies", "policy"),
        ("countries", "country"),
        ("movies", "movie"),
        ("ties", "tie"),
        ("churches", "church"),
        ("taxes", "tax"),
        ("headaches", "headache"),
        ("press", "press"),
        ("Officers", "officer"),
    ],
)
def test_a_noun_loses_the_ending_of_its_plural(plural: str, singular: str) -> None:
    assert inflection.singular(plural) == singular
