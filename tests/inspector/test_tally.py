"""Counts, shares, time steps, and what counts as a change."""

from __future__ import annotations

from collections import Counter

from inspector.made import NOW, enriched, entry, rejection

from streams.inspector.tally import MINUTE, OTHER, Tally, fitting_step, halves, risen, shares, timeline
from streams.records import Reason


def _pages(good: int, bad: int, reason: Reason = Reason.TOO_SHORT, start: int = 0) -> list:
    found = [entry(enriched(number), NOW + start + number) for number in range(good)]
    return found + [entry(rejection(number, reason), NOW + start + good + number) for number in range(bad)]


def test_pages_are_counted_by_outcome_site_type_and_language() -> None:
    tally = Tally(_pages(3, 1))
    assert tally.labels == {"enriched": 3, "too_short": 1}
    assert tally.dispositions == {"enriched": 3, "rejected": 1}
    assert tally.sites == {"news0.example": 2, "news1.example": 1, "news2.example": 1}
    assert (tally.types, tally.languages, tally.statuses) == ({"article": 3}, {"en": 3}, {"200": 3})


def test_shares_are_of_the_sum_and_the_rest_is_one_of_them() -> None:
    found = shares(Counter(a=5, b=3, c=1, d=1), most=3)
    assert [(share.label, share.pages, share.part) for share in found] == [
        ("a", 5, 0.5),
        ("b", 3, 0.3),
        (OTHER, 2, 0.2),
    ]
    assert shares(Counter()) == []


def test_a_timeline_counts_each_step_and_leaves_out_what_is_older() -> None:
    entries = [entry(enriched(number), NOW - number * MINUTE) for number in range(5)]
    found = timeline(entries, NOW, steps=3)
    assert found.totals() == [1, 1, 1]
    assert found.labels == {"enriched": [1, 1, 1]}
    assert timeline([], NOW).totals() == []


def test_steps_grow_with_the_time_that_is_remembered() -> None:
    assert fitting_step([], NOW) == MINUTE
    assert (
        fitting_step([entry(enriched(number), NOW - number * MINUTE) for number in range(20)], NOW) == MINUTE
    )
    assert (
        fitting_step([entry(enriched(number), NOW - number * 60 * MINUTE) for number in range(20)], NOW)
        == 60 * MINUTE
    )


def test_a_reason_that_became_frequent_is_a_change_and_noise_is_none() -> None:
    before, now = Tally(_pages(95, 5)), Tally(_pages(20, 20))
    (change,) = risen(before, now)
    assert (change.label, change.before, change.now) == ("too_short", 0.05, 0.5)
    assert risen(Tally(_pages(95, 5)), Tally(_pages(38, 2))) == []
    assert risen(Tally(_pages(5, 0)), now) == []  # too few before


def test_the_newest_quarter_is_split_off_by_time() -> None:
    entries = _pages(8, 0)
    before, lately = halves(list(reversed(entries)))
    assert (before, lately) == (entries[:6], entries[6:])
