"""The clean and enrich stages: each message is processed in the pool. A page's failure is a value, not an exception."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from types import UnionType

from streams.errors import PageCrash, PageTimeout
from streams.execution import jobs
from streams.execution.batcher import Batcher
from streams.execution.error_policy import blamed, fault_of
from streams.execution.pool import Pool
from streams.execution.results import Failed, Processed
from streams.records import Fault, Message
from streams.settings import Settings

# Urgencies of enrichment; cleaning has 0. Documents go before pages, so that few messages are in flight; but a batch that is
# not full goes last, as a model processes eight documents at once faster than one after the other.
_DOWNSTREAM, _FILLING = 1, -1
# How long a partial batch yields to incoming pages. At 0.5 s, less than one batch takes, the rest of a full batch always ran alone.
_PATIENCE_SECONDS = 2.0


Retried = Callable[[Fault], None]
"""Called with the fault because of which a page is tried again."""


def _ignore_retry(fault: Fault) -> None:
    """The default: retries are not counted."""


def followed_by(
    work: Callable[[Message], Awaitable[Processed | Failed]],
    step: Callable[[Processed | Failed], Processed | Failed],
) -> Callable[[Message], Awaitable[Processed | Failed]]:
    """Return ``work`` with ``step`` applied to its result."""

    async def both(message: Message) -> Processed | Failed:
        return step(await work(message))

    return both


class CleanStage:
    """pages.raw -> pages.candidates | pages.rejected. Messages are processed concurrently."""

    def __init__(self, pool: Pool, settings: Settings, retried: Retried = _ignore_retry) -> None:
        self._retried = retried
        self._pool = pool
        self._timeout = settings.worker.clean_timeout_seconds

    async def __call__(self, message: Message) -> Processed | Failed:
        return await guarded(
            lambda: self._pool.run(jobs.clean, message, timeout=self._timeout), self._retried
        )


class EnrichStage:
    """pages.clean -> pages.enriched, pages.entities, pages.quotes, pages.events. Messages are processed in batches."""

    def __init__(self, pool: Pool, settings: Settings, retried: Retried = _ignore_retry) -> None:
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
        """The results of a failed batch, each document processed alone, so that only the one at fault fails.

        For a timeout this is the one retry. A document that crashes alone is tried once more, as its process may have been
        killed for another reason. Raises an error that is not blamed on documents.
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
    retried: Retried = _ignore_retry,
    again: type[PageTimeout] | type[PageCrash] | UnionType = PageTimeout | PageCrash,
) -> Processed | Failed:
    """The result of ``run``, or a failure where it raises an error that is blamed on the page; other errors are raised.

    An ``again`` error is retried once, after a call of ``retried``: the machine may have been swapping or out of memory.
    """
    try:
        return await run()
    except Exception as error:  # noqa: BLE001 - looked up in the table of error_policy
        fault = blamed(error)
        if not isinstance(error, again):
            return fault
        retried(fault.fault)
    try:
        return await run()
    except Exception as error:  # noqa: BLE001 - as above
        return blamed(error)
