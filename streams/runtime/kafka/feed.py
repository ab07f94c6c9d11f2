"""Putting pages on pages.raw."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidTimestampError, KafkaError, MessageSizeTooLargeError

from streams.errors import BadInput, BrokerUnavailable
from streams.feeding.fit import fit, size
from streams.feeding.read_ahead import read_ahead
from streams.feeding.tally import Tally
from streams.records import Message
from streams.runtime.kafka import clients, clock, topics
from streams.settings import Settings

_UNACKNOWLEDGED = 256  # messages sent and not yet acknowledged


class Fed(Protocol):
    """What is fed: a message, and where it is from."""

    @property
    def message(self) -> Message:
        """As it goes onto the topic."""

    @property
    def origin(self) -> str:
        """File and line, for error messages."""


async def feed(
    settings: Settings, items: Iterable[Fed], rate: float | None = None, tally: Tally | None = None
) -> int:
    """Send every item to pages.raw and wait until the broker has them all; how many there were.

    ``rate`` bounds pages a second. A page that does not fit into ``kafka.max_message_bytes``, gzipped if need be, is
    counted in ``tally``, and the others go on. Without a tally :class:`BadInput` is raised for it when all are sent.
    ``tally.fed`` is what the broker has, also when this is cancelled. Raises :class:`BrokerUnavailable`.
    """
    kafka = settings.kafka
    counted = Tally() if tally is None else tally
    producer = AIOKafkaProducer(
        **clients.producer_options(settings),
        # A retry after a lost acknowledgement would store the page twice, and each copy would be delivered exactly once.
        enable_idempotence=kafka.processing_guarantee == "exactly_once",
        linger_ms=5,
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
            f"the broker at {kafka.bootstrap_servers} did not take a page: {error}"
        ) from error
    finally:
        await producer.stop()
        feeder.count_acknowledged()
    if tally is None and counted.failed:
        raise BadInput("; ".join(counted.messages()))
    return counted.fed


class _Feeder:
    """Sends, and counts what the broker has acknowledged."""

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
                await asyncio.sleep(max(0.0, started + sent / rate - time.monotonic()))  # the pace asked for
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
        """Wait for the oldest. A broker with a lower limit than ours refuses by size; anything else is its fault."""
        future, origin, length = self._waiting[0]
        try:
            await asyncio.shield(future)
        except MessageSizeTooLargeError:
            self._tally.too_large(origin, length, self._limit)
        else:
            self._tally.fed += 1
        self._waiting.popleft()

    def count_acknowledged(self) -> None:
        """Count what arrived while nobody waited any more."""
        for future, _, _ in self._waiting:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._tally.fed += 1
