"""Produces pages to pages.raw, as ``crawlmill feed`` does."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidTimestampError, KafkaError, MessageSizeTooLargeError

from streams import topics
from streams.errors import BadInput, BrokerUnavailable
from streams.feeding.fit import fit, size
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


async def feed(
    settings: Settings, items: Iterable[Fed], rate: float | None = None, tally: Tally | None = None
) -> int:
    """Produce every item to pages.raw, wait for all acknowledgements, and return their number.

    ``rate`` limits the pages per second. A page larger than ``kafka.max_message_bytes``, even gzipped, is counted in ``tally`` and
    skipped; without a tally :class:`BadInput` is raised for it at the end. ``tally.fed`` counts acknowledged pages, also when this
    is cancelled. Raises :class:`BrokerUnavailable`, and :class:`~streams.errors.ClockError` for refused timestamps.
    """
    kafka = settings.kafka
    counted = Tally() if tally is None else tally
    producer = AIOKafkaProducer(
        **clients.producer_options(settings),
        # Without it, a retry after a lost acknowledgement would store the page twice, and both copies would be processed.
        enable_idempotence=kafka.processing_guarantee == "exactly_once",
        linger_ms=_LINGER_MS,
    )
    try:
        await producer.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await producer.stop()
        raise await clients.unavailable(settings, error) from error
    feeder = _Feeder(producer, topics.full_name(settings, topics.RAW), kafka.max_message_bytes, counted)
    try:
        await feeder.send_all(items, rate)
    except InvalidTimestampError as error:
        raise clock.refused() from error
    except KafkaError as error:
        raise BrokerUnavailable(
            f"the broker at {kafka.bootstrap_servers} did not accept a page: {error}"
        ) from error
    finally:
        await producer.stop()
        feeder.count_acknowledged()
    if tally is None and counted.failed:
        raise BadInput("; ".join(counted.messages()))
    return counted.fed


class _Feeder:
    """Produces messages, and counts those that the broker has acknowledged."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, limit: int, tally: Tally) -> None:
        self._producer = producer
        self._topic = topic
        self._limit = limit
        self._tally = tally
        self._waiting: deque[tuple[asyncio.Future[object], str, int]] = deque()

    async def send_all(self, items: Iterable[Fed], rate: float | None) -> None:
        started, sent = time.monotonic(), 0
        async for item in read_ahead(items, lambda item: len(item.message.value or b"")):
            message = fit(item.message, self._limit)
            if message is None:
                self._tally.too_large(item.origin, size(item.message), self._limit)
                continue
            if rate:
                await asyncio.sleep(max(0.0, started + sent / rate - time.monotonic()))  # hold the rate
            sent += 1
            future = await self._producer.send(
                self._topic, message.value, key=message.key, headers=list(message.headers)
            )
            self._waiting.append((future, item.origin, size(message)))
            if len(self._waiting) >= _UNACKNOWLEDGED:
                await self._acknowledged()
        while self._waiting:
            await self._acknowledged()

    async def _acknowledged(self) -> None:
        """Wait for the oldest message. A broker with a lower size limit may refuse it; any other error is raised."""
        future, origin, length = self._waiting[0]
        try:
            await asyncio.shield(future)
        except MessageSizeTooLargeError:
            self._tally.too_large(origin, length, self._limit)
        else:
            self._tally.fed += 1
        self._waiting.popleft()

    def count_acknowledged(self) -> None:
        """Count what was acknowledged after the waiting was cancelled."""
        for future, _, _ in self._waiting:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._tally.fed += 1
