"""``crawlmill doctor`` against brokers: what it says of topics, replicas, transactions, groups, and of none at all."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from cli.run import invoke
from live.mill import Mill, settings

from streams.runtime.kafka import topic_admin
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytestmark = pytest.mark.live
APACHE_AGAIN = True


def _asked(mill: Settings, folder: Path, *more: str) -> tuple[int, dict[str, tuple[str, str, str]]]:
    """The exit code, and verdict, text and remedy by check."""
    kafka = mill.kafka
    options = [
        f"kafka.bootstrap_servers={kafka.bootstrap_servers}", f"kafka.topic_prefix={kafka.topic_prefix}",
        f"kafka.partitions={kafka.partitions}", f"worker.data_dir={folder / 'd'}", f"worker.web_port={free_port()}", *more,
    ]  # fmt: skip
    done = invoke(*(part for option in options for part in ("--set", option)), "doctor", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return done.exit_code, {one["check"]: (one["verdict"], one["said"], one["remedy"]) for one in found}


def test_a_broker_without_topics_and_with_them(broker: str, tmp_path: Path) -> None:
    mill = settings(broker, tmp_path)
    code, found = _asked(mill, tmp_path)
    assert (code, found["topics"][0], found["topics"][2]) == (0, "warning", "crawlmill topics create")
    asyncio.run(topic_admin.create(mill))
    code, found = _asked(mill, tmp_path)
    assert (code, found["topics"][0], found["broker"][0], found["group"][0]) == (0, "ok", "ok", "ok")


def test_more_replicas_than_brokers(broker: str, tmp_path: Path) -> None:
    code, found = _asked(settings(broker, tmp_path), tmp_path, "kafka.replication=3")
    assert (code, found["broker"][0], found["broker"][2].split(":")[0]) == (
        1,
        "wrong",
        "--set kafka.replication=1",
    )


def test_fewer_partitions_than_declared(broker: str, tmp_path: Path) -> None:
    mill = settings(broker, tmp_path)
    asyncio.run(topic_admin.create(mill))
    code, found = _asked(mill, tmp_path, f"kafka.partitions={mill.kafka.partitions + 4}")
    assert (code, found["topics"][0]) == (1, "wrong")
    assert f"set kafka.partitions = {mill.kafka.partitions}" in found["topics"][1]


def test_a_broker_without_transactions(embedded: str, tmp_path: Path) -> None:
    exactly = "kafka.processing_guarantee=exactly_once"
    code, found = _asked(settings(embedded, tmp_path), tmp_path, exactly)
    assert (code, found["transactions"][0]) == (1, "wrong")
    assert "at_least_once" in found["transactions"][2]


def test_a_broker_with_transactions(apache: str, tmp_path: Path) -> None:
    code, found = _asked(settings(apache, tmp_path), tmp_path, "kafka.processing_guarantee=exactly_once")
    assert (code, found["transactions"][0]) == (0, "ok")


def test_no_broker(tmp_path: Path) -> None:
    code, found = _asked(settings(f"127.0.0.1:{free_port()}", tmp_path), tmp_path)
    assert (code, found["broker"][0], set(found) & {"topics", "group"}) == (1, "wrong", set())
    assert "kafka.bootstrap_servers" in found["broker"][2]


def test_the_wrong_security(apache: str, tmp_path: Path) -> None:
    code, found = _asked(settings(apache, tmp_path), tmp_path, "kafka.security=ssl")
    assert (code, found["broker"][0]) == (1, "wrong")
    assert "kafka.security = ssl" in found["broker"][2]


def test_workers_with_other_settings_in_the_group(apache: str, tmp_path: Path) -> None:
    mill = Mill(settings(apache, tmp_path), tmp_path)

    async def start() -> None:
        await mill.create()
        await mill.worker().start()

    try:
        asyncio.run(start())
        code, found = _asked(mill.settings, tmp_path, "dedup.similarity=0.5")
        assert (code, found["group"][0]) == (1, "wrong")
        assert "dedup.similarity" in found["group"][2]
    finally:
        mill.stop()
