"""What stands beside a name and says which place is meant."""

from __future__ import annotations

import pytest

from streams.nlp.places import gazetteer, qualifiers


def beside(text: str, name: str) -> tuple[set[str], str | None]:
    """The names of the countries and regions beside a name, and the kind of place that it is said to be."""
    start = text.index(name)
    places = gazetteer.load()
    found = qualifiers.beside(text, start, start + len(name), places)
    return {places.place(c.row).name for c in found.within}, found.kind


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("in Athens, Ga., on Monday", "Georgia"),
        ("in Athens, GA 30601", "Georgia"),
        ("Athens (Ohio)", "Ohio"),
        ("Athens in Alabama", "Alabama"),
        ("Athens, New York, and", "New York"),
    ],
)
def test_a_region_beside_a_name_is_read(text: str, region: str) -> None:
    assert region in beside(text, "Athens")[0]


@pytest.mark.parametrize(
    "text", ["Athens, in the rain", "Athens, or", "Athens. Georgia", "Athens", "Athens, LA la"]
)
def test_words_that_are_no_regions_are_no_qualifiers(text: str) -> None:
    assert "Georgia" not in beside(text, "Athens")[0] and "Oregon" not in beside(text, "Athens")[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Washington state", "region"),
        ("the state of Washington", "region"),
        ("the city of Washington", "city"),
        ("the Republic of Washington", "country"),
        ("Washington stated", None),
    ],
)
def test_the_kind_of_place_is_read(text: str, kind: str | None) -> None:
    assert beside(text, "Washington")[1] == kind


def test_a_name_with_a_comma_is_split() -> None:
    assert qualifiers.split("Paris, Texas") == ("Paris", "Texas")
    assert qualifiers.split("London (Ontario)") == ("London", "Ontario")
    assert qualifiers.split("Oslo") == ("Oslo", "")
