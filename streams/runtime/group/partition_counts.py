"""Detects added partitions while a worker runs, and tables written with another partition count than ``kafka.partitions``."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams import topics
from streams.errors import BrokerUnavailable, TopicMismatch
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.kafka import clients, topic_check
from streams.runtime.observability.metrics import Metrics
from streams.runtime.state.changelog_check import FORGET_KEY
from streams.settings import Settings
from streams.wording import counted, noun

# metadata.max.age: aiokafka's default is five minutes, during which an added partition is not consumed. One small request per worker.
REFRESH_SECONDS = 10.0

_READ_BYTES = 100_000  # read of each changelog partition to check its keys; one record is enough
_READ_SECONDS = 30.0
# Share of keys on a wrong partition that is tolerated, as somebody may have produced a few by mistake. With twice as many partitions half
# of the keys are on a wrong one, with any other number more.
_TOLERATED = 0.25

log = logging.getLogger(__name__)


class PartitionWatch:
    """Compares the partition counts of the consumed topics with the previous ones and with ``kafka.partitions``.

    It is a listener of aiokafka's cluster metadata, called after each refresh in the consumer's thread.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._declared = settings.kafka.partitions
        self._metrics = metrics
        self._keyed = set(topics.keyed(settings))
        self._names = {topics.full_name(settings, name): name for name in topics.CONSUMED}
        self._names[topics.changelog_name(settings)] = topics.CHANGELOG
        self._counts: dict[str, int] = {}

    def __call__(self, cluster: Any) -> None:
        for topic, name in self._names.items():
            count = len(cluster.partitions_for_topic(topic) or ())
            # 0: not requested yet, or not listed by a broker that is starting.
            if count and count != self._counts.get(topic):
                self._changed(topic, name, count)

    def _changed(self, topic: str, name: str, count: int) -> None:
        before = self._counts.get(topic)
        self._counts[topic] = count
        self._metrics.topic_partitions.labels(name).set(count)
        if topic in self._keyed:
            self._metrics.unused_partitions.labels(name).set(max(0, count - self._declared))
            if count != self._declared:
                log.error("%s", topic_check.keyed_difference(topic, count, self._declared))
        elif before is not None:
            have = counted(count, "partition")
            log.warning("%s has %s now, it had %d: all of them are read", topic, have, before)


async def require_same_keys(settings: Settings) -> None:
    """Raise :class:`TopicMismatch` if keys of the table's changelog are not on the partitions that ``kafka.partitions`` implies.

    If partitions were added to all topics and the setting was changed with them, every count matches, but the table's entries are
    still where the old count put them, and would not be found. The first records of each partition are checked. Raises
    :class:`BrokerUnavailable`.
    """
    name = topics.changelog_name(settings)
    consumer = AIOKafkaConsumer(
        **clients.client_options(settings), enable_auto_commit=False, max_partition_fetch_bytes=_READ_BYTES
    )
    try:
        await consumer.start()
        partitions = [TopicPartition(name, number) for number in range(settings.kafka.partitions)]
        async with asyncio.timeout(_READ_SECONDS):
            records = await _first_records(consumer, partitions)
    except (TimeoutError, KafkaError, OSError) as error:
        raise BrokerUnavailable(f"reading {name}: {clients.why(error)}") from error
    finally:
        await consumer.stop()
    # Each partition of a changelog that was emptied by a command begins with one such record.
    records = [record for record in records if record.key != FORGET_KEY]
    misplaced = [
        record for record in records if partition_of(record.key or b"", settings) != record.partition
    ]
    if len(misplaced) > len(records) * _TOLERATED:
        raise TopicMismatch(
            f"{name}: {len(misplaced):,} of {counted(len(records), 'key')} {noun(len(misplaced), 'is', 'are')} not on the partition that kafka.partitions = {settings.kafka.partitions} "
            f"implies (one is on partition {misplaced[0].partition}): the table was written with another number of partitions; set "
            "kafka.partitions to that, or move to a new kafka.topic_prefix"
        )


async def _first_records(consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> list[Any]:
    """Return what one fetch returns from the beginning of each partition that is not empty."""
    starts = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    waiting = {partition for partition in partitions if ends[partition] > starts[partition]}
    # Only then: as soon as partitions are assigned they are fetched, and a broker answers the next request of a connection
    # when it has answered the fetch, which waits half a second for records.
    consumer.assign(list(waiting))
    for partition in waiting:
        consumer.seek(partition, starts[partition])
    records: list[Any] = []
    while waiting:
        for partition, found in (await consumer.getmany(*waiting, timeout_ms=500)).items():
            records += found
            waiting.discard(partition)
        # There may be only transaction markers, which are not delivered; the position passes them.
        waiting = {partition for partition in waiting if await consumer.position(partition) < ends[partition]}
    return records
