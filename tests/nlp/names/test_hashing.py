"""Hashes of features: weights are stored under them, so they must never change."""

from __future__ import annotations

import numpy as np

from streams.nlp.names import hashing


def test_hashes_are_what_the_weights_were_stored_under() -> None:
    assert (hashing.of("l:paris"), hashing.of("東京")) == (2768868562, 3293811942)
    pairs = hashing.mix(np.array([1, 2], np.uint32), np.array([2, 1], np.uint32))
    assert pairs.tolist() == [2434571753, 2320020979]


def test_lone_surrogates_have_a_hash() -> None:
    assert 0 <= hashing.of("\ud800") < 2**32


def test_pairs_of_many_values_hardly_ever_collide() -> None:
    left, right = np.meshgrid(np.arange(500, dtype=np.uint32), np.arange(500, dtype=np.uint32))
    assert len(np.unique(hashing.mix(left.ravel(), right.ravel()))) > 249_980
