"""The main verb of a headline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from streams.nlp import Models
from streams.nlp.events.headlines import features, main_verb, voices
from streams.nlp.events.narrative import WordUse

NEWS = features.Text(WordUse(frozenset({"cut", "say"}), frozenset({"jobs", "plan"})), 0.8)


@pytest.fixture
def parsed(models: Models) -> Iterator[Any]:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    with pipeline.memory_zone():
        yield lambda title: pipeline.parse(pipeline.recognise([title]))[0]


def hows(doc: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in main_verb.candidates(doc, NEWS):
        if one.how != features.NOTHING:
            found.setdefault(doc[one.at].text, set()).add(one.how)
    return found


def test_each_word_that_may_be_a_verb_is_a_candidate_in_each_form(parsed: Any) -> None:
    found = hows(parsed("Vega cut jobs, sold plant."))
    assert found["sold"] == {voices.PAST, voices.PASSIVE}
    assert found["cut"] >= {voices.PAST, voices.PASSIVE}


def test_a_verb_in_a_clause_is_no_candidate_beside_another(parsed: Any) -> None:
    assert "killed" not in hows(parsed("Police arrest man after three killed in fire."))
    assert "killed" in hows(parsed("Three killed in fire."))


def test_an_infinitive_is_to_come_and_an_auxiliary_makes_a_verb_whole(parsed: Any) -> None:
    assert hows(parsed("Vega to sell plant."))["sell"] == {voices.COMING}
    assert hows(parsed("Results to be announced."))["announced"] == {voices.COMING}
    assert hows(parsed("Vega may sell plant."))["sell"] == {voices.WHOLE}


def test_the_first_candidate_is_that_nothing_is_told(parsed: Any) -> None:
    first, *others = main_verb.candidates(parsed("A guide to garden tools."), NEWS)
    assert first.how == features.NOTHING not in {one.how for one in others}


def test_a_headline_that_tells_nothing_has_no_main_verb(parsed: Any) -> None:
    assert main_verb.choose(parsed("The best keyboards of the year."), NEWS) is None


def test_a_main_verb_has_a_probability(parsed: Any) -> None:
    doc = parsed("Council backs harbour plan.")
    found = main_verb.choose(doc, NEWS)
    assert found is not None and doc[found.at].text == "backs" and 0.5 < found.probability <= 1
