"""Compares the topics on a broker with their declaration in :mod:`streams.topics`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, for_code

from streams import topics
from streams.errors import BrokerUnavailable, TopicMismatch
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.end_offsets import committed_ends
from streams.settings import Settings
from streams.wording import counted


class Difference(NamedTuple):
    """How a topic on the broker differs from its declaration.

    ``stops`` says that no worker may start with it; ``remedy`` is the command that makes it as declared, where there is one.
    """

    text: str
    stops: bool = False
    remedy: str = ""


async def check(settings: Settings) -> list[Difference]:
    """Return the differences between the broker and the declaration.

    Partition counts that may differ are not among them: see :func:`other_counts`. Raises :class:`BrokerUnavailable`.
    """
    admin = await topic_admin.connect(settings)
    try:
        wanted = topics.declared(settings)
        existing = set(await admin.list_topics())
        problems = [
            Difference(f"{topic.name}: missing{clients.hidden_from(settings)}; run: crawlmill topics create")
            for topic in wanted
            if topic.name not in existing
        ]
        present = [topic for topic in wanted if topic.name in existing]
        described = {d["topic"]: d for d in await admin.describe_topics([topic.name for topic in present])}
        configs = await _configs(admin, [topic.name for topic in present])
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(
            f"checking topics at {settings.kafka.bootstrap_servers}: {clients.why(error)}"
        ) from error
    finally:
        await admin.close()
    counts = {name: len(description["partitions"]) for name, description in described.items()}
    problems += await _partition_differences(settings, counts)
    for topic in present:
        problems += config_differences(settings, topic, configs.get(topic.name, {}))
    return problems


async def other_counts(settings: Settings) -> list[str]:
    """Return a sentence for each topic whose partition count differs from ``kafka.partitions`` and may do so."""
    names = [
        topics.full_name(settings, name)
        for name in topics.NAMES
        if name not in (topics.CANDIDATES, topics.CLEAN)
    ]
    counts = await topic_admin.partition_counts(settings, names)
    return [
        f"{name}: {counted(count, 'partition')}, kafka.partitions = {settings.kafka.partitions}: {'all of them are' if count > 1 else 'it is'} used"
        for name, count in counts.items()
        if count != settings.kafka.partitions
    ]


def keyed_difference(topic: str, count: int, declared: int) -> str:
    """Return the message for a topic partitioned by key that has ``count`` instead of ``declared`` partitions, with the remedy."""
    if count < declared:
        return (
            f"{topic}: {counted(count, 'partition')}, declared {declared}: set kafka.partitions = {count}, "
            "or move to a new kafka.topic_prefix (changing partitions re-keys the buckets)"
        )
    beyond = f"partition {declared}" if count == declared + 1 else f"partitions {declared} to {count - 1}"
    return (
        f"{topic}: {counted(count, 'partition')}, declared {declared}: leave kafka.partitions as it is. Partitions were added; keys stay "
        f"where they were, and nothing is written to or read from {beyond}. For more partitions "
        "of this topic move to a new kafka.topic_prefix"
    )


def require_partitions(differences: Iterable[Difference]) -> None:
    """Raise :class:`TopicMismatch` for the differences with which no worker may start."""
    fatal = [difference.text for difference in differences if difference.stops]
    if fatal:
        raise TopicMismatch("; ".join(fatal))


async def _partition_differences(settings: Settings, counts: Mapping[str, int]) -> list[Difference]:
    """Return the differences in partition counts; ``counts`` are by full name."""
    wanted, found = settings.kafka.partitions, []
    grown = {topic: counts[topic] for topic in topics.keyed(settings) if counts.get(topic, 0) > wanted}
    used = await _used_beyond(settings, grown)
    for topic, count in counts.items():
        if topic == topics.full_name(settings, topics.CLEAN) and used.keys() == {topic}:
            # An older release spread documents over all partitions of this topic.
            if (unread := await _unread_beyond(settings, topic, count)) is not None:
                found.append(Difference(_left_behind(topic, count, wanted, unread), stops=True))
            else:
                found.append(Difference(keyed_difference(topic, count, wanted)))
        elif topic in used:
            text = (
                f"{topic}: {counted(count, 'partition')}, declared {wanted}, and partition {used[topic]} was written to, so workers "
                f"ran with more; set kafka.partitions = {count}, or move to a new kafka.topic_prefix"
            )
            found.append(Difference(text, stops=True))
        elif topic in grown:
            found.append(Difference(keyed_difference(topic, count, wanted)))
        elif count < wanted and topic in (
            *topics.keyed(settings),
            *(topics.full_name(settings, name) for name in topics.FACTS),
        ):
            found.append(Difference(keyed_difference(topic, count, wanted), stops=True))
    return found


async def _used_beyond(settings: Settings, counts: Mapping[str, int]) -> dict[str, int]:
    """Return, by topic, a partition beyond ``kafka.partitions`` that was ever written to; ``counts`` are partition counts."""
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
        raise BrokerUnavailable(
            f"reading the end offsets of {', '.join(counts)}: {clients.why(error)}"
        ) from error
    finally:
        await consumer.stop()
    return {partition.topic: partition.partition for partition, end in ends.items() if end}


async def _unread_beyond(settings: Settings, topic: str, count: int) -> int | None:
    """Return a partition beyond ``kafka.partitions`` that has records which the workers' group has not read; None without one."""
    partitions = [TopicPartition(topic, number) for number in range(settings.kafka.partitions, count)]
    consumer = AIOKafkaConsumer(**clients.consumer_options(settings) | {"isolation_level": "read_committed"})
    admin = await topic_admin.connect(settings)
    try:
        await consumer.start()
        consumer.assign(partitions)
        starts = await consumer.beginning_offsets(partitions)
        ends = await committed_ends(consumer, await consumer.end_offsets(partitions), starts)
        read = await topic_admin.read_by_workers(admin, settings, partitions)
    except (KafkaError, TimeoutError, OSError) as error:
        raise BrokerUnavailable(f"reading what is left on {topic}: {clients.why(error)}") from error
    finally:
        await consumer.stop()
        await admin.close()
    return next((at.partition for at in partitions if max(starts[at], read[at]) < ends[at]), None)


def _left_behind(topic: str, count: int, declared: int, partition: int) -> str:
    return (
        f"{topic}: {counted(count, 'partition')}, declared {declared}: an older release has put documents there, and those on partition {partition} are "
        "not enriched yet. Let workers of that release read them, with nothing fed meanwhile, stop those workers, and start this one; "
        "or move to a new kafka.topic_prefix"
    )


def config_differences(
    settings: Settings, topic: topics.Topic, config: Mapping[str, str]
) -> list[Difference]:
    """Return the options of a topic that are not as declared, each with the command of Kafka's own tools that sets it."""
    alter = (
        f"kafka-configs.sh --bootstrap-server {settings.kafka.bootstrap_servers} --alter --entity-type topics"
    )
    problems = []
    for name, wanted in topic.config.items():
        found = config.get(name)
        if found is not None and set(found.split(",")) != set(wanted.split(",")):
            value = f"[{wanted}]" if "," in wanted else wanted
            remedy = f"{alter} --entity-name {topic.name} --add-config '{name}={value}'"
            problems.append(Difference(f"{topic.name}: {name} is {found}, declared {wanted}", remedy=remedy))
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
                    f"topic {resource[3]}: reading its configuration is not allowed: grant DescribeConfigs, as "
                    "crawlmill topics acls prints it"
                )
            found[resource[3]] = {entry[0]: entry[1] for entry in resource[4]}
    return found
