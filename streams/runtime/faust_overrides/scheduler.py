"""Delivers fetched records of several partitions in timestamp order. Overrides Faust's ``DefaultSchedulingStrategy``."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from typing import Any

from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP


class TimestampOrderScheduler(DefaultSchedulingStrategy):
    """Serves topics in turn and each topic's records by timestamp; the order within a partition is kept.

    Faust serves partitions in turn. In a backlog, records of a partition with fewer of them are then delivered long before older
    records of another partition, and a duplicate may reach dedup before its original. As in Kafka Streams, the order
    is best effort: among the records fetched so far. Faust's ``ConsumerScheduler`` setting supports this; no patch is needed.
    """

    @classmethod
    def map_from_records(cls, records: Mapping[TP, list[Any]]) -> Any:
        """Return, for each topic, an iterator over (partition, record) in timestamp order."""
        topics: dict[str, list[Iterator[tuple[TP, Any]]]] = {}
        for tp, messages in records.items():
            topics.setdefault(tp.topic, []).append(_of(tp, messages))
        return {topic: heapq.merge(*partitions, key=_when) for topic, partitions in topics.items()}


def _of(tp: TP, messages: list[Any]) -> Iterator[tuple[TP, Any]]:
    return ((tp, message) for message in messages)


def _when(item: tuple[TP, Any]) -> int:
    return int(item[1].timestamp or 0)
