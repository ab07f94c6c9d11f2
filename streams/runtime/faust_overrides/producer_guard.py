"""Prevents a producer from sending records, including buffered ones, after the worker's group session has lapsed.

Overrides ``AIOKafkaClient.send`` of one producer. aiokafka 0.14 retries a batch until its request timeout, on any
connection. So the session is checked for each request immediately before it is sent; and when the session lapses,
connections are aborted, which discards data in the socket's send buffer. Requests already received by the broker, or on
their way, cannot be withdrawn: the margin of the session covers them. With transactions the broker fences the producer (:mod:`streams.runtime.delivery.exactly_once`).
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from aiokafka.client import ConnectionGroup
from aiokafka.errors import NodeNotReadyError
from aiokafka.protocol.produce import ProduceRequest

from streams.runtime.group.session import GroupSession, SessionLapsed

_DISCARD = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: closing discards unsent data


def guard(producer: Any, session: GroupSession) -> None:
    """Make an aiokafka producer fail batches with :class:`SessionLapsed` while there is no live session."""
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
    """Raise :class:`SessionLapsed` unless the session is alive."""
    if not session.is_alive:
        raise SessionLapsed("the partitions may be another worker's by now")


def sever(producer: Any) -> None:
    """Abort a producer's connections and discard unsent data; requests waiting for a response fail."""
    for connection in list(producer.client._conns.values()):
        if (writer := connection._writer) is not None:
            if (sock := writer.get_extra_info("socket")) is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DISCARD)
            writer.transport.abort()
        connection.close()
