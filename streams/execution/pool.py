"""A pool of worker processes with a CPU time limit per job: a job that hangs or crashes costs its process and nothing else."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from streams.errors import PageCrash, PageTimeout, PoolBroken
from streams.execution import fork_server
from streams.execution.fork_server import Preload
from streams.execution.priority_semaphore import PrioritySemaphore, Urgency
from streams.execution.process import START_SECONDS, Limit, NotStarted, Process, Setup

T = TypeVar("T")

_STARTS = (
    10  # attempts to start a process before the pool is broken; a single one may have been killed by chance
)
_STOP_SECONDS = 10.0  # for each thread when the pool stops


class Replaced(StrEnum):
    """Why a process of the pool was replaced. Closed, so that it can be a metric label."""

    RECYCLED = "recycled"  # it had run worker.recycle_after jobs
    TIMEOUT = "timeout"  # killed, as its job took longer than its limit
    CRASH = "crash"  # it died by itself, or by the system's hand


def _ignore_replaced(cause: Replaced) -> None:
    """The default: replaced processes are not counted."""


class _Task(NamedTuple):
    future: Future[Any]
    job: Callable[..., Any]
    arguments: tuple[Any, ...]
    limit: Limit


class Pool:
    """A pool of ``processes`` processes (0: one per core), each initialized by ``initializer(*arguments)``.

    A process is replaced after ``recycle_after`` jobs (0: never) and may allocate ``memory_bytes`` more than it starts with
    (0: any). A job may take ``wall_factor`` times its CPU time limit by the clock. ``preload`` has an effect where the
    fork server does not run yet, which all pools of a program share.
    Each process is served by a thread of this process, which sends it jobs, notices its death and starts its successor.
    """

    def __init__(
        self,
        processes: int,
        initializer: Callable[..., None],
        arguments: tuple[Any, ...],
        recycle_after: int = 0,
        memory_bytes: int = 0,
        preload: Preload | None = None,
        wall_factor: float = 10.0,
        on_replaced: Callable[[Replaced], None] = _ignore_replaced,
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        #: When a job last ended or a process became ready, by time.monotonic().
        self.last_progress = time.monotonic()
        self._wall_factor = wall_factor
        self._on_replaced = on_replaced  # called by the threads
        # One job runs in each process and one waits for it: no process is idle, and an urgent job waits for few others.
        self._slots = PrioritySemaphore(2 * self.processes)
        self._context = multiprocessing.get_context("forkserver")
        fork_server.start(preload, initializer.__module__)
        self._setup = Setup(initializer, arguments, memory_bytes)
        self._recycle_after = recycle_after
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._running: dict[int, Process] = {}  # by the number of its thread
        self._lock = threading.Lock()  # guards _running, _under_way and _stopping
        self._under_way = 0
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"pool-{number}", daemon=True)
            for number in range(self.processes)
        ]
        for thread in self._threads:
            thread.start()

    def slot(self, urgency: Urgency = 0) -> AbstractAsyncContextManager[None]:
        """A slot for one job, to be held around :meth:`run_now`; higher ``urgency`` is served first."""
        return self._slots.slot(urgency)

    @property
    def busy(self) -> bool:
        """Whether jobs run or wait for a process."""
        return self._under_way > 0

    @property
    def has_idle(self) -> bool:
        """Whether a process is idle."""
        return self._slots.free > self.processes

    def pids(self) -> list[int | None]:
        """The process ids by place in the pool; None where none runs."""
        with self._lock:
            return [
                running.pid if (running := self._running.get(number)) else None
                for number in range(self.processes)
            ]

    def sharers(self) -> int:
        """The number of processes that should share waiting documents: all, unless other jobs wait for a slot."""
        return 1 if self._slots.has_waiters else self.processes

    async def run(self, job: Callable[..., T], *arguments: Any, timeout: float, urgency: Urgency = 0) -> T:
        """Wait for a slot, then :meth:`run_now`."""
        async with self._slots.slot(urgency):
            return await self.run_now(job, *arguments, timeout=timeout)

    async def run_now(self, job: Callable[..., T], *arguments: Any, timeout: float) -> T:
        """Run ``job(*arguments)`` in a process; returns or raises what it does. The caller holds a :meth:`slot`.

        Raises :class:`PageTimeout` after ``timeout`` seconds of CPU time or ``wall_factor`` times as many by the clock, not
        counting the time before it starts; :class:`PageCrash` when its process died; :class:`PoolBroken` when none starts.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._stopping:
                raise PoolBroken("the worker pool is stopped")
            self._under_way += 1
            self._tasks.put(_Task(future, job, arguments, Limit(timeout, timeout * self._wall_factor)))
        return await asyncio.wrap_future(future)

    def longest_silence(self, timeout: float) -> float:
        """The longest time in seconds between two updates of ``last_progress`` while jobs with this CPU time limit run."""
        return START_SECONDS + timeout * self._wall_factor

    async def warm(self, job: Callable[[], None], timeout: float) -> None:
        """Start all processes and run ``job`` in each, with ``timeout`` seconds of CPU time. Raises as :meth:`run_now`."""
        await asyncio.gather(*(self.run(job, timeout=timeout) for _ in range(self.processes)))

    def stop(self) -> None:
        """Kill the processes; the jobs that run raise :class:`PageCrash`, those that wait :class:`PoolBroken`."""
        with self._lock:
            self._stopping = True
            for process in self._running.values():
                process.end()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _work(self, number: int) -> None:
        """The loop of one thread: run tasks in its process, which is replaced when it died or had its number of jobs."""
        process: Process | None = None
        while (task := self._tasks.get()) is not None:
            if task.future.set_running_or_notify_cancel():
                process = self._run(number, task, process)
            with self._lock:
                self._under_way -= 1
            del task  # so that a large page is not kept until the next task
        if process is not None:
            self._close(number, process)

    def _run(self, number: int, task: _Task, process: Process | None) -> Process | None:
        """Run the task and set its result; returns the process for the next one, if there is one."""
        try:
            if process is None or not process.alive:
                process = self._started(number, process)
            answer = process.run(task.job, task.arguments, task.limit)
            self.last_progress = time.monotonic()
            task.future.set_result(answer)
        except Exception as error:  # noqa: BLE001 - raised to whoever awaits the task
            self.last_progress = time.monotonic()
            if isinstance(error, PageTimeout | PageCrash):
                self._on_replaced(Replaced.TIMEOUT if isinstance(error, PageTimeout) else Replaced.CRASH)
            task.future.set_exception(error)
        if process is not None and (not process.alive or process.jobs == self._recycle_after):
            if process.alive:
                self._on_replaced(Replaced.RECYCLED)
            self._close(number, process)
            return None
        return process

    def _started(self, number: int, dead: Process | None) -> Process:
        """A new process, initialized. Raises :class:`PoolBroken`."""
        if dead is not None:
            self._close(number, dead)
        for attempt in range(1, _STARTS + 1):
            if self._stopping:
                raise PoolBroken("the worker pool is stopped")
            try:
                process = Process(self._context, self._setup)
            except NotStarted as error:
                if attempt == _STARTS:
                    raise PoolBroken(f"the worker pool's processes do not start: {error}") from error
                continue
            self.last_progress = time.monotonic()
            with self._lock:
                self._running[number] = process
                if self._stopping:
                    process.end()
            return process
        raise AssertionError("unreachable")

    def _close(self, number: int, process: Process) -> None:
        process.close()
        with self._lock:
            if self._running.get(number) is process:
                del self._running[number]
