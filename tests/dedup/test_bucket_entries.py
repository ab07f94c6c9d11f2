"""Bucket entries made from candidates, and their expiry."""

from typing import Any

import msgspec

from streams.dedup import Duplicate
from streams.dedup.bucket import LONGEST_ID, Bucket, decode_bucket, encode_bucket, short_id
from streams.dedup.bucket_entries import copy_entry, digest, document_entry, unexpired, url_hash
from streams.records import Lineage, Reason
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
HOUR = 3_600_000
REVISION = Lineage(revision_of="A0", revision_similarity=0.8, cluster="A0")
VERDICT = Duplicate(Reason.DUPLICATE_NEAR, "A", "https://a.example/1", 0.9, "A0")


def test_a_document_entry_has_what_a_lookup_compares(make: Any) -> None:
    candidate = make.candidate("A", make.words())
    entry = document_entry(candidate, Lineage(cluster="A"), NOON)
    assert (entry.id, entry.url, entry.when) == ("A", candidate.document.url, NOON)
    assert entry.signature == candidate.fingerprint.signature[::2]
    assert candidate.fingerprint.digest.startswith(entry.digest.hex()) and len(entry.digest) == 8
    assert not entry.copied


def test_a_document_of_its_own_cluster_stores_no_cluster(make: Any) -> None:
    candidate = make.candidate("A", make.words())
    assert document_entry(candidate, Lineage(cluster="A"), NOON).cluster is None
    assert document_entry(candidate, Lineage(), NOON).cluster is None
    assert document_entry(candidate, REVISION, NOON).cluster == "A0"


def test_only_the_bucket_of_the_url_records_what_a_document_revises(make: Any) -> None:
    words = make.words()
    first = document_entry(make.candidate("A", words), REVISION, NOON)
    later = document_entry(make.candidate("A", words, bucket_index=1), REVISION, NOON)
    assert (first.revision_of, first.revision_similarity) == ("A0", 0.8)
    assert (later.revision_of, later.revision_similarity) == (None, None)


def test_a_copy_entry_has_the_verdict_and_survives_encoding(make: Any) -> None:
    candidate = make.candidate("B", make.words())
    entry = copy_entry(candidate, VERDICT, NOON)
    assert (entry.id, entry.when, entry.digest) == ("B", NOON, digest(candidate))
    assert (entry.reason, entry.of_id, entry.of_url) == (VERDICT.reason, VERDICT.of_id, VERDICT.of_url)
    assert (entry.similarity, entry.cluster) == (VERDICT.similarity, VERDICT.cluster)
    assert decode_bucket(encode_bucket(Bucket(copies=(entry,)))).copies == (entry,)


def test_long_ids_are_stored_short_in_both_kinds_of_entry(make: Any) -> None:
    name = "i" * (LONGEST_ID + 1)
    candidate = make.candidate(name, make.words(), "https://a.example/1")
    verdict = msgspec.structs.replace(VERDICT, of_id=name, cluster=name)
    copied = copy_entry(candidate, verdict, NOON)
    assert document_entry(candidate, Lineage(cluster=name), NOON).id == short_id(name)
    assert copied.id == copied.of_id == copied.cluster == short_id(name)


def test_entries_expire_after_the_window_and_not_at_its_end(make: Any) -> None:
    candidate, options = make.candidate("A", make.words()), Dedup(window_hours=1)
    bucket = Bucket(
        documents=(document_entry(candidate, Lineage(), NOON),),
        copies=(copy_entry(candidate, VERDICT, NOON),),
    )
    assert unexpired(bucket, NOON + HOUR, options) == bucket
    expired = unexpired(bucket, NOON + HOUR + 1, options)
    assert (expired.documents, expired.copies) == ((), ())


def test_the_url_hash_is_of_the_canonical_url_or_else_of_the_url(make: Any) -> None:
    candidate = make.candidate("A", make.words(), "https://a.example/1")
    other = msgspec.structs.replace(candidate.document, url="https://a.example/1?page=2")
    assert url_hash(msgspec.structs.replace(candidate, document=other)) == url_hash(candidate)
    without = msgspec.structs.replace(candidate.document, url="https://a.example/1", canonical_url="")
    assert url_hash(msgspec.structs.replace(candidate, document=without)) == url_hash(candidate)
