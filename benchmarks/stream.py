"""The mill through the embedded broker, measured from outside: throughput, CPU, memory, latency, bytes moved.

What a process costs is read from /proc (Linux), sampled while it runs; what was sent, from the worker's own metrics.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.pages import Page
from benchmarks.processes import Usage, Watch
from streams.runtime import topics
from streams.runtime.broker import EmbeddedBroker, free_port
from streams.runtime.delivery import ARRIVED_HEADER
from streams.runtime.local import WorkerProcess
from streams.runtime.producing import feed
from streams.runtime.reading import ENDS, ended_page, message
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
    idle: float  # seconds of all cores in which nobody on the machine had work
    memory_bytes: int  # peak of the proportional set sizes of one worker and its pool
    latencies: tuple[float, ...]  # of every page, sorted
    bytes_raw: int
    bytes_sent: dict[str, float]  # record values by topic, before compression

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
    with tempfile.TemporaryDirectory(prefix="crawlmill-bench-") as scratch:
        async with EmbeddedBroker() as broker:
            settings = _on(settings, broker.address)
            await topics.create(settings)
            mills = [
                WorkerProcess(_worker(settings, Path(scratch), number), Path(scratch) / f"{number}.log")
                for number in range(workers)
            ]
            try:
                launched = time.perf_counter()
                await asyncio.gather(*(mill.start() for mill in mills))
                started = time.perf_counter() - launched
                await feed(settings, warm)
                await _ends(settings, len(warm), skip=0)
                watch = Watch(broker.pid, [mill.pid for mill in mills])
                streamed = await _measured(settings, pages, len(warm), rate, watch)
                sent = [_sent(mill.web) for mill in mills]
            finally:
                for mill in mills:
                    mill.stop()
    seconds, first, enriched, latencies, usage = streamed
    return Streamed(
        pages=len(pages), enriched=enriched, workers=workers, seconds=seconds, start_seconds=started,
        first_seconds=first, cpu_workers=usage.workers, cpu_pools=usage.pools, cpu_broker=usage.broker,
        idle=usage.idle, memory_bytes=usage.memory_bytes, latencies=tuple(sorted(latencies)),
        bytes_raw=sum(len(page.message.value or b"") for page in pages), bytes_sent=_summed(sent),
    )  # fmt: skip


async def _measured(
    settings: Settings, pages: Sequence[Page], skip: int, rate: float | None, watch: Watch
) -> tuple[float, float, int, list[float], Usage]:
    watching = asyncio.create_task(watch.run())
    started = time.perf_counter()
    feeding = asyncio.create_task(feed(settings, pages, rate))
    first, enriched, latencies = await _ends(settings, skip + len(pages), skip)
    seconds = time.perf_counter() - started
    await feeding
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return seconds, first - started, enriched, latencies, watch.usage()


async def _ends(settings: Settings, count: int, skip: int) -> tuple[float, int, list[float]]:
    """Wait until ``count`` pages have ended: when the first after ``skip`` did, how many were enriched, their latencies."""
    seen: set[str] = set()
    first, enriched, latencies = 0.0, 0, []
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka.bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )  # fmt: skip
    await consumer.start()
    try:
        consumer.assign(
            [
                TopicPartition(topics.full_name(settings, name), number)
                for name in ENDS
                for number in range(settings.kafka.partitions)
            ]
        )
        await consumer.seek_to_beginning()
        while len(seen) < count:
            async with asyncio.timeout(_IDLE_SECONDS):
                record = await consumer.getone()
            end = ended_page(settings, message(record))
            if end.page in seen:
                continue
            seen.add(end.page)
            if len(seen) <= skip:
                continue
            first = first or time.perf_counter()
            enriched += end.disposition == "enriched"
            arrived = dict(record.headers).get(ARRIVED_HEADER)
            if arrived:
                latencies.append((record.timestamp - int(arrived)) / 1_000)
    finally:
        await consumer.stop()
    return first, enriched, latencies


def _on(settings: Settings, address: str) -> Settings:
    kafka = msgspec.structs.replace(settings.kafka, bootstrap_servers=address)
    return msgspec.structs.replace(settings, kafka=kafka)


def _worker(settings: Settings, scratch: Path, number: int) -> Settings:
    worker = msgspec.structs.replace(
        settings.worker, data_dir=str(scratch / f"tables-{number}"), web_port=free_port()
    )
    return msgspec.structs.replace(settings, worker=worker)


def _sent(web: str) -> dict[str, float]:
    """Bytes of record values by topic, from a worker's metrics."""
    with urllib.request.urlopen(f"{web}/metrics", timeout=10) as response:
        text = response.read().decode()
    return {
        sample.labels["topic"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "crawlmill_bytes_out_total"
    }


def _summed(counts: Sequence[dict[str, float]]) -> dict[str, float]:
    return {
        name: sum(count.get(name, 0.0) for count in counts) for name in {key for c in counts for key in c}
    }
