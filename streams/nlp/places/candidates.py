"""What a named place may be: the places with its name, what stands beside it, and the weight of each beforehand.

The weight is the place's population, the usual baseline of toponym resolution (Leidner 2007, "Toponym Resolution in
Text"), corrected for what news names more often than its size says. The corrections are ours, set on texts that we wrote.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

from streams.nlp.places import qualifiers
from streams.nlp.places.gazetteer import MAIN, MEANT, OTHER, STEM, Candidate, Gazetteer, fold
from streams.nlp.places.qualifiers import Qualifier

MOST = 150  # entities of a document, mentions of an entity, and places of a name that are looked at
#: Languages that inflect names: an unknown form is looked up by its stem.
_INFLECTING = frozenset(
    (
        "be",
        "bg",
        "bs",
        "cs",
        "et",
        "fi",
        "hr",
        "hu",
        "lt",
        "lv",
        "mk",
        "pl",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "uk",
    )
)
_COUNTRY = 3.0  # how much more often a country is named than a city of its size
_SMALLEST_COUNTRY = 300_000.0
_CAPITAL = 2.0
_SPELLINGS = 50  # other names of a city with which it counts as twice its size
# States of the countries that news names by them are as large as this at least.
_FEDERAL, _SMALLEST_STATE = frozenset({"AU", "CA", "US"}), 500_000.0
_REGION_OF_CITY = 0.1  # a region with the name of a city in it
_MEANT = 12.0
_OTHER, _STEM = 0.3, 0.5  # names that are not a place's own
_CONTINENT = 1e9


class Named(NamedTuple):
    """An entity of a document: its label, name, and the (start, end) offsets of its mentions."""

    label: str
    name: str
    mentions: Sequence[tuple[int, int]]


class Case(NamedTuple):
    """An entity to resolve: what it may be with its weights, and how much it counts as evidence for others."""

    candidates: list[Candidate]
    weights: list[float]
    certain: bool  # what stands beside the name decided
    influence: float


def case_of(text: str, entity: Named, language: str | None, places: Gazetteer) -> Case | None:
    """Return what an entity may be; ``None`` if nothing is known by its name, or it is said to lie where nothing is."""
    name, inner = qualifiers.split(entity.name)
    candidates = _candidates(name, entity, text, language, places)
    if not candidates:
        kinds_of_part, part = qualifiers.stripped(name)
        candidates = [
            c
            for c in places.named(fold(part))
            if c.kind in kinds_of_part and fold(places.place(c.row).name) == fold(part)
        ]
    beside = [qualifiers.beside(text, start, end, places) for start, end in entity.mentions[:MOST]]
    if inner:
        beside.append(qualifiers.containers(inner, places))
    kinds = {q.kind for q in beside if q.kind is not None}
    if len(kinds) == 1:
        candidates = [c for c in candidates if c.kind in kinds] or candidates
    candidates, certain = _within(candidates, [q for q in beside if q.within])
    if not candidates:
        return None
    if not kinds and not certain:
        candidates = _distinct(candidates)
    cities = {c.admin for c in candidates if c.kind == "city"}
    candidates = sorted(candidates, key=lambda c: (-c.population, c.row))[:MOST]
    return Case(
        candidates, [_prior(c, cities) for c in candidates], certain, math.log2(1 + len(entity.mentions))
    )


def _candidates(
    name: str, entity: Named, text: str, language: str | None, places: Gazetteer
) -> list[Candidate]:
    """Return the places that have the entity's name, or else one of the forms in which it is mentioned."""
    if name in qualifiers.ACRONYMS:
        return places.named(fold(qualifiers.ACRONYMS[name]))
    surfaces = Counter(text[start:end] for start, end in entity.mentions[:MOST])
    found: list[Candidate] = []
    forms = dict.fromkeys([fold(name), *(fold(surface) for surface, _n in surfaces.most_common())])
    for form in forms:
        found = places.named(form) if form else []
        if found:
            break
    if found and any(c.how != OTHER for c in found):
        return found
    end = max((end for _start, end in entity.mentions), default=0)
    if "." in (name[-1:], name[1:2], text[end : end + 1]):
        short = places.abbreviated(fold(name))  # "Salina, Kan.", rather than another name of some city
        if short:
            return short
    if found:
        return found
    if language in _INFLECTING:
        for form in forms:
            found = places.stemmed(form) if form else []
            if found:
                return found
    return []


def _within(candidates: list[Candidate], said: Sequence[Qualifier]) -> tuple[list[Candidate], bool]:
    """Return the candidates in the countries and regions that stand beside the name, and whether any did.

    Behind the name of a country or region another one is the next of a list, "Georgia, Russia and Armenia". A name
    that is said to lie in two places means no single one.
    """
    kept: list[Candidate] = []
    for qualifier in said:
        inside = [c for c in candidates if any(_lies_in(c, container) for container in qualifier.within)]
        if inside and kept and {c.row for c in inside}.isdisjoint(c.row for c in kept):
            return [], True
        if not inside and qualifier.strict and all(c.kind == "city" for c in candidates):
            return [], True
        kept = kept or inside
    return (kept, True) if kept else (candidates, False)


def _lies_in(candidate: Candidate, container: Candidate) -> bool:
    if candidate.row == container.row or candidate.country != container.country:
        return False
    if container.kind == "country":
        return candidate.kind != "country"
    return candidate.kind == "city" and candidate.admin == container.admin


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    """Leave out what a name does not mean beside another candidate.

    A city with another name, if one of its country has this as its own: "New Delhi" is not "Delhi". A city or region with the
    name of its country: "Singapore", "Mexico" are the countries.
    """
    own = {c.country for c in candidates if c.how in (MAIN, MEANT) and c.kind == "city"}
    countries = {c.country for c in candidates if c.kind == "country"}
    return [
        c
        for c in candidates
        if c.kind in ("country", "continent")
        or not (c.country in countries or (c.kind == "city" and c.how == OTHER and c.country in own))
    ]


def _prior(candidate: Candidate, cities: Container[int]) -> float:
    """Return the weight of a place before anything is known of the document.

    ``cities`` are the regions of the cities with the same name: "New York" is the city rather than the state.
    """
    weight = float(max(1, candidate.population))
    if candidate.kind == "region":
        if candidate.country in _FEDERAL:
            weight = max(_SMALLEST_STATE, weight)
        if candidate.admin in cities:
            weight *= _REGION_OF_CITY
    elif candidate.kind == "continent":
        weight = _CONTINENT
    elif candidate.kind == "country":
        weight = _COUNTRY * max(_SMALLEST_COUNTRY, weight)
    elif candidate.kind == "city":
        weight *= 1 + candidate.spellings / _SPELLINGS
        if candidate.capital:
            weight *= _CAPITAL
    return weight * {OTHER: _OTHER, STEM: _STEM, MEANT: _MEANT}.get(candidate.how, 1.0)
