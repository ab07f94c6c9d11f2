"""The text of a document, assembled from the blocks that were kept, and where in it each block is.

Blocks are paragraphs, separated by blank lines. Cells of one table row stay on one line, and the parts of one ``<pre>`` on
consecutive lines with their indentation.
"""

from __future__ import annotations

import bisect
import unicodedata

import msgspec
import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.residue import Cut
from streams.cleaning.text import normalise, normalise_code

CELLS = frozenset(("td", "th"))


class Passages(msgspec.Struct, frozen=True):
    """``text[starts[n]:ends[n]]`` is the text of block ``numbers[n]`` of ``blocks``, in document order."""

    blocks: BlockTree
    text: str
    numbers: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def assemble(blocks: BlockTree, kept: npt.NDArray[np.bool_]) -> Passages:
    """Return the normalised text of the blocks that are ``kept``."""
    pieces: list[str] = []
    numbers: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    size = 0
    row = -1
    pre = -1
    pres = _preformatted(blocks)
    for number in np.flatnonzero(kept).tolist():
        home = blocks.homes[number]
        here, within = (blocks.parents[home] if blocks.tags[home] in CELLS else -1), pres[home]
        text = _normalised(blocks.texts[number], within >= 0)
        if not text:
            continue
        if pieces:
            gap = " | " if here >= 0 and here == row else "\n" if within >= 0 and within == pre else "\n\n"
            pieces.append(gap)
            size += len(gap)
        row, pre = here, within
        numbers.append(number)
        starts.append(size)
        size += len(text)
        ends.append(size)
        pieces.append(text)
    return Passages(blocks, "".join(pieces), tuple(numbers), tuple(starts), tuple(ends))


def _preformatted(blocks: BlockTree) -> list[int]:
    """Return for each node the outermost ``<pre>`` that it is or is in; -1 where there is none."""
    if "pre" not in blocks.tags:
        return [-1] * len(blocks.tags)
    found: list[int] = []
    for node, (tag, parent) in enumerate(zip(blocks.tags, blocks.parents, strict=True)):
        above = found[parent] if parent >= 0 else -1
        found.append(above if above >= 0 else node if tag == "pre" else -1)
    return found


def _normalised(text: str, preformatted: bool) -> str:
    if preformatted:
        return normalise_code(text)
    # Blocks have single spaces and no line breaks already: most need no change.
    return text if text.isprintable() and unicodedata.is_normalized("NFC", text) else normalise(text)


def without_residue(passages: Passages, cut: Cut) -> Passages:
    """Return the passages of the text that is left when residue has been cut; blocks that were cut wholly are left out."""
    if not cut.residue:
        return passages
    numbers: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    begins, stops = [line.start for line in cut.lines], [line.end for line in cut.lines]
    for number, start, end in zip(passages.numbers, passages.starts, passages.ends, strict=True):
        first = bisect.bisect_right(stops, start)
        last = bisect.bisect_left(begins, end) - 1
        if first > last:
            continue
        numbers.append(number)
        head, tail = cut.lines[first], cut.lines[last]
        starts.append(head.at + max(0, start - head.start))
        ends.append(tail.at + min(end, tail.end) - tail.start)
    return Passages(passages.blocks, cut.text, tuple(numbers), tuple(starts), tuple(ends))
