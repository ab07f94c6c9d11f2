"""Gazetteers: lists of known places, nationalities and organisations, and of words that occur with names."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

from streams.nlp import data
from streams.nlp.syntax import hyphenated_words

# A title that stands before surnames, and how long it is at most.
_TITLE, _MAX_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss)\.? $"), 6


class Gazetteer(NamedTuple):
    """The lists for one language.

    ``labels`` maps a name as written to its label in spaCy's scheme; ``firm`` are the names whose label in ``labels``
    overrides the model's.
    """

    labels: Mapping[str, str]
    firm: frozenset[str]
    countries: frozenset[str]
    titles: frozenset[str]
    roles: frozenset[str]
    given_names: frozenset[str]
    feminine: frozenset[str]  # given names of women, and of men, that are seldom the other's
    masculine: frozenset[str]
    organisation_ends: frozenset[str]
    particles: frozenset[str]
    not_names: frozenset[str]
    bodies: frozenset[str]  # nouns for organisations ("airline"), which may precede a name
    settlements: frozenset[str]  # nouns for places, as in "the port of X"
    impersonal: frozenset[str]  # nouns for speakers that are never "he" or "she"
    aliases: Mapping[str, str]
    casing: Mapping[str, str]  # case-folded one-word name -> spelling
    reach: Mapping[str, int]  # first word of names -> number of words of the longest

    def is_titled(self, text: str, start: int, word: str) -> bool:
        """Return whether a usual given name at an offset is a surname there, by the title before it: "Mr Howard" is not Howard Flight.

        Of other names the title says nothing: "Mr Xi" is Xi Jinping.
        """
        given = word in self.masculine or word in self.feminine
        return given and _TITLE.search(text, max(0, start - _MAX_TITLE), start) is not None


@functools.cache
def english() -> Gazetteer:
    """Return the gazetteer for English. Built once per process."""
    places, names, aliases = data.table("places"), data.table("names"), data.table("aliases")

    def listed(table: dict[str, str], *keys: str) -> list[str]:
        return [word for key in keys for word in data.words(table[key])]

    labels: dict[str, str] = {}
    labels |= dict.fromkeys(listed(places, "us_cities", "cities", "us_states", "counties"), "GPE")
    labels |= dict.fromkeys(listed(places, "facilities"), "FAC")
    labels |= dict.fromkeys(listed(places, "regions"), "LOC")
    labels |= dict.fromkeys(listed(places, "countries"), "GPE")
    labels |= dict.fromkeys(listed(aliases, "organisations"), "ORG")
    nationalities = listed(places, "nationalities")
    plural = [f"{word}s" for word in nationalities if not word.endswith(("sh", "ch", "ese", "s"))]
    labels |= dict.fromkeys([*nationalities, *plural], "NORP")
    countries = frozenset(listed(places, "countries"))
    firm = frozenset(
        [
            *countries,
            *listed(places, "regions", "facilities"),
            *listed(aliases, "organisations"),
            *nationalities,
            *plural,
        ]
    )
    same = {name.casefold(): group[0] for group in aliases["same"] for name in group}
    reach: dict[str, int] = {}
    for name in labels:
        row = name.split(" ")
        reach[row[0]] = max(len(row), reach.get(row[0], 0))
    return Gazetteer(
        labels=labels,
        firm=firm,
        countries=countries,
        titles=frozenset(listed(names, "titles")),
        roles=hyphenated_words.people(listed(names, "roles")),
        given_names=frozenset(listed(names, "given_names")),
        feminine=frozenset(listed(names, "feminine")),
        masculine=frozenset(listed(names, "masculine")),
        organisation_ends=frozenset(listed(names, "organisation_ends")),
        particles=frozenset(listed(names, "particles")),
        not_names=frozenset(listed(names, "not_names")),
        bodies=frozenset(listed(names, "bodies")),
        settlements=frozenset(listed(names, "settlements")),
        impersonal=frozenset(listed(names, "bodies", "papers")),
        aliases=same,
        casing={
            name.casefold(): name for name in (*listed(names, "given_names"), *labels) if " " not in name
        },
        reach=reach,
    )
