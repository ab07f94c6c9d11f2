"""``make soak MINUTES=30``: whether memory, file descriptors and threads of a worker at full load stay flat.

One worker with its pool, kept busy by a closed loop (:mod:`benchmarks.harness.loop`) with pages that are made as they are fed:
articles whose vocabulary grows as in natural text, copies, error pages, and lines that are no record. Its processes are
sampled every few seconds. The first fifth of the time, in which caches and write buffers fill, is the warm-up; from there
on a series is flat when its slope (Theil-Sen: the median of the slopes of all pairs, robust against peaks) is
within the tolerance. Exit code 1 when a series is not flat or a page has no outcome. Writes build/soak.json and, with
matplotlib, the plot named by ``--plot``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.core import memory
from benchmarks.harness import pages, processes
from benchmarks.harness.loop import Loop, broker, worker
from streams.records import Message
from streams.settings import Kafka, Settings, Worker

_EVERY_SECONDS = 3.0
_WARM_UP = 0.2  # of the time
_BACKLOG = 120  # pages: more than are in flight at a time, so that there are always some
_BYTES = 60_000  # a page
_SEED = 5
# The dedup table's cache and write buffers fill until they are full, with the default of 192 MB for hours: so little that
# they are full within the warm-up, and what grows later is something else.
_STORE_BYTES = 6_000_000
_REMEMBERED = 500  # articles that copies are made of


class Sample(msgspec.Struct, frozen=True):
    """The worker and its pool at one moment. Memory is proportional set size, in bytes; of the fork server, whose pages
    its children share, the resident set."""

    seconds: float
    worker: int
    fork_server: int
    pool: dict[int, int]  # by process
    files: int  # of the worker; tables of the store apart
    tables: int
    threads: int  # of the worker
    pool_files: int
    pool_threads: int
    ended: int
    waiting: int


class Series(msgspec.Struct, frozen=True):
    """A quantity that is sampled, and its tolerated drift: a ``share`` of its first value, or ``least``."""

    name: str
    unit: str
    share: float
    least: float
    value: Callable[[Sample], float]


# The worker is never replaced, and must stay as it is: 5 % is what its allocator and its caches do from hour to hour. A pool
# process is replaced after its number of jobs, so that its mean goes up and down; what it may gain is bounded by that.
SERIES = (
    Series("worker memory", "MB", 0.05, 0, lambda sample: sample.worker / 1e6),
    Series("fork server memory", "MB", 0.05, 0, lambda sample: sample.fork_server / 1e6),
    Series(
        "pool process memory",
        "MB",
        0.10,
        0,
        lambda sample: statistics.mean(sample.pool.values() or [0]) / 1e6,
    ),
    Series("worker files", "", 0, 1, lambda sample: sample.files),
    Series("worker threads", "", 0, 1, lambda sample: sample.threads),
    Series("pool process files", "", 0, 1, lambda sample: sample.pool_files),
    Series("pool process threads", "", 0, 1, lambda sample: sample.pool_threads),
)


class Line(msgspec.Struct, frozen=True):
    """One series from the end of the warm-up on. The three values are medians of its tenths."""

    name: str
    unit: str
    start: float
    middle: float
    end: float
    slope: float  # an hour
    drift: float  # what the slope makes of the time that was looked at
    tolerance: float

    @property
    def flat(self) -> bool:
        """Whether it has not grown beyond its tolerance."""
        return self.drift <= self.tolerance


class Report(msgspec.Struct, frozen=True):
    """A run and its series."""

    broker: str
    minutes: float
    pages: int
    unaccounted: int
    repeated: int
    ends: dict[str, int]
    recycled: int  # pool processes that were replaced
    lines: list[Line]
    samples: list[Sample]

    @property
    def flat(self) -> bool:
        """Whether every series is."""
        return all(line.flat for line in self.lines)


def main() -> None:
    """Run the soak, judge its series and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument(
        "--recycle-after", type=int, default=400, help="worker.recycle_after, low enough to see it happen"
    )
    parser.add_argument("--json", type=Path, default=Path("build/soak.json"))
    parser.add_argument("--plot", type=Path, help="where to draw it, as SVG")
    options = parser.parse_args()
    report = asyncio.run(soak(options.minutes, options.recycle_after))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    if options.plot:
        from benchmarks.soak.plot import draw

        draw(report, options.plot)
    show(report)
    sys.exit(not report.flat or report.unaccounted > 0)


async def soak(minutes: float, recycle_after: int) -> Report:
    """Run for so long."""
    settings = Settings(
        kafka=Kafka(partitions=4), worker=Worker(recycle_after=recycle_after, store_bytes=_STORE_BYTES)
    )
    console = Console(stderr=True, width=120)
    async with broker() as (address, kind), worker(settings, address) as (settings, process):
        console.print(f"a worker on {kind}, for {minutes:g} minutes")
        loop = Loop(settings, process, made(), _BACKLOG)
        samples: list[Sample] = []
        started = time.monotonic()
        watching = asyncio.create_task(_watch(process.pid, loop, started, samples, console))
        missing = await loop.run(lambda: time.monotonic() - started > minutes * 60)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching  # what it raised is ours to know
    busy = [sample for sample in samples if sample.seconds <= minutes * 60]
    seen = {pid for sample in busy for pid in sample.pool}
    return Report(
        broker=kind, minutes=minutes, pages=loop.fed, unaccounted=missing, repeated=loop.repeated,
        ends=dict(sorted(loop.ends.items())), recycled=len(seen) - max(len(sample.pool) for sample in busy),
        lines=judged(busy, minutes * 60 * _WARM_UP), samples=busy,
    )  # fmt: skip


def made() -> Iterator[Message]:
    """Pages without end: of ten, six articles of their own, two copies, one error page, and of a hundred one broken line."""
    chance = random.Random(_SEED)
    articles: list[str] = []
    for number in itertools.count():
        drawn = chance.random()
        body = "\n".join(
            f"<p>{paragraph}</p>"
            for part in range(5)
            for paragraph in memory.document(chance, number + part).text.split("\n\n")
        )
        if drawn < 0.1:
            body = "<p>Sorry, the page you are looking for does not exist.</p>"
        elif drawn < 0.3 and articles:
            body = chance.choice(articles)
        elif len(articles) < _REMEMBERED:
            articles.append(body)
        else:
            articles[number % _REMEMBERED] = body
        title = "Page not found" if drawn < 0.1 else memory.word(chance).capitalize() + body[3:50]
        url = f"https://news{number % 97}.example/{number}/story"
        record = {"id": f"s{number}", "url": url, "status": 200, "html": pages.html(title, body, _BYTES)}
        value = msgspec.json.encode(record)
        yield Message(value=value[:-9] if drawn > 0.99 else value, key=url.encode())


async def _watch(pid: int, loop: Loop, started: float, samples: list[Sample], console: Console) -> None:
    told = 0.0
    while True:
        sample = await asyncio.to_thread(_sample, pid, time.monotonic() - started, loop)
        samples.append(sample)
        if sample.seconds >= told:
            told += 60
            console.print(
                f"{sample.seconds / 60:6.1f} min  {sample.ended:>8,} pages  worker {sample.worker / 1e6:6.1f} MB  "
                f"pool {sum(sample.pool.values()) / 1e6:7.1f} MB  {sample.files} + {sample.tables} files  {sample.threads} threads"
            )
        await asyncio.sleep(_EVERY_SECONDS)  # a sampling interval


def _sample(pid: int, seconds: float, loop: Loop) -> Sample:
    family = processes.family(pid)
    pool = {child: used for child in family.pool if (used := processes.memory(child))}
    found, tables = processes.files(pid)
    return Sample(
        seconds=seconds, worker=processes.memory(pid), pool=pool, files=found - tables, tables=tables,
        fork_server=sum(processes.resident(child) for child in family.servers), threads=processes.threads(pid),
        pool_files=max((processes.files(child)[0] for child in pool), default=0),
        pool_threads=max((processes.threads(child) for child in pool), default=0),
        ended=loop.ended, waiting=loop.waiting,
    )  # fmt: skip


def judged(samples: Sequence[Sample], after: float) -> list[Line]:
    """Return every series from ``after`` seconds on, with its Theil-Sen slope."""
    kept = [sample for sample in samples if sample.seconds >= after and sample.pool]
    times = [sample.seconds / 3_600 for sample in kept]
    lines = []
    for series in SERIES:
        values = [series.value(sample) for sample in kept]
        tenth = max(1, len(values) // 10)
        middle = (len(values) - tenth) // 2
        parts = (values[:tenth], values[middle : middle + tenth], values[-tenth:])
        start, half, end = (statistics.median(part) for part in parts)
        slope = theil_sen(times, values)
        lines.append(
            Line(
                series.name, series.unit, start, half, end, slope, slope * (times[-1] - times[0]),
                max(series.share * start, series.least),
            )
        )  # fmt: skip
    return lines


def theil_sen(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the Theil-Sen slope: the median of the slopes of all pairs of points."""
    points = list(zip(xs, ys, strict=True))
    return statistics.median([(d - b) / (c - a) for (a, b), (c, d) in itertools.combinations(points, 2)])


def show(report: Report) -> None:
    """The table and the verdict, on standard output."""
    console = Console(width=120)
    rate = report.samples[-1].ended / report.samples[-1].seconds  # what ended afterwards was waiting
    console.print(
        f"{report.pages:,} pages in {report.minutes:g} minutes on {report.broker}, {rate:.1f} a second; "
        f"{report.unaccounted} unaccounted for, {report.repeated} ended twice; "
        f"{report.recycled} pool processes replaced after their number of jobs"
    )
    console.print("; ".join(f"{kind} {count:,}" for kind, count in report.ends.items()))
    table = Table("", "start", "middle", "end", "slope an hour", "drift", "tolerance", "")
    for line in report.lines:
        numbers = (f"{value:,.1f} {line.unit}" for value in (line.start, line.middle, line.end))
        table.add_row(
            line.name, *numbers, f"{line.slope:+,.1f}", f"{line.drift:+,.1f}", f"{line.tolerance:.1f}",
            "flat" if line.flat else "NOT FLAT",
        )  # fmt: skip
    console.print(table)
    console.print("flat" if report.flat else "not flat")


if __name__ == "__main__":
    main()
