"""Keeps a :class:`~streams.runtime.group.session.GroupSession` up to date from the requests of aiokafka's ``GroupCoordinator``.

Overrides ``_send_req`` and ``reset_generation`` of the coordinator and ``coordinator_lookup`` of its client. aiokafka 0.14
waits for each of their responses as long as for a fetch, 90 s here, and keeps its membership after the session timeout. Here each
request to the coordinator has its own timeout, and a lapsed session is abandoned: the worker rejoins as a new
member as soon as a coordinator responds.

Upstream patch: time heartbeats out by ``session_timeout_ms`` and reset the generation when it has passed, as Java's consumer does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiokafka.client import ConnectionGroup
from aiokafka.errors import InconsistentGroupProtocolError, RebalanceInProgressError, RequestTimedOutError
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest, SyncGroupRequest

from streams.runtime.group.session import GroupSession

_AT_LEAST = 0.01  # seconds between two checks
log = logging.getLogger(__name__)


def attach(coordinator: Any, session: GroupSession, refused: Callable[[], None]) -> None:
    """Make an aiokafka ``GroupCoordinator`` report its requests to the session. Call it in the coordinator's thread.

    ``refused`` is called when the group's other members share no protocol with this one (InconsistentGroupProtocol).
    """
    send, look_up = coordinator._send_req, coordinator._client.coordinator_lookup
    forget = coordinator.reset_generation

    async def sent(request: Any) -> Any:
        if isinstance(request, JoinGroupRequest):
            session.joining()
        sent_at = session.clock()
        try:
            async with asyncio.timeout(_limit(request, session)):
                response = await send(request)
        except TimeoutError as error:
            abandon(coordinator)
            raise RequestTimedOutError() from error
        _heed(coordinator, session, request, response, sent_at)
        if (
            isinstance(request, JoinGroupRequest)
            and response.error_code == InconsistentGroupProtocolError.errno
        ):
            refused()
        return response

    async def looked_up(*args: Any) -> Any:
        try:
            async with asyncio.timeout(session.session_seconds):
                return await look_up(*args)
        except TimeoutError as error:
            raise RequestTimedOutError() from error

    def forgotten() -> None:
        if session.lost() and not coordinator._closing.done():
            log.warning("no member of group %s any more: joining it again", coordinator.group_id)
        forget()

    coordinator._send_req = sent
    coordinator._client.coordinator_lookup = looked_up
    coordinator.reset_generation = forgotten


async def expire(coordinator: Any, session: GroupSession) -> None:
    """Abandon sessions that lapse. Never returns; runs in the coordinator's thread."""
    while True:
        await asyncio.sleep(max(_AT_LEAST, session.until_lapse()))
        if session.has_lapsed:
            log.warning(
                "no heartbeat answered for %.1f s: the partitions may be another worker's, nothing is written until the "
                "group is joined again",
                session.age(),
            )
            abandon(coordinator)
            coordinator.reset_generation()


def abandon(coordinator: Any) -> None:
    """Close the connection to the coordinator, failing its pending requests, and look the coordinator up again."""
    node = coordinator.coordinator_id
    connection = coordinator._client._conns.get((node, ConnectionGroup.COORDINATION))
    if connection is not None:
        connection.close()
    coordinator.coordinator_dead()


def _limit(request: Any, session: GroupSession) -> float:
    """Return the response timeout in seconds. A join waits for the other members, and requests queued behind it wait too."""
    alone = isinstance(request, HeartbeatRequest)  # none is sent while a join waits
    return session.session_seconds + (0.0 if alone else session.rebalance_seconds)


def _heed(coordinator: Any, session: GroupSession, request: Any, response: Any, sent_at: float) -> None:
    code = getattr(response, "error_code", None)
    if isinstance(request, SyncGroupRequest) and code == 0:
        session.joined(sent_at)
        return
    rebalancing = code == RebalanceInProgressError.errno
    ours = isinstance(request, HeartbeatRequest) and request._member_id == coordinator.member_id
    if ours and (code == 0 or rebalancing):  # else of the member that this worker was before
        session.confirmed(sent_at, rebalancing)
