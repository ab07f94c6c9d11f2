"""Topics are created once, on the embedded broker."""

from __future__ import annotations

import asyncio

import pytest

from streams import topics
from streams.errors import TopicMismatch
from streams.runtime.kafka import topic_admin
from streams.runtime.local.embedded_broker import EmbeddedBroker
from streams.settings import Kafka, Settings


def test_missing_topics_are_created_and_existing_ones_left_alone() -> None:
    async def scenario() -> None:
        async with EmbeddedBroker() as broker:
            settings = Settings(kafka=Kafka(bootstrap_servers=broker.address, partitions=2))
            declared = [topic.name for topic in topics.declared(settings)]
            with pytest.raises(TopicMismatch, match="run: crawlmill topics create"):
                await topic_admin.partition_counts(settings, declared)
            assert sorted(await topic_admin.create(settings)) == sorted(declared)
            assert await topic_admin.create(settings) == []
            assert await topic_admin.partition_counts(settings, declared) == dict.fromkeys(declared, 2)

    asyncio.run(scenario())
