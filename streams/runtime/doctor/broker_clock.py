"""Compares this machine's clock with the brokers': what a worker writes has this machine's time, and brokers judge it by theirs.

Kafka has no request for the time. In a cluster without ZooKeeper the active controller says in DescribeQuorum (KIP-595, with
times since KIP-836, Kafka 3.3) when it was last caught up with itself, which is now. Other brokers do not tell their time: there
the newest records on the topics show at least a clock that is behind theirs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

from streams import topics
from streams.errors import CrawlmillError
from streams.runtime.doctor.finding import Finding, ok, warning, wrong
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.end_offsets import true_ends
from streams.settings import Settings

_CHECK = "broker clock"
LIMIT_SECONDS = (
    60.0  # beyond it copies that arrive at the same time may be kept for originals (docs/dedup.md)
)
REFUSED_SECONDS = 3_600.0  # ahead: message.timestamp.after.max.ms of Apache Kafka 4
REMEDY = "set the clock of the one that is wrong: timedatectl, chrony, NTP"
_WRITTEN = (topics.RAW, topics.ENRICHED, topics.REJECTED)  # by crawlers and by workers
_POLLS, _POLL_MS = 8, 500  # for the newest records to arrive
_TAIL = 5  # offsets read from each partition's end: its last may be a transaction's marker


class _QuorumResponse(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 55
    API_VERSION = 1
    _REPLICA = (
        ("replica_id", Int32),
        ("log_end_offset", Int64),
        ("last_fetch_timestamp", Int64),
        ("last_caught_up_timestamp", Int64),
        ("tags", TaggedFields),
    )
    SCHEMA = Schema(
        ("error_code", Int16),
        ("topics", CompactArray(
            ("name", CompactString("utf-8")),
            ("partitions", CompactArray(
                ("partition", Int32),
                ("error_code", Int16),
                ("leader_id", Int32),
                ("leader_epoch", Int32),
                ("high_watermark", Int64),
                ("voters", CompactArray(*_REPLICA)),
                ("observers", CompactArray(*_REPLICA)),
                ("tags", TaggedFields),
            )),
            ("tags", TaggedFields),
        )),
        ("tags", TaggedFields),
    )  # fmt: skip


class _QuorumStruct(RequestStruct):  # type: ignore[misc]
    API_KEY = 55
    API_VERSION = 1
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _QuorumResponse
    SCHEMA = Schema(
        ("topics", CompactArray(
            ("name", CompactString("utf-8")),
            ("partitions", CompactArray(("partition", Int32), ("tags", TaggedFields))),
            ("tags", TaggedFields),
        )),
        ("tags", TaggedFields),
    )  # fmt: skip


class _QuorumRequest(Request[_QuorumStruct]):  # type: ignore[misc]
    API_KEY = 55

    def build(self, request_struct_class: type[_QuorumStruct]) -> _QuorumStruct:
        return request_struct_class([("__cluster_metadata", [(0, {})], {})], {})


class Compared(NamedTuple):
    """What is known of the brokers' time, each in seconds by which this machine's clock is ahead of it; None: not known."""

    controller: float | None = None
    newest: float | None = None  # of the newest record on the topics; its writer's clock, or the broker's
    why: str = ""  # why the controller's is not known


async def finding(settings: Settings) -> Finding:
    """Whether this machine's clock is the brokers'."""
    ahead = await _ahead_of_controller(settings)
    if isinstance(ahead, str):
        return judged(Compared(None, await _ahead_of_newest(settings), ahead))
    return judged(Compared(ahead))


def judged(compared: Compared) -> Finding:
    """The finding: more than :data:`LIMIT_SECONDS` either way is a warning, and wrong where brokers refuse records of that time."""
    controller, newest, why = compared
    if controller is not None:
        said = f"this machine's clock is {_shown(controller)} the brokers'"
        if controller > REFUSED_SECONDS:
            return wrong(_CHECK, f"{said}: they refuse records from more than an hour ahead", REMEDY)
        if abs(controller) > LIMIT_SECONDS:
            return warning(_CHECK, f"{said}; {LIMIT_SECONDS:.0f} s are allowed", REMEDY)
        return ok(_CHECK, said)
    unknown = f"the brokers do not tell their time, which needs Kafka 3.3 without ZooKeeper, and Describe on the cluster{why and f' ({why})'}"
    if newest is not None and newest < -LIMIT_SECONDS:
        return warning(
            _CHECK, f"this machine's clock is {_shown(newest)} the newest record; {unknown}", REMEDY
        )
    return ok(_CHECK, f"not compared: {unknown}")


def _shown(ahead: float) -> str:
    seconds = abs(ahead)
    if seconds < 1:
        return "within 1 s of"
    amount = f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 60:,.0f} min"
    return f"{amount} {'ahead of' if ahead > 0 else 'behind'}"


async def _ahead_of_controller(settings: Settings, now: Callable[[], float] = time.time) -> float | str:
    """Seconds by which this machine's clock is ahead of the active controller's, to half a round trip; or why it is not told."""
    client = AIOKafkaClient(**clients.client_options(settings))
    try:
        await client.bootstrap()
        node = client.get_random_node()
        await client.ready(node)  # so that connecting is no part of the round trip
        asked = now()
        answer: Any = await client.send(node, _QuorumRequest())
        middle = (asked + now()) / 2
    except (IncompatibleBrokerVersion, NotImplementedError):
        return "this broker does not know DescribeQuorum"
    except (KafkaError, OSError, TimeoutError, ValueError) as error:
        return f"DescribeQuorum: {clients.why(error)}"
    finally:
        await client.close()
    if answer.error_code:
        return f"DescribeQuorum: {for_code(answer.error_code).__name__}"
    stamps = [
        caught_up
        for _, partitions, _ in answer.topics
        for _, code, leader, _, _, voters, _, _ in partitions
        for replica, _, _, caught_up, _ in voters
        if not code and replica == leader and caught_up > 0
    ]
    return middle - stamps[0] / 1_000 if stamps else "DescribeQuorum names no time of the controller's"


async def _ahead_of_newest(settings: Settings) -> float | None:
    """Seconds by which this machine's clock is ahead of the newest record on the topics; None where there is none, or no right to read."""
    names = [topics.full_name(settings, name) for name in _WRITTEN]
    try:
        counts = await topic_admin.partition_counts(settings, names)
        async with clients.reading(settings) as consumer:
            partitions = [TopicPartition(name, number) for name in counts for number in range(counts[name])]
            consumer.assign(partitions)
            first = await consumer.beginning_offsets(partitions)
            ends = await true_ends(consumer, await consumer.end_offsets(partitions), first)
            filled = [at for at in partitions if ends[at] > first[at]]
            if not filled:
                return None
            consumer.assign(filled)
            for at in filled:
                consumer.seek(at, max(first[at], ends[at] - _TAIL))
            newest = 0
            for _ in range(_POLLS):
                found = await consumer.getmany(timeout_ms=_POLL_MS)
                stamps = [record.timestamp for records in found.values() for record in records]
                newest = max([newest, *stamps])
                if not stamps and newest:
                    break
            return time.time() - newest / 1_000 if newest else None
    except (CrawlmillError, KafkaError, OSError, TimeoutError):
        return None
