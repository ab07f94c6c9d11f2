"""The folder of the fork server's socket is removed when the process that was told of it exits."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import util
from pathlib import Path

import pytest

from streams.execution.socket_folder import announced

_VARIABLE = "MILL_FORK_SERVER_FOLDER"


def _exit_with(folder: Path, code: str = "") -> str:
    """Import the module in a new process that is told of the folder; returns what the process prints."""
    done = subprocess.run(
        [sys.executable, "-c", f"import os; import streams.execution.socket_folder\n{code}"],
        env=os.environ | {_VARIABLE: str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pymp-abc"
    folder.mkdir()
    (folder / "listener").touch()
    return folder


def test_it_is_announced_in_the_environment_and_only_during_the_block() -> None:
    with announced():
        assert os.environ[_VARIABLE] == util.get_temp_dir()
        assert Path(os.environ[_VARIABLE]).is_dir()
    assert _VARIABLE not in os.environ


def test_it_is_removed_when_the_process_exits_and_not_before(folder: Path) -> None:
    assert _exit_with(folder, f"print(os.path.exists({str(folder)!r}))") == "True\n"
    assert not folder.exists()


def test_children_of_the_process_are_not_told_of_it(folder: Path) -> None:
    assert _exit_with(folder, f"print({_VARIABLE!r} in os.environ)") == "False\n"


def test_a_folder_that_multiprocessing_did_not_make_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "documents"
    other.mkdir()
    _exit_with(other)
    assert other.exists()


def test_a_process_that_is_killed_removes_nothing(folder: Path) -> None:
    """A child of the fork server ends by os._exit: the folder is still in use then."""
    _exit_with(folder, "os._exit(0)")
    assert folder.exists()
