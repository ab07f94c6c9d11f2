"""After any sequence of revisions, replays and crashes, the compacted topics have the facts of the newest versions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime.delivery.facts.test_tombstones import PAGE, fact, output

from streams import topics
from streams.errors import Revoked
from streams.execution.results import Failed, OutputRecord, PageVersion, Processed, TableChange
from streams.records import Fault, Message
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.facts.revisions import HomePartition, Revisions
from streams.runtime.delivery.outputs import MessageOutput, message_output
from streams.settings import Kafka, Settings

SETTINGS = Settings(kafka=Kafka(partitions=4))
HOME = partition_of(PAGE, SETTINGS)
NOON = 1_750_000_000.0


class Crash(Exception):
    """The process ends here."""


class Broker:
    """The compacted topics and the changelog of one page, as they are after compaction. It ends the process when ``steps`` are used up."""

    def __init__(self) -> None:
        self.facts: dict[bytes, bytes] = {}
        self.changelog: dict[bytes, bytes] = {}
        self.steps = 1 << 30

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise Crash

    async def produce(self, output: MessageOutput) -> None:
        for made, _ in output.records:
            await asyncio.sleep(0)
            self.step()
            if made.topic in topics.FACTS:
                self.facts.pop(made.key, None)
                if made.value is not None:
                    self.facts[made.key] = made.value


class Table:
    """A worker's part of the dedup table: pending changes in memory, the rest in the changelog."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._pending: dict[bytes, bytes] = {}
        self.held = 0
        self.is_owner = True

    def owns(self, partition: int) -> bool:
        return partition == HOME and self.is_owner

    def read_bucket(self, partition: int, key: bytes) -> bytes:
        return self._pending.get(key) or self._broker.changelog.get(key, b"")

    def pending_change(self, partition: int, key: bytes, value: bytes) -> TableChange:
        self._pending[key] = value
        return self.change(partition, key, value)

    def change(self, partition: int, key: bytes, value: bytes) -> TableChange:
        assert partition == HOME
        return TableChange(partition, key, value, 1)

    @contextmanager
    def held_offset(self, partition: int, release_after: Any) -> Iterator[None]:
        self.held += 1
        yield
        self.held -= 1

    async def publish(self, changes: Sequence[TableChange]) -> None:
        for change in changes:
            await asyncio.sleep(0)
            self._broker.step()
            self._broker.changelog[change.key] = change.value


class Inner:
    """The at-least-once outbox below: changes, then records."""

    def __init__(self, broker: Broker, table: Table) -> None:
        self._broker, self._table = broker, table

    async def send(self, output: MessageOutput) -> None:
        await self._table.publish(output.changes)
        await self._broker.produce(output)


class Version(NamedTuple):
    """A message of pages.clean: a version of the page, and the facts that each model finds in it."""

    number: int
    models: tuple[frozenset[str], ...]


def _worker(broker: Broker) -> tuple[Revisions, Table, dict[str, int]]:
    table, counted = Table(broker), dict[str, int]()

    def count(topic: str, number: int) -> None:
        counted[topic] = counted.get(topic, 0) + number

    return Revisions(table, SETTINGS, count, lambda: NOON), table, counted


async def _at_least_once(
    broker: Broker, messages: Sequence[Version], model: int, chance: random.Random
) -> None:
    """Send the messages at the same time, as a worker does that has them all in flight."""
    revisions, table, _ = _worker(broker)
    opened: Any = revisions.opening(lambda _: Inner(broker, table))

    async def one(version: Version) -> None:
        for _ in range(chance.randrange(6)):
            await asyncio.sleep(0)
        await opened(None).send(output(version.number, version.models[model]))

    done = await asyncio.gather(*map(one, messages), return_exceptions=True)
    for error in done:
        if isinstance(error, Exception):
            raise error


async def _exactly_once(
    broker: Broker, messages: Sequence[Version], model: int, chance: random.Random
) -> int:
    """Commit the messages in runs; returns how many are committed."""
    revisions, _, _ = _worker(broker)
    done = 0
    while done < len(messages):
        run = messages[done : done + chance.randrange(1, 4)]
        made = [output(version.number, version.models[model]) for version in run]
        try:
            with revisions.in_transaction(HOME, made) as revised:
                broker.step()  # nothing of a transaction is there before all of it
                for each in revised:
                    for change in each.changes:
                        broker.changelog[change.key] = change.value
                    unlimited, broker.steps = broker.steps, 1 << 30
                    await broker.produce(each)
                    broker.steps = unlimited
        except Crash:
            return done
        done += len(run)
    return done


facts = st.frozensets(st.sampled_from("abcdef"))
versions = st.lists(
    st.builds(Version, st.integers(1, 4), st.tuples(facts, facts, facts)),
    min_size=1,
    max_size=8,
)


def _newest(messages: Sequence[Version], model: int) -> set[tuple[bytes, bytes]]:
    """The facts of the newest version, by this model. Versions have one content here, as in a replay."""
    newest = max(messages, key=lambda version: version.number)
    return {(fact(name).key, f"{newest.number} {name}".encode()) for name in newest.models[model]}


def _distinct(messages: Sequence[Version]) -> list[Version]:
    """The messages, each version with the content that it had first: a replayed document is the same document."""
    first = {version.number: version for version in reversed(messages)}
    return [first[version.number] for version in messages]


@settings(max_examples=300, deadline=None)
@given(versions, st.lists(st.integers(0, 25), max_size=4), st.integers(0, 1 << 32))
def test_at_least_once_the_newest_version_s_facts_are_on_the_topics_whatever_crashes_come_between(
    made: list[Version], crashes: list[int], seed: int
) -> None:
    """After each crash all is redelivered, and a newer model may run; the last model's facts are there in the end."""
    broker, messages, chance = Broker(), _distinct(made), random.Random(seed)
    for number, steps in enumerate([*crashes, 1 << 30]):
        broker.steps, model = steps, min(number, 2)
        try:
            asyncio.run(_at_least_once(broker, messages, model, chance))
        except Crash:
            continue
    assert set(broker.facts.items()) == _newest(messages, min(len(crashes), 2))


@settings(max_examples=200, deadline=None)
@given(versions, st.lists(st.integers(0, 3), max_size=3), st.integers(0, 1 << 32))
def test_exactly_once_the_newest_version_s_facts_are_on_the_topics_after_each_transaction(
    made: list[Version], crashes: list[int], seed: int
) -> None:
    broker, messages, chance, done = Broker(), _distinct(made), random.Random(seed), 0
    for steps in [*crashes, 1 << 30]:
        broker.steps = steps
        done += asyncio.run(_exactly_once(broker, messages[done:], 0, chance))
        if done:
            assert set(broker.facts.items()) == _newest(messages[:done], 0)
    assert done == len(messages)


def test_tombstones_that_were_sent_are_counted_and_a_transaction_holds_the_recovery_offset() -> None:
    async def run() -> None:
        broker = Broker()
        revisions, table, counted = _worker(broker)
        with revisions.in_transaction(HOME, [output(1, "ab"), output(2, "c")]) as revised:
            assert table.held == 1
            assert [len(each.records) for each in revised] == [3, 4]
        assert (table.held, counted) == (0, {topics.QUOTES: 2})

    asyncio.run(run())


def test_of_a_partition_that_is_another_worker_s_nothing_is_sent() -> None:
    async def run() -> None:
        broker = Broker()
        revisions, table, _ = _worker(broker)
        table.is_owner = False
        opened: Any = revisions.opening(lambda _: Inner(broker, table))
        with pytest.raises(Revoked):
            await opened(None).send(output(1, "a"))
        with pytest.raises(Revoked), revisions.in_transaction(HOME, [output(1, "a")]):
            pass
        assert broker.facts == {}

    asyncio.run(run())


def test_an_event_without_an_outbox_has_none_here_either() -> None:
    revisions, _, _ = _worker(Broker())
    opened: Any = revisions.opening(lambda _: None)
    assert opened(None) is None


def _home(guarantee: Any, *, owned: bool, result: Processed | Failed) -> Any:
    async def work(_: Message) -> Processed | Failed:
        return result

    table = Table(Broker())
    table.is_owner = owned
    options = Settings(kafka=Kafka(partitions=4, processing_guarantee=guarantee))
    return HomePartition(work, table, options)


ENRICHED = Processed(
    (OutputRecord(topics.ENRICHED, b"id", b"{}", "Enriched"),), language="en", page=PageVersion(PAGE, 1)
)


@pytest.mark.parametrize(
    ("partition", "guarantee", "owned", "stays"),
    [
        (HOME, "exactly_once", True, True),
        (HOME + 1, "exactly_once", True, False),
        (HOME + 1, "at_least_once", True, True),
        (HOME + 1, "at_least_once", False, False),
    ],
)
def test_a_document_is_enriched_where_its_page_s_facts_are_known_and_moved_there_else(
    partition: int, guarantee: str, owned: bool, stays: bool
) -> None:
    message = Message(value=b"{...}", key=b"id", partition=partition)
    result = asyncio.run(_home(guarantee, owned=owned, result=ENRICHED)(message))
    if stays:
        assert result == ENRICHED
        return
    (moved,) = result.outputs
    assert moved == (topics.CLEAN, b"id", b"{...}", "CleanDocument", PAGE)
    assert message_output("enrich", message, result, 5, 1_000_000).disposition is None


def test_a_document_that_fails_is_a_dead_letter_wherever_it_is() -> None:
    failed = Failed(Fault.ERROR, "ValueError", "")
    home = _home("exactly_once", owned=False, result=failed)
    assert asyncio.run(home(Message(value=b"", partition=HOME + 1))) == failed
