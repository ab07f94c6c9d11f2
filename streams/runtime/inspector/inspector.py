"""What the inspector knows and keeps up to date: the store, the flow, and what the worker around it says of itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.errors import CrawlmillError
from streams.inspector.entries import Entry
from streams.inspector.flow import STEP_SECONDS, Flow, FlowHistory, Member, PoolLoad, StageLoad
from streams.inspector.store import Store
from streams.runtime.faust_overrides.record_batches import Unread
from streams.runtime.inspector import flow_sampler
from streams.runtime.inspector.follower import Follower
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.follow import original
from streams.settings import Settings

log = logging.getLogger(__name__)

_RETRY_SECONDS, _RETRY_FAULT_SECONDS = (
    10.0,
    300.0,
)  # after a failure of the broker, and of the inspector itself
_SILENT_SECONDS = (
    4.0  # for a sample, which takes milliseconds: after that and STEP_SECONDS a dead broker is told
)
_MEMBERS_EVERY = 6  # samples between two looks at the group
BACKLOG = 4_000  # dispositions read at the start: some seconds of one core
_FETCHES = 2  # records read from topics at the same time, each with a consumer of its own


class Surroundings(NamedTuple):
    """What the process around the inspector says of itself. Functions, since it changes; the standalone inspector knows nothing."""

    stages: Callable[[], Mapping[str, StageLoad]] = dict
    pool: Callable[[], PoolLoad | None] = lambda: None
    not_ready: Callable[[], list[str]] = list
    name: str = "Inspector beside the workers"
    metrics: bool = False  # whether /metrics is served as well


class Inspector:
    """Follows the mill of these settings once :meth:`run` runs. What fails is shown, tried again, and stops nothing else."""

    def __init__(
        self,
        settings: Settings,
        surroundings: Surroundings = Surroundings(),  # noqa: B008 (immutable)
        *,
        most_a_second: float | None = None,
        backlog: int = BACKLOG,
    ) -> None:
        self.settings = settings
        self.surroundings = surroundings
        self.store = Store(settings.worker.inspector_bytes)
        self.follower = Follower(settings, self.store, backlog, most_a_second)
        self.history = FlowHistory()
        self.members: tuple[Member, ...] = ()
        self.problem = "the topics are not read yet"
        self._asked: float | None = None  # when the sample was begun that is under way, by time.monotonic
        self.rates_known = asyncio.Event()
        self._fetching = asyncio.Semaphore(_FETCHES)

    def flow(self) -> Flow:
        """The flow as of the latest sample."""
        around = self.surroundings
        return self.history.flow(
            around.stages(), around.pool(), self.members, self.problem or self._silence()
        )

    def _silence(self) -> str:
        """What is wrong while a sample is overdue; empty while none is. aiokafka gives up a request only after 40 s."""
        waited = 0.0 if self._asked is None else time.monotonic() - self._asked
        if waited < _SILENT_SECONDS:
            return ""
        return f"the broker at {self.settings.kafka.bootstrap_servers} has not answered for {waited:.0f} s: figures are as of then"

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(time.time() * 1_000)

    async def run(self) -> None:
        """Follow and sample until cancelled, again after each failure."""
        while True:
            pause = _RETRY_SECONDS
            try:
                await self.follow()
            except (CrawlmillError, KafkaError, OSError, TimeoutError) as error:
                self._fail(error)
            except Exception as error:
                # A fault of the inspector must not cost the worker around it.
                log.exception("the inspector failed and starts again")
                self._fail(error)
                pause = _RETRY_FAULT_SECONDS
            await asyncio.sleep(pause)

    async def follow(self) -> None:
        """Follow and sample until cancelled, or until something fails.

        Raises :class:`~streams.errors.BrokerUnavailable`, :class:`~streams.errors.TopicMismatch` and ``KafkaError``.
        """
        async with self.follower.consumer() as (consumer, partitions):
            await self._both(consumer, partitions)

    def _fail(self, error: Exception) -> None:
        self.problem = f"the topics cannot be read: {clients.why(error)}"
        log.warning("inspector: %s", self.problem)

    async def _both(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> None:
        """Follow and sample with one consumer; the first failure ends both."""
        tasks = {
            asyncio.create_task(self.follower.follow(consumer, partitions)),
            asyncio.create_task(self._sample(consumer, partitions)),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sample(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> None:
        admin = await topic_admin.connect(self.settings)
        number = 0
        try:
            while True:
                self._asked = time.monotonic()
                if number % _MEMBERS_EVERY == 0:
                    self.members = await flow_sampler.members(self.settings, admin)
                self.history.add(await flow_sampler.sample(self.settings, consumer, admin, partitions))
                self.problem, self._asked = "", None
                number += 1
                if number > 1:
                    self.rates_known.set()
                await asyncio.sleep(STEP_SECONDS)
        finally:
            await admin.close()

    async def value(self, entry: Entry | None) -> bytes | None:
        """The bytes of an entry's record: from memory, else from its topic; None where neither has it any more."""
        if entry is None or entry.value is not None or not entry.position:
            return entry.value if entry is not None else None
        topic, partition, offset = entry.position.rsplit("/", 2)
        try:
            async with self._fetching:
                found = await original(self.settings, topic, int(partition), int(offset))
        except CrawlmillError as error:
            log.info("inspector: %s", error)
            return None
        return None if found is None or isinstance(found.value, Unread) else found.value
