"""The three stages' work: clean and enrich in the pool, dedup at the door. What goes wrong with a page is a value."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from types import UnionType
from typing import Any

import msgspec

from streams import dedup
from streams.errors import PageCrash, PageTimeout, StoreFailed
from streams.records import Candidate, CleanDocument, Fault, Message, Rejection, decode, well_formed
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.error_policy import blamed, fault_of
from streams.runtime.delivery.results import Failed, OutputRecord, Processed, unexpected_failure
from streams.runtime.kafka import clock, topics
from streams.runtime.observability.metrics import Metrics
from streams.runtime.pool import jobs
from streams.runtime.pool.batcher import Batcher
from streams.runtime.pool.pool import Pool
from streams.runtime.state.changelog import Place
from streams.runtime.state.table import DedupTable
from streams.settings import Settings

# Urgencies, beside 0 of a page that comes in. What is nearer to its end goes first, so that little is in flight; but a
# batch that is not full goes last, for a model reads eight documents at once in less time than one after the other.
_DOWNSTREAM, _FILLING = 1, -1
# That a document waits for seven others while pages come in. With half a second, less than a batch takes, whatever a full
# one had left behind went next and alone.
_PATIENCE_SECONDS = 2.0
_SHOWN = 80  # bytes of a key shown in a fault


Retried = Callable[[Fault], None]  # is told the fault for which a page is tried again


def _nobody_counts(fault: Fault) -> None:
    """For callers without metrics."""


class CleanStage:
    """pages.raw -> pages.candidates | pages.rejected; or what ``onward`` makes of a result. Any order, many at once."""

    def __init__(
        self,
        pool: Pool,
        settings: Settings,
        onward: Callable[[Processed | Failed], Processed | Failed],
        retried: Retried = _nobody_counts,
    ) -> None:
        self._retried = retried
        self._pool = pool
        self._timeout = settings.worker.clean_timeout_seconds
        self._onward = onward

    async def __call__(self, message: Message) -> Processed | Failed:
        result = await guarded(
            lambda: self._pool.run(jobs.clean, message, timeout=self._timeout), self._retried
        )
        return self._onward(result)


class EnrichStage:
    """pages.clean -> pages.enriched and the flattened facts. Any order, in batches."""

    def __init__(self, pool: Pool, settings: Settings, retried: Retried = _nobody_counts) -> None:
        self._pool = pool
        self._retried = retried
        self._timeout = settings.worker.enrich_timeout_seconds
        self._batches: Batcher[bytes, Processed | Failed] = Batcher(
            settings.worker.enrich_batch,
            partial(pool.slot, self._urgency),
            self._run,
            self._rescue,
            _PATIENCE_SECONDS,
            pool.sharers,
        )

    def _urgency(self) -> int:
        return _DOWNSTREAM if self._batches.is_due() else _FILLING

    async def __call__(self, message: Message) -> Processed | Failed:
        return await self._batches.submit(message.value or b"")

    async def _run(self, values: Sequence[bytes]) -> Sequence[Processed | Failed]:
        return await self._pool.run_now(jobs.enrich, list(values), timeout=self._timeout)

    async def _rescue(self, values: Sequence[bytes], error: Exception) -> Sequence[Processed | Failed]:
        """Results of a failed batch's documents, each processed alone: one of them is the poison, and takes none with it.

        That is the one retry of a timeout; a crash alone is tried once more, as it may have been a neighbour's.
        """
        fault = fault_of(error)
        if fault is None:
            raise error
        results = []
        for value in values:
            self._retried(fault)
            results.append(await guarded(partial(self._alone, value), self._retried, again=PageCrash))
        return results

    async def _alone(self, value: bytes) -> Processed | Failed:
        return (await self._pool.run(jobs.enrich, [value], timeout=self._timeout, urgency=_DOWNSTREAM))[0]


class DedupStage:
    """pages.candidates -> the next door | pages.clean | pages.rejected. One at a time: the doors are read and written."""

    def __init__(
        self,
        table: DedupTable,
        settings: Settings,
        metrics: Metrics,
        now: Callable[[], float] = clock.now,
    ) -> None:
        self._table = table
        self._settings = settings
        self._metrics = metrics
        self._now = now
        self._in_transaction = settings.kafka.processing_guarantee == "exactly_once"

    def __call__(self, message: Message) -> Awaitable[Processed | Failed]:
        """The doors have answered before this returns. Raises :class:`~streams.errors.StoreFailed`.

        What the doors learnt is among the result's changes: whoever sends the result sees to it that they are known to
        the changelog before, or in the same transaction.
        """
        return _known(self._taken(message))

    def take_over(self, result: Processed | Failed) -> Processed | Failed:
        """What the clean stage made: if that is a candidate before a door that this worker has, what comes of it there.

        It needs no message of its own then: should this worker die, the page comes again, as its candidate would. With
        transactions it does, for a door is written in those of its own partition.
        """
        if isinstance(result, Failed) or not _is_candidate(result) or self._in_transaction:
            return result
        (made,) = result.outputs
        doors = _Reach(self._table, None, self._settings)
        if not doors.reaches(made.key.decode()):
            return result
        return self._walk(decode(made.value, Candidate), doors)

    def _taken(self, message: Message) -> Processed | Failed:
        try:
            candidate = well_formed(decode(message.value or b"", Candidate))
            key = dedup.door_key(candidate).encode()
        except Exception as error:  # noqa: BLE001 - whatever bytes raise when they are decoded, they are no candidate
            return Failed(Fault.BAD_RECORD, type(error).__name__, f"not a Candidate: {error}")
        if message.key != key:
            said = f"key {(message.key or b'')[:_SHOWN]!r} is not its door's, {key[:_SHOWN]!r}"
            return Failed(Fault.BAD_RECORD, "BadRecord", said)
        if message.partition != (right := partition_of(key, self._settings)):
            where = f"on partition {message.partition}, where key {key[:_SHOWN]!r} does not belong, but on {right}"
            return Failed(Fault.BAD_RECORD, "BadRecord", where)
        only = message.partition if self._in_transaction else None
        return self._walk(candidate, _Reach(self._table, only, self._settings))

    def _walk(self, candidate: Candidate, doors: _Reach) -> Processed | Failed:
        """What the doors make of a candidate. What they had learnt of one that fails half way is among the fault's changes."""
        now = int(self._now() * 1_000)  # a clock that is wrong is not the candidate's fault
        try:
            done = self._past(candidate, doors, now)
        except StoreFailed:
            raise
        except Exception as error:  # noqa: BLE001 - nobody but the candidate can be at fault: see streams.runtime.delivery.error_policy
            return unexpected_failure(error)._replace(changes=tuple(self._table.take()))
        return done._replace(changes=tuple(self._table.take()))

    def _past(self, candidate: Candidate, doors: _Reach, now: int) -> Processed:
        started, options = time.perf_counter(), self._settings.dedup
        if candidate.copied is not None:
            dedup.hear(candidate, doors, now, options)
            done, visits = Processed(()), 1
        else:
            walked = dedup.past(candidate, doors, now, options)
            left = dedup.tell(walked.notices, doors, now, options)
            visits = walked.visits + len(walked.notices) - len(left)
            self._metrics.forgotten.inc(walked.forgotten)
            done = _forward(walked.step, left, time.perf_counter() - started)
        self._metrics.visits.inc(visits)
        return done


class _Reach:
    """The doors within reach: all that the worker has, or of one partition.

    What they learn is remembered in the order of the visits, on however many partitions: :mod:`streams.runtime.state.changelog`.
    A transaction is of one partition (:mod:`streams.runtime.delivery.exactly_once`), and takes a page no further than that.
    """

    def __init__(self, table: DedupTable, only: int | None, settings: Settings) -> None:
        self._table = table
        self._only = only
        self._settings = settings
        self._places: dict[str, Place] = {}

    def known(self, key: str) -> bytes:
        place = self._place(key)
        try:
            return self._table.known(*place)
        except Exception as error:  # whatever RocksDB raises
            raise StoreFailed(f"the table of partition {place[0]} cannot be read: {error}") from error

    def remember(self, key: str, value: bytes) -> None:
        place = self._place(key)
        try:
            self._table.remember(*place, value)
        except Exception as error:
            raise StoreFailed(f"the table of partition {place[0]} cannot be written: {error}") from error

    def reaches(self, key: str) -> bool:
        partition, _ = self._place(key)
        return self._table.owns(partition) if self._only is None else partition == self._only

    def _place(self, key: str) -> Place:
        if (place := self._places.get(key)) is None:
            place = self._places[key] = (partition_of(key.encode(), self._settings), key.encode())
        return place


async def _known(result: Processed | Failed) -> Processed | Failed:
    """A result that nobody has to wait for."""
    return result


def _is_candidate(done: Processed) -> bool:
    return [made.topic for made in done.outputs] == [topics.CANDIDATES]


def _forward(
    step: Candidate | CleanDocument | Rejection, notices: Sequence[Candidate], seconds: float
) -> Processed:
    if isinstance(step, Candidate):
        document = jobs.timed(step.document, "dedup", seconds)
        return Processed((_candidate(msgspec.structs.replace(step, document=document)),))
    page: Any = jobs.timed(step, "dedup", seconds)
    if isinstance(step, Rejection):
        told = map(_candidate, notices)
        return Processed((jobs.record(topics.REJECTED, page.id, page), *told), str(step.reason))
    return Processed((jobs.record(topics.CLEAN, page.id, page),))


def _candidate(candidate: Candidate) -> OutputRecord:
    return jobs.record(topics.CANDIDATES, dedup.door_key(candidate), candidate)


async def guarded(
    run: Callable[[], Awaitable[Processed | Failed]],
    retried: Retried = _nobody_counts,
    again: type[PageTimeout] | type[PageCrash] | UnionType = PageTimeout | PageCrash,
) -> Processed | Failed:
    """The result, with what the page's process answered as a value, whatever that is. Raises what is not the page's fault.

    What is ``again`` is tried once more, and ``retried`` is told why: a machine that swaps or kills is not the page's fault.
    """
    try:
        return await run()
    except Exception as error:  # noqa: BLE001 - looked up in the table; the world's is raised again
        fault = blamed(error)
        if not isinstance(error, again):
            return fault
        retried(fault.fault)
    try:
        return await run()
    except Exception as error:  # noqa: BLE001 - as above
        return blamed(error)
