"""What a filter selects, and how it is written in an address."""

from __future__ import annotations

import pytest
from inspector.made import NOW, enriched, entry, letter, rejection

from streams.inspector.filters import Filter, from_query
from streams.inspector.tally import MINUTE

PAGES = [entry(enriched(1), NOW), entry(rejection(2), NOW - 10 * MINUTE), letter(3)]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (Filter(), ["page-1", "page-2", "pages.raw/1/3"]),
        (Filter(reason="soft_404"), ["page-2"]),
        (Filter(reason="rejected"), ["page-2"]),
        (Filter(reason="deadletter"), ["pages.raw/1/3"]),
        (Filter(site="news1.example"), ["page-1"]),
        (Filter(type="article", language="en"), ["page-1"]),
        (Filter(minutes=5), ["page-1", "pages.raw/1/3"]),
        (Filter(q="STORY"), ["page-1"]),
        (Filter(q="https://news2.example/2"), ["page-2"]),
        (Filter(q="https://NEWS2.example/2/?utm_source=x#top"), ["page-2"]),
        (Filter(q="raw/1/3"), ["pages.raw/1/3"]),
        (Filter(q="story", reason="soft_404"), []),
    ],
)
def test_a_filter_selects(asked: Filter, ids: list[str]) -> None:
    assert [page.id for page in PAGES if asked.matches(page, NOW)] == ids


def test_a_filter_survives_its_own_address() -> None:
    asked = Filter("a&b=c", "x.example", "too_short", "article", "en", 30)
    query = asked.query()
    assert query.startswith("?q=a%26b%3Dc&")
    pairs = dict(pair.split("=") for pair in query[1:].split("&"))
    assert (
        from_query({name: value.replace("%26", "&").replace("%3D", "=") for name, value in pairs.items()})
        == asked
    )
    assert Filter().query() == ""
    assert Filter(q="x").query(after=50) == "?q=x&after=50"


@pytest.mark.parametrize("minutes", ["-1", "x", "1e9", "99999999999", "٣"])
def test_a_time_that_is_no_number_asks_nothing(minutes: str) -> None:
    assert from_query({"minutes": minutes}).minutes == 0
