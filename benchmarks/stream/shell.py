"""What a page and a record cost a worker's own process: ``python -m benchmarks.stream.shell``, the two rates of ``crawlmill plan``
that ``--measure`` leaves alone, because they need a broker.

For an error page a worker consumes and produces two records, for an article dozens; the rates are a least-squares fit to both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from benchmarks.harness import pages
from benchmarks.stream import mill_run
from benchmarks.stream.mill_run import Streamed
from streams.settings import Kafka, Settings

_ROUNDS = 4


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    settings = Settings(kafka=Kafka(partitions=4, session_timeout_seconds=6.0))
    runs = []
    async with mill_run.mill(pages.generate(16, size=20_000, words=200, seed=99), settings) as mill:
        for number in range(_ROUNDS):
            bad = await mill.run(pages.generate(40, size=60_000, errors=1.0, seed=100 + number))
            good = await mill.run(
                pages.generate(20, size=170_000, words=600, duplicates=0.3, seed=200 + number)
            )
            runs += [bad, good]
            print(f"round {number + 1} of {_ROUNDS}: {_line(bad)}; {_line(good)}")
    page, record = fitted(runs)
    print(f"crawlmill plan --rate page_ms={page:.2f} --rate record_ms={record:.3f}")


def fitted(runs: Sequence[Streamed]) -> tuple[float, float]:
    """Return CPU milliseconds of the worker's own process for each page, and for each record consumed or produced."""
    rows = np.array([(run.pages, run.records) for run in runs])
    costs = np.array([1_000 * run.cpu_workers for run in runs])
    page, record = np.linalg.lstsq(rows, costs, rcond=None)[0]
    return float(page), float(record)


def _line(run: Streamed) -> str:
    return f"{run.records / run.pages:.1f} records a page, {1_000 * run.cpu_workers / run.pages:.1f} ms"


if __name__ == "__main__":
    main()
