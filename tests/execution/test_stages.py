"""The clean and enrich stages: a page that hangs, crashes, eats memory, starts processes or raises fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec
import pytest
from execution import poison
from live.mill import article

from streams.execution.pool import Pool
from streams.execution.results import Failed, Processed
from streams.execution.stages import CleanStage, EnrichStage
from streams.records import CleanDocument, Fault, Message, encode
from streams.settings import Nlp, Settings, Worker

_SETTINGS = Settings(
    worker=Worker(clean_timeout_seconds=6.0, enrich_timeout_seconds=6.0, process_memory_bytes=300_000_000),
    nlp=Nlp(models={}),
)
_EXPECTED = {
    "please-hang": (Fault.TIMEOUT, "limit of 6 s"),
    "please-segfault": (Fault.CRASH, "SIGSEGV"),
    "please-eat": (Fault.CRASH, "out of memory"),
    "please-fork": (Fault.ERROR, "starts no other"),
    "please-run": (Fault.ERROR, "starts no other"),
    "please-half": (Fault.ERROR, "surrogates not allowed"),
    "please-deep": (Fault.ERROR, "recursion"),
    "please-raise": (Fault.ERROR, "outside of every try"),
    "please-odd": (Fault.ERROR, "missing 1 required positional argument"),
    "please-answer": (Fault.ERROR, "answer cannot be sent"),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(2, poison.prepare, (_SETTINGS,), memory_bytes=_SETTINGS.worker.process_memory_bytes)
    yield pool
    pool.stop()


def _raw(number: int, text: str) -> Message:
    record = {
        "id": f"p{number}",
        "url": f"https://news.example/{number}",
        "content_type": "text/plain",
        "text": text,
    }
    return Message(value=msgspec.json.encode(record))


def _document(number: int, text: str) -> Message:
    return Message(
        value=encode(CleanDocument(id=f"p{number}", url=f"https://news.example/{number}", text=text))
    )


@pytest.fixture
def lone() -> Iterator[Pool]:
    """A pool of one process, which shares no batch with others."""
    pool = Pool(1, poison.prepare, (_SETTINGS,), memory_bytes=_SETTINGS.worker.process_memory_bytes)
    yield pool
    pool.stop()


def test_a_batch_of_documents_that_hang_is_rescued_step_by_step_each_retry_counted_and_each_progress(
    lone: Pool,
) -> None:
    pool = lone
    hurried = msgspec.structs.replace(
        _SETTINGS, worker=msgspec.structs.replace(_SETTINGS.worker, enrich_timeout_seconds=1.0)
    )
    retries: list[tuple[Fault, float]] = []
    enrich = EnrichStage(pool, hurried, lambda cause: retries.append((cause, pool.last_progress)))

    async def run() -> list[Processed | Failed]:
        async with pool.slot(), pool.slot():  # all three are one batch
            waiting = [asyncio.ensure_future(enrich(_document(n, "please-hang"))) for n in range(3)]
            await asyncio.sleep(0)
        return await asyncio.gather(*waiting)

    results = asyncio.run(run())
    assert [result.fault for result in results if isinstance(result, Failed)] == [Fault.TIMEOUT] * 3
    assert [cause for cause, _ in retries] == [Fault.TIMEOUT] * 3
    moments = [moment for _, moment in retries]
    assert moments == sorted(set(moments))  # between any two retries a job ended, and the pool says so


@pytest.mark.parametrize(
    ("kind", "cause"), [("please-hang", Fault.TIMEOUT), ("please-segfault", Fault.CRASH)]
)
def test_a_page_is_tried_again_once_alone_and_that_is_counted(pool: Pool, kind: str, cause: Fault) -> None:
    hurried = msgspec.structs.replace(
        _SETTINGS, worker=msgspec.structs.replace(_SETTINGS.worker, clean_timeout_seconds=1.0)
    )
    retries: list[Fault] = []
    clean = CleanStage(pool, hurried, retries.append)

    async def run() -> Processed | Failed:
        return await clean(_raw(1, kind))

    result = asyncio.run(run())
    assert isinstance(result, Failed) and result.fault == cause
    assert retries == [cause]


@pytest.mark.parametrize("stage", ["clean", "enrich"])
@pytest.mark.parametrize("kind", [*poison.POISONS, *poison.ENCODING, *poison.AROUND])
def test_a_poison_page_is_a_fault_with_its_reason_and_its_neighbours_are_done(
    pool: Pool, kind: str, stage: str
) -> None:
    texts = [article(number) for number in range(11)]
    texts[5] += f"\n\n{kind}"

    async def run() -> list[Processed | Failed]:
        if stage == "clean":
            clean = CleanStage(pool, _SETTINGS)
            return await asyncio.gather(*(clean(_raw(*page)) for page in enumerate(texts)))
        enrich = EnrichStage(pool, _SETTINGS)
        return await asyncio.gather(*(enrich(_document(*page)) for page in enumerate(texts)))

    results = asyncio.run(run())
    poisoned = results.pop(5)
    fault, why = _EXPECTED[kind]
    assert isinstance(poisoned, Failed)
    assert (poisoned.fault, why in poisoned.message) == (fault, True), poisoned
    assert all(isinstance(result, Processed) and result.outputs for result in results)
