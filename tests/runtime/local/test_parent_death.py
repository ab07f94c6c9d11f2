"""A child process is killed with its parent, also when the parent is killed by SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")

_PARENT = """
import subprocess, sys
from streams.runtime.local import parent_death
child = subprocess.Popen([sys.executable, "-c", "import time; print('runs', flush=True); time.sleep(600)"],
                         stdout=subprocess.PIPE, start_new_session=True, preexec_fn={preexec})
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


def _child_after_the_parent_was_killed(preexec: str) -> int:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(preexec=preexec)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _runs(child)
        parent.send_signal(signal.SIGKILL)
    return child


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_dies_with_its_parent() -> None:
    child = _child_after_the_parent_was_killed("parent_death.preexec()")
    deadline = time.monotonic() + 30
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.01)  # until the kernel has delivered the signal
    assert not _runs(child)


def test_a_child_without_it_goes_on() -> None:
    """Which shows that the test above can fail."""
    child = _child_after_the_parent_was_killed("None")
    try:
        time.sleep(0.3)
        assert _runs(child)
    finally:
        os.kill(child, signal.SIGKILL)
