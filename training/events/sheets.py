"""Sheets on which candidates for events are labelled: an article, and a sample of what it may tell."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.records import Event, times
from training.events.candidates import Candidate, Read

_OPENING = 4  # paragraphs whose candidates are sampled apart from the rest
_WORDS = 700  # of an article that are printed
_SHOWN = ("source", "actor", "action", "kind", "target", "place", "time", "negated", "modality", "amount", "currency",
          "killed", "injured")  # fmt: skip
#: How many candidates of a stratum are drawn, by where it is and whether it is likely to be given; of the title all. Of a text that is told in
#: the past, and of another one.
DRAWN = {
    ("opening", True): (8, 3),
    ("opening", False): (5, 2),
    ("rest", True): (6, 2),
    ("rest", False): (3, 1),
}
_TOLD = 0.38  # share of verbs in the past from which on a text is told in the past
_LIKELY = 0.15  # probability
_PER_VERB = 2  # candidates that differ in coordinated participants only


class Drawn(NamedTuple):
    """A candidate on a sheet, and for how many it stands."""

    candidate: Candidate
    weight: float


def draw(read: Read) -> list[Drawn]:
    """Return a sample of a document's candidates in their order, the same one each time."""
    rng = random.Random(hashlib.sha256(read.document.id.encode()).digest())
    strata: dict[tuple[str, bool], list[Candidate]] = {}
    for candidate in read.candidates:
        where = (
            "title" if candidate.paragraph < 0 else "opening" if candidate.paragraph < _OPENING else "rest"
        )
        strata.setdefault((where, candidate.probability >= _LIKELY), []).append(candidate)
    drawn: dict[str, float] = {}
    for stratum, found in strata.items():
        most = DRAWN.get(stratum, (len(found), 2))[read.past < _TOLD]
        chosen = _some(found, most, rng)
        drawn.update({candidate.key: len(found) / len(chosen) for candidate in chosen})
    return [Drawn(c, drawn[c.key]) for c in read.candidates if c.key in drawn]


def _some(found: Sequence[Candidate], count: int, rng: random.Random) -> list[Candidate]:
    """Return up to ``count`` candidates, at most some of one verb."""
    chosen: list[Candidate] = []
    for candidate in rng.sample(found, len(found)):
        same = sum(c.event.start == candidate.event.start for c in chosen)
        if len(chosen) < count and same < _PER_VERB:
            chosen.append(candidate)
    return chosen


def sheet(number: int, read: Read, drawn: Sequence[Drawn]) -> Iterator[str]:
    """Yield the lines of an article's sheet; candidates are ``number.1``, ``number.2`` ..."""
    document = read.document
    words = 0
    yield f"{'=' * 100}"
    yield f"ARTICLE {number}   published {(document.published_at or 'unknown')[:10]}"
    yield f"TITLE: {document.title}"
    yield ""
    for paragraph in document.text.split("\n"):
        words += len(paragraph.split())
        yield paragraph
        if words > _WORDS:
            yield "[...]"
            break
    yield ""
    yield "CANDIDATES"
    for k, one in enumerate(drawn, start=1):
        yield f"  {number}.{k} | {shown(one.candidate.event)}"
        yield f"      SENTENCE: {' '.join(one.candidate.sentence.split())}"
    yield ""


def shown(event: Event) -> str:
    """Return the fields of an event that have a value, on one line."""
    parts = []
    for name in _SHOWN:
        value = getattr(event, name)
        if name == "time" and value is not None and event.time_normalised is not None:
            value = f"{value} ({times.shown(event.time_normalised, event.time_precision)})"
        if value not in (None, False) and (name, value) != ("source", "text"):
            parts.append(f"{name}={value}")
    return " | ".join(parts)
