"""The title of a document as input of event extraction: its parts, and the entities that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import LabelledSpan
from streams.nlp.events import headline
from streams.nlp.text.segments import Span
from streams.records import Document, Entity, Mention

_SHORTEST_NAME = 2  # characters


def parts(document: Document) -> list[Span]:
    """Return the parts of a document's title that may be sentences."""
    return headline.parts(document.title) if document.title else []


def repeated(document: Document, spans: Sequence[Span]) -> int | None:
    """Return the index of the opening paragraph that is the title once more, ``None`` if there is none; ``spans`` are the paragraphs."""
    title = (document.title or "").strip()
    return next(
        (k for k, span in enumerate(spans[:2]) if document.text[span.start : span.end] == title), None
    )


def closed(part: str) -> str:
    """Return a part of a title with a full stop: a parser finds more verbs in a sentence that ends."""
    return part if part[-1:] in ".?!" else f"{part}."


def index(
    title: str, text: str, entities: Sequence[Entity], predicted: Sequence[LabelledSpan]
) -> EntityIndex:
    """Return the entities that a title names, with the offsets of their mentions in the title.

    They are the document's own, found by the names that its text has for them, and those that the model predicted in the title
    besides; these have no id.
    """
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for name, entity in _names(title, text, entities):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", title):
            if not any(match.start() < b and a < match.end() for a, b in taken):
                taken.append(match.span())
                found.append(replace(entity, mentions=(Mention(start=match.start(), end=match.end()),)))
    for span in predicted:
        if not any(span.start < b and a < span.end for a, b in taken):
            mention = Mention(start=span.start, end=span.end)
            found.append(Entity(text=title[span.start : span.end], label=span.label, mentions=(mention,)))
    return EntityIndex(found)


def _names(title: str, text: str, entities: Sequence[Entity]) -> Iterator[tuple[str, Entity]]:
    """Yield the names of entities that the text has for them and that are in the title, longest first."""
    names: dict[str, Entity] = {}
    for entity in entities:
        for mention in entity.mentions:
            name = text[mention.start : mention.end]
            if len(name) >= _SHORTEST_NAME and name in title:
                names.setdefault(name, entity)
    yield from sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))
