"""Labels: which blocks of a page are in its known main text, by alignment of words in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from training.blocks.words import words_of

_SHORT = 3  # words of a block that must match wholly
_SPREAD = 1.6  # words of a block may match a passage this much longer
_LARGEST = 4_000_000_000  # words of page times words of truth, above which nothing is aligned


def labels(texts: Sequence[str], truth: str) -> npt.NDArray[np.float64]:
    """Return the share of each text's words that ``truth`` holds in one place and in the order of the page, 0 to 1."""
    blocks = [words_of(text) for text in texts]
    wanted = words_of(truth)
    starts = np.concatenate([[0], np.cumsum([len(block) for block in blocks])]).astype(int)
    place = _aligned([word for block in blocks for word in block], wanted)
    found = np.zeros(len(blocks))
    used = np.zeros(len(wanted), bool)
    for at, block in enumerate(blocks):
        here = place[starts[at] : starts[at + 1]]
        matched = here[here >= 0]
        if not len(matched):
            continue
        found[at] = _cover(matched, len(block))
        if found[at] >= 0.5:
            used[matched] = True
    _out_of_order(blocks, wanted, found, used)
    return found


def _aligned(page: list[str], wanted: list[str]) -> npt.NDArray[np.int64]:
    """Return for each word of the page its place in the truth, along a longest common subsequence; -1 for none."""
    place = np.full(len(page), -1)
    if page and wanted and len(page) * len(wanted) < _LARGEST:
        codes: dict[str, int] = {}
        left = [codes.setdefault(word, len(codes)) for word in page]
        right = [codes.setdefault(word, len(codes)) for word in wanted]
        for step in Indel.opcodes(left, right):
            if step.tag == "equal":
                place[step.src_start : step.src_end] = np.arange(step.dest_start, step.dest_end)
    return place


def _cover(matched: npt.NDArray[np.int64], size: int) -> float:
    span = matched[-1] - matched[0] + 1
    if size <= _SHORT:
        return float(len(matched) == size == span)
    if span <= _SPREAD * size + 2:
        return len(matched) / size
    # words matched by chance elsewhere: the densest passage counts
    ends = np.searchsorted(matched, matched + int(1.2 * size) + 1)
    return float((ends - np.arange(len(matched))).max() / size)


def _out_of_order(
    blocks: list[list[str]], wanted: list[str], found: npt.NDArray[np.float64], used: npt.NDArray[np.bool_]
) -> None:
    """Label blocks that the truth holds elsewhere than the page does."""
    whole = f" {' '.join(wanted)} "
    for at, block in enumerate(blocks):
        if found[at] < 0.5 and len(block) > _SHORT:
            position = whole.find(f" {' '.join(block)} ")
            if position >= 0:
                first = whole.count(" ", 0, position)
                if used[first : first + len(block)].mean() < 0.5:
                    found[at] = 1.0
                    used[first : first + len(block)] = True
