"""A TCP proxy in front of Kafka brokers that can delay requests of chosen kinds, or all, and limit bandwidth.

Each client can have a proxy of its own: broker addresses in responses are replaced by the proxy's, in place, as both
are 127.0.0.1 and a port of four bytes.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import partial

# https://kafka.apache.org/protocol.html#protocol_api_keys
PRODUCE, JOIN_GROUP = 0, 11
_METADATA, _FIND_COORDINATOR = 3, 10
GROUP = frozenset({8, 9, 11, 12, 13, 14, 28})
"""OffsetCommit, OffsetFetch, JoinGroup, Heartbeat, LeaveGroup, SyncGroup, TxnOffsetCommit."""
_HOST = b"127.0.0.1"
_CHUNK = 16_384  # bytes at a time on a slow network


class Proxy:
    """Forwards to ``brokers`` (host:port, several with commas) from ``address``, once started.

    A delayed request waits on its connection, with all requests after it, until :meth:`heal`: as on a
    network that loses packets until it recovers. Requests on other connections pass.
    """

    def __init__(self, brokers: str) -> None:
        self.address = ""
        self.held = 0  # number of requests that were delayed
        self.passed: list[int] = []  # API keys of the requests sent on to the broker, in order
        self.bytes_per_second = 0.0  # of each connection in each direction; 0: as fast as it goes
        self._brokers = brokers.split(",")
        self._places: dict[bytes, bytes] = {}  # the brokers' addresses, and those of the proxy for them
        self._is_cut: Callable[[int], bool] = lambda key: False
        self._open = asyncio.Event()
        self._open.set()
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._ways: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start to listen."""
        addresses = []
        for broker in self._brokers:
            server = await asyncio.start_server(partial(self._serve, broker), "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            self._servers.append(server)
            self._places[_place(int(broker.rpartition(":")[2]))] = _place(port)
            addresses.append(f"127.0.0.1:{port}")
        self.address = ",".join(addresses)

    async def stop(self) -> None:
        """Close all connections."""
        for server in self._servers:
            server.close()
        for way in self._ways:
            way.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    def cut(self, keys: frozenset[int] | None = None) -> None:
        """Delay requests with these API keys, or all, until :meth:`heal`. Responses to earlier requests pass."""
        self._is_cut = (lambda key: True) if keys is None else keys.__contains__
        self._open.clear()

    def heal(self) -> None:
        """Let all requests pass, the delayed ones first."""
        self._is_cut = lambda key: False
        self._open.set()

    async def _serve(self, broker: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        host, port = broker.split(":")
        try:
            ahead, behind = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        asked: dict[int, int] = {}
        ways = [
            asyncio.create_task(self._requests(reader, behind, asked)),
            asyncio.create_task(self._answers(ahead, writer, asked)),
        ]
        self._ways.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._ways.difference_update(ways)
        writer.close()
        behind.close()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[int, int]
    ) -> None:
        while (frame := await _frame(reader)) is not None:
            key, _, correlation = struct.unpack_from(">hhi", frame)
            if self._is_cut(key):
                self.held += 1
                await self._open.wait()
            if key in (_METADATA, _FIND_COORDINATOR):
                asked[correlation] = key
            self.passed.append(key)
            await self._write(writer, frame)

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[int, int]
    ) -> None:
        while (frame := await _frame(reader)) is not None:
            (correlation,) = struct.unpack_from(">i", frame)
            if asked.pop(correlation, None) is not None:
                for theirs, ours in self._places.items():
                    frame = frame.replace(theirs, ours)
            await self._write(writer, frame)

    async def _write(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        frame = struct.pack(">i", len(frame)) + frame
        for start in range(0, len(frame), _CHUNK):
            chunk = frame[start : start + _CHUNK]
            if self.bytes_per_second:
                await asyncio.sleep(len(chunk) / self.bytes_per_second)  # the pace asked for
            writer.write(chunk)
        await writer.drain()


def _place(port: int) -> bytes:
    """Return a broker's address as encoded in responses."""
    return _HOST + struct.pack(">i", port)


async def _frame(reader: asyncio.StreamReader) -> bytes | None:
    """Return the next request or response; None at the end of the connection."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        return await reader.readexactly(size)
    return None
