"""``python -m benchmarks.stream.feeding``: how fast ``crawlmill feed`` puts a WARC file on a broker, beside bare producers of its messages.

The bare producers, aiokafka's and confluent-kafka's (librdkafka, in C), send messages that were made before the clock starts, with
the same codec and acknowledgements; ``feed`` reads, unpacks, parses and encodes them while it sends. All in turn, on one broker, in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from aiokafka import AIOKafkaProducer

from benchmarks.harness import pages
from streams import feeding, intake, topics
from streams.feeding import Tally
from streams.records import Message
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.local.embedded_broker import EmbeddedBroker
from streams.settings import Kafka, Settings

_IN_FLIGHT = 256  # messages of the bare producer that are not acknowledged, as many as feed has
_SIZES = (20_000, 60_000, 100_000, 170_000, 250_000)  # bytes of the generated pages


def write_warc(file: Path, found: Sequence[pages.Page]) -> int:
    """Write the pages as a compressed WARC, a member a record; returns the bytes of its records."""
    size = 0
    with file.open("wb") as out:
        for page in found:
            raw = intake.read(page.message)
            body = raw.content if isinstance(raw.content, bytes) else raw.content.encode()
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            head = (
                f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, raw.url)}>\r\n"
                f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: {raw.url}\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            ).encode()
            record = head + block + b"\r\n\r\n"
            size += len(record)
            out.write(gzip.compress(record, 6))
    return size


def _generated(megabytes: int) -> list[pages.Page]:
    each = max(1, megabytes * 1_000_000 // sum(_SIZES))
    return [page for size in _SIZES for page in pages.generate(each, size=size, seed=size)]


def _settings(address: str) -> Settings:
    return Settings(
        kafka=Kafka(bootstrap_servers=address, partitions=4, topic_prefix=f"b{uuid.uuid4().hex[:6]}.")
    )


def _feed(settings: Settings, file: Path, messages: Sequence[Message]) -> None:
    assert asyncio.run(feed(settings, feeding.read([file], Tally()))) == len(messages)


def _command(settings: Settings, file: Path, messages: Sequence[Message]) -> None:
    kafka = settings.kafka
    subprocess.run(
        [sys.executable, "-m", "streams", "--set", f"kafka.bootstrap_servers={kafka.bootstrap_servers}", "--set",
         f"kafka.topic_prefix={kafka.topic_prefix}", "feed", "--resume", "--state", f"{file}.{uuid.uuid4().hex}", str(file)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip


def _aiokafka(settings: Settings, file: Path, messages: Sequence[Message]) -> None:
    async def send() -> None:
        topic = topics.full_name(settings, topics.RAW)
        waiting: deque[asyncio.Future[object]] = deque()
        async with AIOKafkaProducer(
            **clients.producer_options(settings),
            max_batch_size=clients.producer_batch_bytes(settings),
            linger_ms=5,
        ) as producer:
            for message in messages:
                waiting.append(await producer.send(topic, message.value, key=message.key))
                if len(waiting) >= _IN_FLIGHT:
                    await waiting.popleft()
            for future in waiting:
                await future

    asyncio.run(send())


def _confluent(settings: Settings, file: Path, messages: Sequence[Message]) -> None:
    from confluent_kafka import Producer

    failed: list[object] = []
    producer = Producer(
        {"bootstrap.servers": settings.kafka.bootstrap_servers, "compression.type": settings.kafka.compression, "linger.ms": 5,
         "message.max.bytes": settings.kafka.max_message_bytes, "queue.buffering.max.messages": 100_000}
    )  # fmt: skip
    topic = topics.full_name(settings, topics.RAW)
    for message in messages:
        while True:
            try:
                producer.produce(topic, message.value, message.key, on_delivery=lambda error, _: failed.append(error) if error else None)  # fmt: skip
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    producer.flush()
    assert not failed, failed[0]


def _read(settings: Settings, file: Path, messages: Sequence[Message]) -> None:
    assert sum(1 for _ in feeding.read([file], Tally())) == len(messages)


_WAYS: dict[str, Callable[[Settings, Path, Sequence[Message]], None]] = {
    "reading the file, nothing sent": _read,
    "bare producer, aiokafka": _aiokafka,
    "bare producer, confluent-kafka": _confluent,
    "feed": _feed,
    "crawlmill feed --resume, with its start": _command,
}


@contextmanager
def _broker(kind: str, folder: Path) -> Iterator[str]:
    if kind == "embedded":
        broker = EmbeddedBroker()
        asyncio.run(broker.start())
        try:
            yield broker.address
        finally:
            broker.stop()
        return
    from live.kafka import ApacheKafka

    apache = ApacheKafka(folder)
    apache.start()
    try:
        yield apache.address
    finally:
        apache.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "paths", nargs="*", help="pages to feed, as a WARC made of them; default: generated ones"
    )
    parser.add_argument("--broker", choices=["embedded", "apache"], default="apache")
    parser.add_argument("--megabytes", type=int, default=300, help="of generated pages")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "crawl.warc.gz"
        records = write_warc(file, pages.load(given.paths) if given.paths else _generated(given.megabytes))
        messages = [item.message for item in feeding.read([file], Tally())]
        size = sum(len(message.value or b"") for message in messages)
        print(
            f"{len(messages):,} pages: {file.stat().st_size / 1e6:,.0f} MB of WARC, {records / 1e6:,.0f} MB unpacked, {size / 1e6:,.0f} MB of messages"
        )
        with _broker(given.broker, folder) as address:
            _rounds(address, file, messages, records, given.rounds)


def _rounds(address: str, file: Path, messages: Sequence[Message], records: int, rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in _WAYS}
    costs: dict[str, list[float]] = {name: [] for name in _WAYS}
    for _ in range(rounds):
        for name, way in _WAYS.items():
            settings = _settings(address)
            asyncio.run(topic_admin.create(settings))
            started, cpu = time.perf_counter(), _cpu()
            way(settings, file, messages)
            times[name].append(time.perf_counter() - started)
            costs[name].append(_cpu() - cpu)
            asyncio.run(_delete(settings))
    for name, taken in times.items():
        middle = statistics.median(taken)
        spread = ", ".join(f"{records / 1e6 / one:,.0f}" for one in sorted(taken))
        cost = 1e9 * statistics.median(costs[name]) / records
        print(
            f"{name:40} {records / 1e6 / middle:6,.0f} MB/s ({spread}) {len(messages) / middle:7,.0f} records/s, {cost:5.2f} s of CPU a GB"
        )


def _cpu() -> float:
    """CPU seconds of this process and of the children that have ended; the broker's are not among them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


async def _delete(settings: Settings) -> None:
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(**clients.client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics([topics.full_name(settings, topics.RAW)])
    finally:
        await admin.close()


if __name__ == "__main__":
    main()
