"""Hashed lists of names."""

from __future__ import annotations

import numpy as np

from streams.nlp.names import hashing
from streams.nlp.names.gazetteer import Gazetteer, bit, build

LISTS = {"country": ["Malta", "New Zealand"], "given": ["Ida"], "city": ["東京", "Malta"]}


def hashes(*words: str) -> np.ndarray:
    return np.array([hashing.of(word) for word in words], np.uint32)


def test_an_entry_is_found_in_all_its_classes_whatever_its_case() -> None:
    known = Gazetteer(*build(LISTS))
    assert known.mask(["malta"]) == bit("country") | bit("city")
    assert known.mask(["new", "zealand"]) == bit("country")
    assert known.mask(["zealand"]) == 0


def test_sequences_are_found_where_they_begin() -> None:
    known = Gazetteer(*build(LISTS))
    found = dict(known.matches(hashes("in", "new", "zealand", "東", "京"), 4))
    assert sorted(found) == [1, 2, 3, 4]
    assert found[2].tolist() == [0, bit("country"), 0, bit("city")]
    assert not found[1].any()


def test_a_name_is_known_by_its_stem() -> None:
    known = Gazetteer(*build(LISTS))
    assert known.classes(hashes("stem:malt")).tolist() == [bit("place_stem")]
    assert known.classes(hashes("stem:id")).tolist() == [0]  # too short to mean anything


def test_an_empty_gazetteer_knows_nothing() -> None:
    known = Gazetteer(*build({}))
    assert known.mask(["malta"]) == 0


def test_lists_in_any_order_give_the_same_arrays() -> None:
    one = build(LISTS)
    other = build({name: list(reversed(LISTS[name])) for name in reversed(LISTS)})
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
