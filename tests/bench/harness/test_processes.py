"""What processes cost is read of those that were asked about, and of no others."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.harness import processes


def test_a_child_is_below_its_parent_and_a_grandchild_is_of_the_pool() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout and child.stdin
        child.stdout.readline()  # the grandchild runs
        (grandchild,) = processes.below(child.pid)
        family = processes.family(os.getpid())
        assert child.pid in family.servers and grandchild in family.pool
        child.stdin.write(b"\n")


def test_a_worker_that_was_stopped_is_not_taken_for_the_parent_of_all() -> None:
    """Its number is 0 then, and so is that of the parent of the first process."""
    for ask in (processes.below, processes.family):
        with pytest.raises(ValueError, match="parent of all"):
            ask(0)
