"""Labels of headlines, made by hand: the facts that each tells; ``labels.tsv``, one headline a line, by key and without its words."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from streams.nlp.events.headlines.voices import COMING, GOING, PASSIVE, PAST, PRESENT, WHOLE

LABELS = Path(__file__).parent / "labels.tsv"
_DIGITS = 12  # of a key
#: How a labelled verb stands -> the forms of the main verb that are right.
HOWS = {
    "active": frozenset({PRESENT, PAST, GOING, WHOLE}),
    "passive": frozenset({PASSIVE, WHOLE}),
    "coming": frozenset({COMING, WHOLE}),
    "modal": frozenset({WHOLE}),
}


class Fact(NamedTuple):
    """A fact: how its verb stands, and the offsets in the title of the verb, of the head of who acts and of who or what is acted upon."""

    how: str
    verb: int
    actor: int | None
    target: int | None


class Headline(NamedTuple):
    """What somebody who read a headline says of it: the facts that it tells, the main one of each part first; none if it tells none."""

    key: str
    site: str  # hash of its site
    facts: Sequence[Fact]


def key_of(text: str) -> str:
    """Return the key of a headline, or of a site."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def read(path: Path = LABELS) -> dict[str, Headline]:
    """Return the labels by key."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            row["headline"]: Headline(
                row["headline"], row["site"], [_fact(one) for one in row["facts"].split()]
            )
            for row in csv.DictReader(lines, delimiter="\t")
        }


def _fact(told: str) -> Fact:
    how, verb, actor, target = told.split(":")
    return Fact(how, int(verb), int(actor) if actor else None, int(target) if target else None)
