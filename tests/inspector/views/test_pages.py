"""The list of pages."""

from __future__ import annotations

from inspector.made import NOW, enriched, entry, rejection

from streams.inspector.filters import Filter
from streams.inspector.store import Store
from streams.inspector.views.pages import PAGE, pages_view


def _store(count: int) -> Store:
    store = Store(10_000_000)
    for number in range(count):
        page = enriched(number) if number % 2 else rejection(number)
        store.add(entry(page, NOW - number))
    return store


def test_the_newest_come_first_a_screen_at_a_time() -> None:
    store = _store(PAGE + 10)
    first = pages_view(store.known(), Filter(), NOW)
    assert [page.id for page in first.entries[:3]] == ["page-0", "page-1", "page-2"]
    assert (len(first.entries), first.found, first.more) == (PAGE, PAGE + 10, True)
    rest = pages_view(store.known(), Filter(), NOW, after=PAGE)
    assert (len(rest.entries), rest.more) == (10, False)


def test_a_filter_narrows_the_rows_and_the_shares_but_not_the_choices() -> None:
    view = pages_view(_store(10).known(), Filter(reason="soft_404"), NOW)
    assert {page.label for page in view.entries} == {"soft_404"}
    assert [share.label for share in view.shares] == ["soft_404"]
    assert view.reasons == ["enriched", "rejected", "soft_404"]
    assert view.sites[0] == "news0.example"
    assert (view.types, view.languages) == (["article"], ["en"])


def test_an_empty_memory_has_no_rows() -> None:
    view = pages_view(Store(1_000_000).known(), Filter(), NOW)
    assert (view.entries, view.found, view.reach.oldest) == ([], 0, None)
