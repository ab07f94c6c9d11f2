"""What aiokafka's group coordinator hears is what the session knows; a session that lapsed is joined anew."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.client import ConnectionGroup
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaConnectionError, RequestTimedOutError, UnknownMemberIdError
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest, SyncGroupRequest

from streams.runtime.faust_overrides import heartbeats
from streams.runtime.group.session import GroupSession

_MEMBER = "crawlmill-1"


class Connection:
    """A connection to the coordinator, on which nothing is answered once it is closed."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    def close(self) -> None:
        self.closed.set()


class Coordinator(GroupCoordinator):
    """aiokafka's own, without its tasks, with a broker whose answers are given; it never answers when there are none."""

    def __init__(self, *answers: Any) -> None:
        self.group_id, self.coordinator_id, self.generation, self.member_id = "crawlmill", 1, 4, _MEMBER
        self.connection = Connection()
        self._client: Any = SimpleNamespace(
            _conns={(1, ConnectionGroup.COORDINATION): self.connection}, coordinator_lookup=self._look_up
        )
        self._closing = asyncio.get_running_loop().create_future()
        self._coordinator_dead_fut = asyncio.get_running_loop().create_future()
        self._rejoin_needed_fut = asyncio.get_running_loop().create_future()
        self.answers = list(answers)

    def __del__(self, _warnings: object = None) -> None:
        """Nothing was started."""

    async def _look_up(self, *_: Any) -> int:
        await self.connection.closed.wait()
        return 1

    async def _send_req(self, request: object) -> Any:
        if self.answers:
            return SimpleNamespace(error_code=self.answers.pop(0))
        await self.connection.closed.wait()
        raise KafkaConnectionError("closed")


def _heartbeat(member: str = _MEMBER) -> HeartbeatRequest:
    return HeartbeatRequest("crawlmill", 4, member)


def _sync() -> SyncGroupRequest:
    return SyncGroupRequest("crawlmill", 4, _MEMBER, "", [])


def _join() -> JoinGroupRequest:
    return JoinGroupRequest("crawlmill", 6_000, 12_000, _MEMBER, "", "consumer", [])


def test_a_worker_is_a_member_from_its_assignment_until_it_is_told_otherwise() -> None:
    async def tell() -> list[bool]:
        coordinator, session = Coordinator(0, 0, 0, 0), GroupSession(6, 12)
        heartbeats.attach(coordinator, session, lambda: None)
        alive = []
        for request in (_join(), _sync(), _heartbeat(), _join()):
            await coordinator._send_req(request)
            alive.append(session.is_alive)
        return alive

    assert asyncio.run(tell()) == [False, True, True, False]


@pytest.mark.parametrize(("code", "renews"), [(0, True), (27, True), (25, False), (16, False)])
def test_a_heartbeat_counts_from_when_it_was_sent_if_the_coordinator_knows_the_member(
    code: int, renews: bool
) -> None:
    async def tell() -> bool:
        coordinator, session = Coordinator(code), GroupSession(6, 12)
        heartbeats.attach(coordinator, session, lambda: None)
        session.joined(session.clock() - 3)
        await coordinator._send_req(_heartbeat())
        return session.age() < 2

    assert asyncio.run(tell()) is renews


def test_an_answer_to_the_member_that_it_was_before_does_not_count() -> None:
    async def tell() -> float:
        coordinator, session = Coordinator(0), GroupSession(6, 12)
        heartbeats.attach(coordinator, session, lambda: None)
        session.joined(session.clock() - 3)
        await coordinator._send_req(_heartbeat("another"))
        return session.age()

    assert asyncio.run(tell()) >= 3


def test_a_member_that_the_coordinator_does_not_know_has_lost_its_session() -> None:
    async def tell() -> tuple[bool, bool]:
        coordinator, session = Coordinator(UnknownMemberIdError.errno), GroupSession(6, 12)
        heartbeats.attach(coordinator, session, lambda: None)
        session.joined(session.clock())
        assert not await coordinator._do_heartbeat()  # aiokafka's own handling of the answer
        return session.is_alive, coordinator._rejoin_needed_fut.done()

    assert asyncio.run(tell()) == (False, True)


def test_a_session_that_lapses_is_given_up_and_joined_anew_while_the_coordinator_is_silent() -> None:
    async def tell() -> tuple[Coordinator, bool]:
        coordinator, session = Coordinator(), GroupSession(0.2, 0.4)
        heartbeats.attach(coordinator, session, lambda: None)
        session.joined(session.clock())
        expiry = asyncio.create_task(heartbeats.expire(coordinator, session))
        with pytest.raises((KafkaConnectionError, RequestTimedOutError)):
            await coordinator._send_req(_heartbeat())
        await coordinator.connection.closed.wait()
        while coordinator.member_id:
            await asyncio.sleep(0)
        expiry.cancel()
        return coordinator, session.is_alive

    coordinator, alive = asyncio.run(tell())
    assert not alive
    assert coordinator.coordinator_id is None  # it is looked for anew
    assert coordinator._rejoin_needed_fut.done()


def test_a_request_that_is_not_answered_has_an_end() -> None:
    async def tell() -> Coordinator:
        coordinator, session = Coordinator(), GroupSession(0.05, 0.1)
        heartbeats.attach(coordinator, session, lambda: None)
        with pytest.raises((KafkaConnectionError, RequestTimedOutError)):
            await coordinator._send_req(_join())
        coordinator.connection.closed.clear()
        with pytest.raises(RequestTimedOutError):
            await coordinator._client.coordinator_lookup("group", "crawlmill")
        return coordinator

    assert asyncio.run(tell()).coordinator_id is None
