"""``make bench-guarantees``: what ``exactly_once`` costs beside ``at_least_once``, on Apache Kafka.

The same pages (those of the soak: articles, copies, error pages, broken lines) through a fresh worker on fresh topics of one
node, with each guarantee in turn, in a closed loop that keeps it busy. The clock starts when the warm-up has ended. CPU is
that of the worker's own process, of its pool, and of everything else on the machine (the broker, the feeder, other processes).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import time
from pathlib import Path
from typing import Literal

from rich.console import Console

from benchmarks.harness import results
from benchmarks.harness.loop import Loop, broker, worker
from benchmarks.harness.processes import Watch
from benchmarks.soak import soak
from streams.settings import Kafka, Settings

Guarantee = Literal["at_least_once", "exactly_once"]
_GUARANTEES: tuple[Guarantee, ...] = ("at_least_once", "exactly_once")
_WARM = 100  # pages before the clock starts
_BACKLOG = 120  # pages before the worker: more than are in flight at a time


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=600, help=f"behind the warm-up; more than {_BACKLOG}")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, default=Path("build/guarantees.json"))
    options = parser.parse_args()
    if options.pages <= _BACKLOG:
        parser.error(f"--pages {options.pages}: the clock would not start before the last page is fed")
    found = results.new()
    asyncio.run(_measure(found, options.pages, options.rounds))
    results.save(found, options.json)
    Console(width=120).print(results.table(found))


async def _measure(found: results.Results, count: int, rounds: int) -> None:
    async with broker() as (address, kind):
        if kind == "embedded":
            raise SystemExit(
                "the embedded broker has no transactions: Java 17 and Maven are needed for Apache Kafka"
            )
        for number in range(rounds):
            rates = [await _round(found, address, guarantee, number, count) for guarantee in _GUARANTEES]
            found.add("exactly_once / at_least_once", rates[1] / rates[0], "x", "higher")


async def _round(
    found: results.Results, address: str, guarantee: Guarantee, number: int, count: int
) -> float:
    """Pages a second of one worker with this guarantee."""
    kafka = Kafka(partitions=4, processing_guarantee=guarantee, topic_prefix=f"{guarantee}-{number}.")
    async with worker(Settings(kafka=kafka), address) as (settings, process):
        loop = Loop(settings, process, itertools.islice(soak.made(), _WARM + count), _BACKLOG)
        begun: list[tuple[Watch, float, int]] = []

        def enough() -> bool:
            """Asked before each page is fed: when the warm-up has ended, the clock starts."""
            if not begun and loop.ended >= _WARM:
                begun.append((Watch(None, [process.pid]), time.perf_counter(), loop.ended))
            return False

        missing = await loop.run(enough)
        if missing:
            raise SystemExit(f"{guarantee}: {missing} pages have no end: {loop.trouble}")
        watch, started, before = begun[0]
        seconds, usage, ended = time.perf_counter() - started, watch.usage(), loop.ended - before
    others = max(0.0, (os.cpu_count() or 1) * seconds - usage.idle - usage.workers - usage.pools)
    found.add(f"{guarantee} pages/s", ended / seconds, "pages/s", "higher")
    for name, spent in (("worker", usage.workers), ("pool", usage.pools), ("all else", others)):
        found.add(f"{guarantee} CPU {name}", 1_000 * spent / ended, "ms/page", "lower")
    found.add(f"{guarantee} idle", usage.idle / seconds, "cores", "lower")
    return ended / seconds


if __name__ == "__main__":
    main()
