"""Dedup in a worker: the stage that consumes pages.candidates, and the local step that follows the clean stage.

Both look a candidate up in the LSH buckets that this worker owns, one after the other, and leave it to the caller to
write the bucket changes to the changelog before the output (at least once) or in one transaction with it (exactly once).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from streams import dedup, topics
from streams.errors import StoreFailed
from streams.execution import jobs
from streams.execution.results import Failed, OutputRecord, Processed, lasted, unexpected_failure
from streams.records import (
    Candidate,
    CleanDocument,
    Fault,
    Message,
    Rejection,
    Stage,
    decode,
    upgrade,
    well_formed,
)
from streams.records.page_keys import page_key
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.kafka import clock
from streams.runtime.observability.metrics import Metrics
from streams.runtime.state.changelog import TableKey
from streams.runtime.state.table import DedupTable
from streams.settings import Settings

_SHOWN = 80  # bytes of a key shown in a fault


class BucketLookups:
    """Looks candidates up in a worker's dedup table. ``now`` is a clock in seconds since the epoch."""

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

    def buckets(self, only: int | None = None) -> OwnedBuckets:
        """The buckets of all partitions that this worker owns, or of partition ``only``."""
        return OwnedBuckets(self._table, only, self._settings)

    def run(self, candidate: Candidate, buckets: OwnedBuckets) -> Processed | Failed:
        """Look a candidate up in ``buckets`` as far as they are owned; the result, with the bucket changes made.

        A failure half way has the changes made until then. Raises :class:`~streams.errors.StoreFailed` for a table that
        cannot be read or written, and :class:`~streams.errors.ClockError`.
        """
        now = int(self._now() * 1_000)  # a clock that is wrong is not the candidate's fault
        try:
            done = self._look_up(candidate, buckets, now)
        except StoreFailed:
            raise
        except Exception as error:  # noqa: BLE001 - nobody but the candidate can be at fault: see streams.execution.error_policy
            return unexpected_failure(error)._replace(changes=tuple(self._table.drain_changes()))
        return done._replace(changes=tuple(self._table.drain_changes()))

    def _look_up(self, candidate: Candidate, buckets: OwnedBuckets, now: int) -> Processed:
        started, options = time.perf_counter(), self._settings.dedup
        if candidate.copied is not None:
            dedup.apply_correction(candidate, buckets, now, options)
            done, lookups = Processed(()), 1
        else:
            progress = dedup.advance(candidate, buckets, now, options)
            left = dedup.apply_corrections(progress.corrections, buckets, now, options)
            lookups = progress.lookups + len(progress.corrections) - len(left)
            self._metrics.evicted.inc(progress.evicted)
            done = _output(progress.step, left, time.perf_counter() - started)
            done = done._replace(url=candidate.document.url)
        self._metrics.lookups.inc(lookups)
        return done._replace(timings=(lasted("dedup", time.perf_counter() - started),))


class DedupStage:
    """pages.candidates -> pages.candidates (the next bucket) | pages.clean | pages.rejected. One message at a time."""

    def __init__(self, lookups: BucketLookups, settings: Settings) -> None:
        self._lookups = lookups
        self._settings = settings
        self._in_transaction = settings.kafka.processing_guarantee == "exactly_once"

    def __call__(self, message: Message) -> Awaitable[Processed | Failed]:
        """The result of a message; all lookups are done before this returns. Raises as :meth:`BucketLookups.run`."""
        return _known(self._result(message))

    def _result(self, message: Message) -> Processed | Failed:
        try:
            candidate = well_formed(upgrade.candidate(message.value or b""))
            key = dedup.bucket_key(candidate).encode()
        except Exception as error:  # noqa: BLE001 - whatever bytes raise when they are decoded, they are no candidate
            return Failed(Fault.BAD_RECORD, type(error).__name__, f"not a Candidate: {error}")
        if message.key != key:
            said = f"key {(message.key or b'')[:_SHOWN]!r} is not its bucket's, {key[:_SHOWN]!r}"
            return Failed(Fault.BAD_RECORD, "BadRecord", said)
        if message.partition != (right := partition_of(key, self._settings)):
            where = f"on partition {message.partition}, where key {key[:_SHOWN]!r} does not belong, but on {right}"
            return Failed(Fault.BAD_RECORD, "BadRecord", where)
        only = message.partition if self._in_transaction else None
        return self._lookups.run(candidate, self._lookups.buckets(only))


class LocalDedup:
    """Runs dedup on candidates in the worker that cleaned them, where it owns their first bucket.

    This saves a message on pages.candidates. Nothing is lost by it: should the worker die, the page is redelivered, as its
    candidate would have been. With exactly_once it does nothing, as a bucket is written in transactions of its own partition.
    """

    def __init__(self, lookups: BucketLookups, settings: Settings, metrics: Metrics) -> None:
        self._lookups = lookups
        self._in_transaction = settings.kafka.processing_guarantee == "exactly_once"
        self._seconds = metrics.local_dedup_seconds

    def __call__(self, result: Processed | Failed) -> Processed | Failed:
        """The outcome of dedup for a result that is one candidate; any other result, or another worker's, as it is.

        Raises as :meth:`BucketLookups.run`.
        """
        if isinstance(result, Failed) or not _is_candidate(result) or self._in_transaction:
            return result
        (made,) = result.outputs
        buckets = self._lookups.buckets()
        if not buckets.is_local(made.key.decode()):
            return result
        with self._seconds.time():
            done = self._lookups.run(decode(made.value, Candidate), buckets)
        if isinstance(done, Failed):
            return done
        return done._replace(page_type=result.page_type, timings=result.timings + done.timings)


class OwnedBuckets:
    """The buckets of the partitions that this worker owns, or of one: :class:`streams.dedup.Buckets` over its table.

    Changes are queued in the order of the lookups, across partitions: :mod:`streams.runtime.state.changelog`. A transaction
    is of one partition (:mod:`streams.runtime.delivery.exactly_once`), and so are the buckets it reads and writes.
    """

    def __init__(self, table: DedupTable, only: int | None, settings: Settings) -> None:
        self._table = table
        self._only = only
        self._settings = settings
        self._table_keys: dict[str, TableKey] = {}

    def get(self, key: str) -> bytes:
        """A bucket's value; empty for a new bucket. Raises :class:`~streams.errors.StoreFailed`."""
        table_key = self._table_key(key)
        try:
            return self._table.read_bucket(*table_key)
        except Exception as error:  # whatever RocksDB raises
            raise StoreFailed(f"the table of partition {table_key[0]} cannot be read: {error}") from error

    def put(self, key: str, value: bytes) -> None:
        """Set a bucket's value. Raises :class:`~streams.errors.StoreFailed`."""
        table_key = self._table_key(key)
        try:
            self._table.write_bucket(*table_key, value)
        except Exception as error:
            raise StoreFailed(f"the table of partition {table_key[0]} cannot be written: {error}") from error

    def is_local(self, key: str) -> bool:
        """Whether a bucket may be looked up here."""
        partition, _ = self._table_key(key)
        return self._table.owns(partition) if self._only is None else partition == self._only

    def _table_key(self, key: str) -> TableKey:
        if (table_key := self._table_keys.get(key)) is None:
            table_key = self._table_keys[key] = (partition_of(key.encode(), self._settings), key.encode())
        return table_key


async def _known(result: Processed | Failed) -> Processed | Failed:
    """An awaitable of a result that is already known."""
    return result


def _is_candidate(done: Processed) -> bool:
    return [made.topic for made in done.outputs] == [topics.CANDIDATES]


def _output(
    step: Candidate | CleanDocument | Rejection, corrections: Sequence[Candidate], seconds: float
) -> Processed:
    """The output records for where a candidate ended or goes next, and for corrections of buckets owned elsewhere."""
    if isinstance(step, Candidate):
        document = jobs.timed(step.document, Stage.DEDUP, seconds)
        return Processed((_candidate(msgspec.structs.replace(step, document=document)),))
    page: Any = jobs.timed(step, Stage.DEDUP, seconds)
    if isinstance(step, Rejection):
        told = map(_candidate, corrections)
        return Processed(
            (jobs.record(topics.REJECTED, page.id, page), *told), str(step.reason), site=page.site
        )
    made = jobs.record(topics.CLEAN, page.id, page)
    # All versions of a page on one partition, for whoever enriches one to know the facts of the others.
    return Processed((made._replace(partition_key=page_key(page).encode()),))


def _candidate(candidate: Candidate) -> OutputRecord:
    return jobs.record(topics.CANDIDATES, dedup.bucket_key(candidate), candidate)
