"""An export onto a disk that is full: a process whose files may not grow beyond a limit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_FULL = """
import importlib, resource, signal, sys
from pathlib import Path
from export.made import received
from streams.errors import BadInput
from streams.records import Enriched
module, name, path, limit = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sink = getattr(importlib.import_module(module), name)(Path(path), "pages.enriched", Enriched, "c")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
written = 0
try:
    for begin in range(0, 40_000, 2_000):
        sink.write([received(number) for number in range(begin, begin + 2_000)])
        written = begin + 2_000
except BadInput as error:
    print(written, error)
"""


def fill(sink: type, path: Path, limit: int) -> int:
    """Write to a sink of this class in a process whose files hold ``limit`` bytes at most, until it says that it cannot.

    Returns the records written before. Fails where the sink says something else than that, and how it goes on.
    """
    done = subprocess.run(
        [sys.executable, "-c", _FULL, sink.__module__, sink.__name__, str(path), str(limit)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    written, _, said = done.stdout.partition(" ")
    assert said.startswith(f"{path}: cannot be written: "), done.stderr
    assert "the next run goes on where this one stopped" in said
    return int(written)
