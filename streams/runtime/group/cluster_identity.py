"""Requests the ids of the cluster and of topics. A topic that is deleted and created again gets a new id (KIP-516).

aiokafka 0.14 requests Metadata version 5 at most; responses contain topic ids from version 10 on (Apache Kafka 2.8). So this
one request is defined here.

Upstream patch: Metadata version 10 in ``aiokafka.protocol.metadata``.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from streams.runtime.kafka import clients
from streams.settings import Settings


class Identity(NamedTuple):
    """A cluster's id (empty if it has none) and the known ids of its topics by full name."""

    cluster: str
    topics: dict[str, str]


class _Uuid(AbstractType[uuid.UUID]):  # type: ignore[misc]  # aiokafka.protocol has no types
    @classmethod
    def encode(cls, value: uuid.UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> uuid.UUID:
        return uuid.UUID(bytes=data.read(16))

    @classmethod
    def repr(cls, value: uuid.UUID) -> str:
        return str(value)


class _MetadataResponse(Response):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString("utf-8")),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_authorized_operations", Int32),
        ("tags", TaggedFields),
    )


class _MetadataRequest10(RequestStruct):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 10
    RESPONSE_TYPE = _MetadataResponse
    FLEXIBLE_VERSION = True
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("topic_id", _Uuid), ("name", CompactString("utf-8")), ("tags", TaggedFields)),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _MetadataRequest(Request[_MetadataRequest10]):  # type: ignore[misc]
    API_KEY = 3

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[_MetadataRequest10]) -> _MetadataRequest10:
        asked: list[Any] = [(uuid.UUID(int=0), name, {}) for name in self._names]
        return request_struct_class(asked, False, False, False, {})


async def identity(settings: Settings, names: Sequence[str]) -> Identity:
    """Return the id of the cluster and those of the named topics. Raises :class:`~streams.errors.BrokerUnavailable`."""
    admin = AIOKafkaAdminClient(**clients.client_options(settings), request_timeout_ms=20_000)
    try:
        await admin.start()
        return await _request(admin, names)
    except (TimeoutError, KafkaError, OSError) as error:
        raise await clients.unavailable(settings, error) from error
    finally:
        await admin.close()


async def _request(admin: AIOKafkaAdminClient, names: Sequence[str]) -> Identity:
    try:
        response: Any = await admin._send_request(_MetadataRequest(names))
    except (IncompatibleBrokerVersion, NotImplementedError):  # a broker without topic ids
        described = await admin.describe_cluster()
        return Identity(described.get("cluster_id") or "", {})
    ids = {name: topic_id for _, name, topic_id, *_ in response.topics if topic_id.int}
    return Identity(response.cluster_id or "", {name: str(topic_id) for name, topic_id in ids.items()})
