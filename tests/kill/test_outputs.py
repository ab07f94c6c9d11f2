"""Tests that the checks of topics and databases report each kind of inconsistency."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from faust.stores.rocksdb import RocksDBOptions
from kill.outputs import unreconciled
from kill.reconciliation import batch
from kill.state import differences, stores

from streams import dedup, pipeline, topics
from streams.errors import BadRecord
from streams.records import (
    Candidate,
    CleanDocument,
    Enriched,
    Entity,
    Mention,
    Message,
    Reason,
    Rejection,
    encode,
)
from streams.runtime.state.table import store_options
from streams.settings import Dedup, Settings

SETTINGS = Settings()
_HEADERS = (("content-type", b"application/json"), ("crawlmill-arrived", b"1"))
_CHANGELOG = topics.changelog_name(SETTINGS)


def _message(topic: str, key: str, value: bytes, schema: str) -> Message:
    headers = (*_HEADERS, ("schema", f"{schema}/1".encode()))
    return Message(topic=topic, key=key.encode(), value=value, headers=headers)


def _right() -> list[Message]:
    """Return a kept page with a fact, and a duplicate of its duplicate."""
    entity = Entity(text="Ana Sousa", label="PERSON", mentions=(Mention(start=0, end=9),))
    page = Enriched(id="a", url="https://a.example/", text="Ana Sousa", entities=(entity,))
    ((key, fact),) = pipeline.facts(page)
    copies = [
        Rejection(id=name, url="https://b.example/", reason=Reason.DUPLICATE_EXACT, duplicate_of=of)
        for name, of in (("c", "b"), ("b", "a"))
    ]
    return [
        _message(topics.ENRICHED, "a", encode(page), "Enriched"),
        _message(topics.ENTITIES, key, encode(fact), "EntityFact"),
        *(_message(topics.REJECTED, copy.id, encode(copy), "Rejection") for copy in copies),
    ]


def _without(index: int) -> Callable[[list[Message]], None]:
    return lambda messages: messages.__delitem__(index)


def _other_fact(messages: list[Message]) -> None:
    value = (messages[1].value or b"").replace(b"PERSON", b"ORG")
    messages[1] = msgspec.structs.replace(messages[1], value=value)


def _no_schema(messages: list[Message]) -> None:
    messages[2] = msgspec.structs.replace(messages[2], headers=_HEADERS)


def test_consistent_records_are_not_reported() -> None:
    assert unreconciled(SETTINGS, _right()) == []
    assert unreconciled(SETTINGS, [*_right(), *_right()]) == []  # there twice, at least once


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (_without(1), "in the newest version of its page, and not so on its topic"),
        (_without(0), "on its topic, and not so in the newest version of its page"),
        (_other_fact, "in the newest version of its page, and not so on its topic"),
        (_without(3), "the chain ends at b, which was not kept"),
        (_no_schema, "headers missing or repeated: schema"),
    ],
)
def test_missing_surplus_and_wrong_records_are_reported(
    break_it: Callable[[list[Message]], None], told: str
) -> None:
    messages = _right()
    break_it(messages)
    assert any(told in line for line in unreconciled(SETTINGS, messages))


def _revised(*, tombstone: bool) -> list[Message]:
    """Return a page with a fact and its revision without one."""
    found, (_, fact, *_) = [], _right()
    for version, name in ((2, "a2"), (1, "a")):  # the newer one first: the order on a topic says nothing
        clean = CleanDocument(id=name, url="https://a.example/", text="Ana Sousa", version=version)
        found.append(_message(topics.CLEAN, name, encode(clean), "CleanDocument"))
    newer = Enriched(id="a2", url="https://a.example/", text="Somebody")
    found += [_right()[0], fact, _message(topics.ENRICHED, "a2", encode(newer), "Enriched")]
    gone = msgspec.structs.replace(fact, value=None, offset=fact.offset + 1)
    return [*found, gone] if tombstone else found


def test_a_fact_that_the_newest_version_has_no_longer_is_to_be_taken_back() -> None:
    assert unreconciled(SETTINGS, _revised(tombstone=True)) == []
    (told,) = unreconciled(SETTINGS, _revised(tombstone=False))
    assert "on its topic, and not so in the newest version of its page" in told


def _store(folder: Path, values: dict[bytes, bytes]) -> None:
    place = folder / "v1" / "tables" / "buckets-1.db"
    place.parent.mkdir(parents=True)
    store = RocksDBOptions(**store_options(10_000_000)).open(place)
    for key, value in values.items():
        store.put(key, value)
    store.close()


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({b"x": b"2", b"y": b"1", b"__faust\0offset__": b"2"}, False),
        ({b"x": b"1", b"__faust\0offset__": b"0"}, False),  # as it was when it was written last
        ({b"x": b"2", b"__faust\0offset__": b"0"}, False),  # killed before the offset was written
        ({b"x": b"1"}, False),
        ({b"y": b"1", b"__faust\0offset__": b"0"}, True),
        ({b"x": b"3"}, True),
        ({b"x": b"1", b"y": b"1", b"__faust\0offset__": b"2"}, True),
        ({b"x": b"2", b"__faust\0offset__": b"2"}, True),
        ({b"x": b"2", b"y": b"1", b"z": b"1", b"__faust\0offset__": b"2"}, True),
    ],
)
def test_a_database_that_differs_from_the_changelog_is_reported(
    tmp_path: Path, values: dict[bytes, bytes], wrong: bool
) -> None:
    changes = [
        Message(topic=_CHANGELOG, partition=1, offset=offset, key=key, value=value)
        for offset, (key, value) in enumerate([(b"x", b"1"), (b"y", b"1"), (b"x", b"2")])
    ]
    _store(tmp_path, values)
    found = stores([tmp_path])
    assert len(found) == 1
    assert bool(differences(SETTINGS, changes, found)) is wrong


def test_fed_pages_get_their_expected_outcomes() -> None:
    """Runs the stages in order without a broker and compares with the expected outcomes."""
    chance, table, expected = random.Random(5), dedup.Deduplicator(Dedup()), {}
    ends: dict[str, tuple[str, str]] = {}
    for start in (0, 60, 120):
        made = batch(chance, start, 60, dict(expected))
        expected |= made.expected
        for number, fed in enumerate(made.pages):
            try:
                outcome = pipeline.clean(fed.message, SETTINGS)
            except BadRecord:
                continue
            if isinstance(outcome, Candidate):
                outcome = table.check(outcome, 1_750_000_000_000 + start + number)
            if isinstance(outcome, CleanDocument):
                ends[outcome.id] = ("kept", outcome.lineage.revision_of or "")
            elif isinstance(outcome, Rejection):
                ends[outcome.id] = (str(outcome.reason), "")
    families: dict[str, list[str]] = {}
    for name, known in expected.items():
        if known.family:
            families.setdefault(known.family, []).append(ends[name][0])
        elif known.kind == "revision":
            assert ends[name] == ("kept", known.of)
    assert {family for family, found in families.items() if found.count("kept") != 1} == set()
    reasons = {reason for found in families.values() for reason in found}
    assert reasons == {"kept", "duplicate_exact", "duplicate_near", "duplicate_url"}
    assert any(known.kind == "revision" for known in expected.values())
