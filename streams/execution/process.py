"""One process that runs jobs on untrusted input: its limits, and the detection of its death.

Each process has a pipe of its own and shares no lock or queue with other processes. When it is killed, at whatever moment,
its end of the pipe closes, which reports the death, and nothing that another process needs is lost.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import select
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

START_SECONDS = 180.0  # for imports and the initializer: usually a second, a minute where twenty others compete for the core
_LONGEST_POLL = (
    2**31 - 1
)  # milliseconds, 24 days: a C int (poll(2)); limits of an hour times a wall_factor of 1,000 are longer
_DEATH_SECONDS = 5.0  # to wait for the exit code of a killed process
# Sent by the kernel to a process whose job has used up its CPU time (setitimer(2), ITIMER_PROF: user and system time of
# all threads). Unhandled, it ends the process even while C code holds the interpreter lock; Linux and macOS.
_OUT_OF_CPU = signal.SIGPROF
# Guards multiprocessing's table of children, which is used when a process starts and when its exit code is read: of two
# threads that read it at once, one would not get the code.
_CHILDREN = threading.Lock()
# Audit events (sys.addaudithook) that are forbidden: a child process would escape the limits of time and memory.
_FORBIDDEN = frozenset(
    ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen", "pty.spawn")
)  # fmt: skip


class NotStarted(CrawlmillError):
    """A process ended or timed out before it was initialized."""


class Limit(NamedTuple):
    """The time limits of one job: CPU time, which does not depend on the machine's load, and time by the clock."""

    cpu_seconds: float
    wall_seconds: float


class Setup(NamedTuple):
    """How a process is initialized: ``initializer(*arguments)``, then a limit of further memory in bytes (0: none)."""

    initializer: Callable[..., None]
    arguments: tuple[Any, ...]
    memory_bytes: int


class Process:
    """An initialized process, which runs one job at a time for one thread. Raises :class:`NotStarted`."""

    def __init__(self, context: ForkServerContext, setup: Setup) -> None:
        self.jobs = 0
        self._given_up = False
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, setup), name="crawlmill-pool", daemon=True
        )
        try:
            with _CHILDREN:
                self._process.start()
        except (OSError, EOFError) as error:
            self._connection.close()
            raise NotStarted(f"the fork server does not answer: {error!r}") from error
        finally:
            theirs.close()
        if not self._is_readable(START_SECONDS) or not self._is_ready():
            raise NotStarted(f"a process of the pool did not become ready: {_reason(self._death())}")

    def _is_ready(self) -> bool:
        try:
            return bool(self._connection.recv())
        except (EOFError, OSError):
            return False

    @property
    def pid(self) -> int | None:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can run a job: it runs and was not killed, of which it may take a moment to die."""
        return not self._given_up and self._runs()

    def _runs(self) -> bool:
        return not _readable(0, self._process.sentinel)

    def run(self, job: Callable[..., Any], arguments: tuple[Any, ...], limit: Limit) -> Any:
        """Run ``job(*arguments)`` in the process; returns or raises what it does.

        Raises :class:`PageTimeout` and :class:`PageCrash`, after which the process has ended.
        """
        self.jobs += 1
        try:
            self._connection.send((job, arguments, limit.cpu_seconds))
            if not self._is_readable(limit.wall_seconds):
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
            raise PageCrash(f"its worker process died: {_reason(code)}") from error
        if not succeeded:
            raise value
        return value

    def _is_readable(self, seconds: float) -> bool:
        """Wait until there is an answer or the pipe closes; False after ``seconds``, or when the process died without either."""
        answers = self._connection.fileno()
        return answers in _readable(seconds, answers, self._process.sentinel)

    def end(self) -> None:
        """Kill it and its descendants. Does nothing when it has ended, as its pid may belong to another process by then."""
        self._given_up = True
        pid = self._process.pid
        if pid and self._runs():
            self._end_group(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # it may not have created its process group yet

    @staticmethod
    def _end_group(pid: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the pipe, upon which the process ends. Does nothing when it has ended."""
        self._connection.close()

    def _death(self) -> int | None:
        """Kill it if it still runs, and reap it; returns its exit code, negative for a signal, None if it is not known in time."""
        self.end()
        if self._process.pid:
            self._end_group(self._process.pid)  # its descendants
        wait([self._process.sentinel], _DEATH_SECONDS)
        with _CHILDREN:
            self._process.join(0)
            code = self._process.exitcode
        self._connection.close()
        return code


def _readable(seconds: float, *descriptors: int) -> set[int]:
    """Those of the descriptors that can be read, or whose other end is closed, after at most ``seconds``.

    multiprocessing's ``wait()``, for which each call makes a selector and its keys, takes ten times as long: three calls a job.
    """
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return {descriptor for descriptor, _ in poll.poll(min(1_000 * seconds, _LONGEST_POLL))}


def _serve(connection: Connection, setup: Setup) -> None:
    """The process's main function: run jobs until the other end of the pipe closes."""
    with suppress(PermissionError):
        os.setpgid(0, 0)  # so that its descendants can be killed with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent
    signal.signal(_OUT_OF_CPU, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, name="parent-watch", daemon=True).start()
    setup.initializer(*setup.arguments)
    _confine(setup.memory_bytes)
    connection.send(True)
    with suppress(EOFError, OSError):
        while True:
            job, arguments, cpu_seconds = connection.recv()
            answer = _answer(job, arguments, cpu_seconds)
            del arguments  # so that a large page is not kept until the next job
            _send(connection, answer)
            del answer


def _answer(job: Callable[..., Any], arguments: tuple[Any, ...], cpu_seconds: float) -> tuple[bool, Any]:
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return True, job(*arguments)
    except Exception as error:  # noqa: BLE001 - raised again by Process.run
        return False, error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _send(connection: Connection, answer: tuple[bool, Any]) -> None:
    try:
        connection.send(answer)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - pickling may raise anything; nothing has been sent then
        connection.send((False, RuntimeError(f"a job's answer cannot be sent: {error!r}")))


def _confine(memory_bytes: int) -> None:
    """Limit memory, and forbid child processes and core files, from now on.

    RLIMIT_NPROC counts all processes and threads of the user, so the only limit that makes sense is zero; root is exempt
    from it. The audit hook holds for root as well, for processes started by Python code.
    """
    # Where the size so far is not known (macOS), a limit might be below it, and a limit below it is refused.
    if memory_bytes and (used := _address_space()):
        limit = used + memory_bytes
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
    """The size of this process's address space in bytes; 0 without /proc (macOS)."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except FileNotFoundError:
        return 0


def _reason(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        try:
            return f"killed by {signal.Signals(-exitcode).name}"
        except ValueError:
            return f"killed by signal {-exitcode}"
    return f"exit code {exitcode}"
