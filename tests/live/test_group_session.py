"""A worker whose consumer-group session has expired produces nothing more, even if it was not told."""

from __future__ import annotations

import asyncio
import collections
import itertools
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from kill.reconciliation import twice
from live.mill import Mill, dispositions, page, settings
from live.proxy import GROUP, JOIN_GROUP, PRODUCE, Proxy

from streams import topics
from streams.records import Page, decode
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.kafka import clients
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS, ended_page
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Settings

pytestmark = pytest.mark.live
_SESSION = 6.0
_FAMILIES = 42  # of each an original and a copy
_FIRST = 4  # families that are in flight when the group is lost
_READY = '"ready":true'


Lose = Callable[["Pair", int], Awaitable[None]]
"""Has the first worker of a pair lose its group while so many families are fed."""


class Pair:
    """Two workers on one broker, one of them behind a proxy, and the pages they are fed."""

    def __init__(self, mill: Mill, proxy: Proxy) -> None:
        self.mill, self.proxy = mill, proxy
        self.cut_off = self._worker(proxy.address)
        self.other = self._worker(mill.settings.kafka.bootstrap_servers)
        self.fed = 0

    def _worker(self, address: str) -> WorkerProcess:
        kafka = msgspec.structs.replace(self.mill.settings.kafka, bootstrap_servers=address)
        worker = msgspec.structs.replace(
            self.mill.settings.worker,
            web_port=free_port(),
            processes=1,
            data_dir=f"{self.mill.settings.worker.data_dir}-{address.rpartition(':')[2]}",
        )
        return self.mill.worker(msgspec.structs.replace(self.mill.settings, kafka=kafka, worker=worker))

    async def feed(self, families: int) -> None:
        """Feed an original and a copy of it under another URL for each of so many new families."""
        first = self.fed // 2
        numbers = range(first, first + families)
        pages = [page(number, self._address("news", number, number % 2)) for number in numbers]
        pages += [page(number, self._address("copies", number, 1 - number % 2)) for number in numbers]
        self.fed += await self.mill.feed(pages)

    def _address(self, site: str, number: int, half: int) -> str:
        """Return a URL whose page is on the partitions of the given half, which are those of one worker.

        A worker that still uses buckets now owned by another one keeps a copy as an original when the copy and their first
        bucket are on its own partitions and the original is on the other's. So each half gets half of the copies.
        """
        found = (f"https://{site}.example/{number}/{again}" for again in itertools.count())
        middle = self.mill.settings.kafka.partitions // 2
        return next(url for url in found if partition_of(url.encode(), self.mill.settings) // middle == half)

    async def members(self, count: int) -> None:
        """Wait until the coordinator counts so many members, and has given each its partitions."""
        admin = AIOKafkaAdminClient(**clients.client_options(self.mill.settings))
        await admin.start()
        try:
            async with asyncio.timeout(60):
                while await _members(admin, topics.app_id(self.mill.settings)) != count:
                    await asyncio.sleep(0.1)  # the broker has no event for it
        finally:
            await admin.close()

    async def silent_from(self, request: int) -> None:
        """Require that from this request on the worker behind the proxy produced nothing until it asked to join again."""
        passed = self.proxy.passed
        async with asyncio.timeout(60):
            while JOIN_GROUP not in passed[request:]:
                await asyncio.sleep(0.05)  # another process: nothing to wait on but what passes
        assert PRODUCE not in passed[request : passed.index(JOIN_GROUP, request)]

    async def told(self, words: str) -> None:
        """Wait until the readiness endpoint of the worker behind the proxy answers with these words."""
        async with asyncio.timeout(60):
            while words not in await asyncio.to_thread(_readiness, self.cut_off.web):
                assert self.cut_off.alive, self.cut_off.log_tail()
                await asyncio.sleep(0.1)  # another process: nothing to wait on but its answer


async def _members(admin: AIOKafkaAdminClient, group: str) -> int | None:
    """Return the number of members of a group; None during a rebalance."""
    (response,) = await admin.describe_consumer_groups([group])
    (described,) = response.groups
    return len(described[5]) if described[2] == "Stable" else None


def _readiness(web: str) -> str:
    try:
        with urllib.request.urlopen(f"{web}/readyz", timeout=5) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError as error:
        return str(error)


async def _from_its_group(pair: Pair, families: int) -> None:
    """Cut the worker off from the group coordinator only, for longer than its session timeout."""
    pair.proxy.cut(GROUP)
    await pair.feed(_FIRST)
    await pair.members(1)
    gone = len(pair.proxy.passed)
    await pair.feed(families - _FIRST)
    await pair.mill.outcomes(pair.fed)
    await pair.told("no heartbeat answered")
    assert pair.proxy.held > 0
    pair.proxy.heal()
    await pair.silent_from(gone)


async def _stopped(pair: Pair, families: int) -> None:
    """Suspend the worker's process for longer than its session timeout while it works."""
    await pair.feed(_FIRST)
    os.kill(pair.cut_off.pid, signal.SIGSTOP)
    await pair.members(1)
    gone = len(pair.proxy.passed)
    await pair.feed(families - _FIRST)
    await pair.mill.outcomes(pair.fed)
    os.kill(pair.cut_off.pid, signal.SIGCONT)
    await pair.silent_from(gone)


async def _lose_the_group(mill: Mill, lose: Lose, times: int) -> None:
    proxy = Proxy(mill.settings.kafka.bootstrap_servers)
    await proxy.start()
    try:
        await mill.create()
        pair = Pair(mill, proxy)
        await asyncio.gather(pair.cut_off.start(), pair.other.start())
        for _ in range(times):
            await pair.members(2)
            await pair.told(_READY)
            await lose(pair, _FAMILIES // times)
        await pair.members(2)
        await pair.told(_READY)
        await pair.feed(1)
        await mill.outcomes(pair.fed)
        assert pair.cut_off.alive and pair.other.alive
        await _require_one_end(mill.settings, pair.fed)
    finally:
        await asyncio.to_thread(mill.stop)
        await proxy.stop()


async def _require_one_end(settings: Settings, pages: int) -> None:
    """Assert that no page has two dispositions and that at most one copy of each family is enriched."""
    messages = [message async for message in follow(settings, ENDS, from_start=True, at_end=True)]
    found = dispositions(ended_page(settings, message) for message in messages)
    assert len(found) == pages
    assert {where: ends for where, ends in found.items() if len(ends) != 1} == {}
    kept: dict[str, set[str]] = collections.defaultdict(set)
    for message in messages:
        if message.topic == topics.full_name(settings, topics.ENRICHED):
            enriched = decode(message.value or b"", Page)
            kept[enriched.url.split("/")[3]].add(enriched.id)
    assert {family: ids for family, ids in kept.items() if len(ids) != 1} == {}
    assert len(kept) == pages // 2
    if settings.kafka.processing_guarantee == "exactly_once":
        names = [name for name in topics.NAMES if name != topics.RAW]
        assert twice([m async for m in follow(settings, names, from_start=True, at_end=True)]) == []


def _run(address: str, folder: Path, lose: Lose, guarantee: str, times: int) -> None:
    kafka = {"session_timeout_seconds": _SESSION, "processing_guarantee": guarantee}
    mill = Mill(settings(address, folder, **kafka), folder)
    asyncio.run(_lose_the_group(mill, lose, times))


def test_a_worker_cut_off_from_its_group_alone_gives_no_page_a_second_end(
    apache: str, tmp_path: Path
) -> None:
    _run(apache, tmp_path, _from_its_group, "at_least_once", 1)


@pytest.mark.again
def test_nor_does_it_in_several_cuts(broker: str, tmp_path: Path) -> None:
    _run(broker, tmp_path, _from_its_group, "at_least_once", 3)


@pytest.mark.again
@pytest.mark.parametrize("lose", [_from_its_group, _stopped])
def test_nor_does_it_with_transactions(apache: str, tmp_path: Path, lose: Lose) -> None:
    _run(apache, tmp_path, lose, "exactly_once", 3)


@pytest.mark.again
def test_nor_does_one_that_was_stopped_and_goes_on(apache: str, tmp_path: Path) -> None:
    _run(apache, tmp_path, _stopped, "at_least_once", 3)
