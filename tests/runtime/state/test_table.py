"""The dedup table's RocksDB as a worker opens it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import rocksdict
from faust.stores.rocksdb import RocksDBOptions
from faust.types import TP

from streams.dedup.bucket import Bucket, DocumentEntry, encode_bucket
from streams.errors import Revoked
from streams.runtime.app import create
from streams.runtime.state.changelog import Written
from streams.runtime.state.fact_keys import encode_facts, page_facts
from streams.runtime.state.table import store_options
from streams.settings import Settings, Worker


def _open(path: Path, **changed: int) -> Any:
    return RocksDBOptions(**{**store_options(192_000_000), **changed}).open(path)


def test_values_written_alone_and_in_batches_are_there_after_reopening(tmp_path: Path) -> None:
    store = _open(tmp_path / "buckets")
    store.put(b"alone", b"1")
    batch = rocksdict.WriteBatch(raw_mode=True)
    batch.put(b"batched", b"2")
    store.write(batch)
    store.close()
    store = _open(tmp_path / "buckets")
    assert dict(store.items()) == {b"alone": b"1", b"batched": b"2"}
    assert (store.get(b"alone"), store.get(b"batched")) == (b"1", b"2")


def test_all_partitions_together_share_the_memory_of_one() -> None:
    for partitions in (1, 4, 32):
        each = store_options(192_000_000, partitions)
        writing = each["write_buffer_size"] * each["max_write_buffer_number"]
        assert (each["block_cache_size"] + writing) * partitions == 192_000_000


class There(NamedTuple):
    """The acknowledgement of a record by aiokafka's producer."""

    offset: int


class Wire:
    """Takes the place of the app's producer; acknowledges on request."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, bytes, bytes, asyncio.Future[There]]] = []

    async def send(self, topic: str, value: bytes, key: bytes, partition: int) -> asyncio.Future[There]:
        answer: asyncio.Future[There] = asyncio.get_running_loop().create_future()
        self.sent.append((topic, partition, key, value, answer))
        return answer


@asynccontextmanager
async def _buckets(tmp_path: Path) -> AsyncIterator[tuple[Any, Wire]]:
    """The table of an app without a broker, which owns partition 1, and the producer it writes to."""
    app, wire = create(Settings(worker=Worker(data_dir=str(tmp_path)))), Wire()
    app.finalize()
    app.sender = lambda: wire  # type: ignore[method-assign]
    await _share_out(app, 1)
    yield app.buckets, wire
    await app.buckets.data.stop()


async def _share_out(app: Any, *partitions: int) -> None:
    """Call the table as Faust does in a rebalance."""
    topics = ("pages.candidates", app.buckets.changelog_topic_name)
    assigned = {TP(topic, partition) for topic in topics for partition in partitions}
    app.session.joined(app.session.clock())
    await app.buckets.on_rebalance(assigned, set(), assigned, 1)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


def test_a_change_is_readable_at_once_and_stored_with_its_offset_when_it_is_in_the_changelog(
    tmp_path: Path,
) -> None:
    async def tell() -> None:
        async with _buckets(tmp_path) as (table, wire):
            place = TP(table.changelog_topic_name, 1)
            assert table.read_bucket(1, b"bucket") == b""
            table.write_bucket(1, b"bucket", b"memory")
            assert table.read_bucket(1, b"bucket") == b"memory"
            publishing = asyncio.create_task(table.publish(table.drain_changes()))
            await _until(lambda: bool(wire.sent))
            assert wire.sent[0][:4] == (place.topic, 1, b"bucket", b"memory")
            assert table.data._db_for_partition(1).get(b"bucket") is None
            wire.sent[0][4].set_result(There(41))
            await publishing
            assert (
                table.data._db_for_partition(1).get(b"bucket") == table.read_bucket(1, b"bucket") == b"memory"
            )
            assert table.data.persisted_offset(place) == 41
            assert table.drain_changes() == []

    asyncio.run(tell())


def test_a_rebalance_discards_changes_that_are_not_in_the_changelog(tmp_path: Path) -> None:
    async def tell() -> None:
        async with _buckets(tmp_path) as (table, wire):
            table.write_bucket(1, b"bucket", b"memory")
            changes = table.drain_changes()
            await _share_out(table.app, 1, 2)
            assert table.read_bucket(1, b"bucket") == b""
            with pytest.raises(Revoked):
                await table.publish(changes)
            table.store_written([Written(changes[0], 7)])
            assert table.data._db_for_partition(1).get(b"bucket") is None
            assert wire.sent == []
            assert [table.owns(partition) for partition in range(4)] == [False, True, True, False]

    asyncio.run(tell())


def test_changes_of_a_committed_transaction_are_stored_and_an_unknown_offset_is_not(tmp_path: Path) -> None:
    async def tell() -> None:
        async with _buckets(tmp_path) as (table, _):
            place = TP(table.changelog_topic_name, 1)
            for value, offset, known in ((b"1", 5, 5), (b"2", -1, 5)):
                table.write_bucket(1, b"bucket", value)
                table.store_written([Written(change, offset) for change in table.drain_changes()])
                assert table.data._db_for_partition(1).get(b"bucket") == value
                assert table.data.persisted_offset(place) == known

    asyncio.run(tell())


def test_the_recovery_offset_stays_while_another_transaction_writes_to_the_same_changelog(
    tmp_path: Path,
) -> None:
    """Its change has a lower offset and is stored later: an offset that had passed it would lose it in a crash."""

    async def tell() -> None:
        async with _buckets(tmp_path) as (table, _):
            place, page = TP(table.changelog_topic_name, 1), b"0123456789abcdef"

            def store(key: bytes, offset: int) -> int:
                table.store_written([Written(table.change(1, key, b"value"), offset)])
                assert table.read_bucket(1, key) == b"value"
                return int(table.data.persisted_offset(place))

            assert store(b"bucket", 5) == 5
            with table.held_offset(1, (ValueError,)):
                assert store(b"bucket", 8) == 5
                assert store(page, 7) == 5
            with pytest.raises(ValueError), table.held_offset(1, (ValueError,)):
                raise ValueError
            assert store(b"bucket", 9) == 9
            with pytest.raises(OSError), table.held_offset(1, (ValueError,)):
                raise OSError  # perhaps committed
            assert store(b"bucket", 12) == 9
            await _share_out(table.app, 1)
            assert store(b"bucket", 14) == 14

    asyncio.run(tell())


def test_buckets_of_other_workers_are_not_written(tmp_path: Path) -> None:
    async def tell() -> None:
        async with _buckets(tmp_path) as (table, _):
            with pytest.raises(RuntimeError, match="partition 0 is another worker's"):
                table.write_bucket(0, b"bucket", b"memory")
            with pytest.raises(RuntimeError, match="partition 0 is another worker's"):
                table.change(0, b"0123456789abcdef", b"facts")

    asyncio.run(tell())


def test_sweep_removes_buckets_without_a_new_entry_for_two_windows_and_no_others(tmp_path: Path) -> None:
    now, window = 1_800_000_000, 720 * 3_600

    def memory(seconds_ago: float) -> bytes:
        entry = DocumentEntry(
            when=int((now - seconds_ago) * 1_000), id="a", url="u", url_hash=bytes(8), signature=bytes(128), digest=bytes(8)
        )  # fmt: skip
        return encode_bucket(Bucket(documents=(entry,)))

    async def tell() -> None:
        async with _buckets(tmp_path) as (table, wire):
            database = table.data.database(1)
            values = {
                b"old": memory(2 * window + 1),
                b"over": memory(window + 1),
                b"young": memory(60),
                b"empty": b"",
            }
            for key, written in ((b"0" * 16, now - 2 * window - 1), (b"1" * 16, now - window)):
                values[key] = encode_facts(page_facts(1, int(written * 1_000), ()))
            values |= {b"x%03d" % number: values[b"old"] for number in range(500)} | {b"unreadable": b"\xc1"}
            for key, value in values.items():
                database.put(key, value)
            table.data.set_persisted_offset(TP(table.changelog_topic_name, 1), 9)
            table.write_bucket(1, b"x007", b"changed meanwhile")
            pauses: list[int] = []

            async def pause() -> None:
                pauses.append(1)

            assert await table.sweep(lambda: now, pause) == 502
            left = {key for key, _ in database.items()}
            assert left == {b"over", b"young", b"unreadable", b"x007", b"1" * 16}
            assert len(pauses) == 3 and wire.sent == []
            assert table.data.persisted_offset(TP(table.changelog_topic_name, 1)) == 9

    asyncio.run(tell())


def test_values_are_stored_without_a_ttl() -> None:
    """With a TTL, RocksDB permanently refuses to read values written while the clock was at 1970."""
    assert "ttl" not in store_options(192_000_000)
