"""Buckets that start empty beside documents that were kept before."""

import random
from typing import Any

import msgspec

from streams.dedup import bucket, bucket_key, insert, look_up
from streams.records import Candidate, Lineage, Reason, Rejection
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
OPTIONS = Dedup()


def _warm(buckets: Any, candidate: Candidate) -> None:
    """The document remembered at all its buckets."""
    for index in range(len(candidate.fingerprint.bucket_keys)):
        at = msgspec.structs.replace(candidate, bucket_index=index)
        key = bucket_key(at)
        partition = buckets.partition(key)
        partition[key] = insert(partition.get(key, b""), at, buckets.options)


def test_warmed_buckets_are_those_that_the_document_would_have_left(make: Any, table: Any) -> None:
    progress, warmed, candidate = table(4), table(4), make.candidate("A", make.words())
    progress.check(candidate, NOON)
    _warm(warmed, msgspec.structs.replace(candidate, seen=NOON, lineage=Lineage(cluster="A")))
    assert warmed.partitions == progress.partitions


def test_copies_and_recrawls_of_what_was_kept_before_are_recognised(make: Any, table: Any) -> None:
    buckets, words = table(4), make.words()
    _warm(buckets, msgspec.structs.replace(make.candidate("A", words), seen=NOON))
    for name, text, url, reason in (
        ("B", words, "", Reason.DUPLICATE_EXACT), ("C", make.changed(words, 4), "", Reason.DUPLICATE_NEAR),
        ("D", words, "https://a.example/story", Reason.DUPLICATE_URL),
    ):  # fmt: skip
        step = buckets.check(make.candidate(name, text, url), NOON + 1)
        assert isinstance(step, Rejection)
        assert (step.reason, step.duplicate_of) == (reason, "A")


def test_versions_stand_by_time_in_whatever_order_they_are_told(make: Any) -> None:
    versions = [
        msgspec.structs.replace(
            make.candidate(f"A{number}", make.words(), "https://a.example/1"), seen=NOON + number
        )
        for number in range(5)
    ]
    random.Random(2).shuffle(versions)
    value = b""
    for version in [*versions, versions[0]]:  # one of them twice
        value = insert(value, version, OPTIONS)
    assert [entry.id for entry in bucket.decode_bucket(value).documents] == ["A4", "A3", "A2", "A1", "A0"]
    revised = look_up(value, make.candidate("A5", make.words(), "https://a.example/1"), NOON + 9, OPTIONS)
    assert revised.verdict.lineage.revision_of == "A4"


def test_a_full_bucket_keeps_the_newest(make: Any) -> None:
    value = b""
    for number in (3, 0, 4, 1, 2):
        candidate = make.candidate(f"A{number}", make.words(50), bucket_index=1)
        value = insert(
            value, msgspec.structs.replace(candidate, seen=NOON + number), Dedup(bucket_documents=2)
        )
    assert [entry.id for entry in bucket.decode_bucket(value).documents] == ["A4", "A3"]
