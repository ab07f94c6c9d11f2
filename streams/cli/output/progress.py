"""A progress bar on stderr, with the rate and the time left."""

from __future__ import annotations

import collections
import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from streams.cli.output.terminal import Terminal
from streams.wording import counted

_WINDOW = 15.0  # seconds over which the rate is taken
_BETWEEN = 0.2  # seconds between two points from which the rate is taken


class Advance(Protocol):
    """Called when pages are done: with the total of input bytes consumed so far, and how many pages it were."""

    def __call__(self, consumed: int, pages: int = 1) -> None: ...


class Rates:
    """The rate of pages and bytes over the last seconds, and the time left at that rate.

    It begins with the first point, so that what an earlier run has done makes no rate.
    """

    def __init__(self, total: int | None, limit: int | None, clock: Callable[[], float]) -> None:
        self._total, self._limit, self._clock = total, limit, clock
        self._points: collections.deque[tuple[float, int, int]] = collections.deque()

    def add(self, consumed: int, pages: int) -> bool:
        """Take a point, unless the last one is too young; whether it was taken."""
        now = self._clock()
        if self._points and now - self._points[-1][0] < _BETWEEN:
            return False
        self._points.append((now, consumed, pages))
        while len(self._points) > 2 and now - self._points[0][0] > _WINDOW:
            self._points.popleft()
        return True

    def pages_a_second(self) -> float | None:
        """The rate; None before there are two points."""
        return self._rate(2)

    def left(self) -> float | None:
        """The seconds until all bytes are consumed or the limit of pages is reached; None where neither is known."""
        if not self._points:
            return None
        _, consumed, pages = self._points[-1]
        ends = [
            max(0, end - at) / rate
            for end, at, rate in ((self._total, consumed, self._rate(1)), (self._limit, pages, self._rate(2)))
            if end is not None and rate
        ]
        return min(ends, default=None)

    def _rate(self, column: int) -> float | None:
        if len(self._points) < 2:
            return None
        first, last = self._points[0], self._points[-1]
        return (last[column] - first[column]) / (last[0] - first[0])


@contextlib.contextmanager
def progress_bar(total: int | None, verb: str, limit: int | None = None) -> Iterator[Advance]:
    """A progress bar by input bytes with pages, rate and time left; nothing where stderr is not a terminal.

    ``total`` is None for streams. ``limit``: the run ends after so many pages.
    """
    columns = (
        TextColumn("{task.fields[pages]} " + verb),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=Terminal(file=sys.stderr), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(verb, total=total, pages=counted(0, "page"), rate="", left="")
        rates = Rates(total, limit, time.monotonic)
        count = 0

        def advance(consumed: int, pages: int = 1) -> None:
            nonlocal count
            count += pages
            if rates.add(consumed, count):
                speed, left = rates.pages_a_second(), rates.left()
                progress.update(
                    task,
                    rate="" if speed is None else f"{counted(round(speed), 'page')}/s",
                    left="" if left is None else f"{clock(left)} left",
                )
            progress.update(task, completed=consumed, pages=counted(count, "page"))

        yield advance


def clock(seconds: float) -> str:
    """Seconds as hours, minutes and seconds.

    >>> clock(75), clock(3_661.2)
    ('1:15', '1:01:01')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
