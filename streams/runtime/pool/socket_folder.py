"""Imported by the fork server: it removes the folder of its socket when it ends, also after a worker that was killed.

multiprocessing makes the folder and has the worker remove it as it exits, which a worker that is killed, or ended by
:mod:`streams.runtime.delivery.timeouts`, does not come to. The fork server outlives the worker by a moment and ends in order.
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import util
from pathlib import Path

_VARIABLE = "MILL_FORK_SERVER_FOLDER"
_PREFIX = "pymp-"  # of multiprocessing's folders


@contextmanager
def announced() -> Iterator[None]:
    """Within it a fork server that is started is told the folder, which is made here."""
    os.environ[_VARIABLE] = util.get_temp_dir()
    try:
        yield
    finally:
        del os.environ[_VARIABLE]


def _load() -> None:
    """In the fork server, whose environment names the folder; anywhere else nothing. Its children do not run exit handlers."""
    folder = Path(os.environ.pop(_VARIABLE, ""))
    if folder.name.startswith(_PREFIX):
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


_load()
