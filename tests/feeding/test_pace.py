"""Pages go at an even pace, whatever the time between them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from streams.feeding.pace import Pace


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _times(rate: float, delays: list[float]) -> list[float]:
    """When pages go, each of which is ready so long after the one before it went."""
    clock = _Clock()
    pace = Pace(rate, clock)
    times = []
    for delay in delays:
        clock.now += delay
        clock.now += pace.wait()
        times.append(clock.now)
    return times


def test_pages_that_are_always_ready_are_evenly_spaced() -> None:
    times = _times(50, [0.0] * 101)
    assert [round(after - before, 6) for before, after in itertools.pairwise(times)] == [0.02] * 100


def test_a_pause_is_not_made_up_for_by_a_burst() -> None:
    times = _times(10, [0.0] * 5 + [60.0] + [0.0] * 20)
    # Behind the pause: one page at once, at most one more to make up for it, then the pace.
    assert times[-1] - times[5] >= 19 * 0.1 - 1e-6


@given(st.floats(0.5, 5_000), st.lists(st.floats(0, 2), min_size=2, max_size=60))
def test_no_stretch_of_time_has_more_pages_than_the_rate_and_the_slack_allow(
    rate: float, delays: list[float]
) -> None:
    times = _times(rate, delays)
    for begin in range(len(times)):
        for end in range(begin + 1, len(times)):
            allowed = (times[end] - times[begin] + max(0.02, 1 / rate)) * rate + 1
            assert end - begin <= allowed + 1e-3


def test_lateness_of_a_few_milliseconds_is_made_up_for() -> None:
    times = _times(1_000, [0.004] * 500)
    assert times[-1] - times[0] < 0.004 * 500
