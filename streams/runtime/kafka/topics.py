"""Every topic, declared in one place: names, partitions, retention, compaction, compression, message size."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
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
from streams.runtime.kafka import clients
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
CONSUMED = (RAW, CANDIDATES, CLEAN)  # what the stages read

BUCKETS = "buckets"  # the table; its changelog topic is named by Faust after the app and the table
CHANGELOG = f"{BUCKETS}-changelog"  # how metrics call that topic
# Facts of a page lie together, on a partition chosen by kafka.partitions: fewer partitions would have no room for them.
_PLACED = (QUOTES, EVENTS, ENTITIES)
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


class Difference(NamedTuple):
    """How one topic on the broker is not as declared. ``stops``: no worker may start on it."""

    text: str
    stops: bool = False


def full_name(settings: Settings, name: str) -> str:
    """The name of a topic on the broker, prefix included."""
    return settings.kafka.topic_prefix + name


def changelog_name(settings: Settings) -> str:
    """The name that Faust gives the changelog topic of the buckets table."""
    return f"{app_id(settings)}-{BUCKETS}-changelog"


def keyed(settings: Settings) -> tuple[str, str]:
    """Full names of the two topics whose keys choose the partition by ``kafka.partitions``: a table and who looks into it."""
    return full_name(settings, CANDIDATES), changelog_name(settings)


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
        # What no bucket was visited for a whole window has expired anyway, so its last write may go too.
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


async def check(settings: Settings) -> list[Difference]:
    """What differs between the broker and the declaration; empty when all is as declared.

    Topics that need not have as many partitions as the others may have any number: those of :func:`other_counts`.
    """
    admin = await _connect(settings)
    try:
        wanted = declared(settings)
        existing = set(await admin.list_topics())
        problems = [
            Difference(f"{topic.name}: missing; run: crawlmill topics create")
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
    counts = {name: len(description["partitions"]) for name, description in described.items()}
    problems += await _partition_differences(settings, counts)
    for topic in present:
        problems += _config_differences(topic, configs.get(topic.name, {}))
    return problems


async def other_counts(settings: Settings) -> list[str]:
    """A sentence for each topic that has another number of partitions than ``kafka.partitions``, and may have."""
    names = [full_name(settings, name) for name in NAMES if name != CANDIDATES]
    counts = await partition_counts(settings, names)
    return [
        f"{name}: {count} partitions, kafka.partitions = {settings.kafka.partitions}: all of them are used"
        for name, count in counts.items()
        if count != settings.kafka.partitions
    ]


def keyed_difference(topic: str, count: int, declared: int) -> str:
    """What to say of a keyed topic with ``count`` partitions where ``declared`` are declared, and what to do."""
    if count < declared:
        return (
            f"{topic}: {count} partitions, declared {declared}: set kafka.partitions = {count}, "
            "or move to a new kafka.topic_prefix (changing partitions re-keys the buckets)"
        )
    return (
        f"{topic}: {count} partitions, declared {declared}: leave kafka.partitions as it is. Partitions were added; keys stay "
        f"where they were, and nothing is written to or read from partitions {declared} to {count - 1}. For more partitions "
        "of this topic move to a new kafka.topic_prefix"
    )


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


def require_partitions(differences: Iterable[Difference]) -> None:
    """Raise :class:`TopicMismatch` for differences under which the mill must not start."""
    fatal = [difference.text for difference in differences if difference.stops]
    if fatal:
        raise TopicMismatch("; ".join(fatal))


async def _partition_differences(settings: Settings, counts: Mapping[str, int]) -> list[Difference]:
    """What is wrong with the numbers of partitions (by full name)."""
    wanted, found = settings.kafka.partitions, []
    grown = {topic: counts[topic] for topic in keyed(settings) if counts.get(topic, 0) > wanted}
    used = await _used_beyond(settings, grown)
    for topic, count in counts.items():
        if topic in used:
            text = (
                f"{topic}: {count} partitions, declared {wanted}, and partition {used[topic]} was written to: the mill ran "
                f"with more; set kafka.partitions = {count}, or move to a new kafka.topic_prefix"
            )
            found.append(Difference(text, stops=True))
        elif topic in grown:
            found.append(Difference(keyed_difference(topic, count, wanted)))
        elif count < wanted and topic in (
            *keyed(settings),
            *(full_name(settings, name) for name in _PLACED),
        ):
            found.append(Difference(keyed_difference(topic, count, wanted), stops=True))
    return found


async def _used_beyond(settings: Settings, counts: Mapping[str, int]) -> dict[str, int]:
    """Of topics with so many partitions, those that were ever written to beyond ``kafka.partitions``: on which one."""
    partitions = [
        TopicPartition(topic, number)
        for topic, count in counts.items()
        for number in range(settings.kafka.partitions, count)
    ]
    if not partitions:
        return {}
    consumer = AIOKafkaConsumer(**clients.client_options(settings), enable_auto_commit=False)
    try:
        await consumer.start()
        ends = await consumer.end_offsets(partitions)
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"looking at {', '.join(counts)}: {error}") from error
    finally:
        await consumer.stop()
    return {partition.topic: partition.partition for partition, end in ends.items() if end}


def _config_differences(topic: Topic, config: Mapping[str, str]) -> list[Difference]:
    problems = []
    for name, wanted in topic.config.items():
        found = config.get(name)
        if found is not None and set(found.split(",")) != set(wanted.split(",")):
            problems.append(Difference(f"{topic.name}: {name} is {found}, declared {wanted}"))
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
    admin = AIOKafkaAdminClient(**clients.client_options(settings), request_timeout_ms=20_000)
    try:
        await admin.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await admin.close()
        raise await clients.unavailable(settings, error) from error
    return admin
