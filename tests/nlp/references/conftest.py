"""Texts of our own with their names, as what ranks names sees them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import References
from streams.nlp.references.features import Ranking
from streams.nlp.references.parses import Parses
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity, Mention


def entity(number: int, text: str, name: str, label: str) -> Entity:
    """Return an entity with a mention wherever its name or the last word of it stands."""
    short = name.split()[-1]
    spans = [m.span() for m in re.finditer(rf"{re.escape(name)}|\b{re.escape(short)}\b", text)]
    return Entity(
        id=f"e{number}",
        text=name,
        label=label,
        salience=round(1 / number, 2),
        mentions=tuple(Mention(start=a, end=b) for a, b in spans),
    )


@pytest.fixture
def ranked(
    parse: Callable[[str], ParsedParagraph],
) -> Callable[..., tuple[Ranking, ParsedParagraph, EntityIndex]]:
    """Return what ranks the names of a text, its parse, and its entities, given as names with labels."""

    def made(text: str, title: str = "", **names: str) -> tuple[Ranking, ParsedParagraph, EntityIndex]:
        labelled = enumerate(names.items(), start=1)
        index = EntityIndex([entity(k, text, name.replace("_", " "), label) for k, (name, label) in labelled])
        parsed = parse(text)
        return Ranking(text, index, References(text, index, ()), Parses([parsed]), title), parsed, index

    return made
