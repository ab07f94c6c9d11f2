"""A trained model: the weight of each feature for each label, and of each pair of neighbouring labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

import numpy as np
from numpy.typing import NDArray

from streams.nlp.names import features
from streams.nlp.names.crf import LABELS, Floats, constrained
from streams.nlp.names.features import Batch
from streams.nlp.names.gazetteer import Gazetteer
from streams.nlp.names.hashing import Hashes, SortedHashes

Weights = NDArray[np.int8]
Sums = NDArray[np.int32]


class WordScores:
    """What words add to the scores of labels, by row of a vocabulary: at the token itself, and at its neighbours."""

    def __init__(self) -> None:
        self._sums = np.zeros((1 + len(features.NEIGHBOURS), 0, len(LABELS)), np.int32)

    @property
    def own(self) -> Sums:
        """Sums at the token itself, (words, labels)."""
        own: Sums = self._sums[0]
        return own

    @property
    def beside(self) -> Sums:
        """Sums at neighbours, (distances, words, labels)."""
        return self._sums[1:]

    def add(self, sums: Sums) -> None:
        """Add words."""
        if sums.shape[1]:
            self._sums = np.concatenate([self._sums, sums], 1)


class Model:
    """Weights by feature hash. In memory they take 19 to 27 bytes a feature, in arrays that processes share after a fork."""

    def __init__(self, keys: Hashes, weights: Weights, scale: float, transitions: Floats) -> None:
        """``keys`` is sorted and has a row of ``weights`` each: multiples of ``scale``, one for each label."""
        self._keys = SortedHashes(keys)
        self._weights = weights
        self._scale = scale
        self.transitions = constrained(transitions)

    def emissions(self, batch: Batch, language: str | None, known: WordScores | None = None) -> Floats:
        """Return the score of each label for each token of a batch, boundaries included: (tokens, labels).

        ``language`` is one that has weights of its own, or ``None``. ``known`` are the scores of the first words of the
        batch's vocabulary, of the same model and language; those of the others are added to it.
        """
        known = WordScores() if known is None else known
        known.add(self._scored(*batch.vocabulary.features(), language))
        batch.vocabulary.forget()
        scores = known.own[batch.types] + self._sum(batch.placed)
        for distance, beside in zip(features.NEIGHBOURS, known.beside, strict=True):
            scores += beside[features.shifted(batch.types, distance)]
        scored: Floats = scores * np.float64(self._scale)
        return scored

    def _scored(self, own: Hashes, seen: Hashes, language: str | None) -> Sums:
        """Return the sums of words: their own, and those for neighbours at each distance, (1 + distances, words, labels)."""
        total = self._sum(own)
        if language is not None:
            total += self._sum(features.in_language(own, language))
        beside = [self._sum(features.at_distance(seen, distance)) for distance in features.NEIGHBOURS]
        return np.stack([total, *beside])

    def _sum(self, hashes: Hashes) -> Sums:
        """Return the sum of the weights of each row of features."""
        total = np.zeros((len(hashes), len(LABELS)), np.int32)
        places, features_known = self._keys.find(hashes)
        if not len(places):
            return total
        rows = places // hashes.shape[1]
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        total[rows[first]] = np.add.reduceat(self._weights[features_known], first, 0, np.int32)
        return total


def quantised(weights: Floats) -> tuple[Weights, float]:
    """Return weights as multiples of a scale that makes the largest of them 127."""
    scale = float(np.abs(weights).max() / 127) or 1.0
    return np.round(weights / scale).astype(np.int8), scale


def save(target: IO[bytes], arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write arrays as a compressed .npz, the same bytes for the same arrays."""
    np.savez_compressed(target, **arrays)  # type: ignore[arg-type]


def packed(name: str, keys: Hashes, weights: Floats, transitions: Floats) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a model under its name, as :func:`load` reads them: features all of whose weights round to 0 are left out."""
    small, scale = quantised(weights)
    kept = small.any(1)
    small = small[kept]
    return {
        # Differences of sorted keys and one column a label compress better than the keys and rows.
        f"{name}.keys": np.diff(keys[kept], prepend=np.uint32(0)),
        f"{name}.weights": np.ascontiguousarray(small.T),
        f"{name}.scale": np.array(scale),
        f"{name}.transitions": transitions,
    }


def unpacked(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> Model:
    """Return the model of this name from the arrays of :func:`packed`."""
    keys = np.cumsum(arrays[f"{name}.keys"], dtype=np.uint32)
    weights = np.ascontiguousarray(arrays[f"{name}.weights"].T).astype(np.int8)
    return Model(
        keys, weights, float(arrays[f"{name}.scale"]), arrays[f"{name}.transitions"].astype(np.float64)
    )


def packed_gazetteer(keys: Hashes, masks: NDArray[np.uint16]) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a gazetteer, as :func:`unpacked_gazetteer` reads them."""
    return {"gazetteer.keys": np.diff(keys, prepend=np.uint32(0)), "gazetteer.masks": masks}


def unpacked_gazetteer(arrays: Mapping[str, NDArray[np.generic]]) -> Gazetteer:
    """Return the gazetteer from the arrays of :func:`packed_gazetteer`."""
    return Gazetteer(
        np.cumsum(arrays["gazetteer.keys"], dtype=np.uint32), arrays["gazetteer.masks"].astype(np.uint16)
    )
