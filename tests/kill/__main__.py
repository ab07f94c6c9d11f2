"""The kill test: feed pages of known disposition, inject faults at random moments, and reconcile output with input.

    make kill-test ROUNDS=100 SEED=1

Each round feeds some pages, injects a fault when a random number of them have ended, restarts what a supervisor
would restart, and waits for the remaining pages. Needs Apache Kafka: Java 17 and Maven. Linux, for the process table.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import json
import random
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from kill.chaos_cluster import ChaosCluster, broker
from kill.outputs import unreconciled
from kill.reconciliation import Reconciliation, batch, durable, missing_entries, twice
from kill.state import committed_offsets, differences, lag, stores

from streams import topics
from streams.errors import CrawlmillError
from streams.records import Message
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS
from streams.settings import Kafka, Settings, Worker

_PAGES = 40
_PATIENCE = 240.0  # seconds for a round to end
_SETTLING = 60.0  # seconds for the last offsets to be committed


def main() -> None:
    """Run the rounds, print a report, exit with 1 when input and output do not reconcile."""
    parser = argparse.ArgumentParser(
        prog="make kill-test", description="Disturb the mill and compare what came out with what went in."
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument(
        "--broker", choices=("one", "three"), default="one", help="nodes of the Apache Kafka started for it"
    )
    parser.add_argument("--exactly-once", action="store_true", help="transactions, and no page twice")
    parser.add_argument(
        "--first", metavar="NAME", help="what each round begins with, instead of chance: 'restart the broker'"
    )
    parser.add_argument("--json", type=Path, help="the report as JSON, too")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    print(f"seed {seed}, {arguments.rounds} rounds of {_PAGES} pages", flush=True)
    report = asyncio.run(_run(arguments, seed))
    print(json.dumps(report, indent=2))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    if report["wrong"]:
        sys.exit(1)


async def _run(arguments: argparse.Namespace, seed: int) -> dict[str, object]:
    started, chance, reconciliation = time.monotonic(), random.Random(seed), Reconciliation()
    kafka = await asyncio.to_thread(broker, arguments.broker)
    folder = Path(tempfile.mkdtemp(prefix="crawlmill-kill-"))
    settings = _settings(kafka.address, arguments)
    await topic_admin.create(settings)
    cluster = ChaosCluster(kafka, settings, folder)
    reader = asyncio.create_task(_read(settings, reconciliation))
    done: collections.Counter[str] = collections.Counter()
    wrong: list[str] = []
    try:
        if arguments.first and arguments.first not in cluster.disturbances():
            sys.exit(f"--first {arguments.first!r}: there are {', '.join(sorted(cluster.disturbances()))}")
        await cluster.add()
        for number in range(arguments.rounds):
            name, found = await _round(cluster, reconciliation, chance, number, arguments.first)
            done[name] += 1
            wrong += found
            if reader.done():
                reader.result()  # raises what ended it: it ends by an error only
            if reconciliation.missing():
                break
        wrong += await _at_the_end(cluster, arguments.exactly_once)
    finally:
        reader.cancel()
        await cluster.stop()
        await asyncio.to_thread(kafka.stop)
    wrong += reconciliation.wrong(arguments.exactly_once)
    return {
        "seed": seed,
        "broker": arguments.broker,
        "guarantee": settings.kafka.processing_guarantee,
        "rounds": sum(done.values()),
        "disturbances": dict(done.most_common()),
        "pages": len(reconciliation.expected),
        "lost": len(reconciliation.missing()),
        "ended more than once": reconciliation.repeated,
        "wrong": wrong[:100],
        "minutes": round((time.monotonic() - started) / 60, 1),
        "logs": str(folder),
    }


def _settings(address: str, arguments: argparse.Namespace) -> Settings:
    three = arguments.broker == "three"
    return Settings(
        kafka=Kafka(
            bootstrap_servers=address,
            topic_prefix=f"k{uuid.uuid4().hex[:6]}.",
            partitions=4,
            replication=3 if three else 1,
            session_timeout_seconds=6.0,
            delivery_seconds=20.0,
            processing_guarantee="exactly_once" if arguments.exactly_once else "at_least_once",
        ),
        worker=Worker(processes=1, enrich_batch=4),
    )


async def _round(
    cluster: ChaosCluster,
    reconciliation: Reconciliation,
    chance: random.Random,
    number: int,
    first: str | None,
) -> tuple[str, list[str]]:
    """Run one round; returns the name of its fault, and the offsets committed although their page was not processed."""
    started, before = time.monotonic(), len(reconciliation.expected)
    pages, expected = batch(chance, before, _PAGES, reconciliation.expected)
    await feed(cluster.settings, pages)
    reconciliation.fed(expected)
    moment = chance.randrange(_PAGES)
    await _until(cluster, reconciliation, moment)
    disturbances = cluster.disturbances()
    name = first or chance.choice(sorted(disturbances))
    act = disturbances[name]
    cluster.done = []
    await act(chance)
    found = await _durable(cluster) if name == "kill all workers" else []
    if chance.random() < 0.3:  # and another one while it is still about the first
        second, again = chance.choice(sorted(cluster.disturbances().items()))
        await cluster.tend()
        await again(chance)
        name = f"{name}, then {second}"
    await cluster.tend()
    await _until(cluster, reconciliation, _PAGES)
    cluster.calm()
    print(
        f"round {number + 1}: {name} after {moment} pages; {time.monotonic() - started:.0f} s; "
        f"{len(reconciliation.missing())} missing, {reconciliation.repeated} repeated so far {'; '.join([*cluster.done, *found])}",
        flush=True,
    )
    return name, found


async def _until(cluster: ChaosCluster, reconciliation: Reconciliation, ended: int) -> None:
    """Wait until ``ended`` pages of the last round have ended, at most ``_PATIENCE`` seconds; restart workers that exit."""
    last = list(reconciliation.expected)[-_PAGES:]
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while sum(name in reconciliation.ends for name in last) < ended:
                await asyncio.sleep(0.05)  # the reader's turn
                if not all(worker.alive for worker in cluster.workers.values()):
                    await cluster.tend()


async def _read(settings: Settings, reconciliation: Reconciliation) -> None:
    """Record all output in the reconciliation; start over from the beginning after a broker failure."""
    while True:
        try:
            async for message in follow(settings, ENDS, from_start=True):
                reconciliation.add(settings, message)
        except (CrawlmillError, OSError) as error:  # a node that was asked may not know the topics yet
            print(f"  reading again: {str(error)[:100]}", flush=True)


async def _at_the_end(cluster: ChaosCluster, exactly_once: bool) -> list[str]:
    """Return every inconsistency between topics, committed offsets and the workers' databases once all work is done."""
    settings = cluster.settings
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLING):
            while await lag(settings):
                await cluster.tend()
                await asyncio.sleep(1)  # offsets are committed once a second
    found = [*cluster.findings, *await lag(settings)]
    folders = await cluster.stand_still()
    everything = [message async for message in _everything(settings)]
    changelog = topics.changelog_name(settings).removeprefix(settings.kafka.topic_prefix)
    changes = [m async for m in follow(settings, [changelog], from_start=True, at_end=True)]
    found += unreconciled(settings, everything)
    found += differences(settings, changes, stores(folders))
    found += await _missing_entries(settings)
    return found + (twice(everything) if exactly_once else [])


def _everything(settings: Settings) -> AsyncIterator[Message]:
    """Return all records of the topics that the workers write."""
    names = [name for name in topics.NAMES if name != topics.RAW]
    return follow(settings, names, from_start=True, at_end=True)


async def _durable(cluster: ChaosCluster) -> list[str]:
    """Return offsets committed although their page was not processed. No worker may be running."""
    settings = cluster.settings
    committed = await committed_offsets(settings)
    names = (*topics.CONSUMED, *ENDS)
    messages = [message async for message in follow(settings, names, from_start=True, at_end=True)]
    return durable(settings, messages, committed) + await _missing_entries(settings)


async def _missing_entries(settings: Settings) -> list[str]:
    """Return pages that have an entry in one dedup bucket and none in an earlier one, by the changelog."""
    changelog = topics.changelog_name(settings).removeprefix(settings.kafka.topic_prefix)
    names = (topics.RAW, changelog)
    return missing_entries(
        settings, [message async for message in follow(settings, names, from_start=True, at_end=True)]
    )


if __name__ == "__main__":
    main()
