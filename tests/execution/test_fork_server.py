"""The fork server may be started before the pool, with all that its processes are to have."""

from __future__ import annotations

import os
import subprocess
import sys

from execution.test_preload import ENGLISH, _found

from streams.execution.fork_server import models_of
from streams.settings import Nlp, Settings


def test_a_pool_made_later_has_the_models_of_a_fork_server_started_before() -> None:
    found, said = _found(ENGLISH, ENGLISH, "early")
    assert found["loaded"] == ["en"]
    assert found["ours"] == found["theirs"] == []
    assert said == ""


def test_models_of_other_settings_are_loaded_anew_in_a_pool_made_later() -> None:
    assert _found({}, ENGLISH, "early")[0]["loaded"] is None


def test_ctrl_c_while_it_loads_is_not_for_the_fork_server() -> None:
    script = (
        "import os, signal, sys; from multiprocessing import forkserver; "
        "from streams.execution import fork_server; from streams.settings import Nlp, Settings; "
        "fork_server.start(fork_server.models_of(Settings(nlp=Nlp(enabled=False)))); "
        "print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())); sys.stdout.flush(); "
        "pid = forkserver._forkserver._forkserver_pid; os.kill(pid, signal.SIGINT); "
        "sys.stdin.read(1); os.kill(pid, signal.SIGINT)"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    found, said = running.communicate("x", timeout=120)
    assert (found, said, running.returncode) == ("False\n", "", 0)


def test_naming_the_models_changes_nothing_in_this_process() -> None:
    before = dict(os.environ)
    assert '"models":{"en":' in models_of(Settings(nlp=Nlp(models=ENGLISH))).value
    assert dict(os.environ) == before
