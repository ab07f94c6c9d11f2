"""``make load PAGES=2000 SIZE=5000000``: large pages through one worker, under a ceiling that follows from the settings.

Pages are made as they are fed; half of them are markup, which compresses to nearly nothing and unpacks to all of its
size, half are filled with a picture in base64, which stays as large as it is on its way. Memory is sampled every
quarter second; the worker's own peak is the kernel's. Exit code 1 above the ceiling or when a page has no outcome.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import os
import random
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from benchmarks.core import memory
from benchmarks.harness import pages, processes
from benchmarks.harness.loop import Loop, broker, worker
from streams.records import Message
from streams.runtime.faust_overrides.fetch import FETCH_BYTES
from streams.runtime.inspector.follower import RESPONSE_BYTES
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Cleaning, Kafka, Settings, Worker

_EVERY_SECONDS = 0.25
_BACKLOG_BYTES = 400_000_000  # of pages before the worker: more than it may ever hold
_MOST_EMBEDDED = 1_000_000_000  # bytes that may be put into a broker that keeps all of them in memory
_SEED = 7
_BASE = (
    200_000_000  # a worker that has nothing to do, with its libraries, its tables' bookkeeping and metrics
)
_FORK_SERVER = 300_000_000  # with the models
_POOL_BASE = 400_000_000  # a pool process with its models
_TIMES = 60  # of a page of markup, while it is parsed and read: its tree, its copies


class Report(msgspec.Struct, frozen=True):
    """A run. Bytes."""

    broker: str
    pages: int
    size: int
    seconds: float
    unaccounted: int
    repeated: int
    ends: dict[str, int]
    worker: int  # peak of the worker's resident set, as the kernel keeps it
    worker_share: int  # peak of its proportional set size, as sampled
    together: int  # the same, of the worker, its fork server and its pool
    processes: dict[str, int]  # what that was made of
    in_flight: dict[str, int]  # largest seen of crawlmill_in_flight_bytes, by stage
    parts: dict[str, int]  # of the ceiling
    ceiling: int  # of the worker
    ceiling_together: int


def main() -> None:
    """Run the load, check the bounds and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--size", type=int, default=5_000_000)
    parser.add_argument("--json", type=Path, default=Path("build/load.json"))
    options = parser.parse_args()
    report = asyncio.run(load(options.pages, options.size))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    show(report)
    fits = report.worker <= report.ceiling and report.together <= report.ceiling_together
    sys.exit(not fits or report.unaccounted > 0)


def parts(settings: Settings, size: int) -> dict[str, int]:
    """Return the parts of the most that a worker's process may use with messages of ``size`` bytes; docs/reliability.md explains them."""
    kafka, own = settings.kafka, settings.worker
    pool = own.processes or os.cpu_count() or 1
    return {
        "with nothing to do": _BASE,
        "messages unpacked and not yet acknowledged, three stages": 3 * (own.buffer_bytes + size),
        "raw pages as they came, a fetch a partition": kafka.partitions * max(FETCH_BYTES, size),
        "the batch that was unpacked last, a partition": kafka.partitions * size,
        "candidates and documents as they came": 2 * kafka.partitions * FETCH_BYTES,
        "on their way to the pool, pickled": 2 * pool * size,
        "buckets: cache and write buffers": own.store_bytes,
        "inspector, and a response that it reads": (own.inspector_bytes + RESPONSE_BYTES)
        * (own.inspector != "off"),
    }


async def load(count: int, size: int) -> Report:
    """Run so many pages through a worker."""
    console = Console(stderr=True, width=120)
    kafka = Kafka(max_message_bytes=max(12_000_000, 2 * size))
    # What is measured is memory: no page is to time out because the machine has other work.
    settings = Settings(
        kafka=kafka, worker=Worker(clean_timeout_seconds=120.0), cleaning=Cleaning(max_bytes=max(10_000_000, 2 * size))
    )  # fmt: skip
    async with broker() as (address, kind):
        if kind == "embedded" and count * size > _MOST_EMBEDDED:
            count = max(1, _MOST_EMBEDDED // size)
            console.print(f"only {count} pages: the embedded broker keeps everything in memory")
        async with worker(settings, address) as (settings, process):
            console.print(f"{count:,} pages of {size / 1e6:g} MB through a worker on {kind}")
            loop = Loop(settings, process, made(count, size), max(8, _BACKLOG_BYTES // size))
            seen = Seen()
            started = time.monotonic()
            over = asyncio.Event()
            watching = asyncio.create_task(seen.watch(process, loop, console, over))
            try:
                missing = await loop.run(lambda: False)
            finally:
                over.set()
            seconds = time.monotonic() - started
            await watching
            peak = processes.peak(process.pid)
            if loop.trouble:
                console.print(loop.trouble, markup=False)
    most = sum(parts(settings, size).values())
    pool = settings.worker.processes or os.cpu_count() or 1
    return Report(
        broker=kind, pages=loop.fed, size=size, seconds=seconds, unaccounted=missing, repeated=loop.repeated,
        ends=dict(sorted(loop.ends.items())), worker=peak, worker_share=seen.worker, together=seen.together,
        processes=seen.processes, in_flight=seen.in_flight, parts=parts(settings, size), ceiling=most,
        ceiling_together=most + _FORK_SERVER + pool * (_POOL_BASE + _TIMES * size),
    )  # fmt: skip


def made(count: int, size: int) -> Iterator[Message]:
    """Generate so many articles, each in markup of its own."""
    chance = random.Random(_SEED)
    for number in range(count):
        body = "\n".join(f"<p>{memory.document(chance, number).text}</p>" for _ in range(5))
        picture = base64.b64encode(chance.randbytes(size * 3 // 4)).decode() if number % 2 else ""
        url = f"https://large{number % 97}.example/{number}/story"
        page = pages.html(body[3:50], body, size, picture)
        record = {"id": f"l{number}", "url": url, "status": 200, "html": page}
        yield Message(value=msgspec.json.encode(record), key=url.encode())


class Seen:
    """The largest samples."""

    def __init__(self) -> None:
        self.worker = 0
        self.together = 0
        self.processes: dict[str, int] = {}
        self.in_flight: dict[str, int] = {}

    async def watch(self, process: WorkerProcess, loop: Loop, console: Console, over: asyncio.Event) -> None:
        """Sample until the run is over or the worker has ended; the loop notices that too, and reports its log."""
        pid, told = process.pid, time.monotonic()
        while not over.is_set():
            try:
                await asyncio.to_thread(self._look, pid, process.web)
            except OSError:
                if process.alive:
                    raise
                return
            if time.monotonic() >= told:
                told += 60
                console.print(
                    f"{loop.ended:>6,} pages  worker {self.worker / 1e6:6.1f} MB  with its pool {self.together / 1e6:7.1f} MB"
                )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _EVERY_SECONDS)  # a sampling interval

    def _look(self, pid: int, web: str) -> None:
        used = _memory(pid)
        self.worker = max(self.worker, used["worker"])
        if sum(used.values()) > self.together:
            self.together, self.processes = sum(used.values()), used
        with urllib.request.urlopen(f"{web}/metrics", timeout=30) as response:
            for family in text_string_to_metric_families(response.read().decode()):
                for sample in family.samples:
                    if sample.name == "crawlmill_in_flight_bytes":
                        stage = sample.labels["stage"]
                        self.in_flight[stage] = max(self.in_flight.get(stage, 0), int(sample.value))


def _memory(worker: int) -> dict[str, int]:
    """Of a worker and of every process below it, by what it is and its number."""
    family = processes.family(worker)
    kinds = {worker: "worker"} | {pid: f"serves, {pid}" for pid in family.servers}
    kinds |= {pid: f"pool, {pid}" for pid in family.pool}
    return {kind: processes.memory(pid) for pid, kind in kinds.items()}


def show(report: Report) -> None:
    """The figures, on standard output."""
    console = Console(width=120)
    console.print(
        f"{report.pages:,} pages of {report.size / 1e6:g} MB on {report.broker} in {report.seconds / 60:.1f} minutes, "
        f"{report.pages / report.seconds:.2f} a second; {report.unaccounted} unaccounted for, {report.repeated} ended twice"
    )
    console.print("; ".join(f"{kind} {count:,}" for kind, count in report.ends.items()))
    table = Table("", "peak", "ceiling")
    table.add_row("worker (RSS)", f"{report.worker / 1e6:,.0f} MB", f"{report.ceiling / 1e6:,.0f} MB")
    table.add_row("worker (PSS)", f"{report.worker_share / 1e6:,.0f} MB", "")
    table.add_row("worker and pool (PSS)", f"{report.together / 1e6:,.0f} MB", f"{report.ceiling_together / 1e6:,.0f} MB")  # fmt: skip
    for name, used in report.processes.items():
        table.add_row(f"  then: {name}", f"{used / 1e6:,.0f} MB", "")
    for name, most in report.parts.items():
        table.add_row(f"  {name}", "", f"{most / 1e6:,.0f} MB")
    for stage, used in report.in_flight.items():
        table.add_row(f"in flight, {stage}", f"{used / 1e6:,.1f} MB", "")
    console.print(table)


if __name__ == "__main__":
    main()
