"""A worker in a closed loop: enough pages in flight to keep it busy and no more, each generated when it is fed.

So a run of any length holds few pages, here and in the broker's cache, and every page fed is accounted for: the loop
keeps the positions on pages.raw whose pages have no outcome yet, and nothing else.
"""

from __future__ import annotations

import asyncio
import collections
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from live.kafka import ApacheKafka

from streams import topics
from streams.records import Message
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.topic_records import ENDS, ended_page, message
from streams.runtime.local.embedded_broker import EmbeddedBroker, free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Settings

_IDLE_SECONDS = 180.0


class Stuck(Exception):
    """The worker has ended, or nothing has ended for long."""


@asynccontextmanager
async def broker() -> AsyncIterator[tuple[str, str]]:
    """Start a broker; yields its address and kind: Apache Kafka, on disk, where Java and Maven are installed, else the
    embedded one, which keeps everything in memory."""
    if shutil.which("java") and shutil.which("mvn"):
        with tempfile.TemporaryDirectory(prefix="crawlmill-kafka-") as folder:
            kafka = ApacheKafka(Path(folder))
            await asyncio.to_thread(kafka.start)
            try:
                yield kafka.address, "Apache Kafka"
            finally:
                await asyncio.to_thread(kafka.stop)
        return
    async with EmbeddedBroker() as embedded:
        yield embedded.address, "embedded"


@asynccontextmanager
async def worker(settings: Settings, address: str) -> AsyncIterator[tuple[Settings, WorkerProcess]]:
    """Start a worker on new topics and wait until it is ready; yields it with its settings."""
    with tempfile.TemporaryDirectory(prefix="crawlmill-loop-") as folder:
        kafka = msgspec.structs.replace(settings.kafka, bootstrap_servers=address)
        own = msgspec.structs.replace(
            settings.worker, data_dir=str(Path(folder) / "tables"), web_port=free_port()
        )
        settings = msgspec.structs.replace(settings, kafka=kafka, worker=own)
        await topic_admin.create(settings)
        process = WorkerProcess(settings, Path(folder) / "worker.log")
        try:
            await process.start()
            yield settings, process
        finally:
            await asyncio.to_thread(process.stop)


class Loop:
    """Feeds ``pages`` while fewer than ``backlog`` have not ended. ``ends`` counts pages by disposition and reason."""

    def __init__(
        self, settings: Settings, process: WorkerProcess, pages: Iterator[Message], backlog: int
    ) -> None:
        self.ends: collections.Counter[str] = collections.Counter()
        self.fed = 0
        self.repeated = 0  # ends of pages that had ended before
        self.trouble = ""  # why pages are unaccounted for
        self._settings = settings
        self._process = process
        self._pages = pages
        self._backlog = backlog
        self._open: set[str] = set()
        self._early: dict[str, str] = {}  # ended, and not among the open: fed this moment, or a repetition
        self._moved = asyncio.Event()
        self._reads = asyncio.Event()

    @property
    def ended(self) -> int:
        """Pages that have ended."""
        return self.ends.total()

    @property
    def waiting(self) -> int:
        """Pages fed and not ended."""
        return len(self._open)

    async def run(self, enough: Callable[[], bool]) -> int:
        """Feed until ``enough`` or no pages are left, and wait for those in flight; returns the pages without an outcome.

        When the worker ends or makes no progress, :attr:`trouble` describes it.
        """
        reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait(
                {reading, asyncio.ensure_future(self._reads.wait())}, return_when=asyncio.FIRST_COMPLETED
            )
            await self._feed(enough, reading)
            while self._open:
                await self._move(reading)
        except Stuck as error:
            self.trouble = str(error)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        return len(self._open)

    async def _feed(self, enough: Callable[[], bool], reading: asyncio.Task[None]) -> None:
        kafka = self._settings.kafka
        producer = AIOKafkaProducer(
            **clients.client_options(self._settings),
            acks="all",
            compression_type=None if kafka.compression == "none" else kafka.compression,
            max_request_size=kafka.max_message_bytes,
        )
        await producer.start()
        topic = topics.full_name(self._settings, topics.RAW)
        try:
            # In a thread: a page of megabytes takes a second to make, in which nobody here would hear the broker.
            while not enough() and (page := await asyncio.to_thread(next, self._pages, None)) is not None:
                place = await producer.send_and_wait(topic, page.value, key=page.key)
                self.fed += 1
                self._open_page(f"{place.topic}/{place.partition}/{place.offset}")
                while len(self._open) >= self._backlog:
                    await self._move(reading)
        finally:
            await producer.stop()

    def _open_page(self, name: str) -> None:
        end = self._early.pop(name, None)
        if end is None:
            self._open.add(name)
        else:
            self.ends[end] += 1
        self.repeated += len(self._early)
        self._early.clear()

    async def _move(self, reading: asyncio.Task[None]) -> None:
        """Wait until a page has ended."""
        self._moved.clear()
        waiting = asyncio.create_task(self._moved.wait())
        await asyncio.wait({waiting, reading}, timeout=_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if reading.done():
            reading.result()
        if not self._process.alive or not self._moved.is_set():
            what = (
                f"none has ended for {_IDLE_SECONDS:.0f} s" if self._process.alive else "the worker has ended"
            )
            raise Stuck(f"{len(self._open)} pages wait and {what}:\n{self._process.log_tail()}")

    async def _read(self) -> None:
        settings = self._settings
        consumer: AIOKafkaConsumer = AIOKafkaConsumer(
            **clients.client_options(settings), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            names = [topics.full_name(settings, name) for name in ENDS]
            counts = await topic_admin.partition_counts(settings, names)
            consumer.assign(
                [TopicPartition(name, number) for name, count in counts.items() for number in range(count)]
            )
            await consumer.seek_to_beginning()
            self._reads.set()
            async for record in consumer:
                self._end(message(record))
        finally:
            await consumer.stop()

    def _end(self, record: Message) -> None:
        if (end := ended_page(self._settings, record)) is None:
            return
        kind = f"{end.disposition} {end.reason}"
        if end.page in self._open:
            self._open.remove(end.page)
            self.ends[kind] += 1
            self._moved.set()
        else:
            self._early[end.page] = kind
