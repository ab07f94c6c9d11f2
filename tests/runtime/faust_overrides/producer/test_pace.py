"""Produce requests are apart while jobs wait, and only then; every record arrives all the same, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.protocol.produce import ProduceRequest
from live.mill import settings

from streams import topics
from streams.runtime.faust_overrides.producer import pace as module
from streams.runtime.faust_overrides.producer.pace import PacedDrain, pace
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.follow import follow

_LONG = 3_600.0


class _Accumulator:
    """Has a batch for node 0 at each drain."""

    def __init__(self) -> None:
        self.drained = 0

    def drain_by_nodes(self, ignore_nodes: Any, muted_partitions: Any) -> tuple[dict[int, Any], bool]:
        self.drained += 1
        return {0: {}}, False

    def waiter(self) -> asyncio.Future[None]:
        return asyncio.get_running_loop().create_future()


def _paced(
    has_backlog: Callable[[], bool], monkeypatch: pytest.MonkeyPatch, lasting: float = 0.0
) -> tuple[_Accumulator, PacedDrain]:
    monkeypatch.setattr(module, "LASTING_SECONDS", lasting)
    accumulator = _Accumulator()
    return accumulator, PacedDrain(accumulator.drain_by_nodes, accumulator.waiter, has_backlog, _LONG)


@pytest.mark.parametrize(
    ("has_backlog", "lasting", "drained"), [(True, 0.0, 1), (False, 0.0, 3), (True, _LONG, 3)]
)
def test_requests_are_apart_only_in_a_backlog_that_has_lasted(
    has_backlog: bool, lasting: float, drained: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> int:
        accumulator, paced = _paced(lambda: has_backlog, monkeypatch, lasting)
        for _ in range(3):
            paced.drain_by_nodes(set())
        return accumulator.drained

    assert asyncio.run(run()) == drained


def test_a_pause_ends_when_the_backlog_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    backlog = [True]

    async def run() -> list[int]:
        accumulator, paced = _paced(lambda: backlog[0], monkeypatch)
        paced.drain_by_nodes(set())
        assert paced.drain_by_nodes(set()) == ({}, False)
        pause = paced.waiter()
        assert paced.drain_by_nodes(set()) == ({}, False)  # an answer to another request wakes the sender
        assert paced.waiter() is pause and not pause.done()
        found = [accumulator.drained]
        backlog[0] = False
        async with asyncio.timeout(10):
            await pause
        paced.drain_by_nodes(set())
        assert paced.waiter() is not pause
        return [*found, accumulator.drained]

    assert asyncio.run(run()) == [1, 2]


def test_what_finds_nothing_to_send_causes_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> int:
        accumulator, _ = _paced(lambda: True, monkeypatch)
        paced = PacedDrain(
            lambda **_: ({}, accumulator.drain_by_nodes((), ())[1]), accumulator.waiter, lambda: True, _LONG
        )
        for _ in range(3):
            paced.drain_by_nodes(set())
        return accumulator.drained

    assert asyncio.run(run()) == 3


@pytest.mark.live
@pytest.mark.parametrize("loaded", [True, False])
def test_all_records_arrive_in_order_in_fewer_requests(
    embedded: str, tmp_path: Path, loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LASTING_SECONDS", 0.0)
    requests, found = asyncio.run(_send(embedded, tmp_path, loaded))
    assert found == [str(number).encode() for number in range(60)]
    assert (requests < 20) is loaded


async def _send(address: str, folder: Path, loaded: bool) -> tuple[int, list[bytes | None]]:
    """Send sixty records, each some milliseconds after the one before, and stop the producer in a pause."""
    mill = settings(address, folder)
    await topic_admin.create(mill)
    producer: Any = AIOKafkaProducer(bootstrap_servers=address, acks=-1)
    requests, send = 0, producer.client.send

    async def counted(node: int, request: Any, **options: Any) -> Any:
        nonlocal requests
        requests += isinstance(request, ProduceRequest)
        return await send(node, request, **options)

    producer.client.send = counted
    pace(producer, lambda: loaded, 0.5)
    await producer.start()
    name = topics.full_name(mill, topics.CLEAN)
    try:
        for number in range(60):
            acknowledged = await producer.send(name, str(number).encode(), partition=0)
            await asyncio.wait([acknowledged], timeout=0.01)
    finally:
        await producer.stop()
    found = [message.value async for message in follow(mill, [topics.CLEAN], from_start=True, at_end=True)]
    return requests, found
