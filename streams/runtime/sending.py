"""How parcels leave: here at least once, with transactions in :mod:`streams.runtime.lanes`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from faust.exceptions import ProducerSendError

from streams.errors import CrawlmillError
from streams.runtime.deadline import acknowledged_within
from streams.runtime.parcels import Parcel


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
    """A place from which records leave as soon as they are made, whatever becomes of other messages."""

    def __init__(self, outputs: dict[str, Any], seconds: float) -> None:
        self._outputs = outputs
        self._seconds = seconds

    async def send(self, parcel: Parcel) -> None:
        """Send the records and wait until the broker has acknowledged all of them. Changes are in the changelog already."""
        async with acknowledged_within(self._seconds):
            await self._send(parcel)

    async def _send(self, parcel: Parcel) -> None:
        sent = []
        for made, headers in parcel.records:
            try:
                sent.append(
                    await self._outputs[made.topic].send(key=made.key, value=made.value, headers=headers)
                )
            except ProducerSendError as error:
                raise error.__cause__ or error from error
        for acknowledged in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(acknowledged, BaseException):
                raise acknowledged
