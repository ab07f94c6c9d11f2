"""How parcels leave: here at least once, with transactions in :mod:`streams.runtime.lanes`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiokafka.partitioner import murmur2

from streams.errors import CrawlmillError
from streams.runtime import topics
from streams.runtime.deadline import acknowledged_within
from streams.runtime.parcels import Parcel
from streams.settings import Settings


class Revoked(CrawlmillError):
    """The partition was taken from this worker: the message was or will be delivered again, perhaps elsewhere."""


class Place(Protocol):
    """What one message causes leaves from here."""

    async def send(self, parcel: Parcel) -> None:
        """Returns when the broker has it for good. Raises what the broker said.

        After :class:`~aiokafka.errors.MessageSizeTooLargeError` another parcel may be sent from the same place.
        Raises :class:`Revoked` when the partition was taken away.
        """


Take = Callable[[Any], Place | None]
"""A Faust event's place, taken in the order of offsets; None when it had one already, or its partition was
taken away meanwhile."""


class AtOnce:
    """A place from which records leave as soon as they are made, whatever becomes of other messages.

    They go to aiokafka's ``producer`` (that of the app, once it runs) without Faust's channels between: sending the facts
    of an article through those costs 3.5 times as much CPU (``python -m benchmarks.sending``).
    """

    def __init__(self, settings: Settings, producer: Callable[[], Any]) -> None:
        self._settings = settings
        self._producer = producer

    async def send(self, parcel: Parcel) -> None:
        """Send the records and wait until the broker has acknowledged all of them. Changes are in the changelog already."""
        async with acknowledged_within(self._settings.kafka.delivery_seconds):
            sent = await post(self._producer(), self._settings, parcel)
            for acknowledged in await asyncio.gather(*sent, return_exceptions=True):
                if isinstance(acknowledged, BaseException):
                    raise acknowledged


async def post(producer: Any, settings: Settings, parcel: Parcel) -> list[Awaitable[Any]]:
    """Hand a parcel's records to an aiokafka producer; what each is to be awaited by. Raises what the producer refuses."""
    partitions = {
        made.beside: partition_of(made.beside, settings) for made, _ in parcel.records if made.beside
    }
    return [
        await producer.send(
            topics.full_name(settings, made.topic),
            made.value,
            key=made.key,
            partition=partitions.get(made.beside),
            headers=headers,
        )
        for made, headers in parcel.records
    ]


def partition_of(key: bytes, settings: Settings) -> int:
    """The partition that Kafka's own clients give a key: murmur2, its sign bit dropped, by the number of partitions."""
    return int((murmur2(key) & 0x7FFFFFFF) % settings.kafka.partitions)
