"""Parts of emptying and filling the dedup table that need no broker; ``tests/live/test_warming.py`` has the rest."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from streams.errors import BrokerUnavailable
from streams.records import Message
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.state import rebuild
from streams.settings import Kafka, Settings, Worker


def _unreachable(data: Path) -> Settings:
    """Settings with a broker address on which nothing listens."""
    return Settings(
        kafka=Kafka(bootstrap_servers=f"127.0.0.1:{free_port()}"), worker=Worker(data_dir=str(data))
    )


def _table(data: Path) -> Path:
    database = data / "v1" / "tables" / "buckets-0.db"
    database.mkdir(parents=True)
    return database


def test_forget_removes_nothing_when_no_broker_answers(tmp_path: Path) -> None:
    database = _table(tmp_path)
    for force in (False, True):
        with pytest.raises(BrokerUnavailable):
            asyncio.run(rebuild.forget(_unreachable(tmp_path), force=force))
    assert database.exists()


def test_warm_leaves_no_temporary_folder_when_no_broker_answers(tmp_path: Path) -> None:
    for force in (False, True):
        with pytest.raises(BrokerUnavailable):
            asyncio.run(rebuild.warm(_unreachable(tmp_path), force=force))
    assert list(tmp_path.iterdir()) == []


def test_the_tables_of_every_app_version_are_removed_and_nothing_else(tmp_path: Path) -> None:
    _table(tmp_path)
    (tmp_path / "v2" / "tables").mkdir(parents=True)
    (tmp_path / "crawlmill-state.json").write_bytes(b"{}")
    rebuild._remove_tables(tmp_path)
    assert not list(tmp_path.glob("v*/tables"))
    assert (tmp_path / "crawlmill-state.json").exists()


def test_a_message_without_an_arrival_time_counts_as_arrived_now() -> None:
    before = int(time.time() * 1_000)
    assert before <= rebuild._arrived(Message(value=b"")) <= int(time.time() * 1_000)
