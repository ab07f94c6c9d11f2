"""The fork server, which makes the pool's processes: what it loads before, and with which environment it starts.

Forking the worker itself would copy locks held by its threads; the fork server has no threads. Models take it seconds to load, so a
worker starts it before it imports anything large itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from typing import NamedTuple

import msgspec

from streams.execution import socket_folder
from streams.settings import Settings

MODELS_VARIABLE = "MILL_FORK_SERVER_MODELS"
_JOBS, _PRELOAD = "streams.execution.jobs", "streams.execution.preload"

# One BLAS thread per process: processes already use all cores, and more threads would only compete for them.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
# Options of glibc's allocator (mallopt(3)): the block size from which memory is mapped, and how much free memory is kept at
# the top of the heap. By default each array of a model is returned to the system and mapped again for the next batch: 3,100 page
# faults per news page, a tenth of enrichment's CPU time. With these values: 30 page faults, for 15 MB more memory.
# Huge pages for the heap (from glibc 2.35, where the kernel's setting is "madvise"; nothing elsewhere): models, tables and words
# are read from all over memory, and with pages of 4 kB the processor waits for addresses.
_ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**27),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


class Preload(NamedTuple):
    """A module for the fork server to import before it forks, with ``value`` in the environment variable ``variable``.

    Every process starts with what the module has loaded, shared in memory as long as nobody writes to it. The module must
    not leave threads running (a fork does not copy them) and must not raise.
    """

    module: str
    variable: str
    value: str


def models_of(settings: Settings) -> Preload:
    """What to preload for a pool that uses the models of these settings."""
    return Preload(_PRELOAD, MODELS_VARIABLE, msgspec.json.encode(settings.nlp).decode())


def start(preload: Preload | None, module: str = _JOBS) -> None:
    """Start the fork server unless it runs, from the calling thread: its parent is the thread that starts it.

    ``module`` has the jobs of the pool. Returns at once; the first process is made when everything has been loaded.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    for name, value in _ALLOCATOR.items():
        os.environ.setdefault(name, value)
    modules = [socket_folder.__name__, module, *([preload.module] if preload else [])]
    multiprocessing.get_context("forkserver").set_forkserver_preload(modules)
    resource_tracker.ensure_running()  # which unblocks SIGINT
    with socket_folder.announced(), _without_interrupts():
        if preload is None:
            forkserver.ensure_running()
            return
        os.environ[preload.variable] = preload.value
        try:
            forkserver.ensure_running()
        finally:
            del os.environ[preload.variable]


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Have SIGINT blocked in processes started during the block: Ctrl-C, which goes to all processes of a terminal, is for the worker.

    One that comes meanwhile is delivered to this process at the end.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
