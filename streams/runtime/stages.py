"""The clean and enrich stages: each message is processed in the pool. A page's failure is a value, not an exception."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from types import UnionType

from streams.errors import PageCrash, PageTimeout
from streams.records import Fault, Message
from streams.runtime.delivery.error_policy import blamed, fault_of
from streams.runtime.delivery.results import Failed, Processed
from streams.runtime.pool import jobs
from streams.runtime.pool.batcher import Batcher
from streams.runtime.pool.pool import Pool
from streams.settings import Settings

# Urgencies, beside 0 of a page that comes in. What is nearer to its end goes first, so that little is in flight; but a
# batch that is not full goes last, for a model reads eight documents at once in less time than one after the other.
_DOWNSTREAM, _FILLING = 1, -1
# That a document waits for seven others while pages come in. With half a second, less than a batch takes, whatever a full
# one had left behind went next and alone.
_PATIENCE_SECONDS = 2.0


Retried = Callable[[Fault], None]  # is told the fault for which a page is tried again


def _nobody_counts(fault: Fault) -> None:
    """For callers without metrics."""


def followed_by(
    work: Callable[[Message], Awaitable[Processed | Failed]],
    step: Callable[[Processed | Failed], Processed | Failed],
) -> Callable[[Message], Awaitable[Processed | Failed]]:
    """Return ``work`` with ``step`` applied to its result."""

    async def both(message: Message) -> Processed | Failed:
        return step(await work(message))

    return both


class CleanStage:
    """pages.raw -> pages.candidates | pages.rejected. Any order, many at once."""

    def __init__(self, pool: Pool, settings: Settings, retried: Retried = _nobody_counts) -> None:
        self._retried = retried
        self._pool = pool
        self._timeout = settings.worker.clean_timeout_seconds

    async def __call__(self, message: Message) -> Processed | Failed:
        return await guarded(
            lambda: self._pool.run(jobs.clean, message, timeout=self._timeout), self._retried
        )


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
