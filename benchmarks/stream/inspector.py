"""``make bench-inspector``: what the inspector costs a worker.

Two measurements. The same pages go through a worker with the inspector on and off, in turn, and the CPU of the worker's own process and its
pool are compared: that has the noise of whole runs. And a follower in this process reads the dispositions of such a run: its CPU a disposition, with the requests
of its consumer and of the flow's sampling, is exact to some percent, and is set against the CPU of a page.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path

import msgspec
from rich.console import Console

from benchmarks.harness import pages, results
from benchmarks.harness.pages import Page
from benchmarks.stream import mill_run
from streams.runtime.inspector.inspector import Inspector
from streams.settings import Kafka, Settings

_WARM = 24
_IDLE_SECONDS = 30.0  # with nothing to read: what the requests alone cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path("build/bench-inspector.json"))
    options = parser.parse_args()
    found = results.new()
    fed = pages.generate(options.pages)
    warm = pages.generate(_WARM, size=20_000, words=200, seed=99)
    for _ in range(options.rounds):
        asyncio.run(_round(found, fed, warm))
    results.save(found, options.json)
    Console(width=120).print(results.table(found))


async def _round(found: results.Results, fed: list[Page], warm: list[Page]) -> None:
    page_seconds = {}
    for switch in ("off", "on"):
        settings = _settings(switch)
        async with mill_run.mill(warm, settings) as running:
            ran = await running.run(fed)
            page_seconds[switch] = (ran.cpu_workers + ran.cpu_pools) / ran.pages
            found.add(
                f"CPU worker, inspector {switch}", 1_000 * ran.cpu_workers / ran.pages, "ms/page", "lower"
            )
            found.add(
                f"CPU worker and pool, inspector {switch}", 1_000 * page_seconds[switch], "ms/page", "lower"
            )
            found.add(f"memory, inspector {switch}", ran.memory_bytes / 1e6, "MB", "lower")
            if switch == "off":
                each, idle = await _follow(running.settings, len(fed) + len(warm))
    found.add("on / off", page_seconds["on"] / page_seconds["off"], "x", "lower")
    found.add("inspector CPU a disposition", 1_000 * each, "ms", "lower")
    found.add("inspector CPU with nothing to read", 1_000 * idle, "ms/s", "lower")
    found.add("inspector / page", each / page_seconds["off"], "x", "lower")


def _settings(switch: str) -> Settings:
    settings = Settings(kafka=Kafka(partitions=4, session_timeout_seconds=6.0))
    worker = msgspec.structs.replace(settings.worker, inspector=switch)
    return msgspec.structs.replace(settings, worker=worker)


async def _follow(settings: Settings, count: int) -> tuple[float, float]:
    """CPU seconds that an inspector takes for a disposition, and in a second without any."""
    inspector = Inspector(settings, backlog=count * 100)
    before = time.process_time()
    following = asyncio.create_task(inspector.follow())
    await inspector.follower.caught_up.wait()
    each = (time.process_time() - before) / inspector.store.seen
    before = time.process_time()
    await asyncio.sleep(_IDLE_SECONDS)
    idle = (time.process_time() - before) / _IDLE_SECONDS
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    return each, idle


if __name__ == "__main__":
    main()
