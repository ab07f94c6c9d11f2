"""The lists of known names."""

from __future__ import annotations

from streams.nlp.entities.gazetteer import english


def test_countries_nationalities_and_organisations_have_labels() -> None:
    gaz = english()
    assert (gaz.labels["Norway"], gaz.labels["Norwegian"], gaz.labels["Norwegians"]) == (
        "GPE",
        "NORP",
        "NORP",
    )
    assert {"Norway", "Norwegian"} <= gaz.firm and gaz.firm <= gaz.labels.keys()
    assert "Norway" in gaz.countries and english() is gaz


def test_other_names_lead_to_one_name() -> None:
    aliases = english().aliases
    assert aliases["u.s."] == aliases["us"] == aliases["united states"]


def test_no_name_is_longer_than_the_longest() -> None:
    gaz = english()
    assert max(len(name.split()) for name in gaz.labels) == max(gaz.reach.values())
    assert gaz.reach["New"] == max(len(name.split()) for name in gaz.labels if name.startswith("New "))
