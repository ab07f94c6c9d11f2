"""Runs :mod:`benchmarks.baseline_app` as its user would: as many Faust workers as cores, on the embedded broker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.baseline_app import PARTITIONS
from benchmarks.processes import Usage, Watch
from streams.runtime.broker import EmbeddedBroker

_READY_SECONDS = 120.0
_IDLE_SECONDS = 180.0


class Baseline(msgspec.Struct, frozen=True):
    """One run."""

    pages: int
    workers: int
    seconds: float
    cpu_workers: float
    cpu_broker: float
    memory_bytes: int  # peak of one worker

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


async def run(pages: Sequence[dict[str, str]], warm: Sequence[dict[str, str]], workers: int) -> Baseline:
    """Pages (``id``, ``url``, ``html`` or ``text``) through fresh workers on a fresh broker, after ``warm``."""
    prefix = f"baseline-{uuid.uuid4().hex[:6]}."
    with tempfile.TemporaryDirectory(prefix="crawlmill-baseline-") as scratch:
        async with EmbeddedBroker() as broker:
            await _create(broker.address, prefix)
            running = [_launch(broker.address, prefix, Path(scratch), number) for number in range(workers)]
            try:
                await asyncio.gather(*(_ready(Path(scratch) / f"{n}.log") for n in range(workers)))
                await _feed(broker.address, prefix, warm)
                await _wait(broker.address, prefix, len(warm))
                watch = Watch(broker.pid, [process.pid for process in running])
                seconds, usage = await _measured(broker.address, prefix, pages, len(warm), watch)
            finally:
                for process in running:
                    process.kill()
                    process.wait()
    return Baseline(
        len(pages), workers, seconds, usage.workers + usage.pools, usage.broker, usage.memory_bytes
    )


def _launch(address: str, prefix: str, scratch: Path, number: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "BASELINE_BROKER": address,
        "BASELINE_PREFIX": prefix,
        "BASELINE_DATA": str(scratch / f"data-{number}"),
    }
    command = [
        sys.executable,
        "-m",
        "faust",
        "-A",
        "benchmarks.baseline_app",
        "worker",
        "-l",
        "info",
        "--without-web",
    ]
    with (scratch / f"{number}.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


async def _ready(log: Path) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while "Worker]: Ready" not in await asyncio.to_thread(log.read_text, "utf-8", "replace"):
            await asyncio.sleep(0.1)  # another process: nothing to wait on but what it says


async def _create(address: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(prefix + name, PARTITIONS, 1) for name in ("raw", "enriched")])
    finally:
        await admin.close()


async def _feed(address: str, prefix: str, pages: Sequence[dict[str, str]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, max_request_size=12_000_000)
    await producer.start()
    try:
        for page in pages:
            await producer.send(f"{prefix}raw", msgspec.json.encode(page), key=page["url"].encode())
        await producer.flush()
    finally:
        await producer.stop()


async def _measured(
    address: str, prefix: str, pages: Sequence[dict[str, str]], skip: int, watch: Watch
) -> tuple[float, Usage]:
    watching = asyncio.create_task(watch.run())
    started = time.time()
    feeding = asyncio.create_task(_feed(address, prefix, pages))
    seconds = await _wait(address, prefix, skip + len(pages)) - started
    await feeding
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return seconds, watch.usage()


async def _wait(address: str, prefix: str, count: int) -> float:
    """Until ``count`` records have come out; when the last was written, in seconds since the epoch, as for the mill."""
    last = 0.0
    consumer: AIOKafkaConsumer = AIOKafkaConsumer(bootstrap_servers=address, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(f"{prefix}enriched", number) for number in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        for _ in range(count):
            async with asyncio.timeout(_IDLE_SECONDS):
                last = max(last, (await consumer.getone()).timestamp / 1_000)
    finally:
        await consumer.stop()
    return last
