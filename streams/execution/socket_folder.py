"""Removes the folder of the fork server's socket when the fork server ends.

multiprocessing creates the folder and leaves its removal to the exit handlers of the worker, which do not run when the worker
is killed, or ends itself because stopping takes too long. The fork server, which imports this module, outlives the worker
by a moment and exits in order.
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
    """Create the folder, and name it in the environment during the block, in which the fork server is to be started."""
    os.environ[_VARIABLE] = util.get_temp_dir()
    try:
        yield
    finally:
        del os.environ[_VARIABLE]


def _load() -> None:
    """Remove the folder at exit, if the environment names one: in the fork server. Its children run no exit handlers."""
    folder = Path(os.environ.pop(_VARIABLE, ""))
    if folder.name.startswith(_PREFIX):
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


_load()
