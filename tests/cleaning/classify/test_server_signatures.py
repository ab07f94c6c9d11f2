"""Signatures of servers and services: a valid table, and matches by name, prefix and text."""

from __future__ import annotations

from streams.cleaning.classify.features import Block, Features
from streams.cleaning.classify.server_signatures import match_signatures, signatures
from streams.records import Reason


def test_every_signature_has_a_weight_and_something_to_match() -> None:
    assert signatures()
    for one in signatures():
        assert one.weight > 0 and one.any and all(piece == piece.lower() for piece in one.any), one.name


def test_a_page_without_any_signature_matches_none() -> None:
    assert match_signatures(Features(url="https://example.org/", title="Pier to be rebuilt")) == []


def test_a_default_page_is_recognised_by_its_text() -> None:
    block = Block("Welcome to nginx!", "h1", 17, 0.0, False)
    found = match_signatures(Features(url="https://example.org/", title="Welcome to nginx!", blocks=(block,)))
    assert Reason.DEFAULT_PAGE in [one.signature.reason for one in found]


def test_each_signature_is_reported_once() -> None:
    block = Block("Welcome to nginx!", "h1", 17, 0.0, False)
    features = Features(url="https://example.org/", title="Welcome to nginx!", blocks=(block, block))
    names = [(one.signature.reason, one.signature.name) for one in match_signatures(features)]
    assert names and len(names) == len({*names})
