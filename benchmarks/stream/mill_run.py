"""The mill through the embedded broker, measured from outside: throughput, CPU, memory, latency, bytes moved.

What a process costs is read from /proc (Linux), sampled while it runs; what was sent, from the worker's own metrics. When a
page ended is the timestamp of its record, not the moment at which it is read here, which is after the last one has.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.harness import backlog
from benchmarks.harness.ends import Ends
from benchmarks.harness.pages import Page
from benchmarks.harness.processes import Watch
from streams import topics
from streams.records import Message, Stage
from streams.runtime.delivery.outputs import ARRIVED_HEADER
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.topic_records import ENDS, Ended, ended_page, message
from streams.runtime.local.embedded_broker import EmbeddedBroker, free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Settings

_IDLE_SECONDS = 180.0


class Streamed(msgspec.Struct, frozen=True):
    """One run. Seconds are of the wall unless said otherwise; latencies from arrival on pages.raw to the end's record."""

    pages: int
    enriched: int
    workers: int
    seconds: float  # from the first page fed to the last end
    start_seconds: float  # from launching a worker to its being ready
    first_seconds: float  # from the first page fed to the first end
    cpu_workers: float  # CPU seconds of the workers' own processes
    cpu_pools: float  # of their pools
    cpu_broker: float
    cpu_here: float  # of sending pages and of counting ends, which is none of the mill's
    idle: float  # seconds of all cores in which nobody on the machine had work
    memory_bytes: int  # peak of the proportional set sizes of one worker and its pool
    latencies: tuple[float, ...]  # of every page, sorted; none where all are fed at once
    bytes_raw: int
    bytes_sent: dict[str, float]  # record values by topic, before compression
    records: float  # taken up and sent by the workers, the changelog's among them

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


async def run(
    pages: Sequence[Page],
    warm: Sequence[Page],
    settings: Settings,
    workers: int = 1,
    rate: float | None = None,
) -> Streamed:
    """Feed ``pages`` to fresh workers on a fresh broker, after ``warm`` has gone through, and wait for all ends."""
    async with mill(warm, settings, workers) as running:
        return await running.run(pages, rate)


@asynccontextmanager
async def mill(warm: Sequence[Page], settings: Settings, workers: int = 1) -> AsyncIterator[Mill]:
    """Fresh workers on a fresh broker, through which ``warm`` has gone."""
    with tempfile.TemporaryDirectory(prefix="crawlmill-bench-") as scratch:
        async with EmbeddedBroker() as broker:
            settings = _on(settings, broker.address)
            await topic_admin.create(settings)
            processes = [
                WorkerProcess(_worker(settings, Path(scratch), number), Path(scratch) / f"{number}.log")
                for number in range(workers)
            ]
            try:
                launched = time.perf_counter()
                await asyncio.gather(*(process.start() for process in processes))
                running = Mill(settings, broker.pid, processes, time.perf_counter() - launched)
                await running.run(warm)
                yield running
            finally:
                for process in processes:
                    process.stop()


class Mill:
    """A mill that runs; :meth:`run` may be called again and again, with other pages each time."""

    def __init__(
        self, settings: Settings, broker: int | None, workers: Sequence[WorkerProcess], started: float
    ) -> None:
        self.settings = settings
        self._broker = broker
        self._workers = workers
        self._started = started
        self._ended = 0  # pages, so far

    async def run(self, pages: Sequence[Page], rate: float | None = None) -> Streamed:
        """Feed ``pages``, at ``rate`` pages a second or at once, and wait until all have ended and are counted."""
        before = await self._counts()
        kafka = self.settings.kafka
        places = ENDS if self.settings.nlp.enabled else (topics.CLEAN, topics.REJECTED, topics.DEADLETTER)
        names = [topics.full_name(self.settings, name) for name in places]
        async with (
            Ends(kafka.bootstrap_servers, names, kafka.partitions) as ends,
            self._feeding(pages, rate) as send,
        ):
            async with Watch(self._broker, [worker.pid for worker in self._workers]) as watch:
                started, here = time.time(), time.process_time()
                feeding = asyncio.ensure_future(send())
                await ends.written(len(pages))
                usage, here = watch.usage(), time.process_time() - here
            await feeding
            found = await _read(self.settings, ends, len(pages))
        self._ended += len(pages)
        after = await self._counts()
        return Streamed(
            pages=len(pages), enriched=found.enriched, workers=len(self._workers), seconds=found.last - started,
            start_seconds=self._started, first_seconds=found.first - started, cpu_workers=usage.workers,
            cpu_pools=usage.pools, cpu_broker=usage.broker, cpu_here=here, idle=usage.idle, memory_bytes=usage.memory_bytes,
            latencies=tuple(sorted(found.latencies)) if rate else (),
            bytes_raw=sum(len(page.message.value or b"") for page in pages),
            bytes_sent={name: after.sent[name] - before.sent.get(name, 0.0) for name in after.sent},
            records=after.records - before.records,
        )  # fmt: skip

    @asynccontextmanager
    async def _feeding(
        self, pages: Sequence[Page], rate: float | None
    ) -> AsyncIterator[Callable[[], Awaitable[object]]]:
        """Return the feeder of the pages: at a rate as ``crawlmill feed``, or at once as crawlers on other machines."""
        if rate:
            yield partial(feed, self.settings, pages, rate)
            return
        kafka = self.settings.kafka
        codec = None if kafka.compression == "none" else kafka.compression
        raw, messages = topics.full_name(self.settings, topics.RAW), [page.message for page in pages]
        async with backlog.ready(kafka.bootstrap_servers, raw, messages, codec) as send:
            yield send

    async def _counts(self) -> _Counts:
        """Return the workers' counts once they include every page that has ended."""
        enriches = self.settings.nlp.enabled
        async with asyncio.timeout(_IDLE_SECONDS):
            while True:
                counts = _summed(
                    [await asyncio.to_thread(_counted, worker.web, enriches) for worker in self._workers]
                )
                if counts.pages >= self._ended:
                    return counts
                await asyncio.sleep(0.05)  # another process: it counts a moment after its record can be read


class _Counts(msgspec.Struct, frozen=True):
    """Counts from the workers' metrics."""

    pages: float = 0.0  # that have ended
    records: float = 0.0
    sent: dict[str, float] = {}  # bytes by topic


class _Found(msgspec.Struct):
    """Outcomes and times from the terminal records of pages. Times are seconds since the epoch."""

    first: float = float("inf")
    last: float = 0.0
    enriched: int = 0
    latencies: list[float] = []


async def _read(settings: Settings, ends: Ends, count: int) -> _Found:
    """Read the outcomes of ``count`` pages; waits for further ones where records were repeated."""
    found, seen = _Found(), set[str]()
    async for record in ends.records():
        end = _ended(settings, message(record))
        if end is None or end.page in seen:
            continue
        seen.add(end.page)
        written = record.timestamp / 1_000
        found.first, found.last = min(found.first, written), max(found.last, written)
        found.enriched += end.disposition == "enriched"
        arrived = dict(record.headers).get(ARRIVED_HEADER)
        if arrived:
            found.latencies.append(written - int(arrived) / 1_000)
        if len(seen) == count:
            break
    return found


def _ended(settings: Settings, record: Message) -> Ended | None:
    """The page that ended with a record: without nlp also with one of pages.clean, as otherwise with one of pages.enriched."""
    if record.topic == topics.full_name(settings, topics.CLEAN):
        record = msgspec.structs.replace(record, topic=topics.full_name(settings, topics.ENRICHED))
    return ended_page(settings, record)


def _on(settings: Settings, address: str) -> Settings:
    kafka = msgspec.structs.replace(settings.kafka, bootstrap_servers=address)
    return msgspec.structs.replace(settings, kafka=kafka)


def _worker(settings: Settings, scratch: Path, number: int) -> Settings:
    worker = msgspec.structs.replace(
        settings.worker, data_dir=str(scratch / f"tables-{number}"), web_port=free_port()
    )
    return msgspec.structs.replace(settings, worker=worker)


def _counted(web: str, enriches: bool) -> _Counts:
    """One worker's metrics; without nlp, pages that have left the first stage have ended. A bucket lookup writes one record to the changelog, which is not among those sent."""
    with urllib.request.urlopen(f"{web}/metrics", timeout=10) as response:
        text = response.read().decode()
    pages, first, records, sent = 0.0, 0.0, 0.0, {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            match sample.name:
                case "crawlmill_stage_seconds_count":
                    first += sample.value if sample.labels["stage"] == Stage.CLEAN else 0.0
                case "crawlmill_pages_total":
                    pages += sample.value
                case "crawlmill_messages_in_total":
                    records += sample.value
                case "crawlmill_messages_out_total" | "crawlmill_dedup_lookups_total":
                    records += sample.value
                case "crawlmill_bytes_out_total":
                    sent[sample.labels["topic"]] = sample.value
    return _Counts(pages if enriches else first, records, sent)


def _summed(counts: Sequence[_Counts]) -> _Counts:
    names = {name for count in counts for name in count.sent}
    return _Counts(
        sum(count.pages for count in counts),
        sum(count.records for count in counts),
        {name: sum(count.sent.get(name, 0.0) for count in counts) for name in names},
    )
