"""Runs the poison test: sends random batches while one worker runs, and collects every message's outcomes."""

from __future__ import annotations

import asyncio
import collections
import random
from pathlib import Path
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from live.mill import Mill, settings
from poison.batches import send
from poison.grammar import LARGEST, LARGEST_BATCH, Drawn, draw

from streams import topics
from streams.records import DeadLetter, Enriched, Message, decode
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS, deadletter_record, ended_page
from streams.runtime.local.worker_process import WorkerProcess

_AHEAD = 60  # messages sent and not yet ended: a broker in memory holds them all, and a worker has its limits
_SILENCE = 180.0  # seconds without a new outcome after which the run fails


class Report(NamedTuple):
    """Counts of messages sent and of their outcomes. ``wrong`` lists violations, and is empty on success."""

    seed: int
    messages: int
    good: int
    refused: dict[str, int]
    ends: dict[str, int]
    kinds: dict[str, int]
    largest_worker: int
    wrong: list[str]


class Poisoned:
    """One run with this seed, on the broker at ``address``."""

    def __init__(self, address: str, folder: Path, seed: int, **kafka: object) -> None:
        chosen = settings(address, folder, max_message_bytes=LARGEST, max_batch_bytes=LARGEST_BATCH, **kafka)
        worker = msgspec.structs.replace(chosen.worker, buffer_bytes=4_000_000)
        dedup = msgspec.structs.replace(chosen.dedup, bucket_bytes=LARGEST - 100_000)
        self.settings = msgspec.structs.replace(chosen, worker=worker, dedup=dedup)
        self._mill = Mill(self.settings, folder)
        self._seed = seed
        self._sent: set[str] = set()  # positions (topic/partition/offset) on pages.raw
        self._expected_letters: set[str] = (
            set()
        )  # positions on topics between stages that must get a dead letter
        self._acknowledged: set[str] = set()  # all positions that the broker acknowledged
        self._good: set[str] = set()
        self._kinds: collections.Counter[str] = collections.Counter()
        self._refused: collections.Counter[str] = collections.Counter()
        self._ended: dict[str, list[tuple[str, str]]] = collections.defaultdict(list)
        self._enriched: collections.Counter[str] = collections.Counter()
        self._largest = 0

    async def run(self, messages: int) -> Report:
        """Send ``messages`` messages, wait for their outcomes, stop the worker, and return the report."""
        await self._mill.create()
        worker = self._mill.worker()
        try:
            await worker.start()
            reading = asyncio.create_task(self._read())
            try:
                await self._send(messages, worker)
                await self._until(0, worker)
                wrong = await self._committed()
            finally:
                reading.cancel()
        finally:
            self._mill.stop()
        return self._report(wrong)

    async def _send(self, messages: int, worker: WorkerProcess) -> None:
        chance, sent, number = random.Random(self._seed), 0, 0
        producer = AIOKafkaProducer(
            bootstrap_servers=self.settings.kafka.bootstrap_servers, max_request_size=1 << 27
        )
        await producer.start()
        try:
            while sent < messages:
                drawn = draw(chance, number)
                number += 1
                sent += drawn.count
                await self._send_one(producer, drawn, chance.randrange(self.settings.kafka.partitions))
                if number % 1_000 == 0:
                    print(f"{sent} sent, {len(self._ended)} ended", flush=True)
                await self._until(_AHEAD, worker)
        finally:
            await producer.stop()

    async def _send_one(self, producer: AIOKafkaProducer, drawn: Drawn, partition: int) -> None:
        topic = topics.full_name(self.settings, drawn.topic)
        try:
            there = await send(producer, topic, partition, drawn.data, drawn.count)
        except KafkaError as error:  # too large for the broker, or damaged by its measure: never on the topic
            self._refused[type(error).__name__] += drawn.count
            return
        places = [f"{topic}/{partition}/{there.offset + number}" for number in range(drawn.count)]
        self._acknowledged.update(places)
        self._kinds.update(drawn.kinds)
        self._good.update(drawn.good)
        if drawn.topic == topics.RAW:
            self._sent.update(places)
        elif drawn.kinds == ("between",):
            self._expected_letters.update(places)

    async def _read(self) -> None:
        async for message in follow(self.settings, ENDS, from_start=True):
            self._note(message)

    def _note(self, message: Message) -> None:
        end = ended_page(self.settings, message)
        if end is None:
            raise AssertionError(f"no end at {message.topic}/{message.partition}/{message.offset}")
        self._ended[end.page].append((str(end.disposition), end.reason))
        letter = deadletter_record(message)
        if isinstance(letter, DeadLetter) and letter.id != end.page:
            self._ended[letter.id].append((str(end.disposition), end.reason))
        if message.topic == topics.full_name(self.settings, topics.ENRICHED):
            self._enriched[decode(message.value or b"", Enriched).id] += 1

    @property
    def _missing(self) -> set[str]:
        return {place for place in self._sent | self._expected_letters if place not in self._ended}

    async def _until(self, missing: int, worker: WorkerProcess) -> None:
        """Wait until at most ``missing`` messages have no outcome. Fails if the worker exits, or no outcome comes for long."""
        before, silent = len(self._missing), 0.0
        while (now := len(self._missing)) > missing:
            if not worker.alive:
                raise AssertionError(f"seed {self._seed}: the worker ended\n{worker.log_tail()}")
            silent = silent + 0.05 if now >= before else 0.0
            before = now
            if silent > _SILENCE:
                raise AssertionError(
                    f"seed {self._seed}: nothing ends any more, {sorted(self._missing)[:9]}\n{worker.log_tail()}"
                )
            await asyncio.sleep(0.05)  # the reader's turn
        self._largest = max(self._largest, _resident(worker.pid))

    async def _committed(self) -> list[str]:
        """Wait until every message sent is committed; returns those that are not in time."""
        for _ in range(int(_SILENCE)):
            if not (left := await self._uncommitted()):
                break
            await asyncio.sleep(1)  # until the next commit
        return [f"{place}: not committed" for place in left]

    async def _uncommitted(self) -> list[str]:
        places = [place.rpartition("/") for place in sorted(self._acknowledged)]
        partitions = [TopicPartition(*_parted(where)) for where in sorted({where for where, _, _ in places})]
        consumer: AIOKafkaConsumer = AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka.bootstrap_servers,
            group_id=topics.app_id(self.settings),
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            consumer.assign(partitions)
            reached = {f"{tp.topic}/{tp.partition}": await consumer.committed(tp) or 0 for tp in partitions}
        finally:
            await consumer.stop()
        return [f"{where}/{offset}" for where, _, offset in places if reached[where] <= int(offset)]

    def _report(self, wrong: list[str]) -> Report:
        for place in sorted(self._sent | self._expected_letters):
            if len(ends := self._ended.get(place, [])) != 1:
                wrong.append(f"{place}: {ends}")
        wrong += [
            f"{name}: enriched {self._enriched[name]} times"
            for name in sorted(self._good)
            if self._enriched[name] != 1
        ]
        ends = collections.Counter(
            "/".join(each) for place in self._sent | self._expected_letters for each in self._ended[place]
        )
        return Report(
            self._seed, len(self._sent) + len(self._expected_letters), len(self._good), dict(self._refused),
            dict(ends.most_common()), dict(self._kinds.most_common()), self._largest, wrong,
        )  # fmt: skip


def _parted(where: str) -> tuple[str, int]:
    topic, _, partition = where.rpartition("/")
    return topic, int(partition)


def _resident(pid: int) -> int:
    """Return the peak memory of a process in bytes; 0 if it has exited."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) * 1_024 for line in lines if line.startswith("VmHWM")), 0)
