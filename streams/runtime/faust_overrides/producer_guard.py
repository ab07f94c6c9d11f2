"""Keeps a producer from sending records for a worker whose group session has lapsed, those it holds already included.

aiokafka 0.14 keeps records in batches and sends a batch again and again until its request timeout, on whatever connection
it gets. So whether anything may be sent is asked where a request goes onto the wire, each time; and when the session
lapses, connections are cut at once, with what the system still has to send on them. What the broker has received by
then, or is on its way, cannot be called back: that is what the margin of the session is for. With transactions the broker
refuses it by itself (:mod:`streams.runtime.delivery.exactly_once`).
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from aiokafka.client import ConnectionGroup
from aiokafka.errors import NodeNotReadyError
from aiokafka.protocol.produce import ProduceRequest

from streams.runtime.group.session import GroupSession, SessionLapsed

_DISCARD = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 s: closing throws away what was not sent yet


def guard(producer: Any, session: GroupSession) -> None:
    """Have an aiokafka producer fail batches with :class:`SessionLapsed` instead of sending them without a session."""
    client = producer.client
    send = client.send

    async def sent(node_id: int, request: Any, *, group: ConnectionGroup = ConnectionGroup.DEFAULT) -> Any:
        if isinstance(request, ProduceRequest):
            require(session)
            if not await client.ready(
                node_id, group=group
            ):  # which may take long; sending then takes no time
                raise NodeNotReadyError(f"node {node_id} is not ready")
            require(session)
        return await send(node_id, request, group=group)

    client.send = sent


def require(session: GroupSession) -> None:
    """Raise :class:`SessionLapsed` where there is no session that is alive."""
    if not session.is_alive:
        raise SessionLapsed("the partitions may be another worker's by now")


def sever(producer: Any) -> None:
    """Cut a producer's connections and throw away what was not sent yet; what waited for an answer on them fails."""
    for connection in list(producer.client._conns.values()):
        if (writer := connection._writer) is not None:
            if (sock := writer.get_extra_info("socket")) is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DISCARD)
            writer.transport.abort()
        connection.close()
