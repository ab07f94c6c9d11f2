"""A producer sends nothing without a live group session, including records that it had buffered before."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from live.mill import settings
from live.proxy import Proxy

from streams import topics
from streams.runtime.faust_overrides.producer_guard import guard, sever
from streams.runtime.group.session import GroupSession, SessionLapsed
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.follow import follow

pytestmark = pytest.mark.live
_PRODUCE = frozenset({0})


def test_what_a_producer_holds_when_the_session_is_lost_is_never_sent(embedded: str, tmp_path: Path) -> None:
    found = asyncio.run(_lose(embedded, tmp_path))
    assert set(found) - {b"on its way"} == {b"before", b"of the next session"}


async def _lose(address: str, folder: Path) -> list[bytes | None]:
    mill = settings(address, folder)
    await topic_admin.create(mill)
    name = topics.full_name(mill, topics.CLEAN)
    proxy, session = Proxy(address), GroupSession(60, 120)
    await proxy.start()
    producer = AIOKafkaProducer(bootstrap_servers=proxy.address, acks=-1)
    guard(producer, session)
    session.on_lost = lambda: sever(producer)
    await producer.start()
    try:
        with pytest.raises(SessionLapsed):
            await producer.send_and_wait(name, b"of no session", partition=0)
        session.joined(session.clock())
        await producer.send_and_wait(name, b"before", partition=0)
        proxy.cut(_PRODUCE)
        sent = [await producer.send(name, b"on its way", partition=0)]
        async with asyncio.timeout(30):
            while not proxy.held:
                await asyncio.sleep(0.01)  # the proxy's turn
        sent.append(await producer.send(name, b"in the producer", partition=0))
        session.lost()
        for result in await asyncio.gather(*sent, return_exceptions=True):
            assert isinstance(result, SessionLapsed)
        proxy.heal()
        session.joined(session.clock())
        await producer.send_and_wait(name, b"of the next session", partition=0)
    finally:
        await producer.stop()
        await proxy.stop()
    return [message.value async for message in follow(mill, [topics.CLEAN], from_start=True, at_end=True)]
