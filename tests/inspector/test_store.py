"""The memory of dispositions: what it finds, what it forgets, and that it keeps its bound."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspector.made import NOW, enriched, entry, letter, rejection

from streams import urls
from streams.inspector.store import VALUE_SHARE, Store
from streams.records import Reason


def test_a_page_is_found_by_id_place_and_each_of_its_addresses() -> None:
    store = Store(1_000_000)
    store.add(
        entry(
            enriched(
                5,
                url="http://a.example/5?x",
                canonical_url="http://a.example/5",
                final_url="http://b.example/5",
            )
        )
    )
    page = store.find("page-5")
    assert page is not None
    assert store.find("pages.raw/0/5") is page
    assert all(
        store.at_url(url) is page
        for url in ("http://a.example/5?x", "http://a.example/5", "http://b.example/5")
    )
    assert store.find("page-6") is None
    assert store.at_url("") is None


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://A.example:443/5/?utm_source=x#top",
        "https://a.example/5/index.html?x",
        "http://B.EXAMPLE/5?fbclid=1",
    ],
)
def test_a_page_is_found_by_every_address_with_the_same_canonical_form(url: str) -> None:
    store = Store(1_000_000)
    addresses = {"canonical_url": "https://a.example/5", "final_url": "http://b.example/5"}
    store.add(entry(enriched(5, url="http://a.example/5?x", **addresses)))
    assert store.at_url(url) is store.find("page-5")
    assert store.at_url("https://a.example/6") is None


def test_of_pages_with_one_canonical_address_the_one_with_the_very_address_is_found() -> None:
    store = Store(1_000_000)
    for number, url in enumerate(("http://a.example/1?utm_source=x", "http://a.example/1")):
        store.add(entry(enriched(number, url=url, canonical_url="https://a.example/1"), NOW + number))
    assert store.at_url("http://a.example/1?utm_source=x") is store.find("page-0")
    assert store.at_url("https://a.example/1#top") is store.find("page-1")


def test_a_redelivered_page_is_remembered_once() -> None:
    store = Store(1_000_000)
    for at in (NOW, NOW + 5):
        store.add(entry(enriched(1), at))
    assert len(store) == 1
    assert [page.at for page in store] == [NOW + 5]
    assert (store.seen, store.dropped) == (2, 0)


def test_pages_that_are_redelivered_for_ever_take_no_more_memory() -> None:
    store = Store(1_000_000)
    tracemalloc.start()
    try:
        for at in range(6_000):
            store.add(entry(enriched(at % 20), NOW + at))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(store), store.seen) == (20, 6_000)
    assert sorted(page.at for page in store) == list(range(NOW + 5_980, NOW + 6_000))
    assert taken < 4 * store.bytes


def test_a_page_with_a_longer_address_than_is_kept_is_found_by_the_whole_of_it() -> None:
    store = Store(1_000_000)
    long = "https://a.example/?" + "x" * 5_000
    store.add(entry(enriched(1, url=long, id=long), NOW))
    assert store.at_url(long) is not None
    assert store.find(long) is not None


def test_a_page_that_was_crawled_again_has_two_entries_and_the_newer_is_found() -> None:
    store = Store(1_000_000)
    first, second = enriched(1), enriched(1, provenance=enriched(2).provenance)
    store.add(entry(second, NOW + 5))
    store.add(entry(first, NOW))
    assert len(store) == 2
    found = store.find("page-1")
    assert found is not None and found.at == NOW + 5


def test_copies_and_revisions_are_found_oldest_first() -> None:
    store = Store(1_000_000)
    store.add(entry(enriched(1, cluster="page-1"), NOW))
    for number in (3, 2):
        copy = rejection(number, Reason.DUPLICATE_EXACT, duplicate_of="page-1", cluster="page-1")
        store.add(entry(copy, NOW + number))
    store.add(entry(enriched(9, canonical_url=enriched(1).canonical_url, revision_of="page-1"), NOW + 9))
    assert [page.id for page in store.copies_of("page-1")] == ["page-2", "page-3"]
    assert [page.id for page in store.revisions(enriched(1).canonical_url)] == ["page-1", "page-9"]


def test_of_older_pages_the_record_goes_first_and_then_the_entry() -> None:
    store = Store(200_000)
    for number in range(400):
        store.add(entry(enriched(number, description="x" * 5_000), NOW + number))
    pages = list(store)
    assert 0 < len(pages) < 400
    assert store.dropped == 400 - len(pages)
    assert store.oldest == pages[0].at == NOW + 400 - len(pages)
    assert pages[0].value is None
    assert pages[-1].value is not None
    assert store.find("page-0") is None
    assert store.at_url(enriched(0).url) is None


def test_a_record_that_is_larger_than_a_tenth_of_the_memory_is_not_kept() -> None:
    store = Store(1_000_000)
    store.add(letter(1, b"x" * 200_000))
    (page,) = store
    assert (page.value, page.size) == (None, 200_000)


def test_the_memory_taken_stays_within_the_bound() -> None:
    """Measured, as the estimate of an entry is what the bound rests on."""
    limit = 3_000_000
    urls.canonical("https://a.example/")  # loads the list of public suffixes, once for the process
    tracemalloc.start()
    try:
        store = Store(limit)
        for number in range(6_000):
            store.add(
                entry(enriched(number, url=f"https://n{number}.example/{'x' * (number % 200)}"), NOW + number)
            )
            if number % 3 == 0:
                copy = rejection(
                    number + 10_000,
                    Reason.DUPLICATE_NEAR,
                    duplicate_of=f"page-{number}",
                    cluster=f"page-{number}",
                )
                store.add(entry(copy, NOW + number))
        urls.canonical.cache_clear()  # caches of the process have bounds of their own
        urls._registered.cache_clear()
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken <= store.bytes * 1.05 <= limit
    assert taken >= store.bytes * 0.8  # else less is remembered than might be


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3_000)), max_size=60))
def test_sums_and_indexes_fit_what_is_remembered(steps: list[tuple[int, int, int]]) -> None:
    store = Store(40_000)
    for number, kind, length in steps:
        if kind == 0:
            store.add(letter(number, b"x" * length))
        elif kind == 1:
            store.add(
                entry(rejection(number, Reason.DUPLICATE_NEAR, duplicate_of="page-1", excerpt="x" * length))
            )
        else:
            store.add(
                entry(
                    enriched(
                        number,
                        text="x" * length,
                        cluster=f"page-{number % 2}",
                        residue=(),
                        entities=(),
                        quotes=(),
                        events=(),
                    )
                )
            )
    pages = list(store)
    assert len(store) == len(pages)
    assert sum(len(page.value or b"") for page in pages) <= store.limit * VALUE_SHARE
    assert store.bytes <= store.limit
    for page in pages:
        assert store.find(page.id) is not None
    for number in range(6):
        found = store.find(f"page-{number}")
        assert found is None or found in pages
    assert all(copy in pages for copy in store.copies_of("page-1"))
    if not pages:
        assert store.bytes == 0
