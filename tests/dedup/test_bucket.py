"""The value of one bucket: encoding, limits, merging, short forms of ids, URLs and signatures."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import bucket, correct, look_up
from streams.dedup.bucket import Bucket, CopyEntry, DocumentEntry
from streams.errors import CrawlmillError
from streams.records import Copied, Reason
from streams.settings import Dedup
from streams.settings.checks import DOCUMENT_BYTES, OTHER_BYTES

shares = st.floats(0, 1)
document_entries = st.builds(
    DocumentEntry,
    when=st.integers(0, 2**63 - 1),
    id=st.text(max_size=60),
    url=st.text(max_size=200),
    url_hash=st.binary(min_size=8, max_size=8),
    signature=st.binary(min_size=128, max_size=128),
    digest=st.binary(min_size=8, max_size=8),
    cluster=st.none() | st.text(max_size=60),
    revision_of=st.none() | st.text(max_size=60),
    revision_similarity=st.none() | shares,
)
copy_entries = st.builds(
    CopyEntry,
    when=st.integers(0, 2**63 - 1),
    id=st.text(max_size=60),
    reason=st.sampled_from([Reason.DUPLICATE_URL, Reason.DUPLICATE_EXACT, Reason.DUPLICATE_NEAR]),
    of_id=st.text(max_size=60),
    of_url=st.text(max_size=200),
    similarity=shares,
    cluster=st.text(max_size=60),
)


@given(
    st.builds(
        Bucket,
        documents=st.lists(document_entries, max_size=5).map(tuple),
        copies=st.lists(copy_entries, max_size=5).map(tuple),
    )
)
def test_a_decoded_bucket_equals_the_encoded_one(known: Bucket) -> None:
    assert bucket.decode_bucket(bucket.encode_bucket(known)) == known


def test_an_empty_bucket_is_encoded_as_no_bytes() -> None:
    assert bucket.encode_bucket(Bucket()) == b""
    assert bucket.decode_bucket(b"") == Bucket()


def test_a_bucket_of_another_layout_is_an_error_with_a_remedy() -> None:
    value = msgspec.msgpack.encode([2, [], []])
    with pytest.raises(CrawlmillError, match=r"layout 2, this release reads 1; start with an empty one"):
        bucket.decode_bucket(value)


@pytest.mark.parametrize("value", [b"\xc1", b"{}", b"\x93\x01\x91", b"\x93\x01\x91\x01\x90"])
def test_a_damaged_bucket_is_an_error_with_a_remedy(value: bytes) -> None:
    with pytest.raises(CrawlmillError, match="cannot be decoded"):
        bucket.decode_bucket(value)


def test_similarity_is_one_for_equal_signatures_and_zero_for_unlike_ones() -> None:
    mine = bytes(range(128))
    half = mine[:64] + bytes(value ^ 255 for value in mine[64:])
    none = bytes(value ^ 255 for value in mine)
    assert bucket.similarity(mine, [mine, none]) == [1.0, 0.0]
    assert bucket.similarity(mine, [half])[0] == pytest.approx(0.498, abs=0.001)
    assert bucket.similarity(mine, []) == []


def test_a_document_has_about_a_kilobyte_in_its_four_buckets() -> None:
    entry = DocumentEntry(
        when=1_750_000_000_000, id="f" * 32, url="https://news.example/" + "s" * 59, url_hash=bytes(8),
        signature=bytes(128), digest=bytes(8),
    )  # fmt: skip
    assert 4 * len(bucket.encode_bucket(Bucket(documents=(entry,)))) <= 1_200


_LONG_ID, _LONG_URL = "i" * bucket.LONGEST_ID, "https://a.example/" + "u" * (bucket.LONGEST_URL - 18)
_LARGEST = DocumentEntry(
    when=2**63 - 1, id=_LONG_ID, url=_LONG_URL, url_hash=bytes(8), signature=bytes(128), digest=bytes(8), cluster=_LONG_ID,
    revision_of=_LONG_ID, revision_similarity=0.123456789, copied=True,
)  # fmt: skip
_LARGEST_COPY = CopyEntry(
    when=2**63 - 1, id=_LONG_ID, reason=Reason.DUPLICATE_EXACT, of_id=_LONG_ID, of_url=_LONG_URL, similarity=0.123456789,
    cluster=_LONG_ID, digest=bytes(8),
)  # fmt: skip


def _different(count: int) -> tuple[DocumentEntry, ...]:
    return tuple(
        msgspec.structs.replace(_LARGEST, id=str(number).rjust(bucket.LONGEST_ID, "i"))
        for number in range(count)
    )


def test_the_largest_bucket_is_within_the_sizes_that_the_settings_assume() -> None:
    full = Bucket(documents=_different(2_000), copies=(_LARGEST_COPY,) * bucket.MAX_COPIES).limited_to(64)
    empty = msgspec.structs.replace(full, documents=())
    assert len(bucket.encode_bucket(empty)) <= OTHER_BYTES
    assert len(bucket.encode_bucket(full)) - len(bucket.encode_bucket(empty)) <= 64 * DOCUMENT_BYTES


@given(st.integers(0, 80), st.integers(1, 90), st.integers(1, 400_000))
def test_an_encoded_bucket_is_within_both_limits(count: int, most: int, limit: int) -> None:
    known = Bucket(documents=_different(count), copies=(_LARGEST_COPY,) * bucket.MAX_COPIES)
    value, evicted = bucket.encode_within(known, most, limit)
    left = bucket.decode_bucket(value)
    assert len(value) <= limit
    assert len(left.documents) == count - evicted <= most
    assert left.documents == known.documents[: len(left.documents)], "the newest stay"
    if evicted and len(value) > 0 and len(left.documents) < min(most, count):
        more = bucket.encode_bucket(known.limited_to(len(left.documents) + 4))
        assert len(more) > limit * 9 // 10, "no more than necessary were evicted"


def test_a_correction_stores_long_ids_and_urls_cut(make: Any) -> None:
    candidate = make.candidate("B", make.words())
    value = look_up(b"", candidate, 1, Dedup()).value
    copied = Copied(reason=Reason.DUPLICATE_NEAR, of_id="x" * 10**6, of_url="y" * 10**6, similarity=0.9, cluster="z" * 10**6)  # fmt: skip
    corrected = correct(value, msgspec.structs.replace(candidate, copied=copied), 2, Dedup())
    assert len(corrected) < 4_000
    assert bucket.decode_bucket(corrected).copies[0].cluster == bucket.short_id("z" * 10**6)


@given(
    st.lists(document_entries, max_size=5, unique_by=lambda entry: entry.id).map(tuple),
    st.lists(document_entries, max_size=5, unique_by=lambda entry: entry.id).map(tuple),
    st.lists(copy_entries, max_size=3).map(tuple),
)
def test_a_merged_bucket_has_the_entries_of_both_values(
    newer: tuple[DocumentEntry, ...], older: tuple[DocumentEntry, ...], copies: tuple[CopyEntry, ...]
) -> None:
    one = bucket.encode_bucket(Bucket(documents=newer))
    other = bucket.encode_bucket(Bucket(documents=older, copies=copies))
    merged = bucket.decode_bucket(bucket.merge(one, other, 64, 10**6))
    assert merged.documents[: len(newer)] == newer
    assert {entry.id for entry in merged.documents} == {entry.id for entry in (*newer, *older)}
    assert bucket.merge(bucket.encode_bucket(merged), other, 64, 10**6) == bucket.encode_bucket(
        merged
    )  # merging again changes nothing


def test_a_merged_bucket_is_within_the_limits() -> None:
    def entries(name: str) -> tuple[DocumentEntry, ...]:
        return tuple(
            DocumentEntry(
                when=n, id=f"{name}{n}", url="u", url_hash=bytes(8), signature=bytes(128), digest=bytes(8)
            )
            for n in range(5)
        )

    merged = bucket.decode_bucket(
        bucket.merge(
            bucket.encode_bucket(Bucket(documents=entries("a"))),
            bucket.encode_bucket(Bucket(documents=entries("b"))),
            6,
            10**6,
        )
    )
    assert [entry.id for entry in merged.documents] == ["a0", "a1", "a2", "a3", "a4", "b0"]
    assert merged.has_evicted("b4", bytes(8))
