"""Divides a document's text into stretches that are marked alike: entities, quotations, speakers, events, and residue that was cut."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from streams.records import Enriched, Residue

MOST_MARKS = 5_000  # of one text: a page of them is some megabytes of HTML
MOST_CHARACTERS = 200_000  # of the text that is shown


class Mark(NamedTuple):
    """One passage: ``kind`` is entity, quote, speaker or event, ``number`` its place in the record's list."""

    start: int
    end: int
    kind: str
    number: int
    label: str = ""  # of an entity


class Stretch(NamedTuple):
    """Text between two boundaries. ``marks`` hold over all of it, ``begin`` those that start here; ``cut`` is residue instead of text."""

    text: str
    marks: tuple[Mark, ...] = ()
    begin: tuple[Mark, ...] = ()
    cut: Residue | None = None


def marked(document: Enriched) -> list[Stretch]:
    """The text in stretches; joined without residue they are its first :data:`MOST_CHARACTERS` characters."""
    text = document.text[:MOST_CHARACTERS]
    marks = _marks(document, len(text))
    starts: defaultdict[int, list[Mark]] = defaultdict(list)
    ends: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        starts[mark.start].append(mark)
        ends[mark.end].append(mark)
    cuts: defaultdict[int, list[Residue]] = defaultdict(list)
    for piece in document.residue:
        cuts[min(max(0, piece.at), len(text))].append(piece)
    bounds = sorted({0, len(text), *starts, *ends, *cuts})
    stretches: list[Stretch] = []
    active: dict[Mark, None] = {}
    for start, end in zip(bounds, [*bounds[1:], len(text)], strict=True):
        stretches += [Stretch("", cut=piece) for piece in cuts.get(start, ())]
        for mark in ends.get(start, ()):
            active.pop(mark, None)
        active.update(dict.fromkeys(starts.get(start, ())))
        if end > start:
            stretches.append(Stretch(text[start:end], tuple(active), tuple(starts.get(start, ()))))
    return stretches


def _marks(document: Enriched, length: int) -> list[Mark]:
    """All passages within the text; those that a record places outside of it are left out."""
    found = [
        Mark(mention.start, mention.end, "entity", number, entity.label)
        for number, entity in enumerate(document.entities)
        for mention in entity.mentions
    ]
    for number, quote in enumerate(document.quotes):
        found.append(Mark(quote.start, quote.end, "quote", number))
        if quote.speaker_start is not None and quote.speaker_end is not None:
            found.append(Mark(quote.speaker_start, quote.speaker_end, "speaker", number))
    found += [
        Mark(event.start, event.end, "event", number)
        for number, event in enumerate(document.events)
        if event.source == "text"  # the offsets of others are into the title
    ]
    within = [mark for mark in dict.fromkeys(found) if 0 <= mark.start < mark.end <= length]
    return sorted(within)[:MOST_MARKS]
