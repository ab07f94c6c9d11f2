"""``make measure-places DATA='file ...'``: resolved places beside the toponyms of an annotated corpus.

Reads the XML of LGL (Lieberman et al. 2010), TR-News (Kamalloo and Rafiei 2018), GeoVirus (Gritta et al. 2018) and GeoWebNews (Gritta et
al. 2019): articles with their text, and toponyms with offsets, position and, but for GeoVirus, GeoNames' id. A place is right that has the
same id, or lies within 161 km of the toponym, the usual measure of these corpora; a country, region or continent also if it has the
same name.
"""

from __future__ import annotations

import argparse
import urllib.parse
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from streams.nlp import Models, enrich
from streams.nlp.places import gazetteer
from streams.nlp.places.gazetteer import Known, fold
from streams.nlp.places.resolution import LABELS, km
from streams.records import Document, Entity, Place

NEAR_KM = 161.0  # 100 miles
_SLACK = 3  # characters by which offsets of the corpora may be off


class Toponym(NamedTuple):
    """A place name of a text, and the place that it means."""

    start: int
    end: int
    name: str
    latitude: float
    longitude: float
    geonames_id: int | None


class Article(NamedTuple):
    """A text with its toponyms."""

    text: str
    url: str
    toponyms: list[Toponym]


class Counts(NamedTuple):
    """Toponyms of a corpus, and how many of them are found as places, given a place, and the right one.

    ``known`` are the found ones that the gazetteer has by their name, ``named`` those of them that are given a place.
    """

    toponyms: int = 0
    found: int = 0
    given: int = 0
    right: int = 0
    known: int = 0
    named: int = 0

    def plus(self, other: Counts) -> Counts:
        """Return the sums."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


def main() -> None:
    """Measure, and print a table in Markdown and, on demand, what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--errors", action="store_true", help="print each toponym that has another place or none"
    )
    parser.add_argument("--half", choices=("first", "second"), help="only every other article")
    options = parser.parse_args()
    models = Models.load()
    print(
        "| corpus | articles | toponyms | found as places | of these, given a place | of these that the gazetteer has | of those given, right |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for file in options.files:
        articles = [*read(file)]
        if options.half is not None:
            articles = articles[options.half == "second" :: 2]
        total = Counts()
        for article in articles:
            document = Document(id="a", url=article.url, text=article.text, declared_language="en")
            entities = enrich([document], models)[0].entities
            total = total.plus(count(article, entities))
            if options.errors:
                print(*errors(article, entities), sep="\n")
        shares = (
            _share(a, b)
            for a, b in (
                (total.found, total.toponyms),
                (total.given, total.found),
                (total.named, total.known),
                (total.right, total.given),
            )
        )
        print(f"| {file.stem} | {len(articles)} | {total.toponyms} | {' | '.join(shares)} |", flush=True)


def read(file: Path) -> Iterator[Article]:
    """Yield the articles of a corpus that have toponyms with a position."""
    for article in ElementTree.parse(file).getroot().iter("article"):
        text = article.findtext("text") or ""
        url = article.findtext("url") or article.findtext("link") or ""
        toponyms = [found for element in article.iter() if (found := _toponym(element, text)) is not None]
        if toponyms:
            yield Article(text, url.strip(), toponyms)


def _toponym(element: ElementTree.Element, text: str) -> Toponym | None:
    """Return an element that is a toponym with a position; ``None`` for others, and where the text does not have its name."""
    if element.tag not in ("toponym", "location"):
        return None
    tag = element.find("gaztag")
    where = element if tag is None else tag
    phrase = element.findtext("phrase") or element.findtext("extractedName") or element.findtext("name") or ""
    start, latitude, longitude = (element.findtext("start"), *_position(where))
    if not phrase or start is None or latitude is None or longitude is None:
        return None
    at = text.find(phrase, max(0, int(start) - _SLACK), int(start) + _SLACK + len(phrase))
    if at < 0:
        return None
    identifier = (tag.get("geonameid") if tag is not None else element.findtext("geonamesID")) or ""
    page = (element.findtext("page") or "").rpartition("/")[2].replace("_", " ")  # of Wikipedia
    name = urllib.parse.unquote(page) or where.findtext("name") or phrase
    return Toponym(
        at, at + len(phrase), name, latitude, longitude, int(identifier) if identifier.isdigit() else None
    )


def _position(element: ElementTree.Element) -> tuple[float | None, float | None]:
    values = [
        element.findtext("lat") or element.findtext("latitude"),
        element.findtext("lon") or element.findtext("longitude"),
    ]
    try:
        latitude, longitude = (float(value) if value is not None else None for value in values)
    except ValueError:
        return None, None
    return latitude, longitude


def count(article: Article, entities: Sequence[Entity]) -> Counts:
    """Return how the places of an article's entities compare with its toponyms."""
    total = Counts()
    for toponym in article.toponyms:
        entity = _entity(toponym, entities)
        place = entity.place if entity is not None else None
        known = entity is not None and _is_known(toponym, article.text[toponym.start : toponym.end])
        right = place is not None and is_right(place, toponym)
        total = total.plus(
            Counts(1, entity is not None, place is not None, right, known, known and place is not None)
        )
    return total


def _is_known(toponym: Toponym, written: str) -> bool:
    """Return whether the gazetteer has the place of a toponym, by the name in the text or that in the corpus."""
    places = gazetteer.load()
    named = [c for name in (written, toponym.name) for c in places.named(fold(name))]
    return any(is_right(_place(places.place(c.row)), toponym) for c in named)


def _place(known: Known) -> Place:
    return Place(
        geonames_id=known.id,
        name=known.name,
        latitude=known.latitude,
        longitude=known.longitude,
        country=known.country,
        kind=known.kind,
    )


def errors(article: Article, entities: Sequence[Entity]) -> Iterator[str]:
    """Yield a line for each toponym that is found and has another place, or none."""
    for toponym in article.toponyms:
        entity = _entity(toponym, entities)
        if entity is None or (entity.place is not None and is_right(entity.place, toponym)):
            continue
        place = entity.place
        given = f"{place.name}, {place.country} ({place.kind})" if place is not None else "none"
        around = article.text[max(0, toponym.start - 50) : toponym.end + 40].replace("\n", " ")
        print_name = f"{toponym.name} {toponym.latitude:.1f} {toponym.longitude:.1f}"
        yield f"    {given} for {print_name}: {around}"


def _entity(toponym: Toponym, entities: Sequence[Entity]) -> Entity | None:
    """Return the entity with a mention of a toponym, if it is labelled as a place."""
    for entity in entities:
        if entity.label in LABELS and any(
            m.start < toponym.end and toponym.start < m.end for m in entity.mentions
        ):
            return entity
    return None


def is_right(place: Place, toponym: Toponym) -> bool:
    """Return whether a place is the one that a toponym means."""
    if place.geonames_id == toponym.geonames_id:
        return True
    if place.kind != "city" and fold(place.name) == fold(toponym.name):
        return True
    return km((place.latitude, place.longitude), (toponym.latitude, toponym.longitude)) <= NEAR_KM


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    main()
