"""Gradient-boosted decision trees in numpy: all trees descend one level at a time, over all rows at once."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

_CHUNK = 4_096  # rows at a time; bounds memory on pages with many blocks


class Forest(msgspec.Struct, frozen=True):
    """``trees`` roots into parallel arrays of nodes. Node ``n`` goes to ``children[2 * n]`` where the value of ``feature[n]``
    is at most ``threshold[n]``, else to ``children[2 * n + 1]``; a leaf goes to itself and adds ``value[n]``.
    """

    roots: npt.NDArray[np.int32]
    feature: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float32]
    children: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    depth: int

    def scores(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the sum over the trees for each row, shape (rows,)."""
        return np.asarray(self.each(rows).sum(axis=1))

    def each(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the value of each tree for each row, shape (rows, trees)."""
        found = [self._some(rows[at : at + _CHUNK]) for at in range(0, len(rows), _CHUNK)]
        return np.concatenate(found) if found else np.zeros((0, len(self.roots)))

    def _some(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        count, width = rows.shape
        flat = np.ascontiguousarray(rows).ravel()
        base = (np.arange(count, dtype=np.int32) * width)[:, None]
        node = np.broadcast_to(self.roots, (count, len(self.roots)))
        feature, threshold, children = self.feature, self.threshold, self.children
        for _ in range(self.depth):
            beyond = flat.take(base + feature.take(node)) > threshold.take(node)
            node = children.take(2 * node + beyond)
        return self.value.take(node)


def unpack(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Forest:
    """Return the forest stored in ``arrays`` under ``name``."""
    return Forest(
        arrays[f"{name}_roots"].astype(np.int32),
        arrays[f"{name}_feature"].astype(np.int16),
        arrays[f"{name}_threshold"].astype(np.float32),
        arrays[f"{name}_children"].astype(np.int32),
        arrays[f"{name}_value"].astype(np.float64),
        int(arrays[f"{name}_depth"]),
    )
