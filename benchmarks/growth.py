"""``make bench-growth``: throughput against workers, partitions, page size, what pages are, and the doors' memory.

A table and a plot each, written to docs/performance/. Every point is a fresh broker and fresh workers; pages are made
here (:func:`benchmarks.pages.generate`). Points of one figure are of one run: compare them with one another.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import msgspec
from rich.console import Console
from rocksdict import Options, Rdict

from benchmarks import bench_doors, pages, stream
from streams.settings import Kafka, Settings, Worker

_OUT = Path(__file__).parents[1] / "docs/performance"
_PAGES = 120
_WARM = 16


class Figure(msgspec.Struct, frozen=True):
    """One table and plot: ``rows`` are x and y; ``bound`` says what limits it."""

    name: str
    x: str
    y: str
    rows: list[tuple[str, float]]
    bound: str


def main() -> None:
    """Measure, write tables and plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", help=f"of {', '.join(_FIGURES)}; default: all")
    options = parser.parse_args()
    unknown = set(options.figures) - set(_FIGURES)
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are {', '.join(_FIGURES)}")
    console = Console()
    for name in options.figures or _FIGURES:
        console.print(f"measuring {name}")
        figure = _FIGURES[name]()
        _write(figure)
        for x, y in figure.rows:
            console.print(f"  {figure.x} {x}: {y:,.1f} {figure.y}")
    console.print(f"written to {_OUT}")


def _rate(fed: Sequence[pages.Page], partitions: int = 4, workers: int = 1, processes: int = 0) -> float:
    settings = Settings(
        kafka=Kafka(partitions=partitions, session_timeout_seconds=6.0), worker=Worker(processes=processes)
    )
    warm = pages.generate(_WARM, size=20_000, words=200, seed=99)
    return asyncio.run(stream.run(fed, warm, settings, workers=workers)).rate


def _workers() -> Figure:
    fed = pages.generate(_PAGES)
    rows = [(str(count), _rate(fed, workers=count, processes=1)) for count in (1, 2, 4)]
    bound = "Cores: each worker has one pool process here, and beyond as many as there are cores nothing is gained."
    return Figure("workers", "workers with one pool process", "pages/s", rows, bound)


def _partitions() -> Figure:
    fed = pages.generate(_PAGES)
    rows = [(str(count), _rate(fed, partitions=count)) for count in (1, 4, 16)]
    bound = (
        "Nothing here: partitions divide work among workers; one worker fills its cores from a single one."
    )
    return Figure("partitions", "partitions", "pages/s", rows, bound)


def _sizes() -> Figure:
    sizes = (
        (10_000, "10 kB"),
        (50_000, "50 kB"),
        (170_000, "170 kB"),
        (1_000_000, "1 MB"),
        (5_000_000, "5 MB"),
    )
    rows = [(label, _rate(pages.generate(_PAGES if size < 1e6 else 40, size=size))) for size, label in sizes]
    bound = "Enrichment up to some 100 kB, which does not grow with markup; beyond, parsing HTML, in proportion to size."
    return Figure("page-size", "page", "pages/s", rows, bound)


def _kinds() -> Figure:
    shares = ((0.0, 0.0), (0.2, 0.05), (0.4, 0.1), (0.6, 0.2), (0.7, 0.3))
    rows = [
        (f"{d:.0%} + {e:.0%}", _rate(pages.generate(int(_PAGES / (1.2 - d - e)), duplicates=d, errors=e)))
        for d, e in shares
    ]
    bound = (
        "Enrichment of what is left: duplicates and error pages never reach it, and cost only their cleaning."
    )
    return Figure("duplicates-and-errors", "duplicates + error pages", "pages/s", rows, bound)


def _memory() -> Figure:
    sizes = [10_000, 100_000, 1_000_000]
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as folder:
        store: Any = Rdict(f"{folder}/doors", Options(raw_mode=True))
        rows = [
            (f"{size:,}", visits / seconds)
            for size, _, visits, seconds in bench_doors.fill(store, sizes)
        ]  # fmt: skip
        store.close()
    bound = "RocksDB's levels and its block cache; at four visits a document a core's doors serve thousands of pages a second."
    return Figure("doors-memory", "documents remembered", "visits/s/core", rows, bound)


_FIGURES: dict[str, Callable[[], Figure]] = {
    "workers": _workers, "partitions": _partitions, "page-size": _sizes, "kinds": _kinds, "memory": _memory,
}  # fmt: skip


def _write(figure: Figure) -> None:
    _OUT.mkdir(parents=True, exist_ok=True)
    table = [f"| {figure.x} | {figure.y} |", "|---|---|"]
    table += [f"| {x} | {y:,.1f} |" for x, y in figure.rows]
    (_OUT / f"{figure.name}.md").write_text("\n".join([*table, "", f"What bounds it: {figure.bound}", ""]))
    mpl.rcParams["svg.hashsalt"] = "crawlmill"  # the same figures make the same file
    chart, axes = plt.subplots(figsize=(6, 3))
    axes.bar([x for x, _ in figure.rows], [y for _, y in figure.rows], color="#3b6ea5", width=0.6)
    axes.set_xlabel(figure.x)
    axes.set_ylabel(figure.y)
    axes.spines[["top", "right"]].set_visible(False)
    chart.tight_layout()
    chart.savefig(_OUT / f"{figure.name}.svg", metadata={"Date": None})
    plt.close(chart)


if __name__ == "__main__":
    main()
