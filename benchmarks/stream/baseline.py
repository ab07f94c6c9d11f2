"""Runs :mod:`benchmarks.stream.baseline_app` as its user would: as many Faust workers as cores, on the embedded broker."""

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
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.harness import backlog
from benchmarks.harness.ends import Ends
from benchmarks.harness.processes import Usage, Watch
from benchmarks.stream.baseline_app import PARTITIONS
from streams.records import Message
from streams.runtime.local.embedded_broker import EmbeddedBroker

_READY_SECONDS = 120.0


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
                pids = [process.pid for process in running]
                await _through(broker.address, prefix, warm, broker.pid, pids)
                seconds, usage = await _through(broker.address, prefix, pages, broker.pid, pids)
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
        "benchmarks.stream.baseline_app",
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


async def _through(
    address: str, prefix: str, pages: Sequence[dict[str, str]], broker: int | None, workers: Sequence[int]
) -> tuple[float, Usage]:
    """Run all pages as for the mill: encoded beforehand, sent at once, timed by the last record. Returns seconds and usage."""
    messages = [Message(value=msgspec.json.encode(page), key=page["url"].encode()) for page in pages]
    async with (
        Ends(address, [f"{prefix}enriched"], PARTITIONS) as ends,
        backlog.ready(address, f"{prefix}raw", messages) as send,
    ):
        async with Watch(broker, workers) as watch:
            started, last, seen = time.time(), 0.0, 0
            feeding = asyncio.ensure_future(send())
            await ends.written(len(pages))
            usage = watch.usage()
        await feeding
        async for record in ends.records():
            last, seen = max(last, record.timestamp / 1_000), seen + 1
            if seen == len(pages):
                break
    return last - started, usage
