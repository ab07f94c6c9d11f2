"""Compares two texts side by side: paragraphs that belong together in one row, with the words that differ marked."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# Words compared of each text: the time of a comparison grows with their product where they differ a lot.
MOST_WORDS = 3_000
_WORD = re.compile(r"\w+|\s+|[^\w\s]")  # one alternative fits each character: it cannot backtrack


class Piece(NamedTuple):
    """A stretch of one side, and whether the other side lacks it."""

    text: str
    differs: bool


class Row(NamedTuple):
    """Paragraphs that stand beside each other; empty where one side has none."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...]


class Difference(NamedTuple):
    """The rows, the share of the words that are equal (0 to 1), and whether a text was longer than what was compared."""

    rows: list[Row]
    similarity: float
    cut: bool


def difference(left: str, right: str) -> Difference:
    """Compare two texts; of each at most :data:`MOST_WORDS` words.

    >>> difference("A red door.", "A blue door.").rows[0].right[1]
    Piece(text='blue', differs=True)
    """
    one, first_cut = _cut(left)
    other, second_cut = _cut(right)
    rows: list[Row] = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        before, after = one[start:end], other[other_start:other_end]
        if kind == "equal":
            rows += [Row((Piece(text, False),), (Piece(text, False),)) for text in before]
        else:
            rows += _paired(before, after)
    equal = sum(_length(row.left, False) for row in rows)
    longest = max(sum(map(len, one)), sum(map(len, other)), 1)
    return Difference(rows, equal / longest, first_cut or second_cut)


def _cut(text: str) -> tuple[list[str], bool]:
    """The paragraphs of a text up to the bound, and whether there was more."""
    words = list(_WORD.finditer(text[: MOST_WORDS * 40]))
    kept = text[: words[MOST_WORDS].start()] if len(words) > MOST_WORDS else text[: MOST_WORDS * 40]
    return [line for line in kept.split("\n") if line.strip()], len(kept) < len(text)


def _paired(before: list[str], after: list[str]) -> list[Row]:
    """Rows of paragraphs of which each may differ: in their order, what one side has more of beside nothing."""
    rows = []
    for number in range(max(len(before), len(after))):
        left = before[number] if number < len(before) else ""
        right = after[number] if number < len(after) else ""
        rows.append(_row(left, right))
    return rows


def _row(left: str, right: str) -> Row:
    one, other = _WORD.findall(left), _WORD.findall(right)
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    # autojunk bounds the cost of texts that repeat a few words.
    for kind, start, end, other_start, other_end in SequenceMatcher(None, one, other).get_opcodes():
        for side, text in zip(
            sides, ("".join(one[start:end]), "".join(other[other_start:other_end])), strict=True
        ):
            if text:
                side.append(Piece(text, kind != "equal"))
    return Row(tuple(sides[0]), tuple(sides[1]))


def _length(pieces: tuple[Piece, ...], differs: bool) -> int:
    return sum(len(piece.text) for piece in pieces if piece.differs is differs)
