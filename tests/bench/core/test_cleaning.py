"""Cleaning beside trafilatura: each side in its own process, every page timed on both."""

from __future__ import annotations

import math

from benchmarks.core.cleaning import html_pages, measure


def test_each_page_is_timed_on_both_sides() -> None:
    pages = html_pages([])[:27]  # more than a turn
    timings = measure(pages, 1)
    assert len(timings) == 27
    assert all(0 < seconds < math.inf for timing in timings for seconds in (timing.ours, timing.theirs))
