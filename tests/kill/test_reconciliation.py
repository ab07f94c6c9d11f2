"""Tests that the reconciliation reports each kind of violation: a check that cannot fail would prove nothing."""

from __future__ import annotations

import random

import msgspec
import pytest
from kill.reconciliation import End, Expected, Reconciliation, batch, durable, missing_entries, twice

from streams import dedup, pipeline
from streams.errors import BadRecord
from streams.records import Candidate, CleanDocument, Document, Message, Provenance, encode
from streams.settings import Dedup, Settings

KEPT = End("a", "enriched", "none", b"{}")
COPY = End("b", "rejected", "duplicate_exact", b"{}", copy_of="a")


def _reconciliation(*ends: End) -> Reconciliation:
    reconciliation = Reconciliation()
    reconciliation.fed({"a": Expected("kept", "f"), "b": Expected("kept", "f"), "c": Expected("soft_404")})
    for end in (*ends, End("c", "rejected", "soft_404", b"{}")):
        reconciliation.ends[end.id].append(end)
    return reconciliation


def test_complete_output_is_not_reported() -> None:
    assert _reconciliation(KEPT, COPY).wrong() == []
    assert _reconciliation(KEPT, KEPT, COPY).wrong() == [] and _reconciliation(KEPT, KEPT, COPY).repeated == 1


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ((KEPT,), "b: lost"),
        ((KEPT, COPY, KEPT._replace(id="x")), "x: never fed"),
        ((KEPT, COPY, KEPT._replace(id="b")), "b: [('enriched'"),
        ((KEPT, COPY, KEPT._replace(content=b"[]")), "a: two contents"),
        ((KEPT, COPY._replace(copy_of="b")), "b: a copy of itself"),
        ((KEPT, KEPT._replace(id="b")), "f: ['enriched', 'enriched']"),
        ((COPY, COPY._replace(id="a")), "f: ['rejected', 'rejected']"),
    ],
)
def test_each_violation_is_reported(ends: tuple[End, ...], told: str) -> None:
    assert any(line.startswith(told) for line in _reconciliation(*ends).wrong())


def test_a_repeated_page_is_reported_with_exactly_once() -> None:
    assert _reconciliation(KEPT, KEPT, COPY).wrong(exactly_once=True) == ["a: 2 times"]


def test_a_batch_has_an_expected_outcome_for_every_page() -> None:
    made = batch(random.Random(1), 0, 200)
    assert len(made.pages) == len(made.expected) == 200
    assert {expected.kind for expected in made.expected.values()} == {"kept", "soft_404", "bad_record"}
    assert any(
        name.removeprefix("page-") != expected.family.removeprefix("family-")
        for name, expected in made.expected.items()
        if expected.family
    )


def test_a_committed_offset_without_an_output_record_is_reported() -> None:
    where = Provenance(topic="pages.raw", partition=0, offset=4)
    document = Document(id="a", url="https://a.example/", text="", provenance=where)
    raw = [Message(value=b"x", topic="pages.raw", partition=0, offset=offset) for offset in (4, 5)]
    candidate = Message(value=b'{"document": ' + encode(document) + b"}", topic="pages.candidates")
    clean = CleanDocument(id="a", url="https://a.example/", text="", provenance=where)
    passed = Message(value=encode(clean), topic="pages.clean", partition=1, offset=7)
    assert durable(Settings(), [*raw, candidate, passed], {("pages.raw", 0): 5, ("pages.clean", 1): 7}) == []
    told = durable(Settings(), [*raw, candidate, passed], {("pages.raw", 0): 6, ("pages.clean", 1): 8})
    assert [line.split(":")[0] for line in told] == ["pages.raw/0/5", "pages.clean/1/7"]


def test_a_page_sent_past_dedup_counts_as_processed() -> None:
    where = Provenance(topic="pages.raw", partition=0, offset=4)
    clean = CleanDocument(id="a", url="https://a.example/", text="", provenance=where)
    messages = [
        Message(value=b"x", topic="pages.raw", partition=0, offset=4),
        Message(value=encode(clean), topic="pages.clean", partition=1, offset=7),
    ]
    assert durable(Settings(), messages, {("pages.raw", 0): 5, ("pages.clean", 1): 7}) == []


def test_a_page_missing_from_an_earlier_bucket_is_reported() -> None:
    made = batch(random.Random(1), 0, 12)
    raw = [
        msgspec.structs.replace(fed.message, topic="pages.raw", partition=0, offset=number)
        for number, fed in enumerate(made.pages)
    ]
    table, changes = dedup.Deduplicator(Dedup()), []
    put = table.put
    table.put = lambda key, value: (changes.append((key, value)), put(key, value))  # type: ignore[method-assign]
    first = next(name for name, expected in made.expected.items() if expected.kind == "kept")
    for number, message in enumerate(raw):
        try:
            outcome = pipeline.clean(message, Settings())
        except BadRecord:
            continue
        if isinstance(outcome, Candidate):
            table.check(outcome, 1_750_000_000_000 + number)
            if outcome.document.id == first:
                behind = changes[1:]
    topic = "crawlmill-buckets-changelog"

    def told(some: list[tuple[str, bytes]]) -> list[str]:
        return missing_entries(
            Settings(), raw + [Message(value=v, key=k.encode(), topic=topic) for k, v in some]
        )

    for end in range(len(changes)):
        assert told(changes[:end]) == []  # whatever came to the broker, as long as it came in order
    assert [line.split(":")[0] for line in told(behind)] == [first]


def test_a_repeated_record_is_reported_on_every_topic() -> None:
    at_a_bucket = [
        Message(
            value=b'{"document": {"id": "a"}, "bucket_index": %d}' % bucket,
            key=b"bucket",
            topic="pages.candidates",
        )
        for bucket in (0, 1)
    ]
    facts = [Message(value=b"{}", key=key, topic="pages.quotes") for key in (b"a#1", b"a#2")]
    assert twice([*at_a_bucket, *facts]) == []
    told = twice([*at_a_bucket, *facts, at_a_bucket[1], facts[0]])
    assert [line.rsplit(": ", 1)[-1] for line in told] == ["2 times", "2 times"]
    assert told[1].startswith("pages.quotes: a#1")


def test_a_record_read_twice_counts_once() -> None:
    letter = Message(
        value=b'{"id": "a", "broken',
        topic="pages.deadletter",
        offset=7,
        headers=tuple(
            (f"__connect.errors.{name}", value)
            for name, value in (("topic", b"pages.raw"), ("partition", b"0"), ("offset", b"4"), ("stage", b"clean"), ("reason", b"bad_record"))
        ),
    )  # fmt: skip
    reconciliation = Reconciliation()
    reconciliation.fed({"a": Expected("bad_record")})
    for message in (letter, letter, msgspec.structs.replace(letter, offset=8)):
        reconciliation.add(Settings(), message)
    assert reconciliation.wrong() == [] and reconciliation.repeated == 1
