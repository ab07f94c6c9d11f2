"""Centres of countries and regions, and which names are kept."""

from __future__ import annotations

import pytest

from training.places import build
from training.spellings import is_spelling


def city(latitude: float, longitude: float, population: int) -> dict[str, float]:
    return {"latitude": latitude, "longitude": longitude, "population": population}


def test_a_centre_is_that_of_the_population() -> None:
    assert build.centre_of([city(0, 0, 3_000), city(0, 40, 1_000)]) == pytest.approx((0, 9.3), abs=0.5)


def test_a_centre_may_lie_at_the_date_line() -> None:
    centre = build.centre_of([city(-17, 179, 1_000), city(-17, -179, 1_000)])
    assert centre is not None
    assert abs(centre[1]) == pytest.approx(180)


def test_without_cities_there_is_no_centre() -> None:
    assert build.centre_of([]) is None


@pytest.mark.parametrize("name", ["LON", "lun dun", "", "Ab"])
def test_codes_and_transliterations_are_no_names(name: str) -> None:
    assert not is_spelling(name)


@pytest.mark.parametrize("name", ["Londres", "伦敦", "Лондон", "लंदन"])
def test_spellings_are_names(name: str) -> None:
    assert is_spelling(name)


def test_regions_have_ids_of_their_own() -> None:
    numbers = [number for _code, _name, _plain, number in build._regions()]
    assert len(numbers) == len(set(numbers)) > 1_000
