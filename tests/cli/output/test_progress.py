"""The progress bar."""

from __future__ import annotations

import io
import sys

import pytest

from streams.cli.output.progress import Rates, progress_bar


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("total", [100, None])
def test_pages_are_counted_on_a_terminal(total: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := _Terminal())
    with progress_bar(total, "fed") as advance:
        for consumed in (10, 20, 100):
            advance(consumed)
    assert "3 pages fed" in screen.getvalue()


def test_nothing_is_written_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    with progress_bar(100, "fed") as advance:
        advance(50)
    assert file.getvalue().strip() == ""


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_and_the_time_left_are_of_what_this_run_has_done() -> None:
    clock = _Clock()
    rates = Rates(total=10_000, limit=None, clock=clock)
    rates.add(5_000, 1)  # of which 5,000 bytes were fed by an earlier run
    assert rates.pages_a_second() is None and rates.left() is None
    clock.now += 10
    rates.add(6_000, 21)
    assert rates.pages_a_second() == 2.0
    assert rates.left() == 40.0


def test_a_limit_of_pages_ends_the_time_left_before_the_bytes_do() -> None:
    clock = _Clock()
    rates = Rates(total=1_000_000, limit=31, clock=clock)
    rates.add(0, 1)
    clock.now += 10
    rates.add(1_000, 21)
    assert rates.left() == 5.0


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = _Clock()
    rates = Rates(total=None, limit=None, clock=clock)
    for second in range(100):
        clock.now += 1
        rates.add(0, 10 * second if second < 50 else 490 + (second - 49))
    assert rates.pages_a_second() == pytest.approx(1.0)
    assert rates.left() is None


def test_points_close_to_one_another_are_left_out() -> None:
    clock = _Clock()
    rates = Rates(total=None, limit=None, clock=clock)
    assert rates.add(0, 0)
    clock.now += 0.1
    assert not rates.add(0, 5)
