"""Exactly once on Apache Kafka: with ``read_committed`` every record is there once, whatever is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.types import TP
from kill.reconciliation import twice
from live.mill import Mill, dispositions, ends_with_copies, killed_in_mid_stream, settings, with_copies

from streams import topics
from streams.execution.results import OutputRecord
from streams.records import Message
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.partition_transaction import TransactionalOutbox
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.follow import follow
from streams.runtime.state.changelog import Written
from streams.settings import Settings

pytestmark = pytest.mark.live
_PAGES, _COPIES = 80, 10


def test_a_worker_killed_in_mid_stream_leaves_no_record_twice_on_any_topic(
    apache: str, tmp_path: Path
) -> None:
    mill = Mill(settings(apache, tmp_path, processing_guarantee="exactly_once"), tmp_path)
    try:
        asyncio.run(_kill_and_take_over(mill))
    finally:
        mill.stop()


async def _kill_and_take_over(mill: Mill) -> None:
    await killed_in_mid_stream(mill, with_copies(_PAGES, _COPIES))
    await mill.worker().start()
    await mill.outcomes(_PAGES)
    found = dispositions(await mill.all_ends())
    assert sorted(next(iter(kind)) for kind in found.values()) == ends_with_copies(_PAGES, _COPIES)
    assert twice(await _committed(mill.settings)) == []


def test_opening_the_producer_of_a_partition_fences_its_previous_owner(apache: str, tmp_path: Path) -> None:
    mill = settings(apache, tmp_path, processing_guarantee="exactly_once")
    values = [message.value for message in asyncio.run(_fence(mill))]
    assert values == [b"first", b"instead of a large one", b"of the next one"]


async def _fence(mill: Settings) -> list[Message]:
    await topic_admin.create(mill)
    old, new = PartitionTransactions(mill, _nothing), PartitionTransactions(mill, _nothing)
    partition = TP(topics.full_name(mill, topics.RAW), 0)
    try:
        await old.open({partition}, 1)
        await old.opened()
        await _send(old, partition, 0, b"first")
        await new.open({partition}, 2)
        await new.opened()
        with pytest.raises(KafkaError):
            await _send(old, partition, 1, b"of one that was fenced", generation=1)
        refused = _slot(new, partition, 1, generation=2)
        with pytest.raises(MessageSizeTooLargeError):
            await refused.send(_output(bytes(mill.kafka.max_message_bytes)))
        await refused.send(_output(b"instead of a large one"))
        await _send(new, partition, 2, b"of the next one", generation=2)
    finally:
        await old.close()
        await new.close()
    return await _committed(mill)


def _nothing(written: Sequence[Written]) -> None:
    """Ignore table changes: these transactions have none."""


async def _send(
    transactions: PartitionTransactions, partition: TP, offset: int, value: bytes, generation: int = 1
) -> None:
    await _slot(transactions, partition, offset, generation).send(_output(value))


def _slot(
    transactions: PartitionTransactions, partition: TP, offset: int, generation: int
) -> TransactionalOutbox:
    message = SimpleNamespace(tp=partition, offset=offset, generation_id=generation)
    outbox = transactions.outbox(SimpleNamespace(message=message))
    assert outbox is not None
    return outbox


def _output(value: bytes) -> MessageOutput:
    return MessageOutput(((OutputRecord(topics.CLEAN, b"key", value, "CleanDocument"), []),), (), None, "")


async def _committed(mill: Settings) -> list[Message]:
    """Return the committed records of every topic that the mill writes."""
    names = [name for name in topics.NAMES if name != topics.RAW]
    return [message async for message in follow(mill, names, from_start=True, at_end=True)]
