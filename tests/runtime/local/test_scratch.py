"""Temporary folders end with their programs, however those end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.runtime.local import scratch

_HOLD = "import sys, time; from streams.runtime.local import scratch\nwith scratch.folder('mine-') as f: print(f, flush=True); time.sleep(600)"


def _holder() -> tuple[subprocess.Popen[str], Path]:
    program = subprocess.Popen([sys.executable, "-c", _HOLD], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    return program, Path(program.stdout.readline().strip())


def test_a_folder_of_a_killed_program_goes_when_the_next_one_starts_and_one_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (killed, left), (running, used) = _holder(), _holder()
    foreign = tmp_path / "mine-without-a-lock"
    foreign.mkdir()
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert left.is_dir()
        with scratch.folder("mine-") as own:
            assert set(tmp_path.iterdir()) == {own, used, foreign}
        assert set(tmp_path.iterdir()) == {used, foreign}
    finally:
        running.kill()
        running.wait()
