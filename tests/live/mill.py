"""A mill under test: generates pages, feeds them to a broker, runs workers and collects the outcomes."""

from __future__ import annotations

import asyncio
import collections
import random
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams.feeding import Kind
from streams.records import Message
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS, Ended, ended_page
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Kafka, Nlp, Settings, Worker

_PEOPLE = [
    "Anna Keller",
    "Tomas Brandt",
    "Maria Lopez",
    "James Whitfield",
    "Priya Nair",
    "Olga Sorokina",
    "Peter Lindqvist",
    "Aisha Bello",
]
_PLACES = [
    "Lisbon",
    "Nairobi",
    "Helsinki",
    "Toronto",
    "Jakarta",
    "Lima",
    "Warsaw",
    "Dublin",
    "Osaka",
    "Tunis",
]
_THINGS = [
    "the harbour",
    "a new tram line",
    "the wheat harvest",
    "a school roof",
    "the city archive",
    "an old bridge",
    "the water supply",
    "a football ground",
    "the fishing fleet",
    "a solar farm",
    "the night market",
    "a public library",
    "the rail strike",
    "a museum",
]
_VERBS = [
    "approved",
    "rejected",
    "opened",
    "visited",
    "criticised",
    "repaired",
    "sold",
    "praised",
    "closed",
    "financed",
    "inspected",
    "delayed",
]
_MORE = [
    "after months of talks",
    "despite heavy rain",
    "with help from volunteers",
    "for the third time this year",
    "under a tight budget",
    "in front of a small crowd",
    "without much notice",
    "as prices kept rising",
    "while engineers watched",
    "on the advice of doctors",
]


class Fed(NamedTuple):
    """A message and its origin, as :func:`streams.runtime.kafka.feed.feed` takes them."""

    message: Message
    origin: str
    kind: Kind = Kind.JSON


def article(number: int) -> str:
    """Return the text of article ``number``. Different articles share hardly a sentence."""
    chance = random.Random(number)
    sentences = [
        f"{chance.choice(_PEOPLE)} {chance.choice(_VERBS)} {chance.choice(_THINGS)} in {chance.choice(_PLACES)} "
        f"{chance.choice(_MORE)}, {chance.randint(2, 99)} days after {chance.choice(_PEOPLE)} {chance.choice(_VERBS)} "
        f"{chance.choice(_THINGS)} number {chance.randint(100, 99_999)}."
        for _ in range(12)
    ]
    return "\n\n".join(" ".join(sentences[start : start + 3]) for start in range(0, 12, 3))


def page(number: int, url: str | None = None, text: str | None = None) -> Fed:
    """Return a native record of article ``number``, or of ``text``."""
    address = url or f"https://news{number % 7}.example/{number}/story"
    record = {
        "id": f"page-{uuid.uuid4()}",
        "url": address,
        "status": 200,
        "content_type": "text/plain",
        "text": text or article(number),
    }
    return Fed(Message(value=msgspec.json.encode(record), key=address.encode()), f"made:{number}")


def settings(address: str, folder: Path, **kafka: object) -> Settings:
    """Return settings of a new mill on a broker, with a random topic prefix."""
    prefix = f"t{uuid.uuid4().hex[:8]}."
    # The embedded broker waits half the session's time-out for more members of a new group.
    values = {
        "bootstrap_servers": address,
        "topic_prefix": prefix,
        "partitions": 4,
        "session_timeout_seconds": 8.0,
        **kafka,
    }
    return Settings(
        kafka=msgspec.convert(values, Kafka),
        worker=Worker(
            processes=2,
            data_dir=str(folder / f"tables-{uuid.uuid4().hex[:6]}"),
            web_port=free_port(),
            enrich_batch=4,
        ),
    )


def without_models(settings: Settings) -> Settings:
    """Return the settings of a mill whose enrichment costs nothing, for tests of something else: a worker starts with 1.5 CPU seconds less."""
    return msgspec.structs.replace(settings, nlp=Nlp(models={}))


class Mill:
    """Feeds pages, runs workers and collects outcomes with one set of :func:`settings`."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self._folder = folder
        self._workers: list[WorkerProcess] = []

    def worker(self, settings: Settings | None = None) -> WorkerProcess:
        """Return a worker that is not started yet; :meth:`stop` stops it."""
        worker = WorkerProcess(settings or self.settings, self._folder / f"worker-{len(self._workers)}.log")
        self._workers.append(worker)
        return worker

    def stop(self) -> None:
        """Stop all workers."""
        for worker in self._workers:
            worker.stop()

    async def create(self) -> None:
        """Create the topics."""
        await topic_admin.create(self.settings)

    async def feed(self, pages: Iterable[Fed]) -> int:
        """Feed pages; returns their number."""
        return await feed(self.settings, pages)

    async def outcomes(self, count: int, seconds: float = 240) -> list[Ended]:
        """Return all outcomes until ``count`` different pages have one. Fails after ``seconds`` with the workers' logs."""
        ends: list[Ended] = []
        messages = follow(self.settings, ENDS, from_start=True)
        try:
            async with asyncio.timeout(seconds):
                while len({end.page for end in ends}) < count:
                    if (end := ended_page(self.settings, await anext(messages))) is not None:
                        ends.append(end)
        except TimeoutError:
            logs = "\n".join(worker.log_tail() for worker in self._workers)
            raise AssertionError(
                f"{len({end.page for end in ends})} of {count} pages ended within {seconds} s\n{logs}"
            ) from None
        finally:
            await messages.aclose()
        return ends

    async def all_ends(self) -> list[Ended]:
        """Return all outcomes on the topics now."""
        messages = follow(self.settings, ENDS, from_start=True, at_end=True)
        return [end async for message in messages if (end := ended_page(self.settings, message)) is not None]


def with_copies(pages: int, copies: int) -> list[Fed]:
    """Return ``pages`` pages, of which the last ``copies`` are copies of the first under other URLs."""
    originals = [page(number) for number in range(pages - copies)]
    return originals + [
        page(number, url=f"https://copies.example/{number}/again", text=article(number))
        for number in range(copies)
    ]


def ends_with_copies(pages: int, copies: int) -> list[tuple[str, str]]:
    """Return the sorted dispositions of :func:`with_copies`."""
    return [("enriched", "none")] * (pages - copies) + [("rejected", "duplicate_exact")] * copies


async def killed_in_mid_stream(mill: Mill, pages: list[Fed]) -> list[Ended]:
    """Feed a worker and kill it when an eighth of the pages have outcomes; returns these outcomes. No worker is left running."""
    await mill.create()
    await mill.feed(pages)
    worker = mill.worker()
    await worker.start()
    before = await mill.outcomes(len(pages) // 8)
    worker.kill()
    before += await mill.all_ends()
    assert len({end.page for end in before}) < len(pages), (
        "it was done before it was killed: nothing was tested"
    )
    return before


def dispositions(ends: Iterable[Ended]) -> dict[str, set[tuple[str, str]]]:
    """Return the set of dispositions of each page; each set should have exactly one."""
    found: dict[str, set[tuple[str, str]]] = collections.defaultdict(set)
    for end in ends:
        found[end.page].add((str(end.disposition), end.reason))
    return dict(found)
