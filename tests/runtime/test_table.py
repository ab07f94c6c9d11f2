"""The doors' RocksDB as a worker opens it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import rocksdict
from faust.stores.rocksdb import RocksDBOptions
from faust.types import TP

from streams.runtime.app import create
from streams.runtime.pending import Written
from streams.runtime.sending import Revoked
from streams.runtime.table import store_options
from streams.settings import Dedup, Settings, Worker


def _open(path: Path, **changed: int) -> Any:
    return RocksDBOptions(**{**store_options(Dedup(), 192_000_000), **changed}).open(path)


def test_values_written_alone_and_in_batches_are_there_after_reopening(tmp_path: Path) -> None:
    store = _open(tmp_path / "doors")
    store.put(b"alone", b"1")
    batch = rocksdict.WriteBatch(raw_mode=True)
    batch.put(b"batched", b"2")
    store.write(batch)
    store.close()
    store = _open(tmp_path / "doors")
    assert dict(store.items()) == {b"alone": b"1", b"batched": b"2"}
    assert (store.get(b"alone"), store.get(b"batched")) == (b"1", b"2")


def test_what_was_not_written_for_a_window_is_gone_after_compaction_and_what_was_is_not(
    tmp_path: Path,
) -> None:
    store = _open(tmp_path / "doors", ttl=2)
    for number in range(1_000):
        store.put(b"old %d" % number, bytes(200))
    store.put(b"visited again", b"1")
    store.flush()
    deadline = time.monotonic() + 60
    while len(list(store.keys())) > 1 and time.monotonic() < deadline:
        store.put(b"visited again", b"2")
        store.flush()
        store.compact_range(None, None)
        time.sleep(0.2)  # RocksDB's clock counts seconds
    assert dict(store.items()) == {b"visited again": b"2"}


def test_a_value_lives_for_the_window_of_the_settings() -> None:
    assert store_options(Dedup(window_hours=5), 192_000_000)["ttl"] == 5 * 3_600


def test_all_partitions_together_have_the_memory_that_one_has() -> None:
    for partitions in (1, 4, 32):
        each = store_options(Dedup(), 192_000_000, partitions)
        writing = each["write_buffer_size"] * each["max_write_buffer_number"]
        assert (each["block_cache_size"] + writing) * partitions == 192_000_000


class There(NamedTuple):
    """What aiokafka's producer says of a record that the broker has."""

    offset: int


class Wire:
    """Stands where the app's producer is; answers when told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, bytes, bytes, asyncio.Future[There]]] = []

    async def send(self, topic: str, value: bytes, key: bytes, partition: int) -> asyncio.Future[There]:
        answer: asyncio.Future[There] = asyncio.get_running_loop().create_future()
        self.sent.append((topic, partition, key, value, answer))
        return answer


@asynccontextmanager
async def _doors(tmp_path: Path) -> AsyncIterator[tuple[Any, Wire]]:
    """The table of an app that has no broker, with partition 1 of its doors; and what it writes to."""
    app, wire = create(Settings(worker=Worker(data_dir=str(tmp_path)))), Wire()
    app.finalize()
    app.sender = lambda: wire  # type: ignore[method-assign]
    await _share_out(app, 1)
    yield app.doors, wire
    await app.doors.data.stop()


async def _share_out(app: Any, *partitions: int) -> None:
    """What Faust does in a rebalance, as far as a table hears of it."""
    topics = ("pages.candidates", app.doors.changelog_topic_name)
    assigned = {TP(topic, partition) for topic in topics for partition in partitions}
    app.session.joined(app.session.clock())
    await app.doors.on_rebalance(assigned, set(), assigned, 1)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


def test_what_a_door_learns_is_known_at_once_and_stored_with_its_offset_when_the_changelog_has_it(
    tmp_path: Path,
) -> None:
    async def tell() -> None:
        async with _doors(tmp_path) as (doors, wire):
            place = TP(doors.changelog_topic_name, 1)
            assert doors.known(1, b"door") == b""
            doors.remember(1, b"door", b"memory")
            assert doors.known(1, b"door") == b"memory"
            publishing = asyncio.create_task(doors.publish(doors.take()))
            await _until(lambda: bool(wire.sent))
            assert wire.sent[0][:4] == (place.topic, 1, b"door", b"memory")
            assert doors.data._db_for_partition(1).get(b"door") is None
            wire.sent[0][4].set_result(There(41))
            await publishing
            assert doors.data._db_for_partition(1).get(b"door") == doors.known(1, b"door") == b"memory"
            assert doors.data.persisted_offset(place) == 41
            assert doors.take() == []

    asyncio.run(tell())


def test_a_rebalance_forgets_what_the_changelog_does_not_have(tmp_path: Path) -> None:
    async def tell() -> None:
        async with _doors(tmp_path) as (doors, wire):
            doors.remember(1, b"door", b"memory")
            changes = doors.take()
            await _share_out(doors.app, 1, 2)
            assert doors.known(1, b"door") == b""
            with pytest.raises(Revoked):
                await doors.publish(changes)
            doors.settle([Written(changes[0], 7)])
            assert doors.data._db_for_partition(1).get(b"door") is None
            assert wire.sent == []
            assert [doors.owns(partition) for partition in range(4)] == [False, True, True, False]

    asyncio.run(tell())


def test_what_transactions_have_committed_is_stored_and_an_unknown_offset_is_not(tmp_path: Path) -> None:
    async def tell() -> None:
        async with _doors(tmp_path) as (doors, _):
            place = TP(doors.changelog_topic_name, 1)
            for value, offset, known in ((b"1", 5, 5), (b"2", -1, 5)):
                doors.remember(1, b"door", value)
                doors.settle([Written(change, offset) for change in doors.take()])
                assert doors.data._db_for_partition(1).get(b"door") == value
                assert doors.data.persisted_offset(place) == known

    asyncio.run(tell())


def test_doors_of_other_workers_are_not_written(tmp_path: Path) -> None:
    async def tell() -> None:
        async with _doors(tmp_path) as (doors, _):
            with pytest.raises(RuntimeError, match="partition 0 are another worker's"):
                doors.remember(0, b"door", b"memory")

    asyncio.run(tell())
