"""Pins every private member of Faust and aiokafka that we override, call or replace, by name and signature.

After an upgrade of either library this test fails where such a member has changed; read the new code of the member, adapt the
override that the table names, and then the table. Also pinned are public methods that are replaced on an instance or
overridden in a way that relies on who calls them.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import sys
import textwrap
from collections import deque
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer import fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from faust.assignor.partition_assignor import PartitionAssignor
from faust.stores.rocksdb import Store
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import TransactionManager
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from mode.utils.queues import FlowControlEvent, ThrowableQueue

# Class, member, parameters (without annotations). Grouped by the module that relies on them.
METHODS = [
    # faust_overrides/consumer.py
    (driver.Consumer, "_getmany", "(self, active_partitions, timeout)"),
    (driver.Consumer, "_seek", "(self, partition, offset)"),
    (driver.Consumer, "_new_consumer_thread", "(self)"),
    (driver.Consumer, "_add_gap", "(self, tp, offset_from, offset_to)"),
    (driver.Consumer, "_new_offset", "(self, tp)"),
    (driver.Consumer, "_commit_offsets", "(self, offsets, start_new_transaction=True)"),
    (driver.Consumer, "_commit", "(self, offsets)"),
    (driver.Consumer, "_is_changelog_tp", "(self, tp)"),
    (driver.Consumer, "on_partitions_revoked", "(self, revoked)"),
    (driver.Consumer, "on_partitions_assigned", "(self, assigned, generation_id=0)"),
    (driver.Consumer, "getmany", "(self, timeout)"),
    (driver.Consumer, "wait_first", "(self, *coros, timeout=None)"),
    (driver.Consumer, "perform_seek", "(self)"),
    (driver.Consumer, "seek_to_committed", "(self)"),
    (driver.Consumer, "highwaters", "(self, *partitions)"),
    (driver.Producer, "_new_producer", "(self, transactional_id=None)"),
    (driver.Producer, "_ensure_producer", "(self)"),  # worker_app.py
    # faust_overrides/fetch.py
    (driver.AIOKafkaConsumerThread, "_create_worker_consumer", "(self, transport)"),
    (driver.AIOKafkaConsumerThread, "_ensure_consumer", "(self)"),
    (
        driver.AIOKafkaConsumerThread,
        "_fetch_records",
        "(self, consumer, active_partitions, timeout=None, max_records=None)",
    ),
    (driver.AIOKafkaConsumerThread, "verify_event_path", "(self, now, tp)"),
    (driver.AIOKafkaConsumerThread, "_verify_aiokafka_event_path", "(self, now, tp)"),
    (driver.AIOKafkaConsumerThread, "call_thread", "(self, fun, *args, **kwargs)"),
    (AIOKafkaConsumer, "commit", "(self, offsets=None)"),
    (fetcher.Fetcher, "_notify", "(self, future)"),
    (fetcher.FetchResult, "getone", "(self)"),
    (fetcher.FetchResult, "has_more", "(self)"),
    (GroupCoordinator, "fetch_committed_offsets", "(self, partitions)"),
    # faust_overrides/transactions.py
    (TransactionManager, "on_partitions_revoked", "(self, revoked)"),
    (TransactionManager, "on_rebalance", "(self, assigned, revoked, newly_assigned)"),
    (TransactionManager, "commit", "(self, offsets, start_new_transaction=True)"),
    (
        TransactionManager,
        "send",
        "(self, topic, key, value, partition, timestamp, headers, *, transactional_id=None)",
    ),
    # faust_overrides/recovery.py
    (Recovery, "_wait", "(self, coro, timeout=None)"),
    (TableManager, "on_start", "(self)"),
    (TableManager, "_update_channels", "(self)"),
    (Recovery, "_build_offsets", "(self, consumer, tps, destination, title)"),
    # faust_overrides/rocksdb_store.py
    (
        Store,
        "_try_open_db_for_partition",
        "(self, partition, max_retries=30, retry_delay=1.0, generation_id=0)",
    ),
    (Store, "_open_for_partition", "(self, partition)"),
    (Store, "_db_for_partition", "(self, partition)"),
    (Store, "apply_changelog_batch", "(self, batch, to_key, to_value)"),
    # faust_overrides/assignor.py, faust_overrides/scheduler.py
    (PartitionAssignor, "assign", "(self, cluster, member_metadata)"),
    (DefaultSchedulingStrategy, "map_from_records", "(records)"),
    # faust_overrides/heartbeats.py, faust_overrides/offset_fetch.py
    (GroupCoordinator, "_send_req", "(self, request)"),
    (GroupCoordinator, "reset_generation", "(self)"),
    (GroupCoordinator, "coordinator_dead", "(self)"),
    (AIOKafkaClient, "coordinator_lookup", "(self, coordinator_type, coordinator_key)"),
    # faust_overrides/producer_guard.py
    (AIOKafkaClient, "send", "(self, node_id, request, *, group=<ConnectionGroup.DEFAULT: 0>)"),
    (AIOKafkaClient, "ready", "(self, node_id, *, group=<ConnectionGroup.DEFAULT: 0>)"),
    (AIOKafkaConnection, "close", "(self, reason=None, exc=None)"),
    # faust_overrides/record_batches.py: what stands in for this class has the same methods
    (MemoryRecords, "size_in_bytes", "(self)"),
    (MemoryRecords, "has_next", "(self)"),
    (MemoryRecords, "next_batch", "(self)"),
    # group/cluster_identity.py
    (AIOKafkaAdminClient, "_send_request", "(self, request, node_id=None)"),
]

# Class, instance attribute that its code assigns.
ATTRIBUTES = [
    (driver.Consumer, "_acked"),
    (driver.Consumer, "_acked_index"),
    (driver.Consumer, "_committed_offset"),
    (driver.Consumer, "_thread"),
    (driver.AIOKafkaConsumerThread, "_consumer"),
    (AIOKafkaConsumer, "_client"),
    (AIOKafkaConsumer, "_coordinator"),
    (AIOKafkaConsumer, "_fetcher"),
    (AIOKafkaConsumer, "_fetch_max_wait_ms"),
    (fetcher.Fetcher, "_fetch_max_wait_ms"),
    (fetcher.Fetcher, "_records"),
    (fetcher.Fetcher, "_wait_consume_future"),
    (GroupCoordinator, "_client"),
    (GroupCoordinator, "_closing"),
    (AIOKafkaClient, "_conns"),
    (AIOKafkaConnection, "_writer"),
    (HeartbeatRequest, "_member_id"),
    (Store, "_dbs"),
    (TableManager, "_recovery"),
]


# Underscored by name only: of NamedTuple, and os._exit.
_PUBLIC = {"_asdict", "_replace", "_exit"}


def _parameters(method: Any) -> str:
    signature = inspect.signature(method)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def _assigned(kind: type[Any]) -> set[str]:
    """The attributes of ``self`` that the class or one of its bases assigns or annotates."""
    found: set[str] = set()
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] not in ("faust", "aiokafka", "mode"):
            continue
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(base)))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return found


@pytest.mark.parametrize(
    ("kind", "name", "parameters"), METHODS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_method_has_the_signature_that_its_override_relies_on(
    kind: type[Any], name: str, parameters: str
) -> None:
    assert _parameters(getattr(kind, name)) == parameters


@pytest.mark.parametrize(("kind", "name"), ATTRIBUTES, ids=lambda value: getattr(value, "__name__", value))
def test_an_attribute_that_is_read_or_replaced_exists(kind: type[Any], name: str) -> None:
    assert name in _assigned(kind)


def test_the_fetcher_looks_the_record_parser_up_in_its_module() -> None:
    assert fetcher.MemoryRecords is not None  # type: ignore[attr-defined]
    assert "MemoryRecords(" in inspect.getsource(fetcher.Fetcher)


def test_batches_are_compressed_by_a_function_of_the_builder_s_module() -> None:
    # faust_overrides/compression.py replaces it there.
    module = vars(sys.modules[DefaultRecordBatchBuilder.__module__])
    assert module["zstd_encode"].__name__ in ("zstd_encode", "zstd")


def test_an_app_adds_its_monitor_to_its_sensors_where_it_lists_its_services() -> None:
    # worker_app.py takes it out again.
    assert "self.sensors.add(self.monitor)" in inspect.getsource(faust.App.on_init_dependencies)


def test_the_table_manager_makes_its_recovery_service_in_a_property() -> None:
    assert isinstance(inspect.getattr_static(TableManager, "recovery"), property)


def test_the_assignor_is_named_by_a_property() -> None:
    assert isinstance(inspect.getattr_static(PartitionAssignor, "name"), property)


def test_the_queue_of_an_agent_s_channel_keeps_its_events_in_a_deque() -> None:
    # delivery/delivery.py counts the bytes that wait in it.
    queue: ThrowableQueue[str] = ThrowableQueue(flow_control=FlowControlEvent())
    queue.put_nowait("first")
    queue.put_nowait("second")
    assert isinstance(queue, asyncio.Queue)
    assert type(queue._queue) is deque and list(queue._queue) == ["first", "second"]


def test_every_private_member_of_another_object_is_in_the_tables() -> None:
    pinned = {name for _, name, _ in METHODS} | {name for _, name in ATTRIBUTES}
    ours = re.compile(r"(?:self|cls)\.(_\w+)|def (_\w+)|^\s+(_\w+)(?:: [^=]+)? =", re.M)
    runtime = Path(__file__).parents[3] / "streams" / "runtime"
    for path in runtime.glob("**/*.py"):
        text = path.read_text("utf-8")
        known = {name for match in ours.findall(text) for name in match if name} | _PUBLIC
        used = {
            node.attr
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr)
        }
        assert used - known - pinned == set(), path.name
