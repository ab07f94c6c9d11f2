"""Worker processes with a limit of CPU time for each job: a job that hangs or crashes costs its process, nothing else."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from multiprocessing import forkserver
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from streams.errors import CrawlmillError
from streams.runtime.pool import socket_folder
from streams.runtime.pool.priority_semaphore import PrioritySemaphore, Urgency
from streams.runtime.pool.process import START_SECONDS, Limit, NotStarted, Process, Setup

T = TypeVar("T")

# One thread a process: the processes are the parallelism, and BLAS threads of several only fight for the cores.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
# What glibc's allocator gives back to the system: by itself every array that a model is done with, only to have it back
# for the next batch, page by page and zeroed. 3,100 page faults a news page, a tenth of enrichment's CPU; with these, which
# are its largest block (mallopt(3)) and what may lie free at the end of a process, 30, for 15 MB more memory.
_KEPT_BYTES = {"MALLOC_MMAP_THRESHOLD_": 2**25, "MALLOC_TRIM_THRESHOLD_": 2**27}
# Starts in a row that may fail: one that is killed while it starts is no reason to give up, one that cannot start is.
_STARTS = 10
_STOP_SECONDS = 10.0


class PoolBroken(CrawlmillError):
    """The pool itself cannot run jobs (its processes do not start): the world's fault, not a page's."""


class Preload(NamedTuple):
    """A module that the fork server imports before it makes processes, with ``value`` in an environment variable.

    What the module loads is in every process from the start and in memory once, as far as nobody writes to it. It must
    start no threads (a fork leaves them behind) and raise nothing.
    """

    module: str
    variable: str
    value: str


class _Task(NamedTuple):
    future: Future[Any]
    job: Callable[..., Any]
    arguments: tuple[Any, ...]
    limit: Limit


class Pool:
    """A pool of ``processes`` processes, each made ready by ``initializer(*arguments)``.

    ``recycle_after`` jobs a process is replaced; ``memory_bytes`` is what it may allocate beyond what it starts with;
    ``preload`` is for the first pool that a program makes, as there is one fork server for all. ``wall_factor`` times its CPU
    time a job may take by the clock, on a machine that has others to serve.
    Each process has a thread here, which hands it jobs, notices its death whenever it comes, and starts the next one.
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
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        #: When a job last ended or a process became ready, by time.monotonic().
        self.last_progress = time.monotonic()
        self._wall_factor = wall_factor
        # One job in each process and one at its door: no process waits for us, and what is urgent waits for few.
        self._slots = PrioritySemaphore(2 * self.processes)
        for name in _ONE_THREAD:
            os.environ.setdefault(name, "1")
        for name, size in _KEPT_BYTES.items():
            os.environ.setdefault(name, str(size))
        # A fork of this process would copy its threads' locks as they stand; the fork server has no threads.
        self._context = multiprocessing.get_context("forkserver")
        _ensure_fork_server(self._context, initializer.__module__, preload)
        self._setup = Setup(initializer, arguments, memory_bytes)
        self._recycle_after = recycle_after
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._running: set[Process] = set()
        self._lock = threading.Lock()  # of what is running, and whether we are stopping
        self._under_way = 0
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"pool-{number}", daemon=True)
            for number in range(self.processes)
        ]
        for thread in self._threads:
            thread.start()

    def place(self, urgency: Urgency = 0) -> AbstractAsyncContextManager[None]:
        """A place for one job, to be held around :meth:`run_now`; the higher ``urgency`` gets one first."""
        return self._slots.place(urgency)

    @property
    def busy(self) -> bool:
        """Whether jobs run or wait for a process."""
        return self._under_way > 0

    @property
    def has_idle(self) -> bool:
        """Whether a process has nothing to do."""
        return self._slots.free > self.processes

    def sharers(self) -> int:
        """Among how many processes to share what can be parted: all while nobody waits for a place, for they have or will
        soon have nothing else to do."""
        return 1 if self._slots.wanted else self.processes

    async def run(self, job: Callable[..., T], *arguments: Any, timeout: float, urgency: Urgency = 0) -> T:
        """As :meth:`run_now`, when a place is free."""
        async with self._slots.place(urgency):
            return await self.run_now(job, *arguments, timeout=timeout)

    async def run_now(self, job: Callable[..., T], *arguments: Any, timeout: float) -> T:
        """What ``job(*arguments)`` returns; what it raises is raised here. For holders of a :meth:`place`.

        Raises :class:`PageTimeout` after ``timeout`` seconds of CPU time, or ``wall_factor`` times as many by the clock
        (waiting for a process counts in neither), :class:`PageCrash` when its process died, :class:`PoolBroken` when no process can be had.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._stopping:
                raise PoolBroken("the worker pool is stopped")
            self._under_way += 1
            self._tasks.put(_Task(future, job, arguments, Limit(timeout, timeout * self._wall_factor)))
        return await asyncio.wrap_future(future)

    def longest_silence(self, timeout: float) -> float:
        """Seconds between one progress and the next while jobs of at most ``timeout`` seconds of CPU time are under way."""
        return START_SECONDS + timeout * self._wall_factor

    async def warm(self, job: Callable[[], None], timeout: float) -> None:
        """Start every process and wait until each has run ``job`` or ``timeout`` seconds passed."""
        await asyncio.gather(*(self.run(job, timeout=timeout) for _ in range(self.processes)))

    def stop(self) -> None:
        """Stop the processes at once; jobs under way are lost to their callers (and redelivered by Kafka)."""
        with self._lock:
            self._stopping = True
            for process in self._running:
                process.end()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        """One thread and its process, which is another one after a death or its number of jobs."""
        process: Process | None = None
        while (task := self._tasks.get()) is not None:
            if task.future.set_running_or_notify_cancel():
                process = self._run(task, process)
            with self._lock:
                self._under_way -= 1
            del task  # a page of megabytes is not kept until the next one comes
        if process is not None:
            self._let_go(process)

    def _run(self, task: _Task, process: Process | None) -> Process | None:
        """Settle the task; the process to go on with, if there is one."""
        try:
            if process is None or not process.alive:
                process = self._started(process)
            answer = process.run(task.job, task.arguments, task.limit)
            self.last_progress = time.monotonic()
            task.future.set_result(answer)
        except Exception as error:  # noqa: BLE001 - whoever waits for the task gets it
            self.last_progress = time.monotonic()
            task.future.set_exception(error)
        if process is not None and (not process.alive or process.jobs == self._recycle_after):
            self._let_go(process)
            return None
        return process

    def _started(self, dead: Process | None) -> Process:
        """A process that is ready. Raises :class:`PoolBroken`."""
        if dead is not None:
            self._let_go(dead)
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
                self._running.add(process)
                if self._stopping:
                    process.end()
            return process
        raise AssertionError("unreachable")

    def _let_go(self, process: Process) -> None:
        process.close()
        with self._lock:
            self._running.discard(process)


def _ensure_fork_server(context: Any, module: str, preload: Preload | None) -> None:
    """Start it unless it runs: by this thread, for it is the child of whichever thread starts it."""
    context.set_forkserver_preload([socket_folder.__name__, module, *([preload.module] if preload else [])])
    with socket_folder.announced():
        if preload is None:
            forkserver.ensure_running()
            return
        os.environ[preload.variable] = preload.value
        try:
            forkserver.ensure_running()
        finally:
            del os.environ[preload.variable]
