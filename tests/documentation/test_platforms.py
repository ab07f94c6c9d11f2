"""What the page on Windows and macOS says of parts that need nothing of Unix."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from documentation.blocks import ROOT

from streams.cli import VERBS

PAGE = (ROOT / "docs/platforms.md").read_text("utf-8")
_ROWS = re.findall(r"^\| (`(?:crawlmill |streams\.).+?) \| (.+) \|$", PAGE, re.M)
# Of the standard library of Python on Unix alone.
_UNIX = ("fcntl", "grp", "pwd", "resource", "termios")


def _modules(cell: str) -> list[str]:
    verbs = re.findall(r"`crawlmill ([a-z]+)`", cell)
    return [f"streams.cli.{VERBS[verb]}.{verb}" for verb in verbs] + re.findall(r"`(streams\.[a-z]+)`", cell)


RUNS = [module for runs, _ in _ROWS for module in _modules(runs)]


@pytest.mark.parametrize("module", RUNS)
def test_what_is_said_to_run_imports_without_unix(module: str) -> None:
    script = f"import sys\nfor name in {_UNIX!r}: sys.modules[name] = None\nimport {module}\n"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-600:]
