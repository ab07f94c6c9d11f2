"""``make bench [PAGES=file]``: the pure core, the mill through the embedded broker with and without nlp, and a plain Faust app.

All three get the same pages, in fresh processes each time. Rounds are interleaved, so that a noisy machine is noisy for
all of them, and the mill is compared with the core's mean before and after it. The Makefile pins BLAS and OpenMP to one
thread a process for the core and the mill; the baseline runs as its user would run it.
Compare figures of one run with one another, not with another machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

import msgspec
from rich.console import Console

from benchmarks.core import stages
from benchmarks.harness import pages, results
from benchmarks.harness.pages import Page
from benchmarks.stream import baseline, mill_run
from streams.settings import Kafka, Nlp, Settings

_WARM = 24  # pages that go through before the clock starts
_PARTITIONS = 4


def main() -> None:
    """Measure and print."""
    options = _options()
    settings = Settings(kafka=Kafka(partitions=_PARTITIONS, session_timeout_seconds=6.0))
    fed = (
        pages.load(options.pages)
        if options.pages or not options.generate
        else pages.generate(options.generate)
    )
    warm = pages.generate(_WARM, size=20_000, words=200, seed=99)
    console, found = Console(), results.new()
    for number in range(options.rounds):
        console.print(f"round {number + 1} of {options.rounds}: {len(fed)} pages", style="dim")
        _round(found, fed, warm, settings, quick=options.quick)
    if not options.quick:
        half = asyncio.run(mill_run.run(fed, warm, settings, rate=found["mill pages/s"] / 2))
        _note_latency(found, half)
    console.print(results.table(found))
    results.save(found, options.json)
    console.print(
        f"written to {options.json}; compare two: python -m benchmarks.harness.results OLD NEW", style="dim"
    )


def _round(
    found: results.Results, fed: list[Page], warm: list[Page], settings: Settings, *, quick: bool
) -> None:
    messages, cores = [page.message for page in fed], os.cpu_count() or 1
    before = stages.run_apart(messages, settings)[0]
    mill = asyncio.run(mill_run.run(fed, warm, settings))
    after = stages.run_apart(messages, settings)[0]
    for alone in (before, after):
        _note_core(found, alone)
    _note_mill(found, mill)
    found.add("mill / (core x cores)", mill.rate / ((before.rate + after.rate) / 2 * cores), "x", "higher")
    _note_clean(found, asyncio.run(mill_run.run(fed, warm, _without_nlp(settings))), cores)
    if quick:
        return
    together = sum(one.rate for one in stages.run_apart(messages, settings, cores))
    found.add("core on all cores at once", together, "pages/s", "higher")
    found.add("core at once / (core x cores)", together / (after.rate * cores), "x", "higher")
    found.add("mill / core at once", mill.rate / together, "x", "higher")
    plain = asyncio.run(baseline.run(pages.plain(fed), pages.plain(warm), cores))
    found.add("baseline pages/s", plain.rate, "pages/s", "higher")
    found.add("mill / baseline", mill.rate / plain.rate, "x", "higher")
    found.add("baseline CPU", 1_000 * plain.cpu_workers / plain.pages, "ms/page", "lower")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="files as feed takes them; default: seeds/")
    parser.add_argument("--generate", type=int, metavar="N", help="N pages of 170 kB made here instead")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="no baseline, no latency at half load")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    return parser.parse_args()


def _note_core(found: results.Results, alone: stages.Core) -> None:
    for name, stage in alone.stages.items():
        found.add(f"core {name}", 1_000 * stage.cpu / max(1, stage.pages), "ms/page", "lower")
        found.add(f"core {name} pages/s", stage.pages / max(1e-9, stage.seconds), "pages/s", "higher")
    found.add("core pages/s", alone.rate, "pages/s", "higher")
    found.add("raw page", alone.bytes_raw / alone.pages / 1_000, "kB/page", "lower")


def _note_mill(found: results.Results, mill: mill_run.Streamed) -> None:
    number = mill.pages
    found.add("mill pages/s", mill.rate, "pages/s", "higher")
    found.add("mill CPU pool", 1_000 * mill.cpu_pools / number, "ms/page", "lower")
    found.add("mill CPU worker", 1_000 * mill.cpu_workers / number, "ms/page", "lower")
    found.add("mill CPU broker", 1_000 * mill.cpu_broker / number, "ms/page", "lower")
    found.add("CPU of feeding and counting", 1_000 * mill.cpu_here / number, "ms/page", "lower")
    found.add("cores idle", mill.idle / mill.seconds, "cores", "lower")
    found.add("mill memory", mill.memory_bytes / 1e6, "MB", "lower")
    found.add("worker ready", mill.start_seconds, "s", "lower")
    found.add("first page", mill.start_seconds + mill.first_seconds, "s", "lower")
    found.add("sent", sum(mill.bytes_sent.values()) / number / 1_000, "kB/page", "lower")


def _without_nlp(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, nlp=Nlp(enabled=False))


def _note_clean(found: results.Results, mill: mill_run.Streamed, cores: int) -> None:
    """Workers that clean and find duplicates, and enrich nothing. A core's pages by the CPU of pool and worker, without waiting."""
    spent = mill.cpu_pools + mill.cpu_workers
    found.add("without nlp pages/s", mill.rate, "pages/s", "higher")
    found.add("without nlp pages/s a core", mill.rate / cores, "pages/s", "higher")
    found.add("without nlp pages a CPU second", mill.pages / spent, "pages/s", "higher")
    found.add("without nlp CPU", 1_000 * (spent + mill.cpu_broker) / mill.pages, "ms/page", "lower")
    found.add("without nlp memory", mill.memory_bytes / 1e6, "MB", "lower")


def _note_latency(found: results.Results, half: mill_run.Streamed) -> None:
    for percent in (50, 95, 99):
        position = min(len(half.latencies) - 1, len(half.latencies) * percent // 100)
        found.add(f"latency p{percent} at half load", half.latencies[position], "s", "lower")


if __name__ == "__main__":
    main()
