"""Every message is delivered from the committed offset on, in order, whatever is fetched and discarded in a rebalance."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiokafka.structs import ConsumerRecord
from faust.types import TP
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.runtime.app import create
from streams.runtime.faust_overrides.consumer import Consumer
from streams.runtime.faust_overrides.fetch import FETCH_WAIT_MS, IDLE_FETCH_WAIT_MS, STARTING_FETCH_WAIT_MS
from streams.runtime.group.committed_positions import Committed
from streams.runtime.worker_app import WorkerApp
from streams.settings import Settings, Worker

FRESH, USED = TP("pages.raw", 0), TP("pages.raw", 1)
_RECORDS = 12


class Thread:
    """aiokafka's part of the consumer thread, for two partitions of twelve records: positions, and its incomplete seek."""

    def __init__(self, committed: dict[TP, int]) -> None:
        self.committed = committed
        self.positions: dict[TP, int] = {}
        self.waits: list[int] = []

    def set_fetch_wait(self, milliseconds: int) -> None:
        self.waits.append(milliseconds)

    def assign(self) -> None:
        self.positions = {tp: self.committed.get(tp, 0) for tp in (FRESH, USED)}

    def assignment(self) -> set[TP]:
        return set(self.positions)

    def highwater(self, tp: TP) -> int:
        return _RECORDS

    def seek(self, tp: TP, offset: int) -> None:
        self.positions[tp] = offset

    async def seek_to_committed(self) -> dict[TP, int | None]:
        found = {tp: self.committed.get(tp) for tp in self.positions}
        self.positions |= {tp: offset for tp, offset in found.items() if offset}  # as aiokafka does
        return found

    async def ends(self, partitions: list[TP]) -> dict[TP, int]:
        return dict.fromkeys(partitions, _RECORDS)

    async def committed_of(self, partitions: list[TP]) -> dict[TP, Committed]:
        return {tp: Committed(self.committed[tp]) for tp in partitions if tp in self.committed}

    async def commit(self, offsets: dict[TP, int]) -> bool:
        self.committed |= offsets
        return True

    async def earliest_offsets(self, *partitions: TP) -> dict[TP, int]:
        return dict.fromkeys(partitions, 0)

    async def fetch_within(
        self, active: set[TP], budgets: object, timeout: float
    ) -> dict[TP, list[ConsumerRecord]]:
        found = {}
        for tp in sorted(active):
            at = self.positions[tp]
            offsets = range(at, min(at + 2, _RECORDS))
            self.positions[tp] = offsets.stop
            found[tp] = [_record(tp, offset) for offset in offsets]
        return found


def _record(tp: TP, offset: int) -> ConsumerRecord:
    return ConsumerRecord(tp.topic, tp.partition, offset, 1_750_000_000_000, 0, b"k", b"v", None, 1, 1, ())


async def _nothing(*_: Any) -> None:
    """A callback that does nothing."""


class Group:
    """A consumer and its rebalances, in Faust's steps."""

    def __init__(self, app: WorkerApp, committed: dict[TP, int]) -> None:
        self.app, self.thread, self.generation = app, Thread(committed), 0
        consumer = app.transport.create_consumer(
            callback=_nothing, on_partitions_revoked=_nothing, on_partitions_assigned=_nothing
        )
        assert isinstance(consumer, Consumer)
        self.consumer: Any = consumer
        self.consumer._thread = self.thread

    async def rebalance(self) -> None:
        self.app.on_rebalance_start()
        self.consumer.stop_flow()
        await self.consumer.on_partitions_revoked(self.thread.assignment())
        self.thread.assign()
        self.app.session.joined(self.app.session.clock())
        self.generation += 1
        self.app.consumer_generation_id = self.generation
        await self.consumer.on_partitions_assigned(self.thread.assignment(), self.generation)
        self.consumer.resume_flow()  # Faust resumes all partitions for the changelogs, before it seeks

    async def settle(self) -> None:
        if self.app.rebalancing:
            await self.consumer.perform_seek()
            self.app.on_rebalance_end()

    async def fetch(self) -> list[tuple[TP, int]]:
        return [(tp, message.offset) async for tp, message in self.consumer.getmany(timeout=0.1)]


@pytest.fixture
def app(tmp_path: Path) -> WorkerApp:
    return create(Settings(worker=Worker(data_dir=str(tmp_path))))


def test_messages_discarded_in_a_rebalance_are_delivered_where_nothing_was_committed_yet(
    app: WorkerApp,
) -> None:
    async def scenario() -> list[tuple[TP, int]]:
        group = Group(app, {USED: 3})
        await group.rebalance()
        assert await group.fetch() == []
        await group.settle()
        return await group.fetch()

    assert sorted(asyncio.run(scenario())) == [(FRESH, 0), (FRESH, 1), (USED, 3), (USED, 4)]


@settings(deadline=None)
@given(script=st.lists(st.sampled_from(["rebalance", "settle", "fetch", "fetch"]), max_size=25))
def test_each_generation_is_delivered_from_the_committed_offset_on_without_a_gap(
    script: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = create(Settings(worker=Worker(data_dir=str(tmp_path_factory.mktemp("tables")))))
    committed = {USED: 3}

    async def scenario() -> dict[int, list[tuple[TP, int]]]:
        group, delivered = Group(app, committed), {0: list[tuple[TP, int]]()}
        await group.rebalance()
        for step in script:
            if step == "fetch":
                delivered.setdefault(group.generation, []).extend(await group.fetch())
            else:
                await getattr(group, step)()
        return delivered

    for messages in asyncio.run(scenario()).values():
        for tp in (FRESH, USED):
            offsets = [offset for where, offset in messages if where == tp]
            first = committed.get(tp, 0)
            assert offsets == list(range(first, first + len(offsets)))


def test_the_fetch_wait_is_short_while_partitions_are_assigned_and_a_pool_process_is_idle(
    app: WorkerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waits() -> list[int]:
        group = Group(app, {FRESH: 0, USED: 3})
        await group.rebalance()
        assert set(group.thread.waits) == {STARTING_FETCH_WAIT_MS}
        await group.settle()
        group.thread.waits.clear()
        for idle in (True, False, True):
            monkeypatch.setattr(app, "has_idle_process", lambda idle=idle: idle)
            await group.fetch()
        return group.thread.waits

    assert asyncio.run(waits()) == [IDLE_FETCH_WAIT_MS, FETCH_WAIT_MS, IDLE_FETCH_WAIT_MS]


def test_the_committed_offset_is_the_one_after_the_last_acknowledged(app: WorkerApp) -> None:
    consumer = Group(app, {}).consumer
    assert consumer._new_offset(FRESH) is None
    for offsets, committed in (
        ([0, 1, 2], 3),
        ([3, 7], 8),
        ([9], 10),
    ):  # 4 to 6 and 8 are transaction markers
        consumer._acked[FRESH].extend(offsets)
        assert consumer._new_offset(FRESH) == committed
        assert consumer._new_offset(FRESH) is None


def test_only_assigned_partitions_are_committed_and_the_lag_is_updated(app: WorkerApp) -> None:
    gone = TP("pages.raw", 7)

    async def scenario() -> Group:
        group = Group(app, {USED: 3})
        await group.rebalance()
        await group.settle()
        assert await group.consumer._commit_offsets({USED: 5, gone: 9})
        assert not await group.consumer._commit_offsets({gone: 10})
        return group

    group = asyncio.run(scenario())
    assert group.thread.committed == {USED: 5}
    assert group.consumer._committed_offset[USED] == 5
    assert app.monitor.tp_committed_offsets[USED] == 5


def test_an_event_is_current_until_the_next_rebalance_or_the_end_of_the_session(app: WorkerApp) -> None:
    class Event:
        def __init__(self, generation: int) -> None:
            self.generation_id, self.message = generation, self

    async def scenario() -> list[bool]:
        group = Group(app, {})
        await group.rebalance()
        during = app.is_current(Event(1))
        await group.settle()
        after = [during, app.is_current(Event(1)), app.is_current(Event(0))]
        app.session.joined(app.session.clock() - app.session.session_seconds)
        return [*after, app.is_current(Event(1))]

    assert asyncio.run(scenario()) == [False, True, False, False]


def _consumer(tmp_path: Path) -> Consumer:
    consumer = create(Settings(worker=Worker(data_dir=str(tmp_path)))).consumer
    assert isinstance(consumer, Consumer)
    return consumer


def test_a_message_for_which_there_is_room_is_put_without_a_task(tmp_path: Path) -> None:
    async def tell() -> None:
        tasks, put = len(asyncio.all_tasks()), []

        async def message() -> str:
            put.append(len(asyncio.all_tasks()) - tasks)
            return "put"

        never = asyncio.Event()
        waiting = never.wait()
        found = await _consumer(tmp_path).wait_first(message(), waiting)
        assert put == [0] and found.results == ["put"] and not found.stopped
        with pytest.raises(RuntimeError, match="cannot reuse"):  # nobody waits for it any more
            await waiting

    asyncio.run(tell())


@pytest.mark.parametrize("suspends", [False, True])
def test_a_message_that_waits_for_room_is_put_when_there_is_some_unless_the_flow_is_suspended(
    tmp_path: Path, suspends: bool
) -> None:
    async def tell() -> None:
        room, suspended, steps = asyncio.Event(), asyncio.Event(), []

        async def message() -> str:
            try:
                await asyncio.sleep(0)
                await room.wait()
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                steps.append("cancelled")
                raise
            steps.append("put")
            return "put"

        waiting = asyncio.create_task(_consumer(tmp_path).wait_first(message(), suspended.wait()))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done() and not steps
        (suspended if suspends else room).set()
        found = await waiting
        await asyncio.sleep(0)
        assert steps == ["cancelled" if suspends else "put"]
        assert found.results == ([True] if suspends else ["put"])

    asyncio.run(tell())


@pytest.mark.parametrize("waits", [False, True])
def test_the_error_of_a_message_is_raised_whether_it_waited_or_not(tmp_path: Path, waits: bool) -> None:
    async def message() -> None:
        if waits:
            await asyncio.sleep(0)
        raise ValueError("of the message")

    async def tell() -> None:
        with pytest.raises(ValueError, match="of the message"):
            await _consumer(tmp_path).wait_first(message(), asyncio.Event().wait())

    asyncio.run(tell())
