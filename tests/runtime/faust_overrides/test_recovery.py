"""A state that is ahead of its changelog is written back to it, and nothing of either is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from faust.types import TP
from live.mill import page, settings

from streams import dedup, pipeline, topics
from streams.dedup.bucket import decode_bucket
from streams.records import Candidate
from streams.runtime.app import create
from streams.runtime.faust_overrides.recovery import StateRecovery, _begins_emptied, _records, write_back
from streams.runtime.faust_overrides.rocksdb_store import StateStore
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.follow import follow
from streams.runtime.state.changelog_check import FORGET_KEY, Log
from streams.settings import Dedup, Settings

pytestmark = pytest.mark.live
_NOW = 1_750_000_000_000
Buckets = dict[bytes, bytes]


def _buckets(*numbers: int, text_of: int | None = None) -> Buckets:
    """The buckets after these pages were looked up; all with the text of one of them if ``text_of`` names it."""
    table, found = dedup.Deduplicator(Dedup()), Buckets()
    for number in numbers:
        fed = page(number)
        record = msgspec.json.decode(fed.message.value or b"")
        if text_of is not None:
            record["text"] = msgspec.json.decode(page(text_of).message.value or b"")["text"]
        message = msgspec.structs.replace(
            fed.message, value=msgspec.json.encode(record | {"id": f"page-{number}"})
        )
        candidate = pipeline.clean(message, Settings())
        assert isinstance(candidate, Candidate)
        put = table.put

        def record_change(key: str, value: bytes, put: Any = put) -> None:
            found[key.encode()] = value
            put(key, value)

        table.put = record_change  # type: ignore[method-assign]
        table.check(candidate, _NOW + number)
        table.put = put  # type: ignore[method-assign]
    return found


async def _send(chosen: Settings, values: dict[bytes, bytes | None]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=chosen.kafka.bootstrap_servers)
    await producer.start()
    try:
        for key, value in values.items():
            await producer.send_and_wait(topics.changelog_name(chosen), value, key=key, partition=0)
    finally:
        await producer.stop()


async def _changelog(chosen: Settings) -> Buckets:
    """The last value of each key of the changelog."""
    name = topics.changelog_name(chosen).removeprefix(chosen.kafka.topic_prefix)
    messages = follow(chosen, [name], from_start=True, at_end=True)
    return {message.key or b"": message.value or b"" async for message in messages}


async def _written_back(
    chosen: Settings, state: Buckets, log: Buckets
) -> tuple[Buckets, Buckets, int, int | None]:
    """Write ``state`` back to a changelog with ``log``; returns state, changelog, the offset returned and the one stored."""
    await topic_admin.create(chosen)
    await _send(chosen, dict(log))
    app = create(chosen)
    app.finalize()
    store: StateStore = app.buckets.data
    tp = TP(topics.changelog_name(chosen), 0)
    try:
        for key, value in state.items():
            store.database(0).put(key, value)
        last = await write_back(chosen, store, tp, Log(0, len(log)))
        return dict(store.database(0).items()), await _changelog(chosen), last, store.persisted_offset(tp)
    finally:
        await store.stop()


def test_a_changelog_that_lost_everything_has_all_of_the_state_again(embedded: str, tmp_path: Path) -> None:
    state = _buckets(1, 2, 3)
    kept, log, last, stored = asyncio.run(_written_back(settings(embedded, tmp_path), state, {}))
    assert kept == log == state
    assert last == stored == len(state) - 1


def test_entries_of_both_sides_are_in_both_afterwards(embedded: str, tmp_path: Path) -> None:
    state, log = _buckets(1), _buckets(2)
    kept, written, last, _ = asyncio.run(_written_back(settings(embedded, tmp_path), state, log))
    assert kept == written == state | log
    assert last == len(log) + len(state | log) - 1


def test_a_bucket_that_both_have_remembers_the_pages_of_both(embedded: str, tmp_path: Path) -> None:
    state, log = _buckets(1, text_of=7), _buckets(2, text_of=7)
    shared = state.keys() & log.keys()
    assert shared
    _, written, _, _ = asyncio.run(_written_back(settings(embedded, tmp_path), state, log))
    for key in shared:
        bucket = decode_bucket(written[key])
        known = {entry.id for entry in (*bucket.documents, *bucket.copies)}
        assert {"page-1", "page-2"} <= known


def test_the_mark_of_an_emptied_changelog_is_recognised_and_not_written_back(
    embedded: str, tmp_path: Path
) -> None:
    chosen = settings(embedded, tmp_path)
    tp = TP(topics.changelog_name(chosen), 0)

    async def run() -> tuple[Buckets, list[bool]]:
        kept, _, _, _ = await _written_back(chosen, _buckets(1), {FORGET_KEY: b"1", **_buckets(2)})
        return kept, [await _begins_emptied(chosen, tp, start) for start in (0, 1)]

    kept, emptied = asyncio.run(run())
    assert FORGET_KEY not in kept
    assert emptied == [True, False]


def test_records_are_read_from_the_start_to_before_the_end(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    tp = TP(topics.changelog_name(chosen), 0)

    async def run() -> list[list[bytes]]:
        await topic_admin.create(chosen)
        await _send(chosen, {b"%d" % number: b"v" for number in range(5)})
        return [
            [record.key async for record in _records(chosen, tp, start, end)]
            for start, end in ((0, 5), (2, 4), (3, 3))
        ]

    assert asyncio.run(run()) == [[b"0", b"1", b"2", b"3", b"4"], [b"2", b"3"], []]


def test_a_worker_s_tables_are_recovered_by_it(tmp_path: Path) -> None:
    async def run() -> object:
        return create(settings("127.0.0.1:1", tmp_path)).tables.recovery

    assert isinstance(asyncio.run(run()), StateRecovery)


def test_a_worker_that_its_broker_s_loss_is_stopping_compares_and_writes_nothing() -> None:
    asked = []

    class Stopping:
        """An app of which nothing but this may be asked."""

        crashed = True

        async def require_same_topics(self) -> None:
            asked.append("topics")

    recovery: Any = StateRecovery.__new__(StateRecovery)
    recovery.app = Stopping()
    destination: dict[Any, Any] = {}
    asyncio.run(recovery._compare_all(None, [TP("changelog", 0)], destination, active=True))
    assert (asked, destination) == (["topics"], {})
