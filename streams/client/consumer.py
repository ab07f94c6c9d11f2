"""The consumer: records of one output topic as an iterator, asynchronous or not.

A plain iterator runs its connection in a thread of its own, so that the group's heartbeats go on while a record is worked on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar, overload

import msgspec

from streams.client.reader import Options, Reader, Start
from streams.client.received import RECORDS, R, Received
from streams.errors import BadInput
from streams.records import DeadLetter, Enriched, EntityFact, EventFact, QuoteFact, Rejection
from streams.settings import Settings, load

T = TypeVar("T")
_BATCH = 200  # records fetched, and committed, together


class Consumer(Generic[R]):
    """Reads one output topic: ``enriched``, ``quotes``, ``events``, ``entities``, ``rejected`` or ``deadletter``.

    ``brokers``: addresses, or whole settings (with security); None for those of the settings file and the environment.
    ``group``: consumers of one group share the partitions and continue where the group has stopped; without one all is read.
    ``start``: where to begin, in a group only if it has read nothing yet. ``to_end``: stop at the end as of now.

    At least once: a record counts as dealt with when the next one is asked for. A group's offsets are committed with each batch, of 200
    records at most, and when the consumer is closed; a crash, and the record at which a loop was left, repeat.

    >>> with Consumer("enriched", "127.0.0.1:9092", group="search") as pages:      # doctest: +SKIP
    ...     for received in pages:
    ...         print(received.record.title, received.record.language)

    >>> async with Consumer("quotes", start=timedelta(hours=2)) as quotes:         # doctest: +SKIP
    ...     async for received in quotes:
    ...         print(received.record.quote.speaker)

    Raises :class:`~streams.errors.BadInput` for another topic, :class:`~streams.errors.BrokerUnavailable` and
    :class:`~streams.errors.TopicMismatch` when it is opened.
    """

    @overload
    def __init__(
        self: Consumer[Enriched], topic: Literal["enriched"] = ..., brokers: str | Settings | None = ..., *,
        group: str | None = ..., start: Start = ..., to_end: bool = ...,
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: Consumer[QuoteFact], topic: Literal["quotes"], brokers: str | Settings | None = ..., *,
        group: str | None = ..., start: Start = ..., to_end: bool = ...,
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: Consumer[EventFact], topic: Literal["events"], brokers: str | Settings | None = ..., *,
        group: str | None = ..., start: Start = ..., to_end: bool = ...,
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: Consumer[EntityFact], topic: Literal["entities"], brokers: str | Settings | None = ..., *,
        group: str | None = ..., start: Start = ..., to_end: bool = ...,
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: Consumer[Rejection], topic: Literal["rejected"], brokers: str | Settings | None = ..., *,
        group: str | None = ..., start: Start = ..., to_end: bool = ...,
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: Consumer[DeadLetter], topic: Literal["deadletter"], brokers: str | Settings | None = ..., *,
        group: str | None = ..., start: Start = ..., to_end: bool = ...,
    ) -> None: ...  # fmt: skip
    def __init__(
        self,
        topic: str = "enriched",
        brokers: str | Settings | None = None,
        *,
        group: str | None = None,
        start: Start = "earliest",
        to_end: bool = False,
    ) -> None:
        name = topic if topic.startswith("pages.") else f"pages.{topic}"
        if name not in RECORDS:
            known = ", ".join(sorted(known.removeprefix("pages.") for known in RECORDS))
            raise BadInput(f"topic {topic!r}: expected one of {known}")
        if isinstance(start, str) and start not in {"earliest", "latest"}:
            raise BadInput(f"start {start!r}: expected 'earliest', 'latest', a datetime or a timedelta")
        self._reader: Reader[R] = Reader(_settings(brokers), Options(name, group, start, to_end))
        self._thread: _LoopThread | None = None

    @property
    def skipped(self) -> int:
        """Messages that were no records of the topic and were left out; each is logged. Notes of replays among dead letters are no such."""
        return self._reader.skipped

    async def __aenter__(self) -> Self:
        try:
            await self._reader.open()
        except BaseException:
            await self._reader.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await self._reader.commit()
        finally:
            await self._reader.close()

    async def __aiter__(self) -> AsyncIterator[Received[R]]:
        while (batch := await self._reader.batch(_BATCH)) is not None:
            for received in batch:
                yield received
                self._reader.done(received)

    def __enter__(self) -> Self:
        self._thread = _LoopThread()
        try:
            self._thread.run(self.__aenter__())
        except BaseException:
            self._thread.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is None:
            return
        try:
            self._thread.run(self.__aexit__(kind, error, trace))
        finally:
            self._thread.stop()

    def __iter__(self) -> Iterator[Received[R]]:
        if self._thread is None:
            raise BadInput("a Consumer is opened by `with Consumer(...) as records:` before it is iterated")
        while (batch := self._thread.run(self._reader.batch(_BATCH))) is not None:
            for received in batch:
                yield received
                self._reader.done(received)


class _LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="crawlmill-consumer", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and wait for it; it is cancelled when the waiting is interrupted."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def stop(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _settings(brokers: str | Settings | None) -> Settings:
    if isinstance(brokers, Settings):
        return brokers
    settings = load()
    if brokers is None:
        return settings
    kafka = msgspec.structs.replace(settings.kafka, bootstrap_servers=brokers)
    return msgspec.structs.replace(settings, kafka=kafka)
