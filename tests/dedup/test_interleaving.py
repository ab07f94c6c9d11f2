"""Scenario tests, not of one module: documents in flight at once, partitions that lag, workers that crash, redelivery."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import dedup
from streams.records import Candidate, CleanDocument, Rejection
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
PARTITIONS = (1, 4, 16)
End = CleanDocument | Rejection


class Stream:
    """pages.candidates: a queue and a table for each partition. A random partition is processed next.

    ``crashes`` is the probability that the worker crashes after a lookup: the bucket has changed, some or none of the output
    was sent, and the message is redelivered.
    """

    def __init__(self, table: Any, partitions: int, chance: random.Random, crashes: float = 0.0) -> None:
        self._buckets = table(partitions)
        self._queues: list[deque[Candidate]] = [deque() for _ in range(partitions)]
        self._chance = chance
        self._crashes = crashes
        self._now = NOON
        self.ends: dict[str, list[End]] = {}
        self.longest = 0  # lookups made for one message

    def send(self, candidate: Candidate) -> None:
        """Append a candidate to the queue of its bucket's partition."""
        key = dedup.bucket_key(candidate)
        self._queues[self._buckets.number(key)].append(candidate)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Process messages until the queues are empty, or ``until`` returns true."""
        while not until() and (waiting := [queue for queue in self._queues if queue]):
            self._process(self._chance.choice(waiting))

    def _process(self, queue: deque[Candidate]) -> None:
        output = self._look_up(queue[0])
        crashed = self._chance.random() < self._crashes
        if crashed:
            self._chance.shuffle(output)
            output = output[: self._chance.randrange(len(output) + 1)]
        else:
            queue.popleft()
        self._send_all(output)

    def _look_up(self, candidate: Candidate) -> list[Candidate | End]:
        """Look a candidate up in the buckets of its partition; returns the output."""
        self._now += self._chance.randrange(2)  # two lookups may be in the same millisecond
        buckets, options = self._buckets.local(dedup.bucket_key(candidate)), self._buckets.options
        if candidate.copied is not None:
            dedup.apply_correction(candidate, buckets, self._now, options)
            return []
        progress = dedup.advance(candidate, buckets, self._now, options)
        self.longest = max(self.longest, progress.lookups)
        return [progress.step, *progress.corrections]

    def _send_all(self, output: Sequence[Candidate | End]) -> None:
        for record in output:
            if isinstance(record, Candidate):
                self.send(record)
            else:
                self.ends.setdefault(record.id, []).append(record)

    def kept(self) -> set[str]:
        """The ids of the documents that were kept."""
        return {name for name, ends in self.ends.items() if isinstance(ends[0], CleanDocument)}

    def contradictions(self) -> list[str]:
        """The ids of documents with more than one verdict."""
        return [name for name, ends in self.ends.items() if len({_verdict(end) for end in ends}) > 1]


def _verdict(end: End) -> tuple[str, ...]:
    return ("kept",) if isinstance(end, CleanDocument) else ("rejected", end.reason, end.duplicate_of or "")


def _families(make: Any, count: int) -> list[list[Candidate]]:
    """Families of an original, its re-crawl, copies, a revision and a copy of that, in order of arrival."""
    families = []
    for number in range(count):
        words, url = make.words(150), f"https://o{number}.example/story"
        revised = make.changed(words, 9)
        texts = {
            "original": (words, url), "again": (words, url), "exact": (words, ""), "near": (make.changed(words, 3), ""),
            "revision": (revised, url), "edit": (make.changed(words, 4), ""), "copied": (make.changed(revised, 2), ""),
        }  # fmt: skip
        families.append(
            [make.candidate(f"{number}-{name}", text, place) for name, (text, place) in texts.items()]
        )
    return families


def _in_turn(stream: Stream, families: Sequence[Sequence[Candidate]]) -> None:
    """Process the families side by side, one member after the other: no two copies are in flight at once."""
    for members in itertools.zip_longest(*families):
        for candidate in members:
            if candidate is not None:
                stream.send(candidate)
        stream.run()


@pytest.mark.parametrize("partitions", PARTITIONS)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**9), crashes=st.sampled_from([0.0, 0.2]))
def test_what_is_kept_does_not_depend_on_the_number_or_speed_of_partitions(
    maker: Any, table: Any, partitions: int, seed: int, crashes: float
) -> None:
    families = _families(maker(seed), 4)
    deduplicator = dedup.Deduplicator(table().options)  # as `crawlmill process` does
    expected = {
        end.id
        for members in zip(*families, strict=True)
        for candidate in members
        if isinstance(end := deduplicator.check(candidate, NOON), CleanDocument)
    }
    stream = Stream(table, partitions, random.Random(seed), crashes)
    _in_turn(stream, families)
    assert stream.kept() == expected
    assert {f"{number}-{name}" for number in range(4) for name in ("original", "revision")} <= expected
    assert len(stream.ends) == sum(map(len, families))
    assert stream.contradictions() == []
    assert stream.longest == 4 if partitions == 1 else stream.longest >= 1


@pytest.mark.parametrize("partitions", PARTITIONS)
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    copies=st.integers(2, 6),
    others=st.integers(0, 4),
    crashes=st.sampled_from([0.0, 0.3]),
)
def test_of_copies_in_flight_at_once_exactly_one_is_kept(
    maker: Any, table: Any, partitions: int, seed: int, copies: int, others: int, crashes: float
) -> None:
    make, chance = maker(seed), random.Random(seed)
    words = make.words(150)
    flying = [make.candidate(f"copy-{number}", make.changed(words, 1)) for number in range(copies)]
    flying = [_with_shared_buckets(make, candidate, chance) for candidate in flying]
    strangers = [make.candidate(f"other-{number}", make.words(150)) for number in range(others)]
    everyone = [*flying, *strangers]
    chance.shuffle(everyone)
    stream = Stream(table, partitions, chance, crashes)
    for candidate in everyone:
        stream.send(candidate)
    stream.run()
    assert len([name for name in stream.kept() if name.startswith("copy")]) == 1
    assert {candidate.document.id for candidate in strangers} <= stream.kept()
    assert len(stream.ends) == len(everyone)
    assert stream.contradictions() == []


def _with_shared_buckets(make: Any, candidate: Candidate, chance: random.Random) -> Candidate:
    """The candidate with other keys: any two share at least one content bucket, often only one, and not always the same."""
    shared = {1: "c1:shared", 2: "c2:shared", 3: "c3:shared"}
    alone = chance.randint(1, 3)
    shared[alone] = f"c{alone}:{candidate.document.id}"
    moved: Candidate = make.behind(candidate, shared)
    return moved


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), crashes=st.sampled_from([0.0, 0.3]))
def test_of_two_fetches_of_one_url_in_flight_exactly_one_is_kept(
    maker: Any, table: Any, seed: int, crashes: float
) -> None:
    make, words = maker(seed), maker(seed).words(150)
    stream = Stream(table, 4, random.Random(seed), crashes)
    for name in ("one", "two"):
        stream.send(make.candidate(name, words, "https://a.example/story"))
    stream.run()
    assert len(stream.kept()) == 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9), copies=st.integers(2, 6), partitions=st.sampled_from(PARTITIONS))
def test_following_duplicate_of_ends_at_the_document_that_is_kept(
    maker: Any, table: Any, seed: int, copies: int, partitions: int
) -> None:
    make, chance = maker(seed), random.Random(seed)
    words = make.words(150)
    stream = Stream(table, partitions, chance)
    for number in range(copies):
        stream.send(
            _with_shared_buckets(make, make.candidate(f"copy-{number}", make.changed(words, 1)), chance)
        )
    stream.run()
    (kept,) = stream.kept()
    for name in stream.ends:
        end, steps = stream.ends[name][0], 0
        while isinstance(end, Rejection):
            end, steps = stream.ends[end.duplicate_of or ""][0], steps + 1
            assert steps <= copies, "duplicate_of has a cycle"
        assert end.id == kept


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9), copies=st.integers(2, 6), partitions=st.sampled_from(PARTITIONS))
def test_copies_in_sequence_are_in_the_cluster_of_the_kept_document(
    maker: Any, table: Any, seed: int, copies: int, partitions: int
) -> None:
    make, chance = maker(seed), random.Random(seed)
    words = make.words(150)
    stream = Stream(table, partitions, chance)
    for number in range(copies):
        stream.send(
            _with_shared_buckets(make, make.candidate(f"copy-{number}", make.changed(words, 1)), chance)
        )
        stream.run()
    assert stream.kept() == {"copy-0"}
    assert {_cluster(end) for ends in stream.ends.values() for end in ends} == {"copy-0"}


def _cluster(end: End) -> str | None:
    return end.cluster if isinstance(end, Rejection) else end.lineage.cluster


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**9), partitions=st.sampled_from(PARTITIONS))
def test_a_stream_replayed_in_any_order_gets_the_same_verdicts(
    maker: Any, table: Any, seed: int, partitions: int
) -> None:
    chance = random.Random(seed)
    families = _families(maker(seed), 3)
    stream = Stream(table, partitions, chance)
    _in_turn(stream, families)
    before = {name: _verdict(ends[0]) for name, ends in stream.ends.items()}
    again = [candidate for family in families for candidate in family]
    chance.shuffle(again)
    for candidate in again:
        stream.send(candidate)
    stream.run()
    assert stream.contradictions() == []
    assert {name: _verdict(ends[-1]) for name, ends in stream.ends.items()} == before


def test_a_revision_in_flight_with_a_copy_of_its_older_version_is_kept(make: Any, table: Any) -> None:
    for seed in range(40):
        words, url = make.words(150), f"https://a{seed}.example/story"
        stream = Stream(table, 4, random.Random(seed))
        stream.send(make.candidate("A", words, url))
        stream.run()
        copy = make.candidate("B", make.changed(words, 2))
        revision = make.candidate("A2", make.changed(words, 5), url)
        stream.send(msgspec.structs.replace(copy))
        stream.send(revision)
        stream.run()
        assert stream.kept() == {"A", "A2"}, f"seed {seed}"


def _dead_site(make: Any) -> list[list[Candidate]]:
    """Turns of pages that show a site's error template: whole, or above teasers; each turn is in flight at once."""
    message, made = make.words(60), []
    for number in range(24):
        words = message + make.words(30) if number % 4 == 3 else message + make.words(1)
        candidate = make.candidate(f"dead-{number}", words, f"https://dead.example/harbour-opens-{number}")
        document = msgspec.structs.replace(candidate.document, title="Something went wrong")
        made.append(make.behind(msgspec.structs.replace(candidate, document=document), {1: "c1:shared"}))
    return [made[at : at + 3] for at in range(0, len(made), 3)]


@pytest.mark.parametrize("partitions", PARTITIONS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9), crashes=st.sampled_from([0.0, 0.3]))
def test_an_error_template_is_learnt_and_no_page_gets_two_verdicts_by_crashes_or_replay(
    maker: Any, table: Any, partitions: int, seed: int, crashes: float
) -> None:
    turns = _dead_site(maker(seed))
    stream = Stream(
        lambda count: table(count, Dedup(template_pages=3)), partitions, random.Random(seed), crashes
    )
    for turn in turns:
        for candidate in turn:
            stream.send(candidate)
        stream.run()
    found = {name: _verdict(ends[0]) for name, ends in stream.ends.items()}
    assert stream.contradictions() == []
    assert {found[f"dead-{number}"][1:2] for number in (20, 21, 22, 23)} == {("error_template",)}
    again = [candidate for turn in turns for candidate in turn]
    random.Random(seed).shuffle(again)
    for candidate in again:
        stream.send(candidate)
    stream.run()
    assert stream.contradictions() == []
