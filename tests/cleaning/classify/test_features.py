"""Features are values with defaults: a page about which nothing is known has no evidence in it."""

from __future__ import annotations

import msgspec
import pytest

from streams.cleaning.classify.evidence import collect_evidence
from streams.cleaning.classify.features import Block, Features

EMPTY = Features(url="https://example.org/a")


def test_features_of_nothing_give_no_evidence() -> None:
    assert dict(collect_evidence(EMPTY).points) == {}


def test_features_and_blocks_cannot_be_changed() -> None:
    block = Block("Pier", "p", 4, 0.0, False)
    with pytest.raises(AttributeError):
        block.text = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        EMPTY.title = "x"  # type: ignore[misc]
    assert not block.hidden


def test_equal_features_are_equal_and_survive_encoding() -> None:
    features = Features(
        url="https://example.org/a",
        blocks=(Block("Pier", "h1", 4, 0.5, True, True),),
        tokens=frozenset({"b", "a"}),
    )
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(features), type=Features)
    assert again == features
