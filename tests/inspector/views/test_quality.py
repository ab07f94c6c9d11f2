"""Shares over time, what became frequent, samples, dead letters."""

from __future__ import annotations

import time

from inspector.made import NOW, enriched, entry, letter, rejection

from streams.inspector.store import Store
from streams.inspector.views.quality import quality_view, samples
from streams.records import Reason


def test_what_became_frequent_is_named_and_dead_letters_are_listed() -> None:
    store = Store(10_000_000)
    for number in range(75):
        store.add(entry(enriched(number), NOW + number))
    for number in range(75, 100):
        store.add(
            entry(rejection(number, Reason.BOT_WALL), NOW + number)
            if number % 2
            else letter(number, at=NOW + number)
        )
    view = quality_view(store.known(), NOW + 100)
    assert {change.label for change in view.risen} == {"bot_wall", "bad_record"}
    assert [page.disposition for page in view.letters] == ["deadletter"] * 12
    assert [share.label for share in view.faults] == ["bad_record"]
    assert sum(view.timeline.totals()) == 100


def test_samples_are_of_different_sites() -> None:
    entries = [entry(rejection(number, site="big.example"), NOW - number) for number in range(5)]
    entries += [entry(rejection(7, site="small.example"), NOW - 9)]
    (sample,) = samples(entries)
    assert (sample.label, sample.pages) == ("soft_404", 6)
    assert {page.site for page in sample.entries} == {"big.example", "small.example"}
    assert len(sample.entries) == 3


def test_samples_of_many_sites_are_found_in_time_that_grows_with_their_number() -> None:
    entries = [entry(rejection(number, site=f"s{number}.example"), NOW - number) for number in range(20_000)]
    started = time.process_time()
    (sample,) = samples(entries)
    assert time.process_time() - started < 1.0  # comparing each with each takes three
    assert [page.id for page in sample.entries] == ["page-0", "page-1", "page-2"]


def test_clusters_of_copies_are_shown_the_largest_first() -> None:
    store = Store(10_000_000)
    for number, cluster in enumerate(["a", "b", "b", "b", "a", "c"]):
        store.add(entry(enriched(number, cluster=cluster), NOW + number))
    found = quality_view(store.known(), NOW).clusters
    assert [[page.id for page in cluster] for cluster in found] == [
        ["page-1", "page-2", "page-3"],
        ["page-0", "page-4"],
    ]
