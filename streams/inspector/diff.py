"""Compares two texts side by side: paragraphs that belong together in one row, with the words that differ marked."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# Words compared of each text: the time of a comparison grows with their product where they differ a lot.
MOST_WORDS = 3_000
_MOST_PAIRS = 10_000  # paragraphs of one side times those of the other that are paired by their words
_LEAST_COMMON = 0.4  # of the words of the shorter paragraph, for two to stand beside each other
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


def difference(left: str, right: str, *, beginning: bool = False) -> Difference:
    """Compare two texts; of each at most :data:`MOST_WORDS` words.

    With ``beginning`` the right one is the beginning of a longer text: what the left one has behind the last thing that they
    have in common is left out, and the share of equal words is that of the right one.

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
    if beginning:
        rows = _without_end(rows)
    equal = sum(_length(row.left, False) for row in rows)
    longest = max(0 if beginning else sum(map(len, one)), sum(map(len, other)), 1)
    return Difference(rows, equal / longest, second_cut or (first_cut and not beginning))


def _cut(text: str) -> tuple[list[str], bool]:
    """The paragraphs of a text up to the bound, and whether there was more."""
    words = list(_WORD.finditer(text[: MOST_WORDS * 40]))
    kept = text[: words[MOST_WORDS].start()] if len(words) > MOST_WORDS else text[: MOST_WORDS * 40]
    return [line for line in kept.split("\n") if line.strip()], len(kept) < len(text)


def _paired(before: list[str], after: list[str]) -> list[Row]:
    """Rows of paragraphs of which each may differ, in their order; those that have words in common stand beside each other."""
    rows, left, right = [], 0, 0
    for one, other in [*_partners(before, after), (len(before), len(after))]:
        rows += [_row(text, "") for text in before[left:one]]
        rows += [_row("", text) for text in after[right:other]]
        if one < len(before):
            rows.append(_row(before[one], after[other]))
        left, right = one + 1, other + 1
    return rows


def _partners(before: list[str], after: list[str]) -> list[tuple[int, int]]:
    """The pairs of paragraphs, in order, that have the most words in common, by dynamic programming; by number where there are too many."""
    if len(before) * len(after) > _MOST_PAIRS:
        return [(number, number) for number in range(min(len(before), len(after)))]
    ours, theirs = [_words(text) for text in before], [_words(text) for text in after]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    common = [[_in_common(one, other) for other in theirs] for one in ours]
    for one in reversed(range(len(ours))):
        for other in reversed(range(len(theirs))):
            together = best[one + 1][other + 1] + common[one][other]
            best[one][other] = max(best[one + 1][other], best[one][other + 1], together)
    pairs, one, other = [], 0, 0
    while one < len(ours) and other < len(theirs):
        if common[one][other] and best[one][other] == best[one + 1][other + 1] + common[one][other]:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif best[one][other] == best[one + 1][other]:
            one += 1
        else:
            other += 1
    return pairs


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text) if word.isalnum()}


def _in_common(one: set[str], other: set[str]) -> float:
    """The share of the shorter paragraph's words that the other has; 0 where it is small."""
    part = len(one & other) / max(1, min(len(one), len(other)))
    return part if part >= _LEAST_COMMON else 0.0


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


def _without_end(rows: list[Row]) -> list[Row]:
    """The rows without what the left side alone has at the end."""
    kept = list(rows)
    while kept and not kept[-1].right:
        kept.pop()
    if kept and kept[-1].left and kept[-1].left[-1].differs:
        kept[-1] = kept[-1]._replace(left=kept[-1].left[:-1])
    return kept


def _length(pieces: tuple[Piece, ...], differs: bool) -> int:
    return sum(len(piece.text) for piece in pieces if piece.differs is differs)
