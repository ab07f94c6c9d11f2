"""Hashes of features: weights are stored under them, so they must never change."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

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


@given(
    st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=300),
    st.lists(st.integers(0, 2**32 - 1), max_size=50),
)
def test_hashes_are_found_among_sorted_ones_where_they_are_there(keys: list[int], others: list[int]) -> None:
    known = hashing.SortedHashes(np.array(sorted(keys), np.uint32))
    row = np.array([*others, *keys[::2], *others], np.uint32)
    places, rows = known.find(row)
    assert places.tolist() == [k for k, one in enumerate(row.tolist()) if one in set(keys)]
    assert known.keys[rows].tolist() == row[places].tolist()
