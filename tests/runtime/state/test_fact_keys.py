"""The entry of a page's facts in the dedup table: what it names, how two of them are merged, and whose key is whose."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import dedup, topics
from streams.errors import StoreFailed
from streams.records import CleanDocument
from streams.records.page_keys import page_key
from streams.runtime.state.fact_keys import (
    FactKey,
    decode_facts,
    encode_facts,
    is_page,
    last_written,
    merge_facts,
    page_facts,
)

PAGE = b"0123456789abcdef"
keys = st.sets(
    st.builds(
        lambda topic, digest: FactKey(topic, PAGE + b":" + digest.hex().encode()),
        st.sampled_from(topics.FACTS),
        st.binary(min_size=16, max_size=16),
    ),
    max_size=40,
)


@given(keys, st.integers(0, 1 << 50), st.integers(0, 1 << 50))
def test_an_entry_names_the_facts_that_it_was_made_of(made: set[FactKey], version: int, written: int) -> None:
    value = encode_facts(page_facts(version, written, made))
    found = decode_facts(value)
    assert found is not None and found.keys(PAGE) == made
    assert (found.page_version, last_written(value)) == (version, written)
    assert len(value) <= 16 * len(made) + 40


@given(keys, keys, st.integers(0, 9), st.integers(0, 9))
def test_merged_entries_name_all_facts_of_both(
    one: set[FactKey], other: set[FactKey], first: int, second: int
) -> None:
    merged = decode_facts(
        merge_facts(encode_facts(page_facts(first, 1, one)), encode_facts(page_facts(second, 2, other)))
    )
    assert merged is not None and merged.keys(PAGE) == one | other
    assert merged.page_version == max(first, second)


def test_an_absent_entry_is_none_and_adds_nothing_to_another() -> None:
    value = encode_facts(page_facts(1, 2, ()))
    assert decode_facts(b"") is None
    assert merge_facts(b"", value) == merge_facts(value, b"") == value


@pytest.mark.parametrize(
    "value", [b"x", msgspec.msgpack.encode([2, 0, 0, []]), msgspec.msgpack.encode([1, 0, 0, [b"short"]])]
)
def test_an_entry_of_another_release_is_refused_with_a_remedy(value: bytes) -> None:
    with pytest.raises(StoreFailed, match="crawlmill dedup forget"):
        decode_facts(value)


def test_keys_of_pages_are_told_from_those_of_buckets() -> None:
    page = CleanDocument(id="a", url="https://news.example/1", text="some words that are long enough")
    assert is_page(page_key(page).encode())
    assert not any(
        is_page(key.encode()) for key in dedup.fingerprint(page.text, page.canonical_url).bucket_keys
    )
