"""Gradient-boosted decision trees in numpy, all trees and rows at once, with one bit a row.

Each distinct comparison of a feature with a threshold is made once, for all rows, and kept as bits: a word holds 64 rows.
The rows that reach a right child are then the bits of its parent that pass the parent's comparison, those that reach a left one the
rest, and a level of all trees takes two gathers: a third of the time of a descent by the numbers of nodes, four gathers for each
row and tree.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

_CHUNK = 1_024  # rows at a time; bounds memory on pages with many blocks
_WORD = 64  # bits
_BYTE = 8
_AT_ONCE = 200  # comparisons, so that what is compared stays in the processor's cache

_Numbers = npt.NDArray[np.intp]
_Bits = npt.NDArray[np.uint64]


class _Level(msgspec.Struct, frozen=True):
    """The nodes of one depth in all trees: which of them are leaves, which have children, and the comparisons of these. The left
    children of all are the first half of the next level, the right ones, to which comparisons lead, the second.
    """

    leaves: _Numbers
    inner: _Numbers
    comparisons: _Numbers


class Forest:
    """Trees, of which each gives a row the value of one leaf.

    Given as roots into parallel arrays of nodes: node ``n`` leads to ``children[2 * n]`` where the value of ``feature[n]`` is
    at most ``threshold[n]``, else to ``children[2 * n + 1]``; a leaf leads to itself and gives ``value[n]``.
    """

    def __init__(
        self,
        roots: npt.NDArray[np.int32],
        feature: npt.NDArray[np.int16],
        threshold: npt.NDArray[np.float32],
        children: npt.NDArray[np.int32],
        value: npt.NDArray[np.float64],
    ) -> None:
        left, right = children[0::2].astype(np.intp), children[1::2].astype(np.intp)
        inner = left != np.arange(len(left))
        distinct, numbers = np.unique(
            np.stack([feature[inner].astype(np.float64), threshold[inner]]), axis=1, return_inverse=True
        )
        self._feature = distinct[0].astype(np.intp)
        self._threshold = distinct[1].astype(np.float32)[:, None]
        comparison = np.zeros(len(left), np.intp)
        comparison[inner] = numbers.ravel()
        self._levels: list[_Level] = []
        nodes, trees = roots.astype(np.intp), np.arange(len(roots))
        leaves, owners = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        while len(nodes):
            ends = np.flatnonzero(~inner[nodes])
            leaves.append(nodes[ends])
            owners.append(trees[ends])
            split = np.flatnonzero(inner[nodes])
            here = nodes[split]
            self._levels.append(_Level(ends, split, comparison[here]))
            nodes, trees = np.concatenate([left[here], right[here]]), np.tile(trees[split], 2)
        self._place_leaves(value[np.concatenate(leaves)], np.concatenate(owners), len(roots))

    def _place_leaves(self, values: npt.NDArray[np.float64], owners: _Numbers, trees: int) -> None:
        """Number the leaves of each tree. ``values`` and ``owners``, their trees, are in the order of levels."""
        order = np.argsort(owners, kind="stable")
        counts = np.bincount(owners, minlength=trees)
        number = np.empty(len(owners), np.intp)
        number[order] = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        self._index_bits = int(max(counts.max(initial=1) - 1, 0)).bit_length()
        self._values = np.zeros((trees, 1 << self._index_bits))
        self._values[owners, number] = values
        self._begins = np.arange(trees)[:, None] << self._index_bits  # of each tree in all values
        # where each leaf is among all leaves in the order of levels, by number and tree; what is no leaf is the row behind them,
        # which is 0
        self._leaf_rows = np.full((1 << self._index_bits, trees), len(owners), np.intp)
        self._leaf_rows[number, owners] = np.arange(len(owners))

    def scores(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the sum over the trees for each row, shape (rows,). The trees are added one by one, in their order."""
        found = [self._some(rows[at : at + _CHUNK]).sum(axis=0) for at in range(0, len(rows), _CHUNK)]
        return np.concatenate(found) if found else np.zeros(0)

    def each(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the value of each tree for each row, shape (rows, trees)."""
        found = [self._some(rows[at : at + _CHUNK]).T for at in range(0, len(rows), _CHUNK)]
        return np.concatenate(found) if found else np.zeros((0, len(self._values)))

    def _some(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the value of each tree for each row, shape (trees, rows)."""
        leaves = self._reached(self._compared(rows)).take(self._leaf_rows, axis=0)
        # the number of the leaf in its tree, in as few bytes as it takes: the passes over all trees and rows are what costs
        number = np.zeros(
            (len(self._values), len(rows)), np.uint8 if self._index_bits <= _BYTE else np.uint16
        )
        for bit in reversed(range(self._index_bits)):
            low, high = leaves[: 1 << bit], leaves[1 << bit :]
            plane = _unpacked(_any(high), len(rows)).astype(number.dtype, copy=False)
            plane <<= bit
            number |= plane
            leaves = low | high
        return np.asarray(self._values.take(number + self._begins))

    def _compared(self, rows: npt.NDArray[np.float32]) -> _Bits:
        """Return whether each row is beyond the threshold of each comparison, as bits."""
        size, count = len(rows), len(self._feature)
        columns = np.ascontiguousarray(rows.T)
        beyond = np.zeros((_AT_ONCE, -size % _WORD + size), bool)  # read while it is in the cache
        bits = np.empty((count, beyond.shape[1] // _WORD), np.uint64)
        for at in range(0, count, _AT_ONCE):
            some = slice(at, min(at + _AT_ONCE, count))
            taken = columns.take(self._feature[some], axis=0)
            np.greater(taken, self._threshold[some], out=beyond[: len(taken), :size])
            bits[some] = np.packbits(beyond[: len(taken)]).view(np.uint64).reshape(len(taken), -1)
        return bits

    def _reached(self, compared: _Bits) -> _Bits:
        """Return which rows reach each leaf, in the order of levels, and a row of zeros."""
        words = compared.shape[1]
        found: list[_Bits] = []
        reached = np.full((len(self._values), words), ~np.uint64(0))
        for level in self._levels:
            found.append(reached.take(level.leaves, axis=0))
            count = len(level.inner)
            parents = reached.take(level.inner, axis=0)
            reached = np.empty((2 * count, words), np.uint64)
            np.bitwise_and(parents, compared.take(level.comparisons, axis=0), out=reached[count:])
            np.bitwise_xor(parents, reached[count:], out=reached[:count])
        return np.concatenate([*found, np.zeros((1, words), np.uint64)])


def _any(bits: _Bits) -> _Bits:
    """Return the union over the first axis, whose length is a power of two: halves at a time, which takes a tenth of
    the time of ``reduce``.
    """
    while len(bits) > 1:
        half = len(bits) // 2
        bits = bits[:half] | bits[half:]
    return np.asarray(bits[0])


def _unpacked(bits: _Bits, count: int) -> npt.NDArray[np.uint8]:
    return np.unpackbits(bits.view(np.uint8), axis=1, count=count)


def unpack(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Forest:
    """Return the forest stored in ``arrays`` under ``name``."""
    return Forest(
        arrays[f"{name}_roots"].astype(np.int32),
        arrays[f"{name}_feature"].astype(np.int16),
        arrays[f"{name}_threshold"].astype(np.float32),
        arrays[f"{name}_children"].astype(np.int32),
        arrays[f"{name}_value"].astype(np.float64),
    )
