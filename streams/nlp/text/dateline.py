"""Detection of datelines: the place, date and agency before the first sentence, as in "OSLO, March 14 (Agency) - "."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = r"[A-Z][\w.'’-]{0,30}"
# A place in capitals, or any place followed by an agency in brackets, then a dash. Every repetition is bounded and begins
# with a literal, so backtracking is bounded.
_DASHED = re.compile(
    rf"""
    (?P<place>{_WORD}(?:[ ]{_WORD}){{0,3}})                       # the place
    (?:/{_WORD}(?:[ ]{_WORD})?)?                                  # and a second one
    (?:,[ ](?P<region>{_WORD}(?:[ ]{_WORD}){{0,2}}))?             # its country or state, or a month
    (?:[ ]\d{{1,2}})?
    (?:,[ ]{_WORD}(?:[ ]\d{{1,2}})?)?                             # a month
    (?P<agency>[ ]?\([A-Z][^()\n]{{1,40}}\))?
    [ ]?(?:--|[-–—])[ ]+(?=[A-Z"“‘'\d])
    """,
    re.VERBOSE,
)
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")


class Dateline(NamedTuple):
    """A dateline: ``paragraph[:end]``, and the (start, end) offsets of the places named in it."""

    end: int
    places: tuple[tuple[int, int], ...]


def find(line: str) -> Dateline | None:
    """Return the dateline at the start of a paragraph, or ``None``.

    >>> find("OSLO, March 14 (Northern Wire) - The talks ended.")
    Dateline(end=33, places=((0, 4),))
    >>> find("Washington - a city of lawyers") is None
    True
    """
    match = _DASHED.match(line)
    if match is None:
        return None
    place = match.group("place")
    capitals = place.isupper() and len(place) > 2
    if not capitals and not match.group("agency"):
        return None
    if capitals and not match.group("agency") and line[match.end() :].isupper():
        return None  # a headline in capitals: "TENNIS - RESULTS"
    places = [match.span("place")]
    region = match.group("region")
    if region and not _MONTH.match(region):
        places.append(match.span("region"))
    return Dateline(match.end(), tuple(places))
