"""Putting pages on pages.raw."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.errors import BadInput, BrokerUnavailable
from streams.records import Message
from streams.runtime import security, topics
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


async def feed(settings: Settings, items: Iterable[Fed], rate: float | None = None) -> int:
    """Send every item to pages.raw and wait until the broker has them all; how many there were.

    ``rate`` bounds pages a second. Raises :class:`BrokerUnavailable`, or :class:`BadInput` for a page larger than
    ``kafka.max_message_bytes``.
    """
    kafka = settings.kafka
    producer = AIOKafkaProducer(
        **security.client_options(settings),
        acks="all",
        # Or a page whose acknowledgement got lost would be there twice, each to be delivered exactly once.
        enable_idempotence=kafka.processing_guarantee == "exactly_once",
        compression_type=None if kafka.compression == "none" else kafka.compression,
        max_request_size=kafka.max_message_bytes,
        linger_ms=5,
    )
    try:
        await producer.start()
    except (TimeoutError, KafkaError, OSError) as error:
        await producer.stop()
        raise await security.unavailable(settings, error) from error
    try:
        return await _send_all(
            producer, topics.full_name(settings, topics.RAW), items, rate, kafka.max_message_bytes
        )
    except KafkaError as error:
        raise BrokerUnavailable(
            f"the broker at {kafka.bootstrap_servers} did not take a page: {error}"
        ) from error
    finally:
        await producer.stop()


async def _send_all(
    producer: AIOKafkaProducer, topic: str, items: Iterable[Fed], rate: float | None, limit: int
) -> int:
    started, sent = time.monotonic(), 0
    waiting: deque[asyncio.Future[object]] = deque()
    for item in items:
        message = item.message
        if len(message.value or b"") > limit:
            raise BadInput(
                f"{item.origin}: {len(message.value or b'')} bytes, over kafka.max_message_bytes = {limit}"
            )
        if rate:
            await asyncio.sleep(max(0.0, started + sent / rate - time.monotonic()))  # the pace asked for
        headers = list(message.headers)
        waiting.append(await producer.send(topic, message.value, key=message.key, headers=headers))
        sent += 1
        if len(waiting) >= _UNACKNOWLEDGED:
            await waiting.popleft()
    await asyncio.gather(*waiting)
    return sent
