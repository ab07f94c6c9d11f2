"""Lines beside a quoted paragraph that name who said it, in texts of our own."""

from __future__ import annotations

import pytest

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.signed_lines import beside
from streams.nlp.text.segments import Span
from streams.records import Entity, Mention


def signed(*lines: str) -> tuple[str | None, bool]:
    """Return who signs the second line, and whether the line behind does; "Anna Berg" and "Paul Winter" are known."""
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:k]) for k in range(len(lines))]
    spans = [Span(start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
    entities = [
        Entity(text=name, label="PERSON", mentions=(Mention(start=at, end=at + len(name)),))
        for name in ("Anna Berg", "Paul Winter")
        if (at := text.find(name)) >= 0
    ]
    found = beside(text, spans, 1, EntityIndex(entities))
    return (found.speaker.name if found.speaker is not None else None), found.behind


@pytest.mark.parametrize(
    ("before", "behind", "expected"),
    [
        ("Anna Berg", "“Another boat.”", ("Anna Berg", False)),
        ("Anna Berg", "Paul Winter, captain", ("Paul Winter", True)),
        ("— Anna Berg", "— Idris W.", ("Idris W.", True)),
        ("— Anna Berg", "-Idris Penhallow, author of Boats", ("Idris Penhallow", True)),
        ("Anna Berg", "— a reader from Leeds", (None, True)),
        ("Anna Berg", "Idris Penhallow", (None, False)),
        ("Anna Berg was here.", "The boats left.", (None, False)),
    ],
)
def test_a_name_behind_comes_before_one_in_front(
    before: str, behind: str, expected: tuple[str | None, bool]
) -> None:
    assert signed(before, "“A good boat.”", behind) == expected
