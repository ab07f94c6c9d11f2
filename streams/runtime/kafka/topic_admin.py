"""Creates missing topics and describes existing ones, with Kafka's admin API."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from streams import topics
from streams.errors import BrokerUnavailable, TopicMismatch
from streams.runtime.kafka import clients
from streams.settings import Settings

_VISIBLE_SECONDS = 30.0  # for created topics to appear in every broker's metadata
_COORDINATOR_SECONDS = 20.0
_AGAIN_SECONDS = 0.3
_NOT_ALLOWED = (TopicAuthorizationFailedError, ClusterAuthorizationFailedError)
_REQUEST_MS = 20_000  # for one admin request; some create ten topics with all their partitions


async def create(settings: Settings) -> list[str]:
    """Create the missing topics and return their names. Raises :class:`BrokerUnavailable`."""
    admin = await connect(settings)
    try:
        existing = set(await admin.list_topics())
        missing = [topic for topic in topics.declared(settings) if topic.name not in existing]
        created = []
        for topic in missing:
            new = NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=dict(topic.config))
            if await _create(admin, new):
                created.append(topic.name)
        async with asyncio.timeout(_VISIBLE_SECONDS):
            while not {topic.name for topic in missing} <= set(await admin.list_topics()):
                # Kafka responds before every broker knows the new topics, and has no event for it.
                await asyncio.sleep(0.1)
        return created
    except TimeoutError as error:
        raise BrokerUnavailable(
            f"topics created at {settings.kafka.bootstrap_servers} do not become visible"
        ) from error
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(
            f"creating topics at {settings.kafka.bootstrap_servers}: {clients.why(error)}"
        ) from error
    finally:
        await admin.close()


async def may_create(settings: Settings, name: str) -> bool:
    """Return whether the broker would let this user create a topic; it is asked, and creates nothing.

    Raises :class:`BrokerUnavailable`. Only for clusters where users log in: brokers for trying things may create it.
    """
    admin = await connect(settings)
    try:
        topic = NewTopic(name, settings.kafka.partitions, settings.kafka.replication)
        response = await admin.create_topics([topic], validate_only=True)
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(
            f"asking {settings.kafka.bootstrap_servers} for the right to create {name}: {clients.why(error)}"
        ) from error
    finally:
        await admin.close()
    return not any(for_code(code) in _NOT_ALLOWED for _, code, *_ in getattr(response, "topic_errors", ()))


async def _create(admin: AIOKafkaAdminClient, topic: NewTopic) -> bool:
    """Create a topic; return False if it exists, since another worker may have just created it."""
    try:
        response = await admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return False
    for name, code, *rest in getattr(response, "topic_errors", ()):
        error = for_code(code)
        if error is TopicAlreadyExistsError:
            return False
        if error in _NOT_ALLOWED:
            raise BrokerUnavailable(
                f"topic {name} is missing or hidden from this user, who may not create it: an administrator has to run "
                "crawlmill topics create, and to grant what crawlmill topics acls prints"
            )
        if code:
            raise BrokerUnavailable(f"topic {name}: the broker refused to create it: {error.__name__} {rest}")
    return True


async def partition_counts(settings: Settings, names: Sequence[str]) -> dict[str, int]:
    """Return the number of partitions of each topic (full names). Raises :class:`TopicMismatch` for a missing one."""
    admin = await connect(settings)
    try:
        existing = set(await admin.list_topics())
        missing = [name for name in names if name not in existing]
        if missing:
            raise TopicMismatch(_absent(settings, missing))
        return {
            topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics(list(names))
        }
    except KafkaError as error:
        raise BrokerUnavailable(
            f"describing topics at {settings.kafka.bootstrap_servers}: {clients.why(error)}"
        ) from error
    finally:
        await admin.close()


def _absent(settings: Settings, names: Sequence[str]) -> str:
    """The message for topics that the broker does not list."""
    hidden = clients.hidden_from(settings)
    said = f"no topic {', '.join(names)} at this broker"
    if not hidden:
        return f"{said}; run: crawlmill topics create"
    return (
        f"{said} (missing{hidden}); run: crawlmill topics create, or grant what crawlmill topics acls prints"
    )


async def connect(settings: Settings) -> AIOKafkaAdminClient:
    """Return a started admin client, which the caller closes. Raises :class:`BrokerUnavailable`."""
    admin = AIOKafkaAdminClient(**clients.client_options(settings), request_timeout_ms=_REQUEST_MS)
    try:
        await admin.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await admin.close()
        raise await clients.unavailable(settings, error) from error
    return admin


async def read_by_workers(
    admin: AIOKafkaAdminClient, settings: Settings, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """Return the offset that the workers' group has committed for each partition, 0 without one.

    Waits for the group's coordinator: a new cluster has none before it is first asked for. Raises ``KafkaError`` and ``TimeoutError``.
    """
    async with asyncio.timeout(_COORDINATOR_SECONDS):
        while True:
            try:
                found = await admin.list_consumer_group_offsets(
                    topics.app_id(settings), partitions=list(partitions)
                )
            except GroupCoordinatorNotAvailableError:
                await asyncio.sleep(_AGAIN_SECONDS)  # the broker does not say when there is one
            else:
                return {at: max(0, found[at].offset) if at in found else 0 for at in partitions}
