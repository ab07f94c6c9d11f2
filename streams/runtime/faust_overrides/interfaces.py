"""Typed interfaces of the parts of Faust that we use: events, streams, the app, and the worker's additions to it.

They list every method and attribute that :mod:`streams.runtime.delivery` and our subclasses of Faust's classes rely on, so
that these can be tested, and type-checked, without a running app. Faust's own types leave most of them ``Any``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from faust.types import TP, AppT

if TYPE_CHECKING:
    from faust.types.tables import TableManagerT

    from streams.execution.pool import Pool
    from streams.runtime.delivery.delivery import Delivery
    from streams.runtime.delivery.exactly_once import PartitionTransactions
    from streams.runtime.faust_overrides.fetch import FetchBudget
    from streams.runtime.group.cluster_identity import Identity
    from streams.runtime.group.session import GroupSession
    from streams.runtime.observability.metrics import Metrics
    from streams.settings import Settings

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


class EventQueue(Protocol):
    """The queue of an agent's channel: a ``mode.utils.queues.ThrowableQueue``, which is an ``asyncio.Queue``."""

    _queue: deque[Event]  # asyncio.Queue has no other way to look at what waits in it

    @property
    def maxsize(self) -> int:
        """The most events that it holds."""

    def qsize(self) -> int:
        """The number of events in it."""


class Channel(Protocol):
    """A topic's channel."""

    @property
    def queue(self) -> EventQueue:
        """The messages fetched for the agent."""


class Stream(Protocol):
    """The stream that Faust hands to an agent."""

    @property
    def channel(self) -> Channel:
        """The topic's channel, with the messages fetched for the agent."""

    def noack(self) -> Stream:
        """The same stream without automatic acknowledgement."""

    def events(self) -> AsyncIterator[Event]:
        """The events as they arrive."""

    async def ack(self, event: Event) -> bool:
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


class Recovery(Protocol):
    """Faust's table recovery."""

    @property
    def completed(self) -> asyncio.Event:
        """Set when all tables are restored."""

    def active_remaining(self) -> Mapping[TP, int]:
        """Changelog records still to read, by partition."""


class Tables(Protocol):
    """Faust's table manager."""

    @property
    def recovery(self) -> Recovery:
        """The recovery of its tables."""


class Assigned(Protocol):
    """Faust's consumer."""

    def assignment(self) -> set[TP]:
        """The assigned partitions. Raises ``ConsumerNotStarted`` before it runs."""


class Worker(App, Protocol):
    """The app of a worker, :class:`streams.runtime.worker_app.WorkerApp`, for code that Faust hands its app to."""

    settings: Settings
    metrics: Metrics
    session: GroupSession
    identity: Identity
    transactions: PartitionTransactions
    deliveries: dict[str, Delivery]
    pool: Pool | None
    warm: bool
    stopping: bool
    rebalancing: bool
    consumer_generation_id: int

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that the app runs in."""

    @property
    def crashed(self) -> bool:
        """Whether an error is stopping the app."""

    @property
    def tables(self) -> TableManagerT:
        """The table manager, in fact a :class:`Tables`."""

    @property
    def consumer(self) -> Assigned:
        """The consumer."""

    def page(self, path: str, *, name: str) -> Callable[[Callable[..., Any]], Any]:
        """A decorator that serves a view at this path."""

    def sender(self) -> Any:
        """The aiokafka producer; raises Faust's error before it runs. aiokafka has no types."""

    def fetch_budgets(self) -> dict[str, FetchBudget]:
        """How much may be fetched now of each consumed topic, by full name."""

    def has_idle_process(self) -> bool:
        """Whether a process of the pool is idle."""

    def recovery_remaining(self) -> Mapping[tuple[str, int], int]:
        """Changelog records still to read, by topic and partition."""

    def refused_by_group(self) -> None:
        """Stop the worker, whose settings differ from those of its group's members. May be called from any thread."""

    async def require_same_topics(self) -> None:
        """Raise :class:`~streams.errors.TopicMismatch` when a topic was deleted and created again."""


def worker(app: AppT) -> Worker:
    """The app that Faust's classes refer to, typed as what it is in a worker."""
    return cast("Worker", app)
