"""Corrections of a copy's earlier buckets, and insertion of documents from earlier output."""

import random
from typing import Any

import msgspec

from streams.dedup import Duplicate, Pass, bucket, bucket_key, correct, corrections_for, insert, look_up
from streams.records import Candidate, Lineage, Reason, Rejection, decode, encode
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
HOUR = 3_600_000
OPTIONS = Dedup()
COPY = Duplicate(Reason.DUPLICATE_NEAR, "A", "https://a.example/1", 0.9, "A0")


def test_every_earlier_bucket_of_a_copy_gets_a_correction_without_its_text(make: Any) -> None:
    candidate = make.candidate("B", make.words(), bucket_index=2)
    corrections = corrections_for(candidate, COPY)
    assert [correction.bucket_index for correction in corrections] == [0, 1]
    for correction in corrections:
        assert correction.copied is not None
        assert (correction.copied.of_id, correction.copied.cluster, correction.copied.similarity) == (
            "A",
            "A0",
            0.9,
        )
        assert (correction.document.id, correction.document.text) == ("B", "")
        assert decode(encode(correction), Candidate) == correction


def test_there_are_no_corrections_for_a_pass_or_a_rejection_in_the_first_bucket(make: Any) -> None:
    assert corrections_for(make.candidate("B", make.words(), bucket_index=2), Pass(Lineage())) == ()
    assert corrections_for(make.candidate("B", make.words(), bucket_index=0), COPY) == ()


def test_a_correction_changes_nothing_without_an_entry_of_that_id_and_text(make: Any) -> None:
    words = make.words()
    value = look_up(b"", make.candidate("B", words), NOON, OPTIONS).value
    for other in (
        make.candidate("C", words, bucket_index=1),
        make.candidate("B", make.words(), bucket_index=1),
    ):
        assert correct(value, corrections_for(other, COPY)[0], NOON, OPTIONS) == value
    assert (
        correct(b"", corrections_for(make.candidate("B", words, bucket_index=1), COPY)[0], NOON, OPTIONS)
        == b""
    )


def test_applying_a_correction_twice_equals_applying_it_once(make: Any) -> None:
    candidate = make.candidate("B", make.words())
    value = look_up(b"", candidate, NOON, OPTIONS).value
    correction = corrections_for(msgspec.structs.replace(candidate, bucket_index=3), COPY)[0]
    once = correct(value, correction, NOON + 1, OPTIONS)
    assert correct(once, correction, NOON + 2, OPTIONS) == once != value


def test_a_redelivered_copy_is_rejected_in_its_first_bucket_with_the_same_verdict(
    make: Any, table: Any
) -> None:
    buckets, words = table(), make.words()
    buckets.check(make.candidate("A", words), NOON)
    copy = make.candidate("B", make.changed(words, 4))
    first = buckets.check(copy, NOON + 1)
    assert isinstance(first, Rejection)
    again = buckets.step(copy, NOON + HOUR)
    assert again == first


def test_a_redelivered_copy_stays_one_after_its_original_was_evicted(make: Any, table: Any) -> None:
    buckets, words = table(options=Dedup(bucket_documents=2)), make.words()
    buckets.check(make.behind(make.candidate("A", words), {1: "c1:all"}), NOON)
    copy = make.behind(make.candidate("B", make.changed(words, 4)), {1: "c1:all"})
    first = buckets.check(copy, NOON + 1)
    for number in range(40):
        buckets.check(make.behind(make.candidate(f"N{number}", make.words(90)), {1: "c1:all"}), NOON + 2)
        buckets.check(make.behind(make.candidate(f"M{number}", words), {1: "c1:all"}), NOON + 3)
    assert isinstance(first, Rejection)
    assert buckets.check(copy, NOON + 4) == first


# Insertion


def _insert_everywhere(buckets: Any, candidate: Candidate) -> None:
    """Insert an entry for the document into all its buckets."""
    for index in range(len(candidate.fingerprint.bucket_keys)):
        at = msgspec.structs.replace(candidate, bucket_index=index)
        key = bucket_key(at)
        partition = buckets.partition(key)
        partition[key] = insert(partition.get(key, b""), at, buckets.options)


def test_inserted_entries_equal_those_that_lookups_add(make: Any, table: Any) -> None:
    looked_up, inserted, candidate = table(4), table(4), make.candidate("A", make.words())
    looked_up.check(candidate, NOON)
    _insert_everywhere(inserted, msgspec.structs.replace(candidate, seen=NOON, lineage=Lineage(cluster="A")))
    assert inserted.partitions == looked_up.partitions


def test_copies_and_recrawls_of_an_inserted_document_are_found(make: Any, table: Any) -> None:
    buckets, words = table(4), make.words()
    _insert_everywhere(buckets, msgspec.structs.replace(make.candidate("A", words), seen=NOON))
    for name, text, url, reason in (
        ("B", words, "", Reason.DUPLICATE_EXACT), ("C", make.changed(words, 4), "", Reason.DUPLICATE_NEAR),
        ("D", words, "https://a.example/story", Reason.DUPLICATE_URL),
    ):  # fmt: skip
        step = buckets.check(make.candidate(name, text, url), NOON + 1)
        assert isinstance(step, Rejection)
        assert (step.reason, step.duplicate_of) == (reason, "A")


def test_inserted_versions_are_ordered_by_time_whatever_the_order_of_insertion(make: Any) -> None:
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


def test_inserting_into_a_full_bucket_keeps_the_newest(make: Any) -> None:
    value = b""
    for number in (3, 0, 4, 1, 2):
        candidate = make.candidate(f"A{number}", make.words(50), bucket_index=1)
        value = insert(
            value, msgspec.structs.replace(candidate, seen=NOON + number), Dedup(bucket_documents=2)
        )
    assert [entry.id for entry in bucket.decode_bucket(value).documents] == ["A4", "A3"]
