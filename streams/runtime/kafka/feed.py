"""Produces pages to pages.raw, as ``crawlmill feed`` does."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidTimestampError, KafkaError, MessageSizeTooLargeError

from streams import topics
from streams.errors import BadInput, BrokerUnavailable
from streams.feeding.fit import fit, size
from streams.feeding.item import Kind
from streams.feeding.pace import Pace
from streams.feeding.read_ahead import read_ahead
from streams.feeding.tally import Tally
from streams.records import Message
from streams.runtime.kafka import clients, clock
from streams.settings import Settings

_UNACKNOWLEDGED = 256  # messages sent and not yet acknowledged
_LINGER_MS = 5  # for pages read shortly after one another to share a request


class Fed(Protocol):
    """A message to produce, and its origin."""

    @property
    def message(self) -> Message:
        """The message."""

    @property
    def origin(self) -> str:
        """File and line, for error messages."""

    @property
    def kind(self) -> Kind:
        """The kind of record that it was read from."""


F = TypeVar("F", bound=Fed)


async def feed(
    settings: Settings,
    items: Iterable[F],
    rate: float | None = None,
    tally: Tally | None = None,
    acknowledged: Callable[[Sequence[F]], None] | None = None,
) -> int:
    """Produce every item to pages.raw, wait for all acknowledgements, and return their number.

    ``rate``: so many pages a second at most, evenly. A page larger than ``kafka.max_message_bytes``, even gzipped, is counted in
    ``tally`` and skipped; without a tally :class:`BadInput` is raised for it at the end. ``tally.fed`` counts acknowledged pages, also
    when this is cancelled. ``acknowledged`` gets the items in their order as soon as they, and all before them, are acknowledged or
    skipped. Raises :class:`BrokerUnavailable`, and :class:`~streams.errors.ClockError` for refused timestamps.
    """
    kafka = settings.kafka
    counted = Tally() if tally is None else tally
    producer = AIOKafkaProducer(
        **clients.producer_options(settings),
        # Without it, a retry after a lost acknowledgement would store the page twice, and both copies would be processed.
        enable_idempotence=kafka.processing_guarantee == "exactly_once",
        max_batch_size=clients.producer_batch_bytes(settings),
        linger_ms=_LINGER_MS,
    )
    try:
        await producer.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await producer.stop()
        raise await clients.unavailable(settings, error) from error
    feeder = _Feeder(
        producer, topics.full_name(settings, topics.RAW), kafka.max_message_bytes, counted, acknowledged
    )
    try:
        await feeder.send_all(items, rate)
    except InvalidTimestampError as error:
        raise clock.refused() from error
    except KafkaError as error:
        raise BrokerUnavailable(
            f"the broker at {kafka.bootstrap_servers} did not accept a page: {clients.why(error)}"
        ) from error
    finally:
        await producer.stop()
        feeder.count_rest()
    if tally is None and counted.failed:
        raise BadInput("; ".join(counted.messages()))
    return counted.fed


class _Sent(NamedTuple, Generic[F]):
    """An item that was sent; ``future`` is None for one that is too large to be."""

    item: F
    size: int
    future: asyncio.Future[object] | None

    def settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.future is None or self.future.done()


class _Feeder(Generic[F]):
    """Produces messages, and reports and counts those that the broker has acknowledged."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        topic: str,
        limit: int,
        tally: Tally,
        acknowledged: Callable[[Sequence[F]], None] | None,
    ) -> None:
        self._producer = producer
        self._topic = topic
        self._limit = limit
        self._tally = tally
        self._report = acknowledged
        self._waiting: deque[_Sent[F]] = deque()

    async def send_all(self, items: Iterable[F], rate: float | None) -> None:
        pace = Pace(rate) if rate else None
        async for item in read_ahead(items, lambda item: len(item.message.value or b"")):
            message = fit(item.message, self._limit)
            if message is None:
                self._waiting.append(_Sent(item, size(item.message), None))
                await self._bounded()
                continue
            if pace is not None and (pause := pace.wait()) > 0:
                await asyncio.sleep(pause)
            future = await self._producer.send(
                self._topic, message.value, key=message.key, headers=list(message.headers)
            )
            self._waiting.append(_Sent(item, size(message), future))
            await self._bounded()
        while self._waiting:
            await self._acknowledged()

    async def _bounded(self) -> None:
        """Report what is settled, and wait while as many items as may be are not."""
        self._settle()
        if len(self._waiting) >= _UNACKNOWLEDGED:
            await self._acknowledged()

    async def _acknowledged(self) -> None:
        """Wait for the oldest item, and report all that are settled with it. Raises the error of a refused one."""
        if (future := self._waiting[0].future) is not None:
            await asyncio.wait([future])
        self._settle()

    def _settle(self) -> None:
        """Count and report the oldest items that are settled. Raises the error of the first that was refused, behind those before it."""
        reported: list[F] = []
        try:
            while self._waiting and self._waiting[0].settled():
                self._count(self._waiting[0])
                reported.append(self._waiting.popleft().item)
        finally:
            if reported and self._report is not None:
                self._report(reported)

    def _count(self, sent: _Sent[F]) -> None:
        """Count an item. A broker with a lower size limit may refuse it; any other error is raised."""
        try:
            if sent.future is None:
                raise MessageSizeTooLargeError
            sent.future.result()
        except MessageSizeTooLargeError:
            self._tally.too_large(sent.item.origin, sent.size, self._limit)
        else:
            self._tally.feed(sent.item.kind)

    def count_rest(self) -> None:
        """Count what was acknowledged after the sending has ended; report of it what follows the items reported before."""
        # What is suppressed has been raised where it was waited for, or the run was cancelled for another reason.
        with contextlib.suppress(KafkaError, asyncio.CancelledError):
            self._settle()
        for sent in self._waiting:
            future = sent.future
            if future is not None and future.done() and not future.cancelled() and future.exception() is None:
                self._tally.feed(sent.item.kind)
