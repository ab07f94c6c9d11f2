"""The pure core alone, by stage, in one process and one thread: the reference for all other measurements."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any, TypeVar

import msgspec

from streams import dedup, pipeline
from streams.errors import BadRecord
from streams.nlp import Models
from streams.records import Candidate, CleanDocument, Enriched, Message, Rejection, encode
from streams.settings import Settings

T = TypeVar("T")


class Stage(msgspec.Struct, frozen=True):
    """One stage's cost over the pages that reach it."""

    pages: int
    seconds: float  # of the wall
    cpu: float  # CPU seconds, other processes' share taken out


class Core(msgspec.Struct, frozen=True):
    """One run. ``stages``: clean, dedup, enrich, encode."""

    pages: int
    stages: dict[str, Stage]
    bytes_raw: int
    bytes_enriched: int
    memory_bytes: int  # peak resident set of this process, the measuring included

    @property
    def seconds(self) -> float:
        """Of the wall, all stages."""
        return sum(stage.seconds for stage in self.stages.values())

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def run(messages: Sequence[Message], settings: Settings, models: Models) -> Core:
    """Every message through clean, dedup and enrich."""
    stages: dict[str, Stage] = {}

    def timed(name: str, pages: int, work: Callable[[], T]) -> T:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        stages[name] = Stage(pages, time.perf_counter() - wall, time.process_time() - cpu)
        return result

    cleaned = timed("clean", len(messages), lambda: [_clean(message, settings) for message in messages])
    candidates = [outcome for outcome in cleaned if isinstance(outcome, Candidate)]
    deduplicator = dedup.Deduplicator(settings.dedup)
    walked = timed(
        "dedup",
        len(candidates),
        lambda: [deduplicator.check(candidate, now) for now, candidate in enumerate(candidates)],
    )
    documents = [outcome for outcome in walked if isinstance(outcome, CleanDocument)]
    batch = settings.worker.enrich_batch
    enriched = timed("enrich", len(documents), lambda: _enrich(documents, models, batch))
    encoded = timed("encode", len(enriched), lambda: [encode(document) for document in enriched])
    return Core(
        pages=len(messages),
        stages=stages,
        bytes_raw=sum(len(message.value or b"") for message in messages),
        bytes_enriched=sum(map(len, encoded)),
        memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


def run_apart(messages: Sequence[Message], settings: Settings, processes: int = 1) -> list[Core]:
    """The core in so many fresh processes at once, each with all messages and nothing between them.

    Fresh, because what a process has read once is cheaper the next time, and no mill reads a page twice. Several tell
    what the cores give when all of them work: they share caches, memory and clock.
    """
    context: Any = multiprocessing.get_context("spawn")
    together = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, initializer=_join, initargs=(together, settings)) as pool:
        return list(pool.map(_together, [list(messages)] * processes))


class _Joined:
    """What a process of :func:`run_apart` holds."""

    together: Barrier
    settings: Settings
    models: Models


def _join(together: Barrier, settings: Settings) -> None:
    _Joined.together, _Joined.settings, _Joined.models = together, settings, Models.load(settings.nlp)
    warm(settings, _Joined.models)


def _together(messages: list[Message]) -> Core:
    _Joined.together.wait()
    return run(messages, _Joined.settings, _Joined.models)


def warm(settings: Settings, models: Models) -> None:
    """Fill caches and run lazy imports, so that no page is charged for them."""
    text = "The mayor of Lisbon said on Monday that the city had bought twelve trams. " * 12
    page = {
        "url": "https://warm.example/up",
        "html": f"<html><body><article><p>{text}</p></article></body></html>",
    }
    candidate = pipeline.clean(Message(value=msgspec.json.encode(page)), settings)
    if isinstance(candidate, Candidate):
        pipeline.enrich([candidate.document], models)


def _clean(message: Message, settings: Settings) -> Candidate | Rejection | None:
    try:
        return pipeline.clean(message, settings)
    except BadRecord:
        return None


def _enrich(documents: list[CleanDocument], models: Models, batch: int) -> list[Enriched]:
    return [
        enriched
        for start in range(0, len(documents), batch)
        for enriched in pipeline.enrich(documents[start : start + batch], models)
    ]
