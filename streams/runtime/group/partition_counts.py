"""Partition counts: what is added while a worker runs is noticed and said; with what count the table was written."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.errors import BrokerUnavailable, TopicMismatch
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.kafka import clients, topic_check, topics
from streams.runtime.observability.metrics import Metrics
from streams.runtime.state.changelog_check import FORGET_KEY
from streams.settings import Settings

# aiokafka's default is five minutes, in which pages on an added partition would wait unread. One small request a worker.
REFRESH_SECONDS = 10.0

_READ_BYTES = 100_000  # of each partition of the changelog, to see where its keys lie; one record is enough
_READ_SECONDS = 30.0
# Share of keys in the wrong place that may be somebody's accident. With twice as many partitions half of the keys are, with
# any other number more.
_STRAY = 0.25

log = logging.getLogger(__name__)


class PartitionWatch:
    """Compares the partitions of the consumed topics with what was there before, and with what is declared.

    Called with aiokafka's cluster metadata whenever it was refreshed, from the consumer's thread.
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
            # None: not asked for yet, or a broker that is starting and does not list it.
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
            log.warning("%s has %d partitions now, it had %d: all of them are read", topic, count, before)


async def require_same_keys(settings: Settings) -> None:
    """Raise :class:`TopicMismatch` where keys of the table's changelog lie on other partitions than ``kafka.partitions`` says.

    Partitions are added to all topics, and the setting follows: every count is as declared then, but what the table knows
    lies where the old count put it, and nobody would look for it there. The first records of each partition tell.
    """
    name = topics.changelog_name(settings)
    consumer = AIOKafkaConsumer(
        **clients.client_options(settings), enable_auto_commit=False, max_partition_fetch_bytes=_READ_BYTES
    )
    try:
        await consumer.start()
        partitions = [TopicPartition(name, number) for number in range(settings.kafka.partitions)]
        consumer.assign(partitions)
        async with asyncio.timeout(_READ_SECONDS):
            records = await _first_records(consumer, partitions)
    except (TimeoutError, KafkaError, OSError) as error:
        raise BrokerUnavailable(f"reading {name}: {type(error).__name__}: {error}") from error
    finally:
        await consumer.stop()
    # On each partition of a changelog that was emptied on purpose is one record of its own.
    records = [record for record in records if record.key != FORGET_KEY]
    astray = [record for record in records if partition_of(record.key or b"", settings) != record.partition]
    if len(astray) > len(records) * _STRAY:
        raise TopicMismatch(
            f"{name}: {len(astray)} of {len(records)} keys do not lie where kafka.partitions = {settings.kafka.partitions} would have "
            f"them (one is on partition {astray[0].partition}): the table was written with another number of partitions; set "
            "kafka.partitions to that, or move to a new kafka.topic_prefix"
        )


async def _first_records(consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> list[Any]:
    """What one fetch brings from the beginning of each partition that holds something."""
    starts = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    waiting = {partition for partition in partitions if ends[partition] > starts[partition]}
    for partition in partitions:
        consumer.seek(partition, starts[partition])
    records: list[Any] = []
    while waiting:
        for partition, found in (await consumer.getmany(*waiting, timeout_ms=500)).items():
            records += found
            waiting.discard(partition)
        # Nothing may be there but marks of transactions, of which only the position tells.
        waiting = {partition for partition in waiting if await consumer.position(partition) < ends[partition]}
    return records
