"""Every topic, declared in one place: names, partitions, retention, compaction, compression, message size."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from streams.errors import BrokerUnavailable, TopicMismatch
from streams.runtime import security
from streams.settings import Settings

RAW = "pages.raw"
CANDIDATES = "pages.candidates"
CLEAN = "pages.clean"
ENRICHED = "pages.enriched"
QUOTES = "pages.quotes"
EVENTS = "pages.events"
ENTITIES = "pages.entities"
REJECTED = "pages.rejected"
DEADLETTER = "pages.deadletter"
NAMES = (RAW, CANDIDATES, CLEAN, ENRICHED, QUOTES, EVENTS, ENTITIES, REJECTED, DEADLETTER)

DOORS = "doors"  # the table; its changelog topic is named by Faust after the app and the table
_HOUR = 3_600_000  # milliseconds
_VISIBLE_SECONDS = 30.0


class Topic(msgspec.Struct, frozen=True):
    """One topic as declared. ``retention_ms`` is None where compaction alone decides what stays."""

    name: str
    partitions: int
    replication: int
    compacted: bool
    retention_ms: int | None
    config: dict[str, str]


def full_name(settings: Settings, name: str) -> str:
    """The name of a topic on the broker, prefix included."""
    return settings.kafka.topic_prefix + name


def changelog_name(settings: Settings) -> str:
    """The name that Faust gives the changelog topic of the doors table."""
    return f"{app_id(settings)}-{DOORS}-changelog"


def app_id(settings: Settings) -> str:
    """The Faust app's id, which is the consumer group's name: the prefix keeps two mills on one broker apart."""
    return settings.kafka.topic_prefix + settings.kafka.group


def declared(settings: Settings) -> tuple[Topic, ...]:
    """All topics, the table's changelog included."""
    kafka = settings.kafka
    raw, output = kafka.raw_retention_hours * _HOUR, kafka.output_retention_hours * _HOUR
    window = settings.dedup.window_hours * _HOUR

    def topic(name: str, retention_ms: int, *, compacted: bool = False, full: bool = False) -> Topic:
        config = {
            "cleanup.policy": "compact,delete" if compacted else "delete",
            "retention.ms": str(retention_ms),
            "compression.type": "producer" if kafka.compression == "none" else kafka.compression,
            "max.message.bytes": str(kafka.max_message_bytes),
        }
        return Topic(
            name if full else full_name(settings, name),
            kafka.partitions,
            kafka.replication,
            compacted,
            retention_ms,
            config,
        )

    return (
        topic(RAW, raw),
        topic(CANDIDATES, raw),
        topic(CLEAN, output),
        topic(ENRICHED, output, compacted=True),
        topic(QUOTES, output, compacted=True),
        topic(EVENTS, output, compacted=True),
        topic(ENTITIES, output, compacted=True),
        topic(REJECTED, output),
        topic(DEADLETTER, kafka.deadletter_retention_hours * _HOUR),
        # What no door was visited for a whole window has expired anyway, so its last write may go too.
        topic(changelog_name(settings), window, compacted=True, full=True),
    )


async def create(settings: Settings) -> list[str]:
    """Create what is missing; the names of the topics created. Raises :class:`BrokerUnavailable`."""
    admin = await _connect(settings)
    try:
        existing = set(await admin.list_topics())
        missing = [topic for topic in declared(settings) if topic.name not in existing]
        created = []
        for topic in missing:
            new = NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=dict(topic.config))
            if await _create(admin, new):
                created.append(topic.name)
        async with asyncio.timeout(_VISIBLE_SECONDS):
            while not {topic.name for topic in missing} <= set(await admin.list_topics()):
                await asyncio.sleep(
                    0.1
                )  # Kafka answers before every broker knows the new topics, and has no event for it
        return created
    except TimeoutError as error:
        raise BrokerUnavailable(
            f"topics created at {settings.kafka.bootstrap_servers} do not become visible"
        ) from error
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"creating topics at {settings.kafka.bootstrap_servers}: {error}") from error
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topic: NewTopic) -> bool:
    """Whether the topic was created by us: another worker may have been faster, which is as good."""
    try:
        response = await admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return False
    for name, code, *rest in getattr(response, "topic_errors", ()):
        error = for_code(code)
        if error is TopicAlreadyExistsError:
            return False
        if error in (TopicAuthorizationFailedError, ClusterAuthorizationFailedError):
            raise BrokerUnavailable(
                f"topic {name} is not there, or we may not see it, and we may not create it: have somebody who may run "
                "crawlmill topics create, and grant what crawlmill topics acls prints"
            )
        if code:
            raise BrokerUnavailable(f"topic {name}: the broker refused to create it: {error.__name__} {rest}")
    return True


async def check(settings: Settings) -> list[str]:
    """What differs between the broker and the declaration, a sentence each; empty when all is as declared."""
    admin = await _connect(settings)
    try:
        wanted = declared(settings)
        existing = set(await admin.list_topics())
        problems = [
            f"{topic.name}: missing; run: crawlmill topics create"
            for topic in wanted
            if topic.name not in existing
        ]
        present = [topic for topic in wanted if topic.name in existing]
        described = {d["topic"]: d for d in await admin.describe_topics([topic.name for topic in present])}
        configs = await _configs(admin, [topic.name for topic in present])
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"checking topics at {settings.kafka.bootstrap_servers}: {error}") from error
    finally:
        await admin.close()
    for topic in present:
        problems.extend(_differences(topic, described.get(topic.name, {}), configs.get(topic.name, {})))
    return problems


async def partition_counts(settings: Settings, names: Sequence[str]) -> dict[str, int]:
    """How many partitions each topic has (full names). Raises :class:`TopicMismatch` for one that is not there."""
    admin = await _connect(settings)
    try:
        existing = set(await admin.list_topics())
        missing = [name for name in names if name not in existing]
        if missing:
            raise TopicMismatch(f"no topic {', '.join(missing)} at this broker; run: crawlmill topics create")
        return {
            topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics(list(names))
        }
    except KafkaError as error:
        raise BrokerUnavailable(
            f"describing topics at {settings.kafka.bootstrap_servers}: {error}"
        ) from error
    finally:
        await admin.close()


def require_partitions(problems: Iterable[str]) -> None:
    """Raise :class:`TopicMismatch` for differences under which the mill must not start."""
    fatal = [problem for problem in problems if "partitions" in problem]
    if fatal:
        raise TopicMismatch("; ".join(fatal))


def _differences(topic: Topic, description: dict[str, Any], config: dict[str, str]) -> list[str]:
    problems = []
    partitions = len(description.get("partitions", ()))
    if partitions != topic.partitions:
        problems.append(
            f"{topic.name}: {partitions} partitions, declared {topic.partitions}: set kafka.partitions = {partitions}, "
            "or move to a new topic_prefix (changing partitions re-keys the doors)"
        )
    for name, wanted in topic.config.items():
        found = config.get(name)
        if found is not None and set(found.split(",")) != set(wanted.split(",")):
            problems.append(f"{topic.name}: {name} is {found}, declared {wanted}")
    return problems


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    responses = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    )
    found: dict[str, dict[str, str]] = {}
    for response in responses:
        for resource in response.resources:
            if for_code(resource[0]) is TopicAuthorizationFailedError:
                raise BrokerUnavailable(
                    f"topic {resource[3]}: we may not read how it is set up: grant DescribeConfigs, as "
                    "crawlmill topics acls prints it"
                )
            found[resource[3]] = {entry[0]: entry[1] for entry in resource[4]}
    return found


async def _connect(settings: Settings) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(**security.client_options(settings), request_timeout_ms=20_000)
    try:
        await admin.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await admin.close()
        raise await security.unavailable(settings, error) from error
    return admin
