"""The commands that need a broker, run as a user runs them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from live.commands import CRAWLMILL, ROOT, crawlmill, environment
from live.mill import Mill, page, settings

from streams.runtime.local.embedded_broker import free_port

pytestmark = pytest.mark.live


def _children(pid: int) -> set[int]:
    """Return all descendant processes of ``pid``, from /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return below - {pid}


def _wait_for(pids: set[int], seconds: float = 10) -> None:
    """Wait until each process has ended, at most this long for each."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)
            select.select([descriptor], [], [], seconds)
            os.close(descriptor)


def _alive(pids: set[int]) -> set[int]:
    """Return the processes that still run; zombies do not count."""
    running = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            running.add(pid)
    return running


def test_the_demo_accounts_for_every_sample_and_names_no_address_that_is_gone() -> None:
    done = subprocess.run([*CRAWLMILL, "demo"], capture_output=True, text=True, timeout=240, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "accounted for" in done.stdout
    assert "http://127.0.0.1" not in done.stdout
    assert "crawlmill demo --keep" in done.stdout
    for told in ("soft_404", "duplicate_near", "deadletter", "entities", "quotes", "events"):
        assert told in done.stdout


def _running_demo() -> tuple[subprocess.Popen[str], str]:
    """Start a demo and wait until it prints that it runs until Ctrl-C; yields it with its output.

    The embedded broker sometimes stops answering soon after its start, and the demo then waits until its timeout. That is
    not tested here, so there is a second attempt.
    """
    for _ in range(2):
        demo = subprocess.Popen(
            [*CRAWLMILL, "demo", "--keep"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONFAULTHANDLER": "1"},
            start_new_session=True,
            preexec_fn=_heed_ctrl_c,
        )
        watchdog = threading.Timer(240, demo.terminate)
        watchdog.start()
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if line.startswith("running until Ctrl-C"):
                watchdog.cancel()
                return demo, said
        demo.wait(60)
    raise AssertionError(said)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_ctrl_c_stops_everything_that_the_demo_started() -> None:
    demo, said = _running_demo()
    try:
        web = said.split()[
            -1
        ]  # the line ends with it, so that a terminal makes a link of it and of nothing else
        with urllib.request.urlopen(f"{web}metrics", timeout=10) as response:
            assert b"crawlmill_pages_total" in response.read()
        started = _children(demo.pid)
        assert len(started) >= 3, "a broker, a worker and its pool were expected"
        demo.send_signal(signal.SIGINT)
        _require_end(demo, started)
        assert demo.returncode == 130
        _wait_for(started)  # a pool's process sees a moment later that its worker is gone
        assert _alive(started) == set()
    finally:
        demo.kill()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_sigterm_ends_a_demo_in_the_background_of_a_shell_which_ignores_ctrl_c() -> None:
    demo = subprocess.Popen(
        [*CRAWLMILL, "demo", "--keep"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"}, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    try:
        assert demo.stdout is not None
        assert "embedded broker at" in demo.stdout.readline()
        started = _children(demo.pid)
        demo.send_signal(signal.SIGTERM)
        _require_end(demo, started)
        assert demo.returncode == 130
        _wait_for(started)
        assert _alive(started) == set()
    finally:
        demo.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no system call says that a parent has died")
def test_a_demo_that_is_killed_leaves_nothing_running() -> None:
    demo, said = _running_demo()
    started = _children(demo.pid)
    assert len(started) >= 3, said
    demo.kill()
    demo.wait(60)
    _wait_for(started)
    assert _alive(started) == set()


def _heed_ctrl_c() -> None:
    """Run in the child: reset SIGINT, which shells ignore for background jobs and so for these tests."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _require_end(demo: subprocess.Popen[str], started: set[int]) -> None:
    """Wait for the process; if it does not end, fail with its stack and the processes that still run."""
    try:
        demo.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        running = {pid: Path(f"/proc/{pid}/cmdline").read_bytes()[:120] for pid in _alive(started)}
        demo.send_signal(signal.SIGABRT)  # faulthandler has every thread print its stack
        said, _ = demo.communicate(timeout=10)
        pytest.fail(
            f"the demo did not end within 60 s of Ctrl-C; of what it started, there run {running}\n{said}"
        )


def test_topics_are_created_once_and_then_found_as_declared(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)
    missing = crawlmill(chosen, "topics", "check")
    assert missing.returncode == 1
    assert b"missing; run: crawlmill topics create" in missing.stdout + missing.stderr
    created = crawlmill(chosen, "topics", "create")
    assert (created.returncode, b"pages.raw" in created.stdout + created.stderr) == (0, True)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    assert crawlmill(chosen, "topics", "check").returncode == 0


def test_topics_with_other_partitions_are_reported_with_the_remedy(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    done = crawlmill(chosen, "--set", "kafka.partitions=7", "topics", "check")
    assert done.returncode == 1
    assert b"4 partitions, declared 7: set kafka.partitions = 4" in done.stdout + done.stderr


def test_what_is_fed_on_standard_input_is_tailed_as_json_lines(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)
    records = [page(number).message.value or b"" for number in range(3)]
    assert crawlmill(chosen, "topics", "create").returncode == 0
    fed = crawlmill(chosen, "feed", "-", stdin=b"\n".join(records))
    assert fed.returncode == 0, fed.stderr.decode()
    tailed = crawlmill(chosen, "tail", "pages.raw", "--from-start", "--exit")
    assert tailed.returncode == 0, tailed.stderr.decode()
    told = [json.loads(line) for line in tailed.stdout.splitlines()]
    assert sorted(line["id"] for line in told) == sorted(json.loads(record)["id"] for record in records)


def test_the_app_runs_under_faust_s_own_command_line(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)
    mill = Mill(chosen, tmp_path)
    port = free_port()
    command = [
        sys.executable, "-m", "faust", "-A", "streams.runtime.main", "worker", "-l", "info", "--web-port", str(port),
    ]  # fmt: skip
    log = (tmp_path / "faust.log").open("wb")
    worker = subprocess.Popen(
        command, cwd=ROOT, env=environment(chosen), stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    try:

        async def run() -> list[str]:
            await mill.create()
            await mill.feed([page(number) for number in range(4)])
            return [str(end.disposition) for end in await mill.outcomes(4)]

        assert asyncio.run(run()) == ["enriched"] * 4
    finally:
        worker.send_signal(signal.SIGINT)
        code = worker.wait(60)
        log.close()
    assert code == 0, (tmp_path / "faust.log").read_text()
