"""``make bench-growth``: throughput against workers, partitions, page size, what pages are, and the dedup table.

Writes a table, a plot and a sentence on what bounds it for each to docs/performance/, and README.md there with all that
there are. Every point is a fresh broker and fresh workers; pages are made here (:func:`benchmarks.harness.pages.generate`).
The sentences come from what was measured beside the throughput: which processes used the cores, and how much was idle.
Points of one figure are of one run: compare them with one another. ``--quick`` tries it out, into build/performance/.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import msgspec
from rich.console import Console

from benchmarks.dedup import buckets
from benchmarks.harness import pages
from benchmarks.stream import mill_run
from benchmarks.stream.mill_run import Streamed
from streams.planning.load import Load, Rates
from streams.planning.page_cost import cost
from streams.settings import Kafka, Settings, Worker

_ROOT = Path(__file__).parents[2]
_WARM = 16
_SHARED = 16  # partitions that workers share: two for each of the most
_IDLE = 0.1  # of the cores: with less than that idle, the cores are what bounds
_FULL = 0.85  # of one core: an event loop that is busier is what bounds; so are a pool's processes


class Figure(msgspec.Struct, frozen=True):
    """One table and plot. ``rows`` have the label on x, the plotted value, and what stands in the further columns."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, float, tuple[str, ...]]]
    bound: str


class Point(msgspec.Struct, frozen=True):
    """A run of the mill, and where its time went. Cores are seconds of CPU a second."""

    label: str
    rate: float
    pool_ms: float  # CPU a page
    worker_ms: float
    broker_ms: float
    pools: float  # cores
    workers: float
    broker: float
    loop: float  # the busiest worker's own process, of one core; of several workers the mean
    processes: int  # of all pools
    idle: float  # idle cores
    others: float  # cores that neither the mill nor its broker used: feeding, measuring, other processes

    @property
    def page_ms(self) -> float:
        """CPU of a page in the mill and its broker."""
        return self.pool_ms + self.worker_ms + self.broker_ms


def main() -> None:
    """Measure the figures asked for, and write their tables and plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", help=f"of {', '.join(_FIGURES)}; default: all")
    parser.add_argument("--quick", action="store_true", help="few pages and points, into build/performance")
    parser.add_argument("--out", type=Path, help="folder to write to instead of docs/performance")
    options = parser.parse_args()
    unknown = set(options.figures) - set(_FIGURES)
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are {', '.join(_FIGURES)}")
    out = options.out or _ROOT / ("build/performance" if options.quick else "docs/performance")
    out.mkdir(parents=True, exist_ok=True)
    console = Console()
    for name in options.figures or _FIGURES:
        console.print(f"measuring {name}")
        figure = _FIGURES[name](options.quick)
        write(figure, out)
        for row in figure.rows:
            console.print(
                "  " + ", ".join(f"{c} {v}" for c, v in zip(figure.columns, cells(row), strict=True))
            )
        console.print(f"  {figure.bound}")
    index(out, quick=options.quick)
    console.print(f"written to {out}")


def _point(
    label: str, fed: Sequence[pages.Page], partitions: int = 4, workers: int = 1, processes: int = 0
) -> Point:
    settings = Settings(
        kafka=Kafka(partitions=partitions, session_timeout_seconds=6.0), worker=Worker(processes=processes)
    )
    warm = pages.generate(_WARM, size=20_000, words=200, seed=99)
    cores = os.cpu_count() or 1
    return point(
        label,
        asyncio.run(mill_run.run(fed, warm, settings, workers=workers)),
        workers * (processes or cores),
        cores,
    )


def point(label: str, run: Streamed, processes: int, cores: int) -> Point:
    """Where the time of a run with so many pool processes went, on a machine of ``cores``."""
    pools, workers, broker = (cpu / run.seconds for cpu in (run.cpu_pools, run.cpu_workers, run.cpu_broker))
    idle = min(run.idle / run.seconds, float(cores))
    return Point(
        label=label,
        rate=run.rate,
        pool_ms=1_000 * run.cpu_pools / run.pages,
        worker_ms=1_000 * run.cpu_workers / run.pages,
        broker_ms=1_000 * run.cpu_broker / run.pages,
        pools=pools,
        workers=workers,
        broker=broker,
        loop=workers / run.workers,
        processes=processes,
        idle=idle,
        others=max(0.0, cores - idle - pools - workers - broker),
    )


def bound(points: Sequence[Point], cores: int) -> str:
    """A sentence on what bounds the throughput, from where the time of the first and of the last point went."""
    said = "; ".join(f"at {at.label} {_limit(at, cores)}" for at in (points[0], points[-1]))
    first, last = points[0], points[-1]
    moved = (
        f"From {first.label} to {last.label} pages a second change by a factor of {last.rate / first.rate:.2f}, the CPU of a "
        f"page by {last.page_ms / first.page_ms:.2f}."
    )
    return f"{said[0].upper()}{said[1:]}. {moved}"


def _limit(at: Point, cores: int) -> str:
    used = at.pools + at.workers + at.broker
    shares = (
        f"{used:.1f} of {cores} cores were the mill's: pools {at.pools:.1f}, workers' own processes {at.workers:.1f}, broker "
        f"{at.broker:.1f}; {at.others:.1f} others', {at.idle:.1f} idle"
    )
    if at.idle < _IDLE * cores:
        dearest = max(
            ("the pools' cleaning and enriching", at.pools), ("the workers' own processes", at.workers), ("the broker", at.broker),
            ("others on this machine", at.others), key=lambda part: part[1],
        )[0]  # fmt: skip
        return f"the cores bound it, most of them taken by {dearest} ({shares})"
    if at.pools > _FULL * at.processes:
        return f"the pool bounds it, all of its processes ({at.processes}) busy ({shares})"
    if at.loop > _FULL:
        return f"the event loop bounds it, {at.loop:.0%} of a core busy ({shares})"
    return f"waiting bounds it: neither cores nor event loop are full ({shares})"


def _streamed(name: str, title: str, x: str, points: Sequence[Point]) -> Figure:
    columns = (x, "pages/s", "CPU ms a page: pool", "worker", "broker", "cores idle", "cores of others")
    rows = [
        (p.label, p.rate, (f"{p.pool_ms:.1f}", f"{p.worker_ms:.1f}", f"{p.broker_ms:.1f}", f"{p.idle:.2f}", f"{p.others:.2f}"))
        for p in points
    ]  # fmt: skip
    return Figure(name, title, columns, rows, bound(points, os.cpu_count() or 1))


def _workers(quick: bool) -> Figure:
    fed = pages.generate(24 if quick else 240)
    points = [
        _point(f"{count}", fed, partitions=_SHARED, workers=count, processes=1)
        for count in ((1, 2) if quick else (1, 2, 4, 8))
    ]
    return _streamed("workers", "Workers", "workers with one pool process", points)


def _partitions(quick: bool) -> Figure:
    fed = pages.generate(24 if quick else 120)
    points = [_point(f"{count}", fed, partitions=count) for count in ((1, 4) if quick else (1, 4, 16, 64))]
    return _streamed("partitions", "Partitions, with one worker", "partitions", points)


def _sizes(quick: bool) -> Figure:
    sizes = {"10 kB": 10_000, "50 kB": 50_000, "170 kB": 170_000, "1 MB": 1_000_000, "5 MB": 5_000_000}
    if quick:
        sizes = {label: sizes[label] for label in ("10 kB", "1 MB")}
    number = 16 if quick else 120
    points = [
        _point(label, pages.generate(number if size < 1e6 else number // 3, size=size))
        for label, size in sizes.items()
    ]
    return _streamed("page-size", "Page size", "page", points)


def _kinds(quick: bool) -> Figure:
    shares = [(0.0, 0.0), (0.2, 0.05), (0.4, 0.1), (0.6, 0.2), (0.7, 0.3)]
    number = 24 if quick else 120
    points = [
        _point(f"{d:.0%} + {e:.0%}", pages.generate(int(number / (1.2 - d - e)), duplicates=d, errors=e))
        for d, e in (shares[::4] if quick else shares)
    ]
    return _streamed("kinds", "Duplicates and error pages", "duplicates + error pages", points)


def _memory(quick: bool) -> Figure:
    sizes = [1_000, 10_000] if quick else [10_000, 100_000, 1_000_000]
    rows, medians, means, disks = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as folder:
        store = buckets.open_store(Path(folder) / "buckets")
        for filled in buckets.fill(store, sizes):
            store.flush()
            disk = sum(file.stat().st_size for file in (Path(folder) / "buckets").iterdir())
            tables = store.property_int_value("rocksdb.estimate-table-readers-mem")
            memory = tables + sum(
                store.property_int_value(f"rocksdb.{name}")
                for name in ("cur-size-all-mem-tables", "block-cache-usage")
            )
            values = store.property_int_value("rocksdb.estimate-num-keys")
            medians.append(1e6 * statistics.median(filled.lookups))
            means.append(1e6 * statistics.fmean(filled.lookups))
            disks.append(disk / filled.documents)
            more = (
                f"{medians[-1]:.1f}", f"{means[-1]:.1f}", f"{disk / 1e6:,.1f}", f"{disks[-1]:,.0f}", f"{memory / 1e6:,.1f}",
                f"{tables / max(1, values):.1f}",
            )  # fmt: skip
            rows.append((f"{filled.documents:,}", 1e6 / medians[-1], more))
        store.close()
    columns = (
        "documents in the bucket table", "lookups/s/core, by the median", "µs a lookup, median", "mean", "RocksDB on disk, MB",
        "bytes a document", "RocksDB in memory, MB", "filters and indexes, bytes a value",
    )  # fmt: skip
    rates = Rates()
    whole = cost("enriched", Load(pages_per_day=1), rates).all
    lookups_ms = rates.lookups * means[-1] / 1_000
    grows = "does not grow" if medians[-1] < 1.25 * medians[0] else "grows"
    scarce = "disk, not CPU" if lookups_ms < 0.05 * whole else "CPU as well as disk"
    sentence = (
        f"{scarce[0].upper()}{scarce[1:]}. The median time of a lookup {grows} with the number of documents in the table ({medians[0]:.1f} µs "
        f"at the first size, {medians[-1]:.1f} at the last); the mean includes RocksDB's flushes and compactions, and other work on the machine. "
        f"{rates.lookups:g} lookups at the last mean are {lookups_ms:.2f} of the {whole:.0f} ms that a document of {Load(1).words:g} words takes in all by the rates of `crawlmill plan`. "
        f"A document takes {disks[0]:,.0f} bytes of disk at the first size, {disks[-1]:,.0f} at the last."
    )
    return Figure("memory", "Dedup table, one partition", columns, rows, sentence)


_FIGURES: dict[str, Callable[[bool], Figure]] = {
    "workers": _workers, "partitions": _partitions, "page-size": _sizes, "kinds": _kinds, "memory": _memory,
}  # fmt: skip


def cells(row: tuple[str, float, tuple[str, ...]]) -> tuple[str, ...]:
    """A row as its table has it."""
    label, value, more = row
    return (label, f"{value:,.1f}" if value < 1_000 else f"{value:,.0f}", *more)


def write(figure: Figure, out: Path) -> None:
    """The figure as NAME.md and NAME.svg."""
    lines = [
        f"# {figure.title}",
        "",
        f"| {' | '.join(figure.columns)} |",
        "|" + "---|" * len(figure.columns),
    ]
    lines += [f"| {' | '.join(cells(row))} |" for row in figure.rows]
    lines += ["", f"![{figure.title}]({figure.name}.svg)", "", f"What bounds it? {figure.bound}", ""]
    (out / f"{figure.name}.md").write_text("\n".join(lines))
    mpl.rcParams["svg.hashsalt"] = "crawlmill"  # the same figures make the same file
    chart, axes = plt.subplots(figsize=(6, 3))
    axes.bar([row[0] for row in figure.rows], [row[1] for row in figure.rows], color="#3b6ea5", width=0.6)
    axes.set_xlabel(figure.columns[0])
    axes.set_ylabel(figure.columns[1])
    axes.spines[["top", "right"]].set_visible(False)
    chart.tight_layout()
    chart.savefig(out / f"{figure.name}.svg", metadata={"Date": None})
    plt.close(chart)


def index(out: Path, *, quick: bool = False) -> None:
    """README.md with every figure that was written to ``out``, in order."""
    parts = [
        "# How throughput grows", "",
        f"Written by `make bench-growth`{' with `--quick`: too short to say anything' if quick else ''}; {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, {platform.system()} {platform.machine()}.",
        "Pages are made for it: 170 kB with 600 words of English news each where nothing else is said, none of them a copy or "
        "an error page. CPU is that of the mill's own processes and its broker's, of all pages.", "",
    ]  # fmt: skip
    files = [out / f"{name}.md" for name in _FIGURES]
    parts += [f"#{file.read_text()}" for file in files if file.exists()]  # a page's title is a section here
    (out / "README.md").write_text("\n".join(parts))


if __name__ == "__main__":
    main()
