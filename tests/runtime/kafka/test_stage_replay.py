"""Which documents a replay of a stage sends; more of it on a broker is in tests/live/test_revisions.py."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.structs import ConsumerRecord
from live.mill import settings

from streams import topics
from streams.runtime.delivery.outputs import REPLAYED_HEADER
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.replay_plan import Part, Plan, plan
from streams.runtime.kafka.stage_replay import Found, counted, replay
from streams.settings import Kafka, Settings


def _record(timestamp: int, value: bytes | None = b"{}", *headers: tuple[str, bytes]) -> ConsumerRecord:
    return ConsumerRecord("pages.clean", 0, 7, timestamp, 0, b"k", value, None, 1, 2, headers)


def test_a_plan_without_documents_needs_no_connection() -> None:
    nothing = Plan("c", "pages.clean", "", "2026-11-24T12:00:00Z", {0: Part(0, 0), 1: Part(7, 7)})
    nowhere = Settings(kafka=Kafka(bootstrap_servers="127.0.0.1:9"))
    assert asyncio.run(replay(nowhere, nothing, None)) == Found()


def test_documents_since_a_time_are_replayed_and_neither_older_ones_nor_what_a_replay_appended() -> None:
    found = Found()
    for record, expected in (
        (_record(1_000), True),
        (_record(999), False),
        (_record(5_000, b"{}", (REPLAYED_HEADER, b"1")), False),
        (_record(5_000, None), False),
        (_record(5_000, b"{  }", ("other", b"")), True),
    ):
        found, wanted = counted(found, record, 1_000)
        assert wanted is expected
    assert found == Found(documents=2, bytes=6, appended=2, older=1)


@pytest.mark.live
def test_older_documents_are_left_out_on_every_broker(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)

    async def run() -> Found:
        await topic_admin.create(chosen)
        now = int(time.time() * 1_000)
        async with AIOKafkaProducer(**clients.producer_options(chosen)) as producer:
            for hours in (5, 4, 0, 3, 0):
                await producer.send_and_wait(
                    topics.full_name(chosen, topics.CLEAN),
                    b"{}",
                    partition=0,
                    timestamp_ms=now - hours * 3_600_000,
                )
        todo = await plan(chosen, datetime.now(UTC) - timedelta(hours=1))
        return await replay(chosen, todo, None)

    assert asyncio.run(run()).documents == 2
