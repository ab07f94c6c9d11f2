"""What is taken of what a fetch brought: from every partition in turn, no more than there is room for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from faust.types import TP

from streams.runtime.faust_overrides import fetch
from streams.runtime.faust_overrides.fetch import Room

LEFT, RIGHT, OTHER = TP("pages.raw", 0), TP("pages.raw", 1), TP("crawlmill-buckets-changelog", 0)


def _fetched(sizes: list[int]) -> Any:
    records = [SimpleNamespace(key=b"", headers=(), value=bytes(size)) for size in sizes]
    return SimpleNamespace(getone=lambda: records.pop(0) if records else None, has_more=lambda: bool(records))


class _Fetcher:
    """aiokafka's, as far as it is asked."""

    _wait_consume_future = None

    def __init__(self, **sizes: list[int]) -> None:
        names = {"left": LEFT, "right": RIGHT, "other": OTHER}
        self._records = {names[name]: _fetched(each) for name, each in sizes.items()}
        self.asked = 0

    def _notify(self, _: object) -> None:
        self.asked += 1


def _taken(fetcher: _Fetcher, room: Room) -> dict[TP, list[int]]:
    found: dict[TP, list[Any]] = {}
    fetch.drain(fetcher, set(fetcher._records), {"pages.raw": room}, found)
    return {tp: [len(record.value) for record in records] for tp, records in found.items()}


def test_the_next_fetch_is_held_back_for_as_long_as_was_said() -> None:
    """aiokafka has no way to say so: this fails when it keeps the wait elsewhere."""

    async def waits() -> list[int]:
        fetcher: Any = Fetcher(AIOKafkaClient(), SubscriptionState(), fetch_max_wait_ms=fetch.FETCH_WAIT_MS)
        thread: Any = fetch.ConsumerThread.__new__(fetch.ConsumerThread)
        thread._consumer = SimpleNamespace(_fetcher=fetcher)
        before = fetcher._fetch_max_wait_ms
        thread.pace(fetch.IDLE_FETCH_WAIT_MS)
        await fetcher.close()
        return [before, fetcher._fetch_max_wait_ms]

    assert asyncio.run(waits()) == [fetch.FETCH_WAIT_MS, fetch.IDLE_FETCH_WAIT_MS]


def test_partitions_have_their_turn_until_the_bytes_are_used_up() -> None:
    fetcher = _Fetcher(left=[50, 50, 50], right=[50, 50, 50])
    assert _taken(fetcher, Room(100, 120)) == {LEFT: [50, 50], RIGHT: [50]}
    assert len(fetcher._records) == 2, "what was not taken waits"


def test_one_message_goes_through_however_large_and_none_when_there_is_no_room() -> None:
    assert _taken(_Fetcher(left=[900, 1]), Room(100, 10)) == {LEFT: [900]}
    assert _taken(_Fetcher(left=[900, 1]), Room(100, 0)) == {}
    assert _taken(_Fetcher(left=[900, 1]), Room(0, 1_000)) == {}


def test_messages_are_counted_too() -> None:
    assert _taken(_Fetcher(left=[1] * 9, right=[1]), Room(4, 1_000)) == {LEFT: [1, 1, 1], RIGHT: [1]}


def test_a_topic_without_a_limit_is_taken_as_it_is_and_what_is_empty_is_fetched_anew() -> None:
    fetcher = _Fetcher(other=[7, 7, 7], left=[5])
    assert _taken(fetcher, Room(1, 1)) == {OTHER: [7, 7, 7], LEFT: [5]}
    assert fetcher._records == {}
    assert fetcher.asked == 2
