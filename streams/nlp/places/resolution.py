"""Resolution of the named places of a document to places of the gazetteer.

Each place that a name may mean has a weight. What the document's other places lie in and near, and where it was published,
raises it; what stands beside the name ("Athens, Ga.") decides. A place is given only where its share of the weight is
large. The weights are ours, set on texts that we wrote.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from streams.nlp.places.candidates import MOST, Case, Named, case_of
from streams.nlp.places.gazetteer import Candidate, Gazetteer, Known

#: Labels of entities that are places on a map.
LABELS = frozenset({"GPE", "LOC"})

_SURE = 0.8  # share of the weight from which on a place is given
# Weight of all the places that the gazetteer does not have, in inhabitants: a town of this size that is named without
# any support is as likely to be another one.
_UNKNOWN = 30_000
# Exponents of the share of the document's places in the same country, region, in a neighbouring country (for countries
# alone), of regions of the same country (for regions alone), and of there being a place near.
_SAME_COUNTRY, _SAME_REGION, _NEIGHBOUR, _SISTER, _NEAR = 3.5, 7.0, 2.5, 6.0, 1.0
# How much of what supports a place in the document's main region supports one there that the gazetteer does not have.
_LOCAL = 0.6
_SITE, _HOME = 2.0, 1.0  # exponents for the country of the site's domain, and of the document's language
_NEAR_KM = 150.0
_POINTS = 20  # cities of a document to which distances are measured
_EARTH_KM = 6371.0
_NAMED_COUNTRY = 0.6  # a country as evidence for places in it, relative to a place in it
_ROUNDS = 2
# Domains of countries that sites anywhere use.
_GENERIC = frozenset(
    (
        "ac",
        "ai",
        "cc",
        "cd",
        "co",
        "fm",
        "gg",
        "gl",
        "io",
        "is",
        "la",
        "ly",
        "me",
        "mu",
        "nu",
        "sc",
        "sh",
        "st",
        "to",
        "tv",
    )
)
_OF_DOMAIN = {"UK": "GB", "GOV": "US", "MIL": "US", "EDU": "US"}


def resolve(
    text: str, entities: Sequence[Named], language: str | None, site: str, places: Gazetteer
) -> list[Known | None]:
    """Return the place of each entity, ``None`` where it is none, unknown, or ambiguous."""
    cases: dict[int, Case] = {}
    for k, entity in enumerate(entities):
        if entity.label in LABELS and len(cases) < MOST:
            case = case_of(text, entity, language, places)
            if case is not None:
                cases[k] = case
    published = _published(language, site, places)
    shares = {k: _shares(case, case.weights, 0.0) for k, case in cases.items()}
    for _ in range(_ROUNDS):
        context = _Context(cases, shares, places)
        shares = {
            k: _shares(case, context.weigh(k, published), context.local(k)) for k, case in cases.items()
        }
    found: list[Known | None] = [None] * len(entities)
    for k, own in shares.items():
        best = max(range(len(own)), key=lambda i: (own[i], -i))
        if own[best] >= _SURE:
            found[k] = places.place(cases[k].candidates[best].row)
    return found


def _shares(case: Case, weights: Sequence[float], local: float) -> list[float]:
    """Return the share of each candidate in the weight of all, and of the places that the gazetteer does not have.

    ``local`` is the exponent that such a place would get from the document: of the "Paris" of a local paper in Kentucky.
    """
    total = sum(weights) + (0.0 if case.certain else _UNKNOWN * math.exp(_LOCAL * local))
    return [weight / total for weight in weights]


def _published(language: str | None, site: str, places: Gazetteer) -> Mapping[str, float]:
    """Return country -> exponent, by the site's domain and the language."""
    exponents: dict[str, float] = defaultdict(float)
    domain = site.rpartition(".")[2].lower()
    country = _OF_DOMAIN.get(domain.upper(), domain.upper())
    if domain not in _GENERIC and country in places.countries:
        exponents[country] += _SITE
    if language is not None and language != "en":
        for home in places.homes.get(language, ()):
            exponents[home] += _HOME
    return exponents


class _Context:
    """What the places of a document say for one another."""

    def __init__(
        self, cases: Mapping[int, Case], shares: Mapping[int, Sequence[float]], places: Gazetteer
    ) -> None:
        self._cases = cases
        self._shares = shares
        self._places = places
        self._of_country: dict[int, dict[str, float]] = {}
        self._of_region: dict[int, dict[int, float]] = {}
        self._countries: dict[str, float] = defaultdict(float)
        self._regions: dict[int, float] = defaultdict(float)
        self._sisters: dict[str, float] = defaultdict(float)  # country -> votes of its regions
        self._points: list[tuple[int, float, float]] = []
        for k, case in cases.items():
            countries: dict[str, float] = defaultdict(float)
            regions: dict[int, float] = defaultdict(float)
            for candidate, share in zip(case.candidates, shares[k], strict=True):
                vote = case.influence * share
                if candidate.country:
                    countries[candidate.country] += vote * (
                        _NAMED_COUNTRY if candidate.kind == "country" else 1.0
                    )
                if candidate.admin and candidate.kind in ("city", "region"):
                    regions[candidate.admin] += vote
                if candidate.kind == "region":
                    self._sisters[candidate.country] += vote
                if candidate.kind == "city" and share >= _SURE:
                    self._points.append((k, *places.position(candidate.row)))
            self._of_country[k], self._of_region[k] = countries, regions
            for country, vote in countries.items():
                self._countries[country] += vote
            for region, vote in regions.items():
                self._regions[region] += vote
        self._total = sum(self._countries.values())

    def weigh(self, k: int, published: Mapping[str, float]) -> list[float]:
        """Return the weights of the candidates of an entity, by the other entities."""
        case = self._cases[k]
        if len(case.candidates) == 1 and case.certain:
            return case.weights
        countries, regions = self._of_country[k], self._of_region[k]
        others = 1.0 + self._total - sum(countries.values())
        sisters = dict(self._sisters)
        for candidate, share in zip(case.candidates, self._shares[k], strict=True):
            if candidate.kind == "region":
                sisters[candidate.country] -= case.influence * share
        weights = []
        for candidate, weight in zip(case.candidates, case.weights, strict=True):
            country = candidate.country
            around = self._places.neighbours.get(country, ()) if candidate.kind == "country" else ()
            exponent = _SAME_COUNTRY * self._others(country, countries)
            exponent += _NEIGHBOUR * sum(self._others(c, countries) for c in around)
            if candidate.kind in ("city", "region"):
                admin = candidate.admin
                exponent += _SAME_REGION * (self._regions.get(admin, 0.0) - regions.get(admin, 0.0))
            if candidate.kind == "region":
                exponent += _SISTER * max(0.0, sisters[country])
            exponent = published.get(country, 0.0) + exponent / others
            if candidate.kind == "city" and len(case.candidates) > 1:
                exponent += _NEAR * min(1, self._near(k, candidate))
            weights.append(weight * math.exp(exponent))
        return weights

    def local(self, k: int) -> float:
        """Return the exponent that a place in the region which most other places of the document lie in would have."""
        countries, regions = self._of_country[k], self._of_region[k]
        others = 1.0 + self._total - sum(countries.values())
        votes = {region: votes - regions.get(region, 0.0) for region, votes in self._regions.items()}
        if not votes:
            return 0.0
        region = max(votes, key=lambda one: (votes[one], one))
        return _SAME_REGION * votes[region] / others

    def _others(self, country: str, own: Mapping[str, float]) -> float:
        """Return the votes of the other entities for a country."""
        return self._countries.get(country, 0.0) - own.get(country, 0.0)

    def _near(self, k: int, candidate: Candidate) -> int:
        """Return how many other cities of the document are near a candidate."""
        here = self._places.position(candidate.row)
        return sum(1 for other, *there in self._points[:_POINTS] if other != k and km(here, there) < _NEAR_KM)


def km(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the distance of two points (latitude, longitude in degrees) on the sphere, by the haversine formula."""
    south, north = math.radians(a[0]), math.radians(b[0])
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
