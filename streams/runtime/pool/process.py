"""One process that works on hostile input: what it may not do, and what is known of it when it dies.

Each process has a pipe of its own and shares no lock and no queue with its neighbours: whenever it is killed, its
end of the pipe closes, which says so, and nothing that another one needs is lost with it.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, NamedTuple

from streams.errors import CrawlmillError, PageCrash, PageTimeout

START_SECONDS = (
    180.0  # for imports and the initializer: a second, and a minute where twenty others want the core
)
_DEATH_SECONDS = 5.0  # between the end of a process and its exit code
# What the kernel sends to a process whose job has used up its CPU time (setitimer(2), ITIMER_PROF: user and system time of
# all threads). Unhandled it ends the process, whether or not C code is holding the interpreter; Linux and macOS.
_OUT_OF_CPU = signal.SIGPROF
# Starting a process and asking for an exit code both go through multiprocessing's table of children, which two threads
# may not read at once: the second finds the code gone.
_TABLE = threading.Lock()
# Whoever could make processes could outlive the limits of time and memory. Events of sys.addaudithook.
_FORBIDDEN = frozenset(
    ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen", "pty.spawn")
)  # fmt: skip


class NotStarted(CrawlmillError):
    """A process ended, or said nothing, before it was ready."""


class Limit(NamedTuple):
    """How long one job may take: by the processor, which neighbours do not change, and by the clock."""

    cpu_seconds: float
    wall_seconds: float


class Setup(NamedTuple):
    """What a process is made ready by: ``initializer(*arguments)``, and what it may allocate from then on (0: all)."""

    initializer: Callable[..., None]
    arguments: tuple[Any, ...]
    memory_bytes: int


class Process:
    """A process that is ready. One job at a time, from one thread. Raises :class:`NotStarted`."""

    def __init__(self, context: ForkServerContext, setup: Setup) -> None:
        self.jobs = 0
        self._given_up = False
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, setup), name="crawlmill-pool", daemon=True
        )
        try:
            with _TABLE:
                self._process.start()
        except (OSError, EOFError) as error:
            self._connection.close()
            raise NotStarted(f"the fork server does not answer: {error!r}") from error
        finally:
            theirs.close()
        if not self._hears(START_SECONDS) or not self._is_ready():
            raise NotStarted(f"a process of the pool did not become ready: {_told(self._death())}")

    def _is_ready(self) -> bool:
        try:
            return bool(self._connection.recv())
        except (EOFError, OSError):
            return False

    @property
    def alive(self) -> bool:
        """Whether it can be given a job: it runs, and was not told to end, which a killed process takes a moment to do."""
        return not self._given_up and self._runs()

    def _runs(self) -> bool:
        return not wait([self._process.sentinel], 0)

    def run(self, job: Callable[..., Any], arguments: tuple[Any, ...], limit: Limit) -> Any:
        """What ``job(*arguments)`` returns; what it raises is raised here.

        Raises :class:`PageTimeout` and :class:`PageCrash`; the process has then ended.
        """
        self.jobs += 1
        try:
            self._connection.send((job, arguments, limit.cpu_seconds))
            if not self._hears(limit.wall_seconds):
                if not self._runs():
                    raise EOFError
                self.end()
                raise PageTimeout(f"not done after {limit.wall_seconds:g} s by the clock in a worker process")
            succeeded, value = self._connection.recv()
        except (EOFError, OSError) as error:
            code = self._death()
            if code == -_OUT_OF_CPU:
                raise PageTimeout(
                    f"over its limit of {limit.cpu_seconds:g} s of CPU time in a worker process"
                ) from error
            raise PageCrash(f"its worker process died: {_told(code)}") from error
        if not succeeded:
            raise value
        return value

    def _hears(self, seconds: float) -> bool:
        """Whether it says something, or its pipe closes, within that time; its death is the end of waiting, too."""
        return self._connection in wait([self._connection, self._process.sentinel], seconds)

    def end(self) -> None:
        """Kill it and whatever it has started, at once. Harmless when it has ended: its number may be another's now."""
        self._given_up = True
        pid = self._process.pid
        if pid and self._runs():
            self._end_group(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # it may not have come to making its group

    @staticmethod
    def _end_group(pid: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    def close(self) -> None:
        """No more jobs: it ends by itself when it is idle. Harmless when it has ended."""
        self._connection.close()

    def _death(self) -> int | None:
        """Called when it has just died, or is not wanted any more: its exit code, negative for a signal."""
        self.end()
        if self._process.pid:
            self._end_group(self._process.pid)  # what it started and left behind
        wait([self._process.sentinel], _DEATH_SECONDS)
        with _TABLE:
            self._process.join(0)
            code = self._process.exitcode
        self._connection.close()
        return code


def _serve(connection: Connection, setup: Setup) -> None:
    """What runs in the process: jobs until the other end closes."""
    with suppress(PermissionError):
        os.setpgid(0, 0)  # so that it can be killed with whatever it starts
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(_OUT_OF_CPU, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, name="parent-watch", daemon=True).start()
    setup.initializer(*setup.arguments)
    _confine(setup.memory_bytes)
    connection.send(True)
    with suppress(EOFError, OSError):
        while True:
            job, arguments, cpu_seconds = connection.recv()
            answer = _answer(job, arguments, cpu_seconds)
            del arguments  # a page of megabytes is not kept until the next one comes
            _send(connection, answer)
            del answer


def _answer(job: Callable[..., Any], arguments: tuple[Any, ...], cpu_seconds: float) -> tuple[bool, Any]:
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return True, job(*arguments)
    except Exception as error:  # noqa: BLE001 - raised again where the job came from
        return False, error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _send(connection: Connection, answer: tuple[bool, Any]) -> None:
    try:
        connection.send(answer)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever pickling raises; nothing of the answer has been sent then
        connection.send((False, RuntimeError(f"a job's answer cannot be sent: {error!r}")))


def _confine(memory_bytes: int) -> None:
    """Limits from here on: memory, no further processes, no core files.

    The limit on processes counts all of a user's, threads included, and so can only be none at all; root is exempt
    from it. The hook holds for everyone, and for what goes through Python.
    """
    if memory_bytes:
        limit = _address_space() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hasattr(resource, "RLIMIT_NPROC"):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    sys.addaudithook(_forbid)


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"{event}: a process that works on pages starts no other")


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


def _told(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        try:
            return f"killed by {signal.Signals(-exitcode).name}"
        except ValueError:
            return f"killed by signal {-exitcode}"
    return f"exit code {exitcode}"
