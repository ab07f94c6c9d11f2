"""Runs the pipeline without Kafka: one output record per input message, in input order, on all cores."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

import msgspec

from streams import dedup
from streams.errors import CrawlmillError
from streams.execution import jobs
from streams.execution.error_policy import blamed
from streams.execution.pool import Pool
from streams.execution.results import Failed, Processed
from streams.execution.stages import EnrichStage, guarded
from streams.feeding.read_ahead import read_ahead
from streams.records import (
    Candidate,
    CleanDocument,
    DeadLetter,
    Disposition,
    Document,
    Enriched,
    Message,
    Rejection,
    Stage,
    decode,
    encode,
)
from streams.settings import Settings

Cleaning = tuple[str, asyncio.Task[Processed | Failed]]  # a page's origin, and the task that cleans it

_REMEMBERED = 2_000  # enriched texts kept for copies of them
# Fields that enrichment adds, which hold for every document with the same text.
_ANNOTATIONS = (
    "language",
    "language_confidence",
    "nlp_coverage",
    "lead",
    "keywords",
    "entities",
    "quotes",
    "events",
    "statistics",
)

_AHEAD = 256  # pages read and not yet written: bounds memory, keeps every process busy


class Outcome:
    """The result for one page: ``line`` is its JSON; ``disposition`` and ``reason`` are for statistics."""

    __slots__ = ("disposition", "line", "reason")

    def __init__(self, line: bytes, disposition: str, reason: str | None) -> None:
        self.line = line
        self.disposition = disposition
        self.reason = reason


async def process(
    messages: Iterable[tuple[str, Message]],
    settings: Settings,
    pool: Pool,
    write: Callable[[Outcome], None],
    last: Stage = Stage.ENRICH,
) -> int:
    """Run every message through clean, dedup and enrich; ``write`` gets each outcome in input order.

    With ``last`` ``clean``, nothing but cleaning is done; documents have the disposition of those that go all the way.

    ``messages`` are pairs of origin (file and line) and message. Returns how many there were. What reading them
    raises is raised when everything read until then has been written.
    """
    run = _Run(settings, pool, last)
    cleaning: asyncio.Queue[Cleaning | None] = asyncio.Queue(_AHEAD)
    ready: asyncio.Queue[asyncio.Future[Outcome] | None] = asyncio.Queue(_AHEAD)
    count = 0
    try:
        # A failed task cancels the others, so that none waits on a queue forever.
        async with asyncio.TaskGroup() as group:
            group.create_task(run.read(messages, cleaning))
            group.create_task(run.deduplicate(cleaning, ready))
            while (future := await ready.get()) is not None:
                write(await future)
                count += 1
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults
    if run.broken is not None:
        raise run.broken
    return count


class _Run:
    """State of one run: the dedup index in memory, the enrichment stage, recently enriched texts."""

    def __init__(self, settings: Settings, pool: Pool, last: Stage) -> None:
        self._settings = settings
        self._last = last
        self._pool = pool
        self.broken: Exception | None = None  # the error that ended the input early
        self._deduplicator = dedup.Deduplicator(settings.dedup)
        self._enrich = EnrichStage(pool, settings)
        self._enriched_by_text: OrderedDict[str, asyncio.Future[Outcome]] = OrderedDict()
        # Milliseconds; each page arrives one later than the page before it.
        self._now = int(time.time() * 1_000)

    async def read(
        self, messages: Iterable[tuple[str, Message]], queue: asyncio.Queue[Cleaning | None]
    ) -> None:
        """Start cleaning each message; the queue holds them in input order."""
        try:
            async for origin, message in read_ahead(messages, lambda pair: len(pair[1].value or b"")):
                await queue.put((origin, asyncio.create_task(self._clean(message))))
        except (CrawlmillError, OSError) as error:
            self.broken = error
        await queue.put(None)

    async def _clean(self, message: Message) -> Processed | Failed:
        timeout = self._settings.worker.clean_timeout_seconds
        return await guarded(lambda: self._pool.run(jobs.clean, message, timeout=timeout))

    async def deduplicate(
        self, queue: asyncio.Queue[Cleaning | None], ready: asyncio.Queue[asyncio.Future[Outcome] | None]
    ) -> None:
        """Deduplicate in input order: whether a page is a duplicate depends on the pages before it."""
        while (entry := await queue.get()) is not None:
            origin, task = entry
            await ready.put(self._outcome(origin, await task))
        await ready.put(None)

    def _outcome(self, origin: str, cleaned: Processed | Failed) -> asyncio.Future[Outcome]:
        """The result of a cleaned page; errors are classified by the error policy."""
        if isinstance(cleaned, Failed):
            return _known(_dead_letter(origin, Stage.CLEAN, cleaned))
        try:
            return self._deduplicated(origin, cleaned)
        except Exception as error:  # noqa: BLE001 - looked up in the table of error_policy
            return _known(_dead_letter(origin, Stage.DEDUP, blamed(error)))

    def _deduplicated(self, origin: str, cleaned: Processed) -> asyncio.Future[Outcome]:
        made = cleaned.outputs[0]
        if cleaned.reason is not None:
            return _known(Outcome(made.value, str(Disposition.REJECTED), cleaned.reason))
        self._now += 1
        candidate = decode(made.value, Candidate)
        if self._last is Stage.CLEAN:
            return _known(_cleaned(candidate.document))
        step = self._deduplicator.check(candidate, self._now)
        if isinstance(step, Rejection):
            return asyncio.ensure_future(self._copy(candidate.document, step))
        enriched = asyncio.ensure_future(self._enriched(origin, step))
        self._remember(step.text, enriched)
        return enriched

    def _remember(self, text: str, enriched: asyncio.Future[Outcome]) -> None:
        self._enriched_by_text[text] = enriched
        if len(self._enriched_by_text) > _REMEMBERED:
            self._enriched_by_text.popitem(last=False)

    async def _copy(self, document: Document, rejection: Rejection) -> Outcome:
        """The result of a duplicate: its rejection together with its document.

        If a recently enriched page has exactly the same text, its annotations are added: they cost nothing and their
        offsets hold.
        """
        line = msgspec.to_builtins(document) | msgspec.to_builtins(rejection)
        original = self._enriched_by_text.get(document.text)
        outcome = await original if original is not None else None
        if outcome is not None and outcome.disposition == Disposition.ENRICHED:
            found = msgspec.to_builtins(decode(outcome.line, Enriched))
            line |= {name: found[name] for name in _ANNOTATIONS}
        return Outcome(msgspec.json.encode(line), str(Disposition.REJECTED), str(rejection.reason))

    async def _enriched(self, origin: str, document: CleanDocument) -> Outcome:
        try:
            result = await self._enrich(Message(value=encode(document)))
        except Exception as error:  # noqa: BLE001 - looked up in the table of error_policy
            result = blamed(error)
        if isinstance(result, Failed):
            return _dead_letter(origin, Stage.ENRICH, result)
        return Outcome(result.outputs[0].value, str(Disposition.ENRICHED), None)


def _dead_letter(origin: str, stage: str, fault: Failed) -> Outcome:
    record = DeadLetter(id=origin, reason=fault.fault, stage=stage, error=fault.error, message=fault.message)
    return Outcome(encode(record), str(Disposition.DEADLETTER), str(fault.fault))


def _cleaned(document: Document) -> Outcome:
    """The result of a page that is cleaned only."""
    line = msgspec.to_builtins(document) | {"disposition": str(Disposition.ENRICHED)}
    return Outcome(msgspec.json.encode(line), str(Disposition.ENRICHED), None)


def _known(outcome: Outcome) -> asyncio.Future[Outcome]:
    future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    future.set_result(outcome)
    return future
