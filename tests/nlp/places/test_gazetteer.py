"""The places that are known, and the forms in which their names are compared."""

from __future__ import annotations

import pytest

from streams.nlp.places import gazetteer
from streams.nlp.places.gazetteer import PLACES, fold


def test_names_are_compared_without_case_marks_article_and_hyphen() -> None:
    assert fold("Île-de-France") == fold("Ile de France") == "ile de france"
    assert fold("The Hague") == "hague"
    assert fold("St. Petersburg") == "saint petersburg"
    assert fold("Þórshöfn") == "þorshofn"


def test_marks_that_are_letters_of_other_scripts_stay() -> None:
    assert fold("Йошкар-Ола") == "йошкар ола"
    assert fold("दिल्ली") == "दिल्ली"


@pytest.mark.parametrize("name", ["Deutschland", "Allemagne", "Германия", "德国", "ألمانيا", "जर्मनी"])
def test_a_country_is_known_by_its_names_in_many_scripts(name: str) -> None:
    found = gazetteer.load().named(fold(name))
    assert ("country", "DE") in {(c.kind, c.country) for c in found}


def test_a_place_has_id_name_position_and_country() -> None:
    places = gazetteer.load()
    (reykjavik,) = [places.place(c.row) for c in places.named("reykjavik")]
    assert (reykjavik.id, reykjavik.name, reykjavik.country, reykjavik.kind) == (
        3413829,
        "Reykjavík",
        "IS",
        "city",
    )
    assert reykjavik.latitude == pytest.approx(64.135, abs=0.01)
    assert reykjavik.longitude == pytest.approx(-21.895, abs=0.01)


def test_every_place_has_an_id_of_its_own_and_a_position_on_earth() -> None:
    places = gazetteer.load()
    known = [places.place(row) for row in range(len(places))]
    assert len({place.id for place in known}) == len(known)
    assert all(-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180 for place in known)
    assert all(place.name and (place.country is None) == (place.kind == "continent") for place in known)


def test_an_inflected_name_of_a_large_city_is_found_by_its_stem() -> None:
    found = gazetteer.load().stemmed("москве")
    assert ("city", "RU") in {(c.kind, c.country) for c in found}
    assert not gazetteer.load().stemmed("мо")


def test_abbreviations_are_no_names() -> None:
    places = gazetteer.load()
    assert [c.country for c in places.abbreviated("calif")] == ["US"]
    assert not places.named("calif")


def test_the_data_are_small() -> None:
    assert PLACES.stat().st_size < 4_000_000
