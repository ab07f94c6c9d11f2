"""Commits the outputs of one source partition in offset order, each run of finished messages in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress

from faust.types import TP

from streams.errors import Revoked
from streams.runtime.delivery.at_least_once import REFUSED
from streams.runtime.delivery.completion_queue import CompletionQueue
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.transactional_producer import CLOSE_SECONDS, TransactionalProducer
from streams.runtime.group.session import SessionLapsed
from streams.runtime.state.changelog import Written

# The shortest time between two transactions of a partition, as commit.interval.ms of Kafka Streams with exactly_once.
_COMMIT_INTERVAL_SECONDS = 0.1

Settle = Callable[[Sequence[Written]], None]
"""Called with the table changes of a committed transaction."""


class TransactionalOutbox:
    """The outbox of one message; its partition commits outboxes in offset order."""

    __slots__ = ("_owner", "offset", "output", "sent")

    def __init__(self, transaction: PartitionTransaction, offset: int) -> None:
        self._owner = transaction
        self.offset = offset
        self.output: MessageOutput | None = None
        self.sent: asyncio.Future[None] | None = None

    def has_output(self) -> bool:
        """Whether the message is finished and its output waits to be committed."""
        return self.output is not None

    async def send(self, output: MessageOutput) -> None:
        """Send the output; returns when its transaction is committed. Raises as :class:`~streams.runtime.delivery.at_least_once.Outbox`."""
        await self._owner.send(self, output)

    def settle(self, error: BaseException | None = None) -> None:
        """Finish the waiting :meth:`send`, with an error if there is one."""
        if self.sent is not None and not self.sent.done():
            if error is None:
                self.sent.set_result(None)
            else:
                self.sent.set_exception(error)


class PartitionTransaction:
    """The transactions of one source partition, for one generation of the consumer group.

    ``revise`` returns what is sent of a run of outputs, in a context that lasts until its table changes are settled. While
    ``may_collect()``, a transaction waits for more outputs until ``longest`` seconds after the one before.
    """

    def __init__(
        self,
        partition: TP,
        generation: int,
        producer: TransactionalProducer,
        settle: Settle,
        may_write: Callable[[], bool],
        revise: Callable[
            [Sequence[MessageOutput]], AbstractContextManager[Sequence[MessageOutput]]
        ] = nullcontext,
        may_collect: Callable[[], bool] = lambda: False,
        longest: float = _COMMIT_INTERVAL_SECONDS,
    ) -> None:
        self._revise = revise
        self._may_collect = may_collect
        self._longest = longest
        self.generation = generation
        self._partition = partition
        self._producer = producer
        self._settle = settle
        self._may_write = may_write
        self._outboxes: CompletionQueue[TransactionalOutbox] = CompletionQueue(TransactionalOutbox.has_output)
        self._last_offset = -1
        self._due = asyncio.Event()
        self._closing = asyncio.Event()
        self._failed: BaseException | None = None
        self._runner: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start the producer and then commit what is sent. Raises :class:`~streams.errors.BrokerUnavailable`."""
        await self._producer.start()
        if self._closing.is_set():
            await self._producer.stop()
        else:
            self._runner = asyncio.create_task(self._run(), name=f"transaction {self._partition}")

    def outbox(self, offset: int) -> TransactionalOutbox | None:
        """The outbox of the message at ``offset``, last in order; None for an offset that has had one."""
        if offset <= self._last_offset:
            return None
        self._last_offset = offset
        outbox = TransactionalOutbox(self, offset)
        self._outboxes.append(outbox)
        return outbox

    async def send(self, outbox: TransactionalOutbox, output: MessageOutput) -> None:
        """Queue the output of an outbox and wait for its transaction. See :meth:`TransactionalOutbox.send`."""
        if self._failed is not None:
            raise self._failed
        outbox.output = output
        outbox.sent = asyncio.get_running_loop().create_future()
        if self._outboxes.is_first(outbox):
            self._due.set()
        await outbox.sent

    async def close(self) -> None:
        """Finish the transaction under way; all other outboxes raise :class:`Revoked`."""
        self._closing.set()
        self._due.set()
        if self._runner is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._runner, CLOSE_SECONDS)
        self._fail(Revoked(f"{self._partition} was revoked"))
        await self._producer.stop()

    async def _run(self) -> None:
        """Commit finished outputs, one run after another, until closed or until an error."""
        try:
            while not self._closing.is_set():
                await self._due.wait()
                self._due.clear()
                finished = self._outboxes.finished()
                if finished and not self._closing.is_set():
                    await self._commit(finished)
                    await self._pause()
        except Exception as error:  # noqa: BLE001 - each waiting send() raises it, which stops the worker
            self._fail(error)

    async def _pause(self) -> None:
        """Wait between two transactions: briefly where somebody waits for what they hold, longer where nobody does.

        Each costs five requests and a marker in every partition that it wrote to, whatever is in it.
        """
        waited = 0.0
        while not self._closing.is_set() and (not waited or (waited < self._longest and self._may_collect())):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _COMMIT_INTERVAL_SECONDS)
            waited += _COMMIT_INTERVAL_SECONDS
        if self._outboxes.finished():
            self._due.set()

    async def _commit(self, outboxes: Sequence[TransactionalOutbox]) -> bool:
        """Commit these outboxes; whether all are committed.

        After a refused record each is tried in a transaction of its own. The refused one raises the error in ``send`` and keeps
        its position, for another output.
        """
        outputs = [outbox.output for outbox in outboxes if outbox.output is not None]
        try:
            with self._revise(outputs) as revised:
                written = await self._producer.commit(revised, outboxes[-1].offset + 1)
                if written:
                    self._settle(written)
        except REFUSED as error:
            await self._producer.abort()
            if len(outboxes) > 1:
                for outbox in outboxes:
                    if not await self._commit([outbox]):
                        return False
                return True
            outboxes[0].output = None
            outboxes[0].settle(error)
            return False
        self._outboxes.remove(len(outboxes))
        for outbox in outboxes:
            outbox.settle()
        return True

    def _fail(self, error: BaseException) -> None:
        if not self._may_write() and not isinstance(error, Revoked):
            # Expected once the session lapsed: the new owner has fenced this producer, or the coordinator cannot be reached.
            error = SessionLapsed(f"{self._partition} may belong to another worker by now: {error!r}")
        self._failed = error
        for outbox in self._outboxes:
            outbox.settle(error)
