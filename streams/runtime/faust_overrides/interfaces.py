"""Typed interfaces of the parts of Faust that delivery uses: events, streams and the app.

They list every method and attribute that :mod:`streams.runtime.delivery` relies on, so that it can be tested, and type-checked,
without a running app. Faust's own types leave most of them ``Any``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from faust.types import TP

Headers = Sequence[tuple[str, bytes]] | Mapping[str, bytes] | None


class ConsumedMessage(Protocol):
    """A message as Faust's consumer delivers it. ``value`` is not bytes where the record could not be read."""

    @property
    def tp(self) -> TP:
        """Topic and partition."""

    @property
    def topic(self) -> str:
        """The topic's full name."""

    @property
    def partition(self) -> int:
        """The partition's number."""

    @property
    def offset(self) -> int:
        """The offset."""

    @property
    def timestamp(self) -> float | None:
        """Seconds since the epoch, as set by the producer."""

    @property
    def headers(self) -> Any:
        """The headers: :data:`Headers`."""

    @property
    def key(self) -> Any:
        """The key: bytes or None."""

    @property
    def value(self) -> Any:
        """The value: bytes or None, or an :class:`~streams.runtime.faust_overrides.record_batches.Unread`."""

    @property
    def generation_id(self) -> int:
        """The consumer group's generation in which the message was fetched."""


class Event(Protocol):
    """A message in an agent's stream."""

    @property
    def message(self) -> ConsumedMessage:
        """The consumed message."""


class Stream(Protocol):
    """The stream that Faust hands to an agent."""

    @property
    def channel(self) -> Any:
        """The topic's channel; ``channel.queue`` holds the messages fetched for the agent."""

    def noack(self) -> Stream:
        """The same stream without automatic acknowledgement."""

    def events(self) -> AsyncIterator[Any]:
        """The events, each an :class:`Event`, as they arrive."""

    async def ack(self, event: Any) -> bool:
        """Acknowledge an event: its offset may be committed when all before it are acknowledged."""


class Log(Protocol):
    """The app's logger."""

    def error(self, message: str, /, *args: Any, **kwargs: Any) -> Any:
        """Log an error, formatted as by :mod:`logging`."""


class App(Protocol):
    """The app, which knows the assigned partitions and can be stopped."""

    @property
    def log(self) -> Log:
        """The app's logger."""

    @property
    def rebalancing_count(self) -> int:
        """The number of rebalances so far."""

    def is_current(self, event: Event) -> bool:
        """Whether the event's partition has been assigned to this worker ever since the event arrived."""

    async def crash(self, reason: BaseException) -> None:
        """Stop the worker because of an exception."""
