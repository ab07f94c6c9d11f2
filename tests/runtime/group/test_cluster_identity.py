"""A topic has an id, which changes when it is deleted and created again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from live.mill import settings

from streams import topics
from streams.errors import BrokerUnavailable
from streams.runtime.group.cluster_identity import Identity, identity
from streams.runtime.kafka import topic_admin
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytestmark = pytest.mark.live


async def _delete(chosen: Settings, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=chosen.kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([name])
        async with asyncio.timeout(30):
            while name in await admin.list_topics():
                await asyncio.sleep(0.1)  # the broker deletes after it has answered
    finally:
        await admin.close()


def test_ids_differ_between_topics_and_stay_until_a_topic_is_created_again(
    broker: str, tmp_path: Path
) -> None:
    chosen = settings(broker, tmp_path)
    raw, clean = (topics.full_name(chosen, name) for name in (topics.RAW, topics.CLEAN))

    async def run() -> list[Identity]:
        await topic_admin.create(chosen)
        first, again = [await identity(chosen, [raw, clean]) for _ in range(2)]
        await _delete(chosen, raw)
        await topic_admin.create(chosen)
        return [first, again, await identity(chosen, [raw, clean])]

    first, again, anew = asyncio.run(run())
    assert first == again
    assert set(first.topics) == {raw, clean} and first.topics[raw] != first.topics[clean]
    assert anew.cluster == first.cluster
    assert anew.topics[clean] == first.topics[clean]
    assert anew.topics[raw] != first.topics[raw]


def test_a_topic_that_does_not_exist_has_no_id_and_is_not_created(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)

    async def run() -> list[dict[str, str]]:
        return [(await identity(chosen, [topics.full_name(chosen, topics.RAW)])).topics for _ in range(2)]

    assert asyncio.run(run()) == [{}, {}]


def test_no_broker_is_an_error_that_names_its_address(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(BrokerUnavailable, match=address):
        asyncio.run(identity(settings(address, tmp_path), ["pages.raw"]))
