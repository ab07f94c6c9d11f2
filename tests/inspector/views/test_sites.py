"""The sites, and which of them changed."""

from __future__ import annotations

from inspector.made import NOW, enriched, entry, rejection

from streams.inspector.store import Store
from streams.inspector.views.sites import sites_view
from streams.records import Reason, Statistics


def _store(good: int, bad: int, **fields: object) -> Store:
    """A site with so many good pages and then so many bad ones, and another site that has good ones all the time."""
    store = Store(10_000_000)
    for number in range(good + bad):
        page = enriched(number, site="a.example", statistics=Statistics(characters=5_000))
        if number >= good:
            page = fields.get("page") or rejection(number, Reason.TOO_SHORT, site="a.example")  # type: ignore[assignment]
        store.add(entry(page, NOW + number))
        store.add(entry(enriched(number + 1_000, site="steady.example"), NOW + number))
    return store


def test_a_site_whose_pages_lost_their_text_changed_its_layout() -> None:
    view = sites_view(_store(60, 20).known(), NOW + 80)
    first, second = view.sites
    assert (first.name, first.layout, first.pages) == ("a.example", True, 80)
    assert [change.label for change in first.changed] == ["too_short"]
    assert (second.name, second.layout, second.changed) == ("steady.example", False, [])


def test_articles_without_text_are_a_changed_layout_too() -> None:
    store = Store(10_000_000)
    for number in range(80):
        characters = 5_000 if number < 60 else 40
        page = enriched(number, site="a.example", statistics=Statistics(characters=characters))
        store.add(entry(page, NOW + number))
    assert sites_view(store.known(), NOW + 80).sites[0].layout


def test_a_site_with_few_pages_is_not_suspected() -> None:
    assert not any(site.layout for site in sites_view(_store(6, 4).known(), NOW).sites)


def test_sites_are_found_by_a_part_of_their_name() -> None:
    view = sites_view(_store(5, 0).known(), NOW, "STEADY")
    assert [site.name for site in view.sites] == ["steady.example"]
    assert view.known == 2
    assert sum(view.sites[0].trend) == 5


def test_a_page_that_a_site_serves_again_and_again_is_named_once() -> None:
    store = Store(10_000_000)
    for number in range(4):
        store.add(entry(rejection(number, site="a.example", title="Oops"), NOW + number))
    store.add(entry(rejection(9, site="a.example", title="Another"), NOW))
    (template,) = sites_view(store.known(), NOW).sites[0].templates
    assert (template.why, template.pages, template.example.title) == (
        "soft_404, title_phrase: 'not found'",
        4,
        "Oops",
    )
