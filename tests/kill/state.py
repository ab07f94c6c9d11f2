"""Checks of a stopped consumer group: no lag, and each worker's RocksDB agrees with the changelog."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from faust.stores.rocksdb import RocksDBOptions

from streams import topics
from streams.records import Message
from streams.runtime.faust_overrides.rocksdb_store import OWN_KEYS
from streams.runtime.kafka import clients
from streams.runtime.kafka.end_offsets import committed_ends, true_ends
from streams.runtime.state.table import store_options
from streams.settings import Settings

_OFFSET = b"__faust\0offset__"  # Faust's key for the changelog offset that a database has applied
_STORE_BYTES = 10_000_000  # of memory
_PARTITION = f"{topics.BUCKETS}-"


async def lag(settings: Settings) -> list[str]:
    """Return one line for each partition with uncommitted messages."""
    committed = await committed_offsets(settings)
    reads_committed = settings.kafka.processing_guarantee == "exactly_once"
    consumer = AIOKafkaConsumer(
        **clients.client_options(settings),
        enable_auto_commit=False,
        isolation_level="read_committed" if reads_committed else "read_uncommitted",
    )
    names = [topics.full_name(settings, name) for name in topics.CONSUMED]
    partitions = [
        TopicPartition(name, number) for name in names for number in range(settings.kafka.partitions)
    ]
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends, starts = await consumer.end_offsets(partitions), await consumer.beginning_offsets(partitions)
        ends = await (committed_ends if reads_committed else true_ends)(consumer, ends, starts)
    finally:
        await consumer.stop()
    return [
        f"{tp.topic}/{tp.partition}: committed up to {committed.get((tp.topic, tp.partition), 0)} of {end}"
        for tp, end in ends.items()
        if committed.get((tp.topic, tp.partition), 0) < end
    ]


async def committed_offsets(settings: Settings) -> dict[tuple[str, int], int]:
    """Return the consumer group's committed offsets by topic and partition."""
    admin = AIOKafkaAdminClient(**clients.client_options(settings))
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(topics.app_id(settings))
    finally:
        await admin.close()
    return {(tp.topic, tp.partition): found.offset for tp, found in offsets.items()}


def stores(folders: Iterable[Path]) -> dict[Path, dict[bytes, bytes]]:
    """Return the contents of the dedup databases in these folders, by database folder. No worker may be running."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob(f"{_PARTITION}*.db")):
            store = RocksDBOptions(**store_options(_STORE_BYTES)).open(path)
            found[path] = dict(store.items())
            store.close()
    return found


def differences(
    settings: Settings, messages: Iterable[Message], stores: Mapping[Path, Mapping[bytes, bytes]]
) -> list[str]:
    """Return one line for each difference between a database and the changelog.

    Of each key the database must have the last value up to the offset stored in it, or a later one: values are written
    before the offset, and a worker may be killed in between. ``messages`` are those of the changelog, in the order of each partition.
    """
    changes: dict[int, list[Message]] = collections.defaultdict(list)
    for message in messages:
        if message.topic == topics.changelog_name(settings):
            changes[message.partition].append(message)
    told = []
    for path, store in stores.items():
        partition = int(path.stem.removeprefix(_PARTITION))
        upto = int(store.get(_OFFSET, b"-1"))
        allowed: dict[bytes, set[bytes | None]] = collections.defaultdict(lambda: {None})
        for change in changes[partition]:
            if change.offset <= upto:
                allowed[change.key or b""] = {change.value or b""}
            else:
                allowed[change.key or b""].add(change.value or b"")
        keys = allowed.keys() | {key for key in store if key not in OWN_KEYS}
        wrong = [key for key in sorted(keys) if store.get(key) not in allowed[key]]
        if wrong:
            told.append(
                f"{path}: {len(wrong)} of {len(keys)} keys are not as the changelog has them from {upto} on, one is {wrong[0]!r}"
            )
    return told
