"""One process runs one job after another, within its limits, and its death is noticed."""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from execution import pool_jobs

from streams.errors import PageCrash, PageTimeout
from streams.execution.process import Limit, NotStarted, Process, Setup

_PLENTY = Limit(60.0, 600.0)


def _process(setup: Setup | None = None) -> Process:
    return Process(
        multiprocessing.get_context("forkserver"), setup or Setup(pool_jobs.prepare, ("ready",), 0)
    )


@pytest.fixture
def process() -> Iterator[Process]:
    process = _process()
    yield process
    process.end()
    process.close()


def test_jobs_run_in_the_same_process_and_are_counted(process: Process) -> None:
    first, second = (process.run(pool_jobs.identify, (), _PLENTY) for _ in range(2))
    assert first == second and first[0] != os.getpid()
    assert first[1] == "ready"
    assert (process.jobs, process.alive) == (2, True)


def test_an_exception_of_a_job_is_raised_and_the_process_goes_on(process: Process) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        process.run(pool_jobs.fail, (), _PLENTY)
    assert process.run(pool_jobs.double, (21,), _PLENTY) == 42


def test_an_answer_that_cannot_be_pickled_is_an_error_and_the_process_goes_on(process: Process) -> None:
    with pytest.raises(RuntimeError, match="cannot be sent"):
        process.run(pool_jobs.unsendable, (), _PLENTY)
    assert process.alive


def test_a_process_whose_size_is_not_known_has_no_limit_of_memory() -> None:
    """As on macOS, which has no /proc: there a limit below the present size would be refused."""
    script = (
        "import resource\nfrom streams.execution import process\nprocess._address_space = lambda: 0\n"
        "process._confine(1_000_000)\nprint(resource.getrlimit(resource.RLIMIT_AS)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) == resource.getrlimit(resource.RLIMIT_AS)[0]


def test_a_job_over_its_cpu_time_ends_the_process(process: Process) -> None:
    with pytest.raises(PageTimeout, match=r"limit of 0\.2 s of CPU time"):
        process.run(pool_jobs.hang, (), Limit(0.2, 600.0))
    assert not process.alive


def test_a_job_over_its_time_by_the_clock_ends_the_process(process: Process) -> None:
    with pytest.raises(PageTimeout, match=r"not done after 0\.2 s by the clock"):
        process.run(pool_jobs.sleep, (600.0,), Limit(60.0, 0.2))
    assert not process.alive


def test_a_limit_of_years_by_the_clock_is_possible(process: Process) -> None:
    assert process.run(pool_jobs.double, (4,), Limit(3_600.0, 3_600.0 * 1_000)) == 8
    assert process.run(pool_jobs.double, (4,), Limit(3_600.0, math.inf)) == 8


def test_a_crash_names_the_signal(process: Process) -> None:
    with pytest.raises(PageCrash, match="SIGKILL"):
        process.run(pool_jobs.die, (), _PLENTY)
    assert not process.alive


def test_a_process_killed_while_idle_is_not_alive_and_its_next_job_is_a_crash(process: Process) -> None:
    pid, _ = process.run(pool_jobs.identify, (), _PLENTY)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(PageCrash, match="SIGKILL"):
        process.run(pool_jobs.double, (1,), _PLENTY)
    assert not process.alive


def test_a_process_that_was_ended_is_not_alive_at_once_and_ending_it_twice_does_nothing(
    process: Process,
) -> None:
    process.end()
    assert not process.alive
    process.end()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_closing_its_pipe_lets_it_exit() -> None:
    process = _process()
    pid, _ = process.run(pool_jobs.identify, (), _PLENTY)
    process.close()
    deadline = time.monotonic() + 30
    while process.alive and time.monotonic() < deadline:
        time.sleep(0.01)  # another process: there is nothing to wait on but its end
    assert not process.alive
    process.end()
    assert not Path(f"/proc/{pid}/exe").exists()


def test_a_job_may_not_allocate_more_than_the_process_s_limit() -> None:
    process = _process(Setup(pool_jobs.prepare, ("ready",), 300_000_000))
    try:
        with pytest.raises(MemoryError):
            process.run(pool_jobs.exhaust, (), _PLENTY)
        assert process.run(pool_jobs.double, (21,), _PLENTY) == 42
    finally:
        process.end()
        process.close()


def test_a_process_whose_initializer_fails_was_not_started() -> None:
    with pytest.raises(NotStarted, match="did not become ready: exit code 1"):
        _process(Setup(pool_jobs.refuse, (), 0))
