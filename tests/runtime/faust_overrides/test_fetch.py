"""Fetched records are delivered from all partitions in turn, within the budget of each topic."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from faust.types import TP

from streams.runtime.app import create
from streams.runtime.faust_overrides import fetch
from streams.runtime.faust_overrides.fetch import FetchBudget
from streams.settings import Settings, Worker

LEFT, RIGHT, OTHER = TP("pages.raw", 0), TP("pages.raw", 1), TP("crawlmill-buckets-changelog", 0)


def _fetched(sizes: list[int]) -> Any:
    records = [SimpleNamespace(key=b"", headers=(), value=bytes(size)) for size in sizes]
    return SimpleNamespace(getone=lambda: records.pop(0) if records else None, has_more=lambda: bool(records))


class _Fetcher:
    """The members of aiokafka's fetcher that :func:`fetch.drain` uses."""

    _wait_consume_future = None

    def __init__(self, **sizes: list[int]) -> None:
        names = {"left": LEFT, "right": RIGHT, "other": OTHER}
        self._records = {names[name]: _fetched(each) for name, each in sizes.items()}
        self.notified = 0

    def _notify(self, _: object) -> None:
        self.notified += 1


def _drained(fetcher: _Fetcher, budget: FetchBudget) -> dict[TP, list[int]]:
    found: dict[TP, list[Any]] = {}
    fetch.drain(fetcher, set(fetcher._records), {"pages.raw": budget}, found)
    return {tp: [len(record.value) for record in records] for tp, records in found.items()}


def test_the_fetch_wait_is_set_on_aiokafkas_fetcher() -> None:
    """aiokafka has no setting to change it: this fails when the attribute moves."""

    async def waits() -> list[int]:
        fetcher: Any = Fetcher(AIOKafkaClient(), SubscriptionState(), fetch_max_wait_ms=fetch.FETCH_WAIT_MS)
        thread: Any = fetch.ConsumerThread.__new__(fetch.ConsumerThread)
        thread._consumer = SimpleNamespace(_fetcher=fetcher)
        before = fetcher._fetch_max_wait_ms
        thread.set_fetch_wait(fetch.IDLE_FETCH_WAIT_MS)
        await fetcher.close()
        return [before, fetcher._fetch_max_wait_ms]

    assert asyncio.run(waits()) == [fetch.FETCH_WAIT_MS, fetch.IDLE_FETCH_WAIT_MS]


def test_partitions_are_drained_in_turn_until_the_bytes_are_used_up() -> None:
    fetcher = _Fetcher(left=[50, 50, 50], right=[50, 50, 50])
    assert _drained(fetcher, FetchBudget(100, 120)) == {LEFT: [50, 50], RIGHT: [50]}
    assert len(fetcher._records) == 2, "the rest stays with the fetcher"


def test_one_message_of_any_size_passes_and_none_without_a_budget() -> None:
    assert _drained(_Fetcher(left=[900, 1]), FetchBudget(100, 10)) == {LEFT: [900]}
    assert _drained(_Fetcher(left=[900, 1]), FetchBudget(100, 0)) == {}
    assert _drained(_Fetcher(left=[900, 1]), FetchBudget(0, 1_000)) == {}


def test_the_budget_also_limits_the_number_of_messages() -> None:
    assert _drained(_Fetcher(left=[1] * 9, right=[1]), FetchBudget(4, 1_000)) == {LEFT: [1, 1, 1], RIGHT: [1]}


def test_a_topic_without_a_budget_is_drained_and_an_empty_partition_may_be_fetched_again() -> None:
    fetcher = _Fetcher(other=[7, 7, 7], left=[5])
    assert _drained(fetcher, FetchBudget(1, 1)) == {OTHER: [7, 7, 7], LEFT: [5]}
    assert fetcher._records == {}
    assert fetcher.notified == 2


@pytest.mark.parametrize("fetched_ago", [1.0, 400.0])
def test_a_partition_that_is_not_fetched_is_reported_and_one_with_a_backlog_is_not(
    fetched_ago: float, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def verify() -> None:
        now, subscriptions = time.monotonic(), SubscriptionState()
        subscriptions.assign_from_user([TopicPartition(*LEFT)])
        state = subscriptions.subscription.assignment.state_value(TopicPartition(*LEFT))
        state.reset_to(5)
        state.highwater, state.timestamp = 1_000, 1_000 * (now - fetched_ago)
        app = create(Settings(worker=Worker(data_dir=str(tmp_path))))
        app.topics._acking_topics.add(LEFT.topic)
        thread: Any = app.consumer._new_consumer_thread()
        thread._consumer = SimpleNamespace(_fetcher=SimpleNamespace(_subscriptions=subscriptions))
        thread.time_started = now - 3_600
        thread.verify_event_path(now, LEFT)

    with caplog.at_level(logging.WARNING):
        asyncio.run(verify())
    assert [record.levelname for record in caplog.records] == (["ERROR"] if fetched_ago > 300 else [])
