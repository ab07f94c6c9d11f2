"""In which order a worker takes up what waits for it on several partitions: by time, as it was written."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from typing import Any

from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP


class TimestampOrderScheduler(DefaultSchedulingStrategy):
    """Topics in turn, each topic's records by timestamp; a partition's own order always stays.

    Faust takes partitions in turn. Of a backlog, the records of a partition on which fewer wait are then taken up long
    before older ones of another, and a copy may be at the doors before its original. Kafka Streams does as is done
    here, as well as it can: among the records at hand.
    """

    @classmethod
    def map_from_records(cls, records: Mapping[TP, list[Any]]) -> Any:
        """An iterator over partition and record for each topic."""
        topics: dict[str, list[Iterator[tuple[TP, Any]]]] = {}
        for tp, messages in records.items():
            topics.setdefault(tp.topic, []).append(_of(tp, messages))
        return {topic: heapq.merge(*partitions, key=_when) for topic, partitions in topics.items()}


def _of(tp: TP, messages: list[Any]) -> Iterator[tuple[TP, Any]]:
    return ((tp, message) for message in messages)


def _when(item: tuple[TP, Any]) -> int:
    return int(item[1].timestamp or 0)
