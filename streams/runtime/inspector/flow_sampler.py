"""Reads the offsets from which the flow is computed, and who is in the consumer group. Nothing is committed and no group joined."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from aiokafka.errors import KafkaError

from streams import topics
from streams.inspector.flow import Member, Sample
from streams.settings import Settings

_MOST_MEMBERS = 200


class _Assignment(msgspec.Struct):
    actives: dict[str, list[int]] = {}


class _Metadata(msgspec.Struct, frozen=True):
    """What Faust's assignor tells the group's leader of a member."""

    url: str = ""
    assignment: _Assignment = msgspec.field(default_factory=_Assignment)


async def sample(
    settings: Settings,
    consumer: AIOKafkaConsumer,
    admin: AIOKafkaAdminClient,
    partitions: Sequence[TopicPartition],
) -> Sample:
    """The end offsets of these partitions and what the group has committed, summed by topic. Raises ``KafkaError``."""
    ends = await consumer.end_offsets(partitions)
    consumed = {topics.full_name(settings, name) for name in topics.CONSUMED}
    committed = await admin.list_consumer_group_offsets(
        # By name: the embedded broker does not answer for all of them at once.
        topics.app_id(settings),
        partitions=[tp for tp in partitions if tp.topic in consumed],
    )
    return Sample(
        time.monotonic(),
        _summed(settings, ends),
        _summed(settings, {tp: max(0, found.offset) for tp, found in committed.items()}),
    )


def _summed(settings: Settings, offsets: Mapping[TopicPartition, int]) -> dict[str, int]:
    """Offsets by topic, without the prefix."""
    found: Counter[str] = Counter()
    for tp, offset in offsets.items():
        found[tp.topic.removeprefix(settings.kafka.topic_prefix)] += offset
    return dict(found)


async def members(settings: Settings, admin: AIOKafkaAdminClient) -> tuple[Member, ...]:
    """The members of the workers' group; none where the group cannot be described."""
    try:
        (response,) = await admin.describe_consumer_groups([topics.app_id(settings)])
    except KafkaError:
        return ()
    ((code, _, _, _, _, found, *_),) = response.groups
    if code:
        return ()
    raw = topics.full_name(settings, topics.RAW)
    return tuple(_member(raw, *one[:5]) for one in found[:_MOST_MEMBERS])


def _member(raw: str, member: str, _client: str, host: str, metadata: Any, *_: Any) -> Member:
    """One member; the embedded broker says nothing but its id."""
    described = _described(bytes(metadata or b""))
    return Member(host.lstrip("/") or member, described.url, len(described.assignment.actives.get(raw, ())))


def _described(metadata: bytes) -> _Metadata:
    """What a member says of itself; empty where it says nothing that we understand."""
    try:
        user_data = ConsumerProtocolMemberMetadata.decode(metadata).user_data
        return msgspec.json.decode(user_data, type=_Metadata)
    except (ValueError, msgspec.MsgspecError, TypeError, EOFError):
        return _Metadata()
