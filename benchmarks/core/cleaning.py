"""What cleaning a page costs beside stock trafilatura with metadata: ``make bench-clean [PAGES=file] [ROUNDS=3]``.

The same HTML pages in the same run, a few at a time in turn and in changing order, so that other load affects both; each side in one
thread of a process of its own, as its users have it, so that neither finds the processor's caches full of the other: in one process
cleaning takes a fifth longer. Times are CPU of the thread; a page's time is the best of its rounds. The figures are the ratios of mean and
median over pages: below 1, classification, extraction, metadata and the removal of residue together cost less than trafilatura alone.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

import msgspec
from rich.console import Console
from rich.table import Table
from trafilatura import bare_extraction

from benchmarks.harness.pages import load
from streams import intake
from streams.cleaning import clean
from streams.errors import BadRecord
from streams.records import RawPage
from streams.settings import Settings

_AT_ONCE = 20  # pages a turn
_OPTIONS = Settings().cleaning


class Timing(msgspec.Struct, frozen=True):
    """Seconds of CPU for one page: ours, and trafilatura's."""

    ours: float
    theirs: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="*", help="files of pages; the sample pages where none is named")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    pages = html_pages(arguments.pages)
    if not pages:
        raise SystemExit("no HTML page in what was given")
    _report(measure(pages, arguments.rounds), arguments.rounds)


def html_pages(paths: Sequence[str]) -> list[RawPage]:
    """Pages that both can read: HTML, not gzip'd. What is no page is left out."""
    found = []
    for page in load(paths):
        try:
            raw = intake.read(page.message)
        except BadRecord:
            continue
        head = raw.content[:2_000]
        if b"<" in head if isinstance(head, bytes) else "<" in head:
            found.append(raw)
    return found


def measure(pages: Sequence[RawPage], rounds: int) -> list[Timing]:
    """The best of ``rounds`` for each page and each side; the first round, which warms caches, does not count."""
    best = [[float("inf"), float("inf")] for _ in pages]
    spawn = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, spawn, _give, (pages,)) as ours,
        ProcessPoolExecutor(1, spawn, _give, (pages,)) as theirs,
    ):
        sides = [(0, ours, _clean), (1, theirs, _trafilatura)]
        for turn in range(rounds + 1):
            for number, start in enumerate(range(0, len(pages), _AT_ONCE)):
                some = range(start, min(start + _AT_ONCE, len(pages)))
                for side, process, run in sides if (turn + number) % 2 else reversed(sides):
                    for at, seconds in zip(some, process.submit(_timed, run, some).result(), strict=True):
                        if turn:
                            best[at][side] = min(best[at][side], seconds)
    return [Timing(ours, theirs) for ours, theirs in best]


_pages: list[RawPage] = []  # of a process that measures


def _give(pages: Sequence[RawPage]) -> None:
    _pages.extend(pages)


def _timed(run: Callable[[RawPage], object], some: range) -> list[float]:
    """Seconds of CPU for each page, in the process of one side."""
    return [_seconds(run, _pages[at]) for at in some]


def _clean(page: RawPage) -> object:
    return clean(page, _OPTIONS)


def _trafilatura(page: RawPage) -> object:
    return bare_extraction(page.content, url=page.url, with_metadata=True)


def _seconds(run: Callable[[RawPage], object], page: RawPage) -> float:
    started = time.thread_time()
    with contextlib.suppress(BadRecord):  # told after as much work as any other outcome
        run(page)
    return time.thread_time() - started


def _report(timings: Sequence[Timing], rounds: int) -> None:
    ours, theirs = [t.ours for t in timings], [t.theirs for t in timings]
    table = Table(
        "", "median", "mean", "95th percentile", title=f"{len(timings)} HTML pages, best of {rounds} rounds"
    )
    for name, seconds in (("crawlmill clean", ours), ("trafilatura with metadata", theirs)):
        table.add_row(name, *(f"{1_000 * value:.2f} ms" for value in _figures(seconds)))
    table.add_row(
        "ratio",
        *(f"{a / b:.2f}" for a, b in zip(_figures(ours), _figures(theirs), strict=True)),
        style="bold",
    )
    console = Console()
    console.print(table)
    console.print(f"ratio of means: {statistics.fmean(ours) / statistics.fmean(theirs):.3f}")
    console.print(f"ratio of medians: {statistics.median(ours) / statistics.median(theirs):.3f}")
    console.print(
        f"median of the pages' ratios: {statistics.median([t.ours / t.theirs for t in timings]):.3f}"
    )
    console.print(f"pages a second and core: {len(ours) / sum(ours):.1f}")


def _figures(seconds: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), statistics.fmean(ordered), ordered[int(0.95 * (len(ordered) - 1))]


if __name__ == "__main__":
    main()
