"""Convolutional networks over the blocks of a page, in numpy: each block with what stands around it, near and far.

Trees look at one block and at sums over its surroundings; a network also sees in which order things stand there. On pages where
trees doubt the mean of both is better than either. Trained by ``training/blocks/network.py``. Dilated convolutions are those of Yu and
Koltun 2016, "Multi-Scale Context Aggregation by Dilated Convolutions".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from streams.gelu import gelu

#: Distances, in blocks, from which each layer takes what stands before and behind a block.
DILATIONS = (1, 2, 4, 8, 16)
#: Layers of a network, in the order in which a block's row passes them.
LAYERS = ("input", "page", *(f"{part}{k}" for k in range(len(DILATIONS)) for part in ("around", "out")), "mix", "hidden", "last", "skip")  # fmt: skip
_LEAST = 1e-4  # probability of the first stage, before its logit is taken
# Multiplications up to which OpenBLAS computes a product in the calling thread (GEMM_MULTITHREAD_THRESHOLD * SMP_THRESHOLD_MIN). With a
# second thread, on two busy cores, the first layer of a page of 300 blocks took 31 ms instead of .2.
_ONE_THREAD = 4 * 65_536

Floats = npt.NDArray[np.float32]


class Preparation:
    """How the columns of blocks become a network's input: cut off at the ends, as logarithms where they are skewed, with mean 0 and
    deviation 1. All values have one entry a column; a ``scale`` of 0 is a column that is not skewed.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self.columns = arrays["net_columns"].astype(np.intp)
        self.low, self.high, self.scale, self.mean, self.deviation = (
            arrays[f"net_{name}"].astype(np.float32) for name in ("low", "high", "scale", "mean", "deviation")
        )
        self._skewed = np.flatnonzero(self.scale)

    def of(self, rows: Floats) -> Floats:
        """Return the input for ``rows``, shape (blocks, columns)."""
        found = np.clip(rows[:, self.columns], self.low, self.high)
        found[:, self._skewed] = np.log1p(found[:, self._skewed] / self.scale[self._skewed])
        found -= self.mean
        found /= self.deviation
        return found


class Networks:
    """Several networks of one shape over the same input; what they say is their mean."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self.preparation = Preparation(arrays)
        # (networks, inputs, outputs), and (networks, 1, outputs)
        self._layers = {
            name: (
                arrays[f"net_{name}_weights"].astype(np.float32),
                arrays[f"net_{name}_bias"].astype(np.float32)[:, None],
            )
            for name in LAYERS
        }

    def scores(self, rows: Floats, chance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the logit of each block of a page. ``rows`` are the columns of the second stage, shape (blocks, columns), ``chance`` is
        the probability that the first stage gives.
        """
        given = self.preparation.of(with_logit(rows, chance))[None]
        first = state = gelu(self._layer("input", given))
        state = state + self._layer("page", _pooled(state))
        for number, distance in enumerate(DILATIONS):
            around = _around(state, distance)
            state += self._layer(f"out{number}", gelu(self._layer(f"around{number}", around)))
        state += gelu(self._layer("mix", _pooled(state)))
        hidden = gelu(self._layer("hidden", np.concatenate([state, first], axis=-1)))
        found = self._layer("last", hidden) + self._layer("skip", given)
        return np.asarray(found[..., 0].mean(axis=0), np.float64)

    def _layer(self, name: str, given: Floats) -> Floats:
        weights, bias = self._layers[name]
        found = _product(given, weights)
        found += bias
        return found


def with_logit(rows: Floats, chance: npt.NDArray[np.float64]) -> Floats:
    """Return rows with the logit of the first stage as their last column."""
    likely = np.clip(chance, _LEAST, 1 - _LEAST)
    return np.column_stack([rows, np.log(likely / (1 - likely)).astype(np.float32)])


def _product(given: Floats, weights: Floats) -> Floats:
    """Return the matrix products, shape (networks, blocks, outputs), by so many blocks at a time that BLAS needs no other threads."""
    networks, inputs, outputs = weights.shape
    found = np.empty((networks, given.shape[1], outputs), np.float32)
    step = max(1, _ONE_THREAD // (inputs * outputs))
    for start in range(0, given.shape[1], step):
        some = slice(start, start + step)
        np.matmul(given[:, some], weights, out=found[:, some])
    return found


def _pooled(state: Floats) -> Floats:
    """Return mean and maximum over the blocks."""
    mean, most = state.mean(axis=1, keepdims=True), state.max(axis=1, keepdims=True)
    return np.concatenate([mean, most], axis=-1)


def _around(state: Floats, distance: int) -> Floats:
    """Return beside each other the states of the block so many places before, of the block, and of that so many behind; 0 where there
    is none.
    """
    networks, blocks, width = state.shape
    found = np.zeros((networks, blocks, 3 * width), np.float32)
    found[:, distance:, :width] = state[:, :-distance]
    found[:, :, width : 2 * width] = state
    found[:, :-distance, 2 * width :] = state[:, distance:]
    return found
