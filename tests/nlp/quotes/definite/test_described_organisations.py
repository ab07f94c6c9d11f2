"""Organisations that a text describes instead of naming them."""

from __future__ import annotations

import pytest

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite.organisations import DefiniteOrganisations
from streams.nlp.quotes.references import References
from streams.records import Entity, Mention


def described(
    text: str, phrase: str, *names: str, title: tuple[str, ...] = (), label: str = "ORG"
) -> str | None:
    """Return the name of the organisation for which the last occurrence of a phrase stands in a text with some names."""
    entities = []
    for name in names:
        starts = [k for k in range(len(text)) if text.startswith(name, k)]
        mentions = tuple(Mention(start=k, end=k + len(name)) for k in starts)
        entities.append(Entity(text=name, label=label, mentions=mentions, salience=len(starts) / 10))
    index = EntityIndex(entities)
    found = DefiniteOrganisations(
        text, index, References(text, index, ()), [one for one in entities if one.text in title]
    ).meant(phrase.split()[1:], text.rindex(phrase))
    return found.text if found is not None else None


@pytest.mark.parametrize(
    ("text", "phrase", "names", "meant"),
    [
        ("Vega Foods sold its ships. It rained. Now the company wants them back.", "the company", ["Vega Foods"], "Vega Foods"),
        ("An executive of Vega Foods left when the Oslo food giant closed.", "the Oslo food giant", ["Vega Foods"], "Vega Foods"),
        ("Vega sued Norfund over ships. Then the firm lost.", "the firm", ["Vega", "Norfund"], "Vega"),
        ("The judges of the old court in Oslo slept in the case of Vega and Norfund. Then the firm lost.", "the firm", ["Vega", "Norfund"], None),
        ("Sources told Norfund that Vega would close. Then the company denied it.", "the company", ["Norfund", "Vega"], "Vega"),
        ("Vega said on Norfund that ships sank. Then the group left.", "the group", ["Norfund", "Vega"], "Vega"),
        ("The Senate gave NASA money. Then the agency spent it.", "the agency", ["Senate", "NASA"], "NASA"),
        ("The Steelers and the NFL met. Then the league spoke.", "the league", ["Steelers", "NFL"], "NFL"),
        ("Vega met Norfund. Then the rival company spoke.", "the rival company", ["Vega", "Norfund"], None),
        ("Vega bought ships. Then the team left.", "the team", ["Vega"], None),
        ("The Oslo Museum was shut. Vega bought ships. Then the museum reopened.", "the museum", ["Oslo Museum", "Vega"], "Oslo Museum"),
    ],
)  # fmt: skip
def test_a_description_is_the_organisation_that_fits(
    text: str, phrase: str, names: list[str], meant: str | None
) -> None:
    assert described(text, phrase, *names) == meant


def test_who_is_described_before_it_is_named_is_the_one_of_the_title() -> None:
    text = "On Monday the oil producer closed. Norfund owns a part of Vega."
    assert described(text, "the oil producer", "Vega", "Norfund", title=("Vega",)) is None
    text = text.replace("producer", "firm")
    assert described(text, "the oil firm", "Vega", "Norfund", title=("Vega",)) == "Vega"


def test_a_firm_that_a_model_takes_for_a_place_is_told_by_its_employees() -> None:
    text = "Most Vega employees left. Then the company closed."
    assert described(text, "the company", "Vega", label="LOC") == "Vega"
    assert described(text.replace("employees", "coasts"), "the company", "Vega", label="LOC") is None


def test_empty_texts_describe_nobody() -> None:
    index = EntityIndex(())
    assert DefiniteOrganisations("", index, References("", index, ())).meant(["company"], 0) is None
