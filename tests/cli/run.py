"""Runs the command line: in a process of its own, as a user does, and within the test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from streams.cli import main

ROOT = Path(__file__).parents[2]
NO_BROKER = ("--set", "kafka.bootstrap_servers=127.0.0.1:9")


def crawlmill(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "streams", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=240, cwd=ROOT)


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(main, arguments, input=stdin)
