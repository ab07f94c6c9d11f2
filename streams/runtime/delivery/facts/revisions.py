"""Sends the output of a page's newest version so that it replaces the facts of earlier ones, in either processing guarantee.

At least once, the table's entry is written before the records and cut after them, and a page's versions are sent one after the
other. Exactly once, entry and records are one transaction, and the order of the partition is that of its offsets.
What is sent is :func:`streams.runtime.delivery.facts.tombstones.revise`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Protocol

from streams import topics
from streams.errors import Revoked
from streams.execution.results import Failed, OutputRecord, Processed, TableChange
from streams.records import CleanDocument, Message
from streams.runtime.delivery.at_least_once import REFUSED, OpenOutbox, Outbox, partition_of
from streams.runtime.delivery.facts.tombstones import Revision, revise
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.timeouts import acknowledged_within
from streams.runtime.faust_overrides.interfaces import Event
from streams.runtime.kafka import clock
from streams.settings import Settings


class Table(Protocol):
    """The parts of :class:`~streams.runtime.state.table.DedupTable` that revisions use."""

    def owns(self, partition: int) -> bool:
        """Whether this worker owns a partition."""

    def read_bucket(self, partition: int, key: bytes) -> bytes:
        """The value of a key; empty where there is none."""

    def pending_change(self, partition: int, key: bytes, value: bytes) -> TableChange:
        """Set a value for later reads; the change to publish."""

    def change(self, partition: int, key: bytes, value: bytes) -> TableChange:
        """The change for a transaction."""

    def held_offset(
        self, partition: int, release_after: tuple[type[Exception], ...]
    ) -> AbstractContextManager[None]:
        """Keep the partition's recovery offset where it is."""

    async def publish(self, changes: Sequence[TableChange]) -> None:
        """Write pending changes to the changelog."""


class Revisions:
    """Replaces the facts of pages' earlier versions. ``count`` is called with the tombstones sent: a topic and their number.

    ``now`` is a clock in seconds since the epoch.
    """

    def __init__(
        self,
        table: Table,
        settings: Settings,
        count: Callable[[str, int], None],
        now: Callable[[], float] = clock.now,
    ) -> None:
        self.table = table
        self.settings = settings
        self.locks = _PageLocks()
        self._count = count
        self._now = now

    def opening(self, open_outbox: OpenOutbox) -> OpenOutbox:
        """At least once: outboxes as ``open_outbox`` makes them, that revise what they are given."""

        def opened(event: Event) -> Outbox | None:
            inner = open_outbox(event)
            return None if inner is None else _RevisingOutbox(self, inner)

        return opened

    @contextmanager
    def in_transaction(
        self, partition: int, outputs: Sequence[MessageOutput]
    ) -> Iterator[Sequence[MessageOutput]]:
        """Exactly once: the outputs, in offset order, as one transaction of a partition of pages.clean has to send them.

        The transaction is to be committed and its changes are to be stored within this context. Raises :class:`Revoked`.
        """
        with self.table.held_offset(partition, REFUSED):
            revised, written = [], dict[bytes, bytes]()
            for output in outputs:
                if output.page is None:
                    revised.append(output)
                    continue
                if not self.table.owns(partition):
                    raise Revoked(f"partition {partition} was revoked")
                key = output.page.key
                known = written.get(key)
                revision = self.revision(
                    self.table.read_bucket(partition, key) if known is None else known, output
                )
                changes = output.changes
                if revision.final is not None:
                    written[key] = revision.final
                    changes = (*changes, self.table.change(partition, key, revision.final))
                revised.append(revision.output._replace(changes=changes))
            yield revised
        for output in revised:
            self.sent(output)

    def revision(self, known: bytes, output: MessageOutput) -> Revision:
        """See :func:`~streams.runtime.delivery.facts.tombstones.revise`."""
        return revise(known, output, int(self._now() * 1_000))

    def sent(self, output: MessageOutput) -> None:
        """Count the tombstones of an output that was sent."""
        for topic in topics.FACTS:
            if number := sum(made.topic == topic and made.value is None for made, _ in output.records):
                self._count(topic, number)


class _RevisingOutbox:
    """The outbox of one message of pages.clean, at least once."""

    __slots__ = ("_inner", "_owner")

    def __init__(self, owner: Revisions, inner: Outbox) -> None:
        self._owner = owner
        self._inner = inner

    async def send(self, output: MessageOutput) -> None:
        """Send the output and the tombstones that it calls for: see :class:`~streams.runtime.delivery.at_least_once.Outbox`."""
        if output.page is None:
            await self._inner.send(output)
            return
        async with self._owner.locks.held(output.page.key):
            await self._revise(output, output.page.key)

    async def _revise(self, output: MessageOutput, page: bytes) -> None:
        table, settings = self._owner.table, self._owner.settings
        partition = partition_of(page, settings)
        if not table.owns(partition):
            raise Revoked("the partition was revoked while its message was being processed")
        revision = self._owner.revision(table.read_bucket(partition, page), output)
        changes = output.changes
        if revision.before is not None:
            changes = (*changes, table.pending_change(partition, page, revision.before))
        await self._inner.send(revision.output._replace(changes=changes))
        self._owner.sent(revision.output)
        if revision.after is not None:
            async with acknowledged_within(settings.kafka.delivery_seconds):
                await table.publish([table.pending_change(partition, page, revision.after)])


class HomePartition:
    """The enrich stage, which leaves a document to the worker that knows the facts of its page.

    A document lies elsewhere if somebody put it on pages.clean by its own key. It is then sent to its partition, not enriched.
    """

    def __init__(
        self, work: Callable[[Message], Awaitable[Processed | Failed]], table: Table, settings: Settings
    ) -> None:
        self._work = work
        self._table = table
        self._settings = settings
        self._in_transaction = settings.kafka.processing_guarantee == "exactly_once"

    async def __call__(self, message: Message) -> Processed | Failed:
        """The result of a message, which may be that it is moved."""
        result = await self._work(message)
        if isinstance(result, Failed) or result.page is None:
            return result
        home = partition_of(result.page.key, self._settings)
        if message.partition == home or (not self._in_transaction and self._table.owns(home)):
            return result
        made = OutputRecord(
            topics.CLEAN, result.outputs[0].key, message.value or b"", CleanDocument.__name__, result.page.key
        )
        return Processed((made,))


class _PageLocks:
    """One lock a page, while anybody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: dict[bytes, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def held(self, page: bytes) -> AsyncIterator[None]:
        """Hold the lock of a page."""
        lock, users = self._locks.get(page, (asyncio.Lock(), 0))
        self._locks[page] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[page]
            if users == 1:
                del self._locks[page]
            else:
                self._locks[page] = lock, users - 1
