"""Resolved places beside the toponyms of a corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.records import Entity, Mention, Place
from training.places import measure
from training.places.measure import Counts

LISBON = Place(geonames_id=2267057, name="Lisbon", latitude=38.72, longitude=-9.13, country="PT", kind="city")
XML = """<articles><article docid="1"><title>t</title><url>http://a.example/x</url><text>The port of Lisbon lies in Portugal.</text>
<toponyms>
<toponym><start>12</start><end>18</end><phrase>Lisbon</phrase><gaztag geonameid="{id}"><name>Lisbon</name><lat>{lat}</lat><lon>-9.1</lon></gaztag></toponym>
<toponym><start>27</start><end>35</end><phrase>Portugal</phrase><gaztag geonameid="2264397"><name>Portugal</name><lat>39</lat><lon>-8</lon></gaztag></toponym>
<toponym><start>0</start><end>3</end><phrase>Nowhere</phrase></toponym>
</toponyms></article></articles>"""


def article(tmp_path: Path, identifier: str = "2267057", latitude: str = "38.7") -> measure.Article:
    file = tmp_path / "corpus.xml"
    file.write_text(XML.format(id=identifier, lat=latitude), "utf-8")
    (found,) = measure.read(file)
    return found


def entity(place: Place | None, label: str = "GPE") -> Entity:
    return Entity(text="Lisbon", label=label, mentions=(Mention(start=12, end=18),), place=place)


def test_toponyms_without_a_position_are_left_out(tmp_path: Path) -> None:
    assert [toponym.name for toponym in article(tmp_path).toponyms] == ["Lisbon", "Portugal"]


def test_a_place_with_the_id_is_right(tmp_path: Path) -> None:
    counts = measure.count(article(tmp_path, latitude="0"), [entity(LISBON)])
    assert counts == Counts(2, 1, 1, 1, 1, 1)


@pytest.mark.parametrize(("latitude", "right"), [("39.9", 1), ("45.0", 0)])
def test_a_place_near_by_is_right(tmp_path: Path, latitude: str, right: int) -> None:
    assert measure.count(article(tmp_path, "1", latitude), [entity(LISBON)]).right == right


def test_what_is_no_place_or_has_none_is_not_given(tmp_path: Path) -> None:
    assert measure.count(article(tmp_path), [entity(LISBON, "ORG")])[:3] == (2, 0, 0)
    assert measure.count(article(tmp_path), [entity(None)])[:3] == (2, 1, 0)


def test_errors_name_what_was_given(tmp_path: Path) -> None:
    (line,) = measure.errors(article(tmp_path, "1", "45.0"), [entity(LISBON)])
    assert "Lisbon, PT (city) for Lisbon" in line
