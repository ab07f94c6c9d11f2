"""Pending bucket changes: the order in which they are written on several partitions, and what crashes leave of them."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import dedup
from streams.errors import Revoked
from streams.execution.results import TableChange
from streams.records import Candidate, CleanDocument, Document, Rejection
from streams.runtime.state.changelog import PendingChanges, Written
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
SAME = " ".join(f"word{number}" for number in range(60))


class Offset(NamedTuple):
    """The producer's acknowledgement of a record."""

    offset: int


async def _calm() -> None:
    """Run the event loop until no task can continue."""
    for _ in range(30):
        await asyncio.sleep(0)


class Changelog:
    """A producer and its logs: a change is in flight, and then in the log of its partition."""

    def __init__(self) -> None:
        self.wire: list[tuple[TableChange, asyncio.Future[Offset]]] = []
        self.log: list[TableChange] = []
        self.over = False
        self.stored: list[Written] = []
        self.pending = PendingChanges(self.send, self.stored.extend, lambda: self.over)

    async def send(self, change: TableChange) -> Awaitable[Offset]:
        self.wire.append((change, asyncio.get_running_loop().create_future()))
        return self.wire[-1][1]

    def look_up(self, *changes: TableChange) -> asyncio.Task[None]:
        return asyncio.create_task(self.pending.publish([self.pending.add(change) for change in changes]))

    async def land(self, number: int = 0) -> None:
        change, answer = self.wire.pop(number)
        self.log.append(change)
        answer.set_result(Offset(len(self.log) - 1))
        await _calm()

    def keys(self) -> list[bytes]:
        """The changes in flight."""
        return [change.key for change, _ in self.wire]


def _played(play: Callable[[Changelog], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await play(Changelog())

    asyncio.run(run())


def _change(partition: int, key: bytes, value: bytes = b"1") -> TableChange:
    return TableChange(partition, key, value, 1)


def test_a_change_is_sent_after_the_previous_one_is_acknowledged_or_with_it_on_one_partition() -> None:
    async def play(changelog: Changelog) -> None:
        page = changelog.look_up(_change(0, b"a"), _change(0, b"b"), _change(1, b"c"), _change(0, b"d"))
        await _calm()
        assert changelog.keys() == [b"a", b"b"]
        await changelog.land()
        assert changelog.keys() == [b"b"]
        await changelog.land()
        assert changelog.keys() == [b"c"]
        await changelog.land()
        assert changelog.keys() == [b"d"] and not page.done()
        await changelog.land()
        assert page.done()

    _played(play)


def test_changes_of_one_bucket_by_two_pages_are_written_in_order() -> None:
    async def play(changelog: Changelog) -> None:
        first = changelog.look_up(_change(0, b"a"), _change(1, b"shared", b"1"))
        second = changelog.look_up(_change(1, b"shared", b"2"), _change(0, b"b"))
        await _calm()
        assert changelog.keys() == [b"a"]
        await changelog.land()
        assert [change.value for change, _ in changelog.wire] == [b"1", b"2"]  # one log, nobody waits twice
        await changelog.land()
        assert first.done() and changelog.keys() == [b"shared"]
        await changelog.land()
        await changelog.land()
        assert second.done()

    _played(play)


def test_pending_changes_are_readable_and_written_ones_are_stored_in_the_order_of_the_log() -> None:
    async def play(changelog: Changelog) -> None:
        for number in range(3):
            changelog.look_up(_change(0, b"a", b"%d" % number))
        await _calm()
        assert changelog.pending.get((0, b"a")) == b"2"
        assert changelog.pending.get((1, b"a")) is None
        later = changelog.wire[1]
        changelog.log += [change for change, _ in changelog.wire]
        later[1].set_result(Offset(1))
        await _calm()
        assert changelog.stored == []  # not before what stands before it in the log
        changelog.wire[0][1].set_result(Offset(0))
        await _calm()
        assert [(there.change.value, there.offset) for there in changelog.stored] == [(b"0", 0), (b"1", 1)]
        assert changelog.pending.get((0, b"a")) == b"2"
        changelog.wire[2][1].set_result(Offset(2))
        await _calm()
        assert (changelog.stored[-1].change.value, changelog.stored[-1].offset) == (b"2", 2)
        assert changelog.pending.get((0, b"a")) is None

    _played(play)


def test_after_a_rebalance_nothing_more_is_sent_or_stored() -> None:
    async def play(changelog: Changelog) -> None:
        page = changelog.look_up(_change(0, b"a"), _change(1, b"b"))
        waiting = changelog.look_up(_change(1, b"b"))
        await _calm()
        changelog.over = True
        await changelog.land()
        assert changelog.keys() == []
        for task in (page, waiting):
            with pytest.raises(Revoked):
                await task
        assert changelog.stored == []
        changelog.pending.store_written([Written(_change(0, b"a"), 0)])
        assert changelog.stored == []

    _played(play)


def test_a_change_computed_from_one_that_could_not_be_written_fails_too() -> None:
    async def play(changelog: Changelog) -> None:
        page = changelog.look_up(_change(0, b"a"), _change(1, b"b"))
        behind = changelog.look_up(_change(1, b"b"))
        await _calm()
        changelog.wire.pop()[1].set_exception(OSError("no broker"))
        for task in (page, behind, changelog.look_up(_change(1, b"b"))):
            with pytest.raises(OSError, match="no broker"):
                await task
        assert changelog.wire == []
        given_up = changelog.look_up(_change(0, b"c"), _change(1, b"d"))
        behind = changelog.look_up(_change(1, b"d"))
        await _calm()
        given_up.cancel()
        with pytest.raises(Revoked):
            await behind

    _played(play)


def test_a_bucket_that_a_page_changes_twice_is_written_twice() -> None:
    """As when a copy gets an entry, and its correction when the next bucket finds that it is a copy."""

    async def play(changelog: Changelog) -> None:
        page = changelog.look_up(
            _change(0, b"a", b"1"), _change(0, b"a", b"2"), _change(1, b"b"), _change(0, b"a", b"3")
        )
        await _calm()
        for key in (b"a", b"a", b"b", b"a"):
            assert changelog.keys()[0] == key
            await changelog.land()
        assert page.done()
        assert [change.value for change in changelog.log] == [b"1", b"2", b"1", b"3"]

    _played(play)


def test_changes_of_a_committed_transaction_are_not_pending_and_delay_no_others() -> None:
    async def play(changelog: Changelog) -> None:
        first, second = (changelog.pending.add(_change(0, b"a", value)) for value in (b"1", b"2"))
        changelog.pending.store_written([Written(first, 5)])
        assert changelog.pending.get((0, b"a")) == b"2"
        changelog.pending.store_written([Written(second, 6)])
        assert changelog.pending.get((0, b"a")) is None
        assert [there.offset for there in changelog.stored] == [5, 6]
        changelog.look_up(_change(0, b"a", b"3"))
        await _calm()
        assert changelog.keys() == [b"a"]

    _played(play)


class Disk(NamedTuple):
    """A partition's RocksDB: its values, and the changelog offset up to which it has them."""

    values: dict[bytes, bytes]
    offset: list[int]


class Worker:
    """A worker: its disks, and for one epoch its partitions and pending changes."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.disks: dict[int, Disk] = {}
        self.owned: frozenset[int] = frozenset()
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(self, owned: frozenset[int]) -> None:
        """Begin an epoch: recover every partition from its changelog."""
        self.owned = owned
        for number in owned:
            disk = self.disks.setdefault(number, Disk({}, [0]))
            for change in self.cluster.logs[number][disk.offset[0] :]:
                disk.values[change.key] = change.value
            disk.offset[0] = len(self.cluster.logs[number])
        epoch = self.cluster.epoch
        self.pending = self.cluster.kind(
            partial(self.cluster.send, self), self._store, lambda: self.cluster.epoch != epoch
        )

    def _store(self, written: Sequence[Written]) -> None:
        for change, offset in written:
            disk = self.disks[change.partition]
            disk.values[change.key] = change.value
            disk.offset[0] = offset + 1

    def get(self, key: str) -> bytes:
        place = self.cluster.number(key), key.encode()
        value = self.pending.get(place)
        return value if value is not None else self.disks[place[0]].values.get(place[1], b"")

    def put(self, key: str, value: bytes) -> None:
        assert self.is_local(key), "another worker's bucket"
        change = TableChange(self.cluster.number(key), key.encode(), value, 0)
        self._changes.append(self.pending.add(change))

    def is_local(self, key: str) -> bool:
        return self.cluster.number(key) in self.owned

    def take(self, queue: int, offset: int, candidate: Candidate) -> None:
        """What the stages do (:mod:`streams.execution.stages`), and what is done with their results."""
        self._changes: list[TableChange] = []
        caused: list[Candidate | CleanDocument | Rejection] = []
        if not self.is_local(dedup.bucket_key(candidate)):  # cleaned here, for buckets that are elsewhere
            caused = [candidate]
        elif candidate.copied is not None:
            dedup.apply_correction(candidate, self, self.cluster.now(), Dedup())
        else:
            walked = dedup.advance(candidate, self, self.cluster.now(), Dedup())
            left = dedup.apply_corrections(walked.corrections, self, self.cluster.now(), Dedup())
            caused = [walked.step, *left]
        task = asyncio.create_task(self._deliver(queue, offset, self._changes, caused))
        self.tasks.add(task)
        task.add_done_callback(self._delivered)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.cluster.errors.append(error)

    async def _deliver(self, queue: int, offset: int, changes: list[TableChange], caused: list[Any]) -> None:
        try:
            await self.pending.publish(changes)
            self.cluster.chance.shuffle(caused)
            for record in caused:
                await (
                    self.cluster.gate()
                )  # the records of a message may come to the broker at different moments
                self.cluster.emit(record)
            await self.cluster.gate()
            self.cluster.acknowledge(queue, offset)
        except Revoked:
            pass


class Cluster:
    """Workers and a broker. What happens next is random, crashes and rebalances included."""

    def __init__(
        self,
        chance: random.Random,
        partitions: int,
        workers: int,
        kind: type[PendingChanges] = PendingChanges,
    ) -> None:
        self.chance, self.kind = chance, kind
        self.logs: list[list[TableChange]] = [[] for _ in range(partitions)]
        self.wires: list[deque[tuple[Worker, TableChange, asyncio.Future[Offset]]]] = [
            deque() for _ in range(partitions)
        ]
        # Behind the partitions of pages.candidates those of pages.raw, of as many pages as there are candidates made of them.
        self.queues: list[list[Candidate]] = [[] for _ in range(2 * partitions)]
        self.taken, self.committed = [0] * 2 * partitions, [0] * 2 * partitions
        self.done: set[tuple[int, int, int]] = set()
        self.gates: list[asyncio.Future[None]] = []
        self.coming: list[Candidate] = []
        self.epoch = 0
        self.errors: list[BaseException] = []
        self.ends: dict[str, list[CleanDocument | Rejection]] = {}
        self._now = NOON
        self.workers = [Worker(self) for _ in range(workers)]
        self._share_out()

    def number(self, key: str) -> int:
        return sum(key.encode()) % len(self.logs)

    def now(self) -> int:
        self._now += self.chance.randrange(2)
        return self._now

    def emit(self, record: Candidate | CleanDocument | Rejection) -> None:
        if isinstance(record, Candidate):
            self.queues[self.number(dedup.bucket_key(record))].append(record)
        else:
            self.ends.setdefault(record.id, []).append(record)

    async def send(self, worker: Worker, change: TableChange) -> Awaitable[Offset]:
        answer: asyncio.Future[Offset] = asyncio.get_running_loop().create_future()
        self.wires[change.partition].append((worker, change, answer))
        return answer

    async def gate(self) -> None:
        self.gates.append(asyncio.get_running_loop().create_future())
        await self.gates[-1]

    def acknowledge(self, queue: int, offset: int) -> None:
        self.done.add((self.epoch, queue, offset))
        while (self.epoch, queue, self.committed[queue]) in self.done:
            self.committed[queue] += 1

    async def run(self, troubles: int) -> None:
        """Process everything, with this many crashes and rebalances."""
        while moves := self._moves():
            if troubles and self.chance.random() < 0.2:
                troubles -= 1
                await self._trouble()
            else:
                (move,) = self.chance.choices(list(moves), list(moves.values()))
                move()
            await _calm()
            if self.errors:
                raise self.errors[0]

    def _moves(self) -> dict[Callable[[], None], float]:
        """The possible next events with their weights."""
        self.gates = [gate for gate in self.gates if not gate.done()]
        moves: dict[Callable[[], None], float] = {partial(gate.set_result, None): 1.0 for gate in self.gates}
        for number, queue in enumerate(self.queues):
            if self.taken[number] < len(queue):
                moves[partial(self._take, number)] = 1.0
        for number, wire in enumerate(self.wires):
            if wire:
                moves[partial(self._land, number)] = self.paces[number]
        if self.coming:
            moves[self._arrive] = 0.3
        return moves

    def _arrive(self) -> None:
        self.chance.choice(self.queues[len(self.logs) :]).append(self.coming.pop())

    def _take(self, number: int) -> None:
        owner = next(worker for worker in self.workers if number % len(self.logs) in worker.owned)
        offset = self.taken[number]
        self.taken[number] += 1
        owner.take(number, offset, self.queues[number][offset])

    def _land(self, number: int) -> None:
        _, change, answer = self.wires[number].popleft()
        self.logs[number].append(change)
        answer.set_result(Offset(len(self.logs[number]) - 1))

    async def _trouble(self) -> None:
        """Rebalance, perhaps after a crash that left some records in flight in the logs and lost the others."""
        if self.chance.random() < 0.7:
            victim = self.chance.choice(self.workers)
            for number, wire in enumerate(self.wires):
                theirs = [change for worker, change, _ in wire if worker is victim]
                self.logs[number] += theirs[: self.chance.randrange(len(theirs) + 1)]
                self.wires[number] = deque(entry for entry in wire if entry[0] is not victim)
            for task in victim.tasks:
                task.cancel()
            await asyncio.gather(*victim.tasks, return_exceptions=True)
            if self.chance.random() < 0.5:
                victim.disks.clear()
        self.epoch += 1
        while any(self.wires):  # a worker that loses partitions waits until its producer has sent what it has
            self._land(self.chance.choice([number for number, wire in enumerate(self.wires) if wire]))
            await _calm()
        for worker in self.workers:  # what was in hand is not finished; it comes again
            for task in list(worker.tasks):
                task.cancel()
            await asyncio.gather(*worker.tasks, return_exceptions=True)
        self._share_out()

    def _share_out(self) -> None:
        owners = [self.chance.randrange(len(self.workers)) for _ in self.logs]
        self.taken = list(self.committed)
        self.paces = [self.chance.choice([0.02, 0.2, 1.0]) for _ in self.logs]
        for index, worker in enumerate(self.workers):
            worker.begin(frozenset(number for number, owner in enumerate(owners) if owner == index))


class AllAtOnce(PendingChanges):
    """Sends all changes of a page at once; those of one bucket in order."""

    async def publish(self, changes: Sequence[TableChange]) -> None:
        await asyncio.gather(*(self._write([change]) for change in changes))


class BucketOrderIgnored(PendingChanges):
    """Sends a page's changes in order, without waiting for other pages' changes of the same buckets."""

    def add(self, change: TableChange) -> TableChange:
        change = super().add(change)
        change.turn._previous = None
        return change


class StoredAtOnce(PendingChanges):
    """Stores a change on disk before it is in the changelog."""

    def add(self, change: TableChange) -> TableChange:
        worker: Any = self._store.__self__  # type: ignore[attr-defined]
        worker.disks[change.partition].values[change.key] = change.value
        return super().add(change)


def _copy(name: str, chance: random.Random) -> Candidate:
    """A candidate; any two share at least one content bucket, often only one, and not always the same."""
    url = f"https://{name}.example/"
    document = Document(id=name, url=url, canonical_url=url, text=SAME)
    mark = dedup.fingerprint(SAME, url)
    alone = chance.randint(1, 3)
    buckets = [mark.bucket_keys[0], "c1:shared", "c2:shared", "c3:shared"]
    buckets[alone] = f"c{alone}:{name}"
    return Candidate(document=document, fingerprint=msgspec.structs.replace(mark, bucket_keys=tuple(buckets)))


def _flown(
    seed: int,
    copies: int,
    partitions: int,
    workers: int,
    troubles: int,
    kind: type[PendingChanges] = PendingChanges,
) -> Cluster:
    """A cluster after it has processed copies of one text that were in flight at the same time."""

    async def run() -> Cluster:
        chance = random.Random(seed)
        cluster = Cluster(chance, partitions, workers, kind)
        cluster.coming = [_copy(f"copy-{number}", chance) for number in range(copies)]
        await cluster.run(troubles)
        return cluster

    return asyncio.run(run())


def _faults(cluster: Cluster, copies: int) -> list[str]:
    kept = {name for name, ends in cluster.ends.items() if isinstance(ends[0], CleanDocument)}
    faults = [] if len(kept) == 1 else [f"kept: {sorted(kept)}"]
    faults += [] if len(cluster.ends) == copies else [f"only {sorted(cluster.ends)} ended"]
    return faults + [
        f"{name}: {ends}" for name, ends in cluster.ends.items() if len({type(end) for end in ends}) > 1
    ]


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    copies=st.integers(2, 7),
    partitions=st.sampled_from([2, 4, 16]),
    workers=st.integers(1, 3),
    troubles=st.integers(0, 8),
)
def test_of_copies_in_flight_exactly_one_is_kept_whatever_worker_crashes_when(
    seed: int, copies: int, partitions: int, workers: int, troubles: int
) -> None:
    cluster = _flown(seed, copies, partitions, workers, troubles)
    assert _faults(cluster, copies) == []
    for worker in cluster.workers:
        for number in worker.owned:
            log = {change.key: change.value for change in cluster.logs[number]}
            assert worker.disks[number].values == log, "disk and changelog differ"


@pytest.mark.parametrize(
    ("kind", "first"), [(AllAtOnce, 880), (BucketOrderIgnored, 741), (StoredAtOnce, 106)]
)
def test_without_any_one_of_the_three_rules_all_copies_of_a_text_can_be_lost(
    kind: type[PendingChanges], first: int
) -> None:
    """``first`` is shortly before the first seed that shows it, which saves a search."""

    def is_faulty(seed: int) -> bool:
        chance = random.Random(seed)
        copies = chance.randint(3, 7)
        return bool(
            _faults(
                _flown(seed, copies, chance.choice([2, 4]), chance.randint(1, 3), chance.randint(1, 8), kind),
                copies,
            )
        )

    assert any(map(is_faulty, range(first, first + 2_000)))
