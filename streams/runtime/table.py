"""The doors' table: RocksDB with a changelog topic, written so that what is acknowledged is also remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import faust

from streams.runtime.work import Change
from streams.settings import Dedup

_LEAST = 1_000_000  # bytes for one partition, to read and to write


def store_options(options: Dedup, store_bytes: int, partitions: int = 1) -> dict[str, Any]:
    """How a partition's RocksDB is opened where there are so many partitions, which share ``store_bytes`` of memory.

    Shared among all there are, also where a worker has a few: how many it will have is not known when the first is opened.

    A value ends by itself a window after it was written last: RocksDB drops it when it next rewrites its file, which
    it does every 30 days at the latest (``periodic_compaction_seconds`` where there is a filter). Nothing looks for
    old ones, and a visit that meets one sees that it is old. Faust's own sizes are for one database: 2 GB of cache
    and 192 MB of write buffers for each partition.
    """
    return {
        "ttl": options.window_hours * 3_600,
        "block_cache_size": max(_LEAST, store_bytes * 2 // 3 // partitions),
        "write_buffer_size": max(_LEAST, store_bytes // 3 // partitions // 2),
        "max_write_buffer_number": 2,
        "bloom_filter_size": 10,  # bits a key: most visits are to a door that nobody knows, 1 % of them read a block
    }


class DoorsTable(faust.Table[bytes, bytes]):
    """A Faust table whose changelog is written with what a visit causes, instead of by Faust's buffer.

    Faust puts changes into a buffer that nobody awaits: a write that fails is noticed by no one, and a commit may
    come before it. Here :meth:`take` hands the changes of a visit to the stage; who sends its result awaits
    :meth:`publish` before, or has them in one transaction (:mod:`streams.runtime.sending`, :mod:`streams.runtime.lanes`).
    Keys and values are the bytes that they are, never JSON.
    """

    def __init__(self, app: Any, **kwargs: Any) -> None:
        settings = app.settings
        options = store_options(settings.dedup, settings.worker.store_bytes, settings.kafka.partitions)
        super().__init__(app, options=options, **kwargs)
        self._changes: list[Change] = []
        self._order = asyncio.Lock()

    def _serializer_from_type(self, typ: Any) -> str:
        return "raw"

    def known(self, partition: int, key: bytes) -> bytes:
        """What the door of this key remembers; nothing where nobody has passed it.

        RocksDB is asked, and not the table: ``table.get`` reads a value twice, and knows the partition from the message
        that its agent holds.
        """
        value: bytes | None = self._database(partition).get(key)
        return value or b""

    def remember(self, partition: int, key: bytes, value: bytes) -> None:
        """Store what the door remembers from now on, and note it for the changelog."""
        event = faust.current_event()
        if event is None or event.message.partition != partition:
            raise RuntimeError(
                "doors are written only by their agent, while it holds a message of their partition"
            )
        self._database(partition).put(key, value)
        self._changes.append(Change(partition, key, value, event.message.generation_id or 0))

    def _database(self, partition: int) -> Any:
        data: Any = self.data
        return data._db_for_partition(partition)

    def take(self) -> list[Change]:
        """The changes made since the last call."""
        changes, self._changes = self._changes, []
        return changes

    async def publish(self, changes: Sequence[Change]) -> None:
        """Write the changes of one message to the changelog; returns when the broker has them. In the order of calls,
        whatever waits."""
        async with self._order:
            # Two values of one key must not overtake one another on their way into the producer.
            sent = [await self._send(change) for change in changes]
        written = [(change, await pending) for change, pending in zip(changes, sent, strict=True)]
        self.persisted(*written[-1])  # all are on one partition: the last is behind the others

    async def _send(self, change: Change) -> Any:
        app: Any = self.app
        name = self.changelog_topic.get_topic_name()
        return await app.sender().send(name, change.value, key=change.key, partition=change.partition)

    def persisted(self, change: Change, written: Any) -> None:
        """Note beside the data up to where the changelog is contained in it: recovery starts there.

        Called when the changelog has the change for good; with transactions, when they are committed.
        """
        if change.generation != self.app.consumer_generation_id:
            return  # the partition may be another worker's by now, and its database with it
        self.data.set_persisted_offset(written.topic_partition, written.offset)
