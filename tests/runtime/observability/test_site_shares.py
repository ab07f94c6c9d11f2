"""Which sites are exported, and what is said of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from streams.runtime.observability import site_shares
from streams.runtime.observability.site_shares import SiteShares


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _value(shares: SiteShares, name: str, site: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(shares)
    return registry.get_sample_value(f"crawlmill_site_{name}", {"site": site})


def test_a_site_whose_error_pages_become_many_is_told_apart_from_its_usual_share() -> None:
    clock = Clock()
    shares = SiteShares(5, clock)
    for _ in range(200):
        clock.now += 300
        shares.add("news.example", is_error=False)
    for _ in range(60):
        clock.now += 10
        shares.add("news.example", is_error=True)
    lately, usual = (_value(shares, name, "news.example") for name in ("error_share", "usual_error_share"))
    assert lately is not None and lately > 0.8
    assert usual is not None and usual < 0.4


def test_a_site_that_jumped_is_shown_before_busier_ones() -> None:
    clock = Clock()
    shares = SiteShares(1, clock)
    for _ in range(100):
        shares.add("busy.example", is_error=False)
        shares.add("broken.example", is_error=False)
    clock.now += 3_600
    for _ in range(30):
        shares.add("broken.example", is_error=True)
    for _ in range(500):
        shares.add("busy.example", is_error=False)
    assert _value(shares, "pages", "busy.example") is None
    assert _value(shares, "pages", "broken.example") == pytest.approx(36.25, abs=0.1)


def test_the_number_of_sites_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_shares, "_REMEMBERED", 3)
    shares = SiteShares(10, Clock())
    for number in range(6):
        shares.add(f"{number}.example", is_error=False)
    assert [_value(shares, "pages", f"{number}.example") for number in range(6)] == [None] * 3 + [1] * 3


def test_with_none_to_show_nothing_is_remembered() -> None:
    shares = SiteShares(0, Clock())
    shares.add("a.example", is_error=True)
    assert _value(shares, "pages", "a.example") is None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.floats(0, 1e7)), max_size=80))
def test_shares_are_between_0_and_1_whatever_comes(pages: list[tuple[str, bool, float]]) -> None:
    clock = Clock()
    shares = SiteShares(3, clock)
    for site, is_error, passed in pages:
        clock.now += passed
        shares.add(site, is_error)
    for family in shares.collect():
        assert len(family.samples) <= 3
        for sample in family.samples:
            assert sample.value >= 0
            assert "share" not in sample.name or sample.value <= 1.000001
