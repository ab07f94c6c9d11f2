"""The kill test: pages of known disposition, disturbances at random moments, and a book that has to balance.

    make kill-test ROUNDS=100 SEED=1

Each round feeds some pages, does something to the mill when a random number of them have ended, puts right what a
supervisor would, and waits for the rest. Needs Apache Kafka: Java 17 and Maven. Linux, for the process table.
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

from kill.book import Book, batch, durable, gaps, twice
from kill.ground import Ground, broker
from kill.outputs import unreconciled
from kill.state import committed_offsets, differences, lag, stores

from streams.errors import CrawlmillError
from streams.records import Message
from streams.runtime.kafka import topics
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.follow import ENDS, follow
from streams.settings import Kafka, Settings, Worker

_PAGES = 40
_PATIENCE = 240.0  # seconds for a round to end
_SETTLING = 60.0  # seconds for the last offsets to be committed


def main() -> None:
    """Run the rounds, print a report, exit with 1 when the book does not balance."""
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
    started, chance, book = time.monotonic(), random.Random(seed), Book()
    kafka = await asyncio.to_thread(broker, arguments.broker)
    folder = Path(tempfile.mkdtemp(prefix="crawlmill-kill-"))
    settings = _settings(kafka.address, arguments)
    await topics.create(settings)
    ground = Ground(kafka, settings, folder)
    reader = asyncio.create_task(_read(settings, book))
    done: collections.Counter[str] = collections.Counter()
    wrong: list[str] = []
    try:
        if arguments.first and arguments.first not in ground.disturbances():
            sys.exit(f"--first {arguments.first!r}: there are {', '.join(sorted(ground.disturbances()))}")
        await ground.add()
        for number in range(arguments.rounds):
            name, found = await _round(ground, book, chance, number, arguments.first)
            done[name] += 1
            wrong += found
            if book.missing():
                break
        wrong += await _at_the_end(ground, arguments.exactly_once)
    finally:
        reader.cancel()
        await ground.stop()
        await asyncio.to_thread(kafka.stop)
    wrong += book.wrong(arguments.exactly_once)
    return {
        "seed": seed,
        "broker": arguments.broker,
        "guarantee": settings.kafka.processing_guarantee,
        "rounds": sum(done.values()),
        "disturbances": dict(done.most_common()),
        "pages": len(book.expected),
        "lost": len(book.missing()),
        "ended more than once": book.repeated,
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
    ground: Ground, book: Book, chance: random.Random, number: int, first: str | None
) -> tuple[str, list[str]]:
    """One round: what was done, and what was committed without being done."""
    started, before = time.monotonic(), len(book.expected)
    pages, expected = batch(chance, before, _PAGES, book.expected)
    await feed(ground.settings, pages)
    book.fed(expected)
    moment = chance.randrange(_PAGES)
    await _until(ground, book, moment)
    disturbances = ground.disturbances()
    name = first or chance.choice(sorted(disturbances))
    act = disturbances[name]
    ground.done = []
    await act(chance)
    found = await _durable(ground) if name == "kill all workers" else []
    if chance.random() < 0.3:  # and another one while it is still about the first
        second, again = chance.choice(sorted(ground.disturbances().items()))
        await ground.tend()
        await again(chance)
        name = f"{name}, then {second}"
    await ground.tend()
    await _until(ground, book, _PAGES)
    ground.calm()
    print(
        f"round {number + 1}: {name} after {moment} pages; {time.monotonic() - started:.0f} s; "
        f"{len(book.missing())} missing, {book.repeated} repeated so far {'; '.join([*ground.done, *found])}",
        flush=True,
    )
    return name, found


async def _until(ground: Ground, book: Book, ended: int) -> None:
    """Wait until so many of the last round's pages have ended, or patience has; a worker that ends is started again."""
    last = list(book.expected)[-_PAGES:]
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while sum(name in book.ends for name in last) < ended:
                await asyncio.sleep(0.05)  # the reader's turn
                if not all(worker.alive for worker in ground.workers.values()):
                    await ground.tend()


async def _read(settings: Settings, book: Book) -> None:
    """Write into the book what comes out; from the start again when the broker was away."""
    while True:
        try:
            async for message in follow(settings, ENDS, from_start=True):
                book.note(settings, message)
        except (CrawlmillError, OSError) as error:  # a node that was asked may not know the topics yet
            print(f"  reading again: {str(error)[:100]}", flush=True)


async def _at_the_end(ground: Ground, exactly_once: bool) -> list[str]:
    """What is wrong with the topics, the positions and the workers' databases when nothing is left to do."""
    settings = ground.settings
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLING):
            while await lag(settings):
                await ground.tend()
                await asyncio.sleep(1)  # offsets are committed once a second
    found = [*ground.findings, *await lag(settings)]
    folders = await ground.stand_still()
    everything = [message async for message in _everything(settings)]
    changelog = topics.changelog_name(settings).removeprefix(settings.kafka.topic_prefix)
    changes = [m async for m in follow(settings, [changelog], from_start=True, at_end=True)]
    found += unreconciled(settings, everything)
    found += differences(settings, changes, stores(folders))
    found += await _gaps(settings)
    return found + (twice(everything) if exactly_once else [])


def _everything(settings: Settings) -> AsyncIterator[Message]:
    """What is on every topic that the mill writes."""
    names = [name for name in topics.NAMES if name != topics.RAW]
    return follow(settings, names, from_start=True, at_end=True)


async def _durable(ground: Ground) -> list[str]:
    """What is committed without being done, while no worker runs."""
    settings = ground.settings
    committed = await committed_offsets(settings)
    names = (topics.RAW, topics.CANDIDATES, topics.CLEAN, *ENDS)
    messages = [message async for message in follow(settings, names, from_start=True, at_end=True)]
    return durable(settings, messages, committed) + await _gaps(settings)


async def _gaps(settings: Settings) -> list[str]:
    """What the changelog has of a door and not of one before it."""
    changelog = topics.changelog_name(settings).removeprefix(settings.kafka.topic_prefix)
    names = (topics.RAW, changelog)
    return gaps(
        settings, [message async for message in follow(settings, names, from_start=True, at_end=True)]
    )


if __name__ == "__main__":
    main()
