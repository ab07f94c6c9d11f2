"""Broker fixtures of the tests marked ``live``: the embedded broker, and Apache Kafka where Java and Maven are installed."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from live.kafka import BRIEF, ApacheKafka, NoKafka

from streams.runtime.local.embedded_broker import EmbeddedBroker


@contextmanager
def own(kind: str, folder: Path) -> Iterator[EmbeddedBroker | ApacheKafka]:
    """Start a new broker, ``embedded`` or ``apache``, and stop it at the end.

    Without Java and Maven the test is skipped for ``apache``; with CRAWLMILL_REQUIRE_KAFKA set it fails.
    """
    broker: EmbeddedBroker | ApacheKafka
    if kind == "embedded":
        broker = EmbeddedBroker()
        asyncio.run(broker.start())
    else:
        broker = _apache(folder)
    try:
        yield broker
    finally:
        broker.stop()


def _apache(folder: Path) -> ApacheKafka:
    broker = ApacheKafka(folder, options=BRIEF)
    try:
        broker.start()
    except NoKafka as error:
        if os.environ.get("CRAWLMILL_REQUIRE_KAFKA"):
            raise
        pytest.skip(f"Apache Kafka cannot be had here: {error}")
    return broker


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the session's embedded broker."""
    with own("embedded", tmp_path_factory.mktemp("embedded")) as broker:
        yield broker.address


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the run's Apache Kafka: that in CRAWLMILL_TEST_KAFKA, or a new one, :func:`shared` by its processes."""
    given = os.environ.get("CRAWLMILL_TEST_KAFKA")
    if given:
        yield given
        return
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the folder of the whole run
    with shared(folder) as address:
        yield address


@contextmanager
def shared(folder: Path) -> Iterator[str]:
    """The address of one Apache Kafka for all processes that name this folder: the first starts it, the last stops it.

    Topics have prefixes of their tests' own, so one is enough; each more costs a minute or two of CPU time in a run.
    """
    users, mine = folder / "kafka-users.json", None
    with _locked(folder):
        if users.exists():
            known = _Shared(**json.loads(users.read_text()))
        else:
            mine = _apache(Path(tempfile.mkdtemp(prefix="kafka-", dir=folder)))
            known = _Shared(mine.address, mine.pid or 0, 0)
        users.write_text(json.dumps(known._replace(users=known.users + 1)._asdict()))
    try:
        yield known.address
    finally:
        with _locked(folder):
            known = _Shared(**json.loads(users.read_text()))
            if known.users > 1:
                users.write_text(json.dumps(known._replace(users=known.users - 1)._asdict()))
            else:
                users.unlink()
                os.kill(known.pid, signal.SIGKILL)
                if mine is not None:
                    mine.stop()


class _Shared(NamedTuple):
    """A broker that several processes use, as a file tells it to them."""

    address: str
    pid: int
    users: int


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", params=["embedded", "apache"])
def broker(request: pytest.FixtureRequest) -> str:
    """The address of the embedded broker, then of Apache Kafka."""
    address: str = request.getfixturevalue(request.param)
    return address
