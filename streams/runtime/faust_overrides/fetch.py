"""Fetches no more of a topic than its stage can hold, in messages and in bytes.

Overrides ``AIOKafkaConsumerThread`` and, through :mod:`streams.runtime.faust_overrides.consumer`, ``Consumer._getmany``. Faust
0.15 and aiokafka 0.14 decompress everything that a fetch returned; what does not fit into the agent's queue waits in a list. Only
then is the queue's length checked, in messages. A fetch is limited in compressed bytes, which for markup are a tenth to a
hundredth of the uncompressed size. A stage that may hold 64 MB could thus have 64 messages of 5 MB in its queue, and some
hundred megabytes more behind them.

Here records are decompressed one at a time, from all partitions in turn, until the stage's budget is used up. The rest stays
compressed, at most one fetch for each partition (:data:`FETCH_BYTES`, or a single larger message).

Upstream patch: a byte limit for ``Consumer.getmany`` and for agents' queues; ``max_records`` of aiokafka's ``getmany`` counts records only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.runtime.faust_overrides import heartbeats
from streams.runtime.faust_overrides.interfaces import worker
from streams.runtime.faust_overrides.offset_fetch import heed_errors
from streams.runtime.group.committed_positions import Committed, stamped
from streams.runtime.group.partition_counts import PartitionWatch

# Bytes of one partition in a fetch response. Brokers return the first record even if it is larger (KIP-74, Kafka 0.10.1;
# the embedded broker does so too).
FETCH_BYTES = 1_000_000
# fetch.max.wait.ms: how long a broker may wait for data before it responds; Faust uses 1,500. Apache Kafka responds as soon as
# a record arrives. The embedded broker checks again only after half of this time: with 1,500 a page took 4.2 s over its six
# topics, with 100 it takes 0.4 s. But the sooner the response, the less is in it: worker and broker together used 38 ms of
# CPU per page with 100, 30 ms with 300 (150 news pages, python -m benchmarks.stream.report). So the wait is short while a process of
# the pool is idle, and longer while all are busy.
FETCH_WAIT_MS = 250
IDLE_FETCH_WAIT_MS = 100
# While partitions are assigned, restored and sought. A fetch without records holds up whatever follows it on the connection, such
# as the requests for offsets: with 250 the first page of a start waited for half a second.
STARTING_FETCH_WAIT_MS = 10
# Seconds between checks whether a full stage has capacity again. A stage's queue holds 64 messages when its topic counts as
# full: seconds of work for the pool, and 640 lookups a second for dedup. With 0.02 s fetching was 8 % of a worker's profile
# samples; longer intervals were not compared.
FULL_SECONDS = 0.1


class FetchBudget:
    """How many messages and bytes of its topic a stage can still hold; false when either is used up."""

    __slots__ = ("bytes", "messages")

    def __init__(self, messages: int, bytes: int) -> None:
        self.messages = messages
        self.bytes = bytes

    def __bool__(self) -> bool:
        return self.messages > 0 and self.bytes > 0

    def use(self, record: Any) -> None:
        """Deduct a record."""
        self.messages -= 1
        self.bytes -= payload_bytes(record)


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread, in which aiokafka runs, with :meth:`fetch_within` in addition to ``getmany``."""

    _expiry: asyncio.Task[None] | None = None

    def _create_worker_consumer(self, transport: Any) -> Any:
        """Return Faust's consumer, not started yet, with this module's fetch wait: Faust has no setting for it."""
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = STARTING_FETCH_WAIT_MS
        return consumer

    async def on_start(self) -> None:
        """Start aiokafka's consumer and install the overrides that need it: coordinator errors, topic ids, partitions, heartbeats."""
        await super().on_start()
        consumer: Any = self._ensure_consumer()
        app = worker(self.app)
        heed_errors(consumer._coordinator)
        consumer.commit = stamped(consumer.commit, app.identity.topics)
        watch = PartitionWatch(app.settings, app.metrics)
        watch(consumer._client.cluster)
        consumer._client.cluster.add_listener(watch)
        heartbeats.attach(consumer._coordinator, app.session, app.refused_by_group)
        self._expiry = asyncio.create_task(heartbeats.expire(consumer._coordinator, app.session))
        self._expiry.add_done_callback(self._expiry_ended)

    def _expiry_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            app = worker(self.app)
            asyncio.run_coroutine_threadsafe(app.crash(error), app.loop)

    async def on_thread_stop(self) -> None:
        """Stop the session's expiry check and aiokafka's consumer."""
        if self._expiry is not None:
            self._expiry.cancel()
        await super().on_thread_stop()

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Log an error for a partition that is not fetched any more.

        Faust's method also logs one, every seven seconds, for a partition with a backlog whose messages its monitor has not seen for
        five minutes, or whose offsets it has not committed itself: the monitor sees none, and with exactly_once transactions commit
        them. Whether messages are finished is :meth:`~streams.runtime.delivery.delivery.Delivery.stalled_for`.
        """
        self._verify_aiokafka_event_path(now, tp)

    async def committed_of(self, partitions: Sequence[TP]) -> dict[TP, Committed]:
        """Return the group's committed offsets with the topic ids stored beside them; partitions without one are left out."""
        found: dict[TP, Committed] = await self.call_thread(self._committed, partitions)
        return found

    async def ends(self, partitions: Sequence[TP]) -> dict[TP, int]:
        """Return the end offset of each partition as the broker reports it, aborted records included."""
        consumer: Any = self._ensure_consumer()
        found: dict[TP, int] = await self.call_thread(consumer.end_offsets, partitions)
        return found

    async def _committed(self, partitions: Sequence[TP]) -> dict[TP, Committed]:
        consumer: Any = self._ensure_consumer()
        asked = [TopicPartition(tp.topic, tp.partition) for tp in partitions]
        found = await consumer._coordinator.fetch_committed_offsets(asked)
        return {
            TP(tp.topic, tp.partition): Committed(value.offset, value.metadata or "")
            for tp, value in found.items()
            if value.offset >= 0
        }

    def set_fetch_wait(self, milliseconds: int) -> None:
        """Set how long brokers may wait for data, from the next fetch on. Called from Faust's event loop thread."""
        consumer: Any = self._consumer
        if consumer is not None and consumer._fetcher is not None:
            consumer._fetcher._fetch_max_wait_ms = milliseconds

    async def fetch_within(
        self, partitions: set[TP], budgets: Mapping[str, FetchBudget], timeout: float
    ) -> dict[TP, list[Any]]:
        """Return records of these partitions within the budgets (by topic); a topic without a budget is not limited.

        Waits up to ``timeout`` seconds for the first record. At least one record of a topic with a budget is returned, whatever its size.
        """
        fetched: dict[TP, list[Any]] = await self.call_thread(
            self._fetch_within, partitions, budgets, timeout
        )
        return fetched

    async def _fetch_within(
        self, partitions: set[TP], budgets: Mapping[str, FetchBudget], timeout: float
    ) -> dict[TP, list[Any]]:
        consumer: Any = self._ensure_consumer()
        # Faust's method first: it waits, raises fetch errors, and handles rebalances.
        first = await self._fetch_records(consumer, partitions, timeout=timeout, max_records=1)
        records = {TP(tp.topic, tp.partition): list(found) for tp, found in first.items()}
        for tp, found in records.items():
            for record in found:
                _deduct(budgets, tp, record)
        if records:
            drain(consumer._fetcher, partitions, budgets, records)
        return records


def drain(
    fetcher: Any, partitions: set[TP], budgets: Mapping[str, FetchBudget], records: dict[TP, list[Any]]
) -> None:
    """Move fetched records of these partitions from aiokafka's fetcher to ``records``, one of each in turn, within the budgets."""
    ready = [tp for tp in fetcher._records if tp in partitions]
    while ready:
        ready = [tp for tp in ready if _move_one(fetcher, tp, budgets, records)]


def _move_one(
    fetcher: Any, tp: Any, budgets: Mapping[str, FetchBudget], records: dict[TP, list[Any]]
) -> bool:
    """Move one record of a partition if its budget allows; return False when the partition is done."""
    budget, fetched = budgets.get(tp.topic), fetcher._records.get(tp)
    exhausted = budget is not None and not budget
    if exhausted or not hasattr(fetched, "getone"):  # without it: an error, which the next getmany raises
        return False
    record = fetched.getone()
    if not fetched.has_more():
        fetcher._records.pop(tp, None)  # as in Fetcher.fetched_records: the partition may be fetched again
        fetcher._notify(fetcher._wait_consume_future)
    if record is not None:
        records.setdefault(TP(tp.topic, tp.partition), []).append(record)
        _deduct(budgets, tp, record)
    return record is not None


def _deduct(budgets: Mapping[str, FetchBudget], tp: Any, record: Any) -> None:
    if tp.topic in budgets:
        budgets[tp.topic].use(record)


def payload_bytes(record: Any) -> int:
    """Return the size of a record's key, value and headers in bytes, uncompressed."""
    headers = record.headers or ()
    return (
        len(record.value or b"")
        + len(record.key or b"")
        + sum(len(name) + len(value or b"") for name, value in headers)
    )
