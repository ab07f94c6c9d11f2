"""Worker processes with a time limit for each job: a job that hangs or crashes costs its process, nothing else."""

from __future__ import annotations

import asyncio
import concurrent.futures
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from streams.errors import CrawlmillError, PageCrash, PageTimeout
from streams.runtime.slots import Slots

T = TypeVar("T")

# One thread a process: the processes are the parallelism, and BLAS threads of several only fight for the cores.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


class PoolBroken(CrawlmillError):
    """The pool itself cannot run jobs (its processes do not start): the world's fault, not a page's."""


class Pool:
    """A pool of ``processes`` processes, each made ready by ``initializer(*arguments)``.

    ``recycle_after`` jobs a process is replaced; ``memory_bytes`` is what it may allocate beyond what it starts with.
    """

    def __init__(
        self,
        processes: int,
        initializer: Callable[..., None],
        arguments: tuple[Any, ...],
        recycle_after: int = 0,
        memory_bytes: int = 0,
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        # One job in each process and one at its door: no process waits for us, and what is urgent waits for few.
        self._slots = Slots(2 * self.processes)
        for name in _ONE_THREAD:
            os.environ.setdefault(name, "1")
        # A fork of this process would copy its threads' locks as they stand; the fork server has no threads.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([initializer.__module__])
        self._pool = ProcessPool(
            max_workers=self.processes,
            max_tasks=recycle_after,
            initializer=_ready,
            initargs=(initializer, arguments, memory_bytes),
            context=context,
        )

    def place(self, urgency: int = 0) -> AbstractAsyncContextManager[None]:
        """A place for one job, to be held around :meth:`run_now`; the higher ``urgency`` gets one first."""
        return self._slots.place(urgency)

    async def run(self, job: Callable[..., T], *arguments: Any, timeout: float, urgency: int = 0) -> T:
        """As :meth:`run_now`, when a place is free."""
        async with self._slots.place(urgency):
            return await self.run_now(job, *arguments, timeout=timeout)

    async def run_now(self, job: Callable[..., T], *arguments: Any, timeout: float) -> T:
        """What ``job(*arguments)`` returns; what it raises is raised here. For holders of a :meth:`place`.

        Raises :class:`PageTimeout` after ``timeout`` seconds of running (waiting for a process does not count),
        :class:`PageCrash` when its process died, :class:`PoolBroken` when no process can be had.
        """
        try:
            future = self._pool.schedule(job, args=arguments, timeout=timeout)
        except RuntimeError as error:
            raise PoolBroken(f"the worker pool takes no jobs: {error}") from error
        try:
            return await asyncio.wrap_future(future)
        except concurrent.futures.TimeoutError as error:
            raise PageTimeout(f"over its limit of {timeout:g} s in a worker process") from error
        except ProcessExpired as error:
            raise PageCrash(f"its worker process died: {_death(error.exitcode)}") from error
        except concurrent.futures.process.BrokenProcessPool as error:
            raise PoolBroken(f"the worker pool broke: {error}") from error

    async def warm(self, job: Callable[[], None], timeout: float) -> None:
        """Start every process and wait until each has run ``job`` or ``timeout`` seconds passed."""
        await asyncio.gather(*(self.run(job, timeout=timeout) for _ in range(self.processes)))

    def stop(self) -> None:
        """Stop the processes at once; jobs under way are lost to their callers (and redelivered by Kafka)."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join(timeout=10)


def _ready(initializer: Callable[..., None], arguments: tuple[Any, ...], memory_bytes: int) -> None:
    """Runs first in each process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_die_with_parent, name="parent-watch", daemon=True).start()
    initializer(*arguments)
    if memory_bytes:
        limit = _address_space() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _die_with_parent() -> None:
    """End this process when the worker ends, even by ``kill -9``: its sentinel becomes readable then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _address_space() -> int:
    """Bytes of address space this process has now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except FileNotFoundError:
        return 0


def _death(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        try:
            return f"killed by {signal.Signals(-exitcode).name}"
        except ValueError:
            return f"killed by signal {-exitcode}"
    return f"exit code {exitcode}"
