"""What cleaning a page costs beside stock trafilatura with metadata: ``make bench-clean [PAGES=file] [ROUNDS=3]``.

The same HTML pages in the same run, in one process and one thread, in turn and in changing order, so that other
load affects both. Times are CPU of the thread; a page's time is the best of its rounds. The figure is the ratio of the medians over pages:
below 1, classification, extraction, metadata and the removal of residue together cost less than trafilatura alone.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import time
from collections.abc import Callable, Sequence

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
    options = Settings().cleaning

    def ours(page: RawPage) -> object:
        return clean(page, options)

    def theirs(page: RawPage) -> object:
        return bare_extraction(page.content, url=page.url, with_metadata=True)

    best = [[float("inf"), float("inf")] for _ in pages]
    for turn in range(rounds + 1):
        for page, found in zip(pages, best, strict=True):
            sides: list[tuple[int, Callable[[RawPage], object]]] = [(0, ours), (1, theirs)]
            for side, run in sides if turn % 2 else reversed(sides):
                seconds = _seconds(run, page)
                if turn:
                    found[side] = min(found[side], seconds)
    return [Timing(ours, theirs) for ours, theirs in best]


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
