"""Reads the dispositions that are on the topics from a time on."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiokafka.errors import KafkaError

from streams import topics
from streams.errors import BrokerUnavailable
from streams.inspector.entries import Entry
from streams.inspector.store import Store
from streams.records import Replayed
from streams.runtime.inspector.follower import Follower, entry_of
from streams.runtime.kafka import clients
from streams.runtime.kafka.end_offsets import true_ends
from streams.runtime.kafka.topic_records import ENDS
from streams.settings import Settings


async def since(settings: Settings, at: int) -> AsyncIterator[Entry | None]:
    """Yield the entries of all dispositions written since ``at`` (milliseconds since the epoch) until now; None for a foreign record.

    Raises :class:`~streams.errors.BrokerUnavailable` and :class:`~streams.errors.TopicMismatch`.
    """
    followed = {topics.full_name(settings, name) for name in ENDS}
    try:
        async with Follower(settings, Store(0), 0).consumer() as (consumer, partitions):
            mine = [tp for tp in partitions if tp.topic in followed]
            starts = await consumer.beginning_offsets(mine)
            ends = await true_ends(consumer, await consumer.end_offsets(mine), starts)
            found = await consumer.offsets_for_times(dict.fromkeys(mine, at))
            for tp in mine:
                first = found.get(tp)
                consumer.seek(tp, ends[tp] if first is None else first.offset)
            while waiting := [tp for tp in mine if await consumer.position(tp) < ends[tp]]:
                for records in (await consumer.getmany(*waiting, timeout_ms=500)).values():
                    for record in records:
                        entry = entry_of(settings, record) if record.timestamp >= at else Replayed
                        if entry is None or isinstance(entry, Entry):
                            yield entry
    except (KafkaError, TimeoutError) as error:
        raise BrokerUnavailable(f"reading {', '.join(sorted(followed))}: {clients.why(error)}") from error
