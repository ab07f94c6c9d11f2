"""Which place a name is, by what else the document names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.nlp.places import gazetteer, resolution
from streams.nlp.places.candidates import Named


def resolve(text: str, *names: str, language: str | None = "en", site: str = "") -> list[str | None]:
    """The places of names in a text, as "name/country/kind"; each name is mentioned wherever it stands as a word."""
    entities = [
        Named("GPE", name, [match.span() for match in re.finditer(re.escape(name), text)]) for name in names
    ]
    found = resolution.resolve(text, entities, language, site, gazetteer.load())
    return [known and f"{known.name}/{known.country}/{known.kind}" for known in found]


CAPITAL, STATE = "Washington/US/city", "Washington/US/region"


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Officials in Washington declined to comment.", ["Washington"], CAPITAL),
        ("A bridge fell in Washington state.", ["Washington"], STATE),
        ("The ferry from Washington to Oregon and Idaho; Seattle waits.", ["Washington", "Oregon", "Idaho", "Seattle"], STATE),
        ("She lives in Washington, D.C., now.", ["Washington, D.C."], CAPITAL),
        ("She lives in Washington D.C. now.", ["Washington"], CAPITAL),
        ("Ships left Athens at dawn.", ["Athens"], "Athens/GR/city"),
        ("Students in Athens, Ga., marched.", ["Athens"], "Athens/US/city"),
        ("From Athens the road leads to Atlanta and Savannah in Georgia.", ["Athens", "Atlanta", "Savannah", "Georgia"], "Athens/US/city"),
        ("The mayor of London spoke.", ["London"], "London/GB/city"),
        ("The mayor of London, Ontario, spoke.", ["London"], "London/CA/city"),
        ("A snowstorm hit London, Toronto and all of Ontario in Canada.", ["London", "Toronto", "Ontario", "Canada"], "London/CA/city"),
        ("Canada's envoy flew to London.", ["London", "Canada"], "London/GB/city"),
        ("Georgia and Tbilisi's mayor disagree.", ["Georgia", "Tbilisi"], "Georgia/GE/country"),
        ("Georgia borders Russia and Armenia.", ["Georgia", "Russia", "Armenia"], "Georgia/GE/country"),
        ("Voters of Georgia met in Atlanta.", ["Georgia", "Atlanta"], "Georgia/US/region"),
        ("A vote in Georgia.", ["Georgia"], None),
        ("The louvre of Paris is closed.", ["Paris"], "Paris/FR/city"),
        ("A barn in Paris, Texas, burnt.", ["Paris"], "Paris/US/city"),
        ("Trains to Paris, Tokyo and Rome.", ["Paris", "Tokyo", "Rome"], "Paris/FR/city"),
        ("A fire in Springfield.", ["Springfield"], None),
        ("A fire in Springfield, Illinois.", ["Springfield"], "Springfield/US/city"),
        ("Fares in New York rose.", ["New York"], "New York City/US/city"),
        ("Fares in New York state rose.", ["New York"], "New York/US/region"),
        ("Ministers of Singapore met.", ["Singapore"], "Singapore/SG/country"),
        ("A tram in Tunis.", ["Tunis"], "Tunis/TN/city"),
        ("Rain over England.", ["England"], "England/GB/region"),
        ("Fog in Calif. and beyond.", ["Calif"], "California/US/region"),
        ("A walk in Gotham Hollow.", ["Gotham Hollow"], None),
        ("Police in Mexico went to Toluca and Puebla.", ["Mexico", "Toluca", "Puebla"], "Mexico/MX/country"),
        ("Envoys of the Republic of Armenia met.", ["Republic of Armenia"], "Armenia/AM/country"),
        ("Floods in Far North Queensland.", ["Far North Queensland"], "Queensland/AU/region"),
        ("Sheep of the South Island.", ["South Island"], None),
        ("The prime minister of Georgia resigned.", ["Georgia"], "Georgia/GE/country"),
        ("The governor of Georgia resigned.", ["Georgia"], "Georgia/US/region"),
        ("Washington (RNS) \u2013 Leaders met.", ["Washington"], CAPITAL),
        ("Traffic in L.A. stalled.", ["L.A."], "Los Angeles/US/city"),
        ("A storm hit Salina, Kan., at noon.", ["Kan", "Salina"], "Kansas/US/region"),
    ],
)  # fmt: skip
def test_the_first_name_is_the_place_that_the_document_means(
    text: str, names: list[str], expected: str | None
) -> None:
    assert resolve(text, *names)[0] == expected


def test_names_in_other_languages_and_cases_are_resolved() -> None:
    assert resolve("Он был в Москве и в России.", "Москве", "России", language="ru") == [
        "Moscow/RU/city",
        "Russia/RU/country",
    ]
    assert resolve("Der Zug von München nach Wien.", "München", "Wien", language="de") == [
        "Munich/DE/city",
        "Vienna/AT/city",
    ]
    assert resolve("北京和上海", "北京", "上海", language="zh") == ["Beijing/CN/city", "Shanghai/CN/city"]


def test_a_name_in_two_regions_is_no_single_place() -> None:
    text = "Portland, Maine, is older than Portland, Oregon."
    assert resolve(text, "Portland") == [None]


def test_a_place_in_a_region_that_has_none_of_the_name_is_not_given() -> None:
    assert resolve("A farm near London, Wyoming.", "London") == [None]


def test_the_domain_of_the_site_is_weak_evidence() -> None:
    text = "The council of Cambridge met."
    assert resolve(text, "Cambridge") == [None]
    assert resolve(text, "Cambridge", site="paper.example.uk") == ["Cambridge/GB/city"]
    assert resolve("Talks in Paris.", "Paris", site="paper.example.ca") == ["Paris/FR/city"]


def test_only_places_are_resolved() -> None:
    text = "Paris Olsen flew to Oslo."
    entities = [Named("PERSON", "Paris", [(0, 5)]), Named("GPE", "Oslo", [(20, 24)])]
    found = resolution.resolve(text, entities, "en", "", gazetteer.load())
    assert found[0] is None
    assert found[1] is not None and found[1].country == "NO"


_WORD = st.one_of(
    st.sampled_from(
        ["Paris", "London", "Georgia", "Athens", "Ga.", "D.C.", "Россия", "東京", "Springfield", "US"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_WORD, min_size=1, max_size=20),
    st.sampled_from([" ", ", ", " (", "\n", ""]),
    st.sampled_from(["en", "ru", "zh", None, "xx"]),
    st.text(max_size=12),
)
def test_whatever_the_text_there_is_one_answer_for_each_entity(
    words: list[str], joint: str, language: str | None, site: str
) -> None:
    text = joint.join(words)
    entities, at = [], 0
    for word in words:
        entities.append(Named("GPE", word, [(at, at + len(word))]))
        at += len(word) + len(joint)
    places = gazetteer.load()
    found = resolution.resolve(text, entities, language, site, places)
    assert len(found) == len(entities)
    assert found == resolution.resolve(text, entities, language, site, places)


def test_many_ambiguous_names_are_bounded() -> None:
    names = ["San Antonio", "Springfield", "Santa Cruz", "San José"] * 200
    text = ", ".join(names)
    entities = [Named("GPE", name, [(0, len(name))] * 500) for name in names]
    assert len(resolution.resolve(text, entities, "en", "", gazetteer.load())) == len(names)


def test_a_far_namesake_is_less_likely_in_a_local_paper() -> None:
    local = ["Lancaster", "Allentown", "Scranton", "Bethlehem", "Pennsylvania"]
    text = "A man of Lancaster drove to Allentown, Scranton and Bethlehem in Pennsylvania."
    assert resolve(text, *local)[0] != "Lancaster/GB/city"
