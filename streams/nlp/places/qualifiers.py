"""What stands beside a place's name and says which one is meant: "Athens, Ga.", "Paris (Texas)", "Washington state"."""

from __future__ import annotations

import re
from typing import NamedTuple

from streams.nlp.places.gazetteer import MAIN, MEANT, Candidate, Gazetteer, fold

# Characters after a name in which a qualifier is looked for: the longest names of countries and regions.
_REACH = 50
_MOST_WORDS = 4
_LARGE = 250_000  # inhabitants of a city that is named without its region
_JOINED = re.compile(r"(?:, ?| ?\(| in )(?=\w)| (?=D\.?C\b)")
_WORDS = re.compile(r"[\w.'’-]{1,30}(?: [\w.'’-]{1,30}){0,3}")
_KIND_AFTER = re.compile(r" (?:(state|province|State|Province)|(City|city))\b")
_KIND_BEFORE = re.compile(
    r"\b(?:([Ss]tate|[Pp]rovince)|([Cc]ity|[Tt]own|[Pp]ort|[Cc]apital)|([Rr]epublic|[Cc]ountry|[Nn]ation)) of $"
)
_KINDS = ("region", "city", "country")
# What stands before the name of a country, and what before that of a state of one.
_OF_COUNTRY = re.compile(
    r"\b(?:[Pp]rime [Mm]inister|[Pp]resident|[Ff]oreign [Mm]inister|[Kk]ing|[Qq]ueen|[Aa]rmy|[Aa]mbassador|[Ee]mbassy) (?:of|to) (?:the )?$"
)
_OF_REGION = re.compile(
    r"\b(?:[Gg]overnor|[Aa]ttorney [Gg]eneral|[Ss]ecretary of [Ss]tate|[Uu]niversity) of $"
)
# A dateline: "WASHINGTON (AP) \N{EM DASH} ...".
_DATELINE = re.compile(r" ?(?:\([A-Z][\w .]{1,20}\)|[,\w. ]{0,15}[\N{EM DASH}\N{EN DASH}]|--)")
_OPENING = 3  # characters before a name that opens a text
#: Acronyms of cities that are written as those of regions are.
ACRONYMS = {"L.A.": "Los Angeles", "D.C.": "Washington", "N.Y.C.": "New York City", "NYC": "New York City"}
_SIDES = "(?:north|south|east|west|northeast|northwest|southeast|southwest|northern|southern|eastern|western|central)"
_PREFIX = re.compile(
    rf"(?P<country>(?:Republic|Kingdom|Commonwealth|State) of (?:the )?)|(?P<city>(?:City|Town|Port|Greater|Downtown|Metropolitan|Inner) (?:of )?)"
    rf"|(?P<any>(?:far |upper |lower |mainland |rural |north |south )?{_SIDES}[ -]|(?:mainland|rural|upstate) )",
    re.IGNORECASE,
)
_ALL = ("city", "region", "country")


class Qualifier(NamedTuple):
    """The countries and regions that a name is said to lie in, or the kind of place that it is said to be.

    ``strict`` is false if what stands beside the name may as well be a city, the next of a list: "Paris, Tokyo".
    """

    within: tuple[Candidate, ...] = ()
    strict: bool = True
    kind: str | None = None


def split(surface: str) -> tuple[str, str]:
    """Return a name and what follows its first comma or bracket.

    >>> split("Athens, Georgia")
    ('Athens', 'Georgia')
    """
    match = re.search(r" ?[,(] ?", surface)
    return (surface[: match.start()], surface[match.end() :].rstrip(") ")) if match else (surface, "")


def stripped(name: str) -> tuple[tuple[str, ...], str]:
    """Return the kinds of place that a name in a longer one may be, and that name; nothing if there is none.

    >>> stripped("Republic of Armenia"), stripped("Far North Queensland")
    ((('country', 'region'), 'Armenia'), (('city', 'region', 'country'), 'Queensland'))
    """
    match = _PREFIX.match(name)
    if match is None or match.end() == len(name):
        return (), ""
    kinds = {"country": ("country", "region"), "city": ("city",)}.get(match.lastgroup or "", _ALL)
    return kinds, name[match.end() :]


def beside(text: str, start: int, end: int, places: Gazetteer) -> Qualifier:
    """Return the qualifier of the name ``text[start:end]``, empty if there is none."""
    after = text[end : end + _REACH]
    joined = _JOINED.match(after)
    if joined is not None:
        qualifier = containers(after[joined.end() :], places)
        if qualifier.within:
            return qualifier
    match = _KIND_AFTER.match(after) or _KIND_BEFORE.search(text[max(0, start - 12) : start])
    if match is not None:
        return Qualifier(kind=_KINDS[next(k for k, group in enumerate(match.groups()) if group)])
    if start <= _OPENING and _DATELINE.match(after):
        return Qualifier(kind="city")
    before = text[max(0, start - 30) : start]
    for pattern, kind in ((_OF_COUNTRY, "country"), (_OF_REGION, "region")):
        if pattern.search(before):
            return Qualifier(kind=kind)
    return Qualifier()


def containers(text: str, places: Gazetteer) -> Qualifier:
    """Return the countries and regions that a text begins with, by the longest name."""
    match = _WORDS.match(text)
    if match is None or not match.group()[0].isalpha():
        return Qualifier()
    words = match.group().split(" ")
    for size in range(min(_MOST_WORDS, len(words)), 0, -1):
        written = " ".join(words[:size])
        folded = fold(written)
        named = [c for c in places.named(folded) if c.how in (MAIN, MEANT)]
        found = [c for c in named if c.kind in ("country", "region")]
        if not found and size == 1 and _is_abbreviation(written):
            found = places.abbreviated(folded)
        if found and written[0] == written[0].upper():
            return Qualifier(tuple(found), strict=not any(_stands_alone(c) for c in named))
    return Qualifier()


def _stands_alone(candidate: Candidate) -> bool:
    """Return whether a place is named without its region, in lists of cities and countries."""
    return candidate.kind == "country" or (candidate.kind == "city" and candidate.population >= _LARGE)


def _is_abbreviation(written: str) -> bool:
    """Return whether a word is written as abbreviations of regions are: "GA", "Ga.", "Calif", and not "in" or "La"."""
    letters = written.rstrip(".")
    return (len(letters) > 1 and letters.isupper()) or (letters[:1].isupper() and written.endswith("."))
