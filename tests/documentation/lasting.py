"""``python -m documentation.lasting PROGRAM ARGUMENTS``: run a program; interrupt one that lasts when it has shown that it works.

Its exit code is the program's, or 0 where the program ended by the interruption as it should.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading

_GENERAL = r"crawlmill(?: --(?:set|config) \S+| --\S+)*"  # the command with options before its subcommand
# Programs that run until they are stopped, by their command line, with what they print when they work. Without a mark it is enough that
# they still run after a while.
_LASTING = (
    (_GENERAL + r" worker(?!\S)", '"ready"|INFO    ready'),
    (_GENERAL + r" inspect(?!\S)", "http://"),
    (r"crawlmill demo --keep", "Ctrl-C"),
    (r"crawlmill tail (?!.*--exit).*", None),
    (r"crawlmill export .*--follow", None),
    (r"faust .*worker", None),
    (r"prometheus .*", "Server is ready to receive web requests"),
)
_WHILE_SECONDS = 12.0
_LONG_SECONDS = 240.0


def main(program: str, arguments: list[str]) -> int:
    """Run it; returns the exit code."""
    command = _command(program, arguments)
    marks = marks_of(" ".join([program, *arguments]))
    if not marks:
        os.execv(command[0], command)
    return _until(command, marks[0])


def marks_of(line: str) -> list[str | None]:
    """What a command line prints when it works, if it runs until it is stopped; none if it ends."""
    return [mark for pattern, mark in _LASTING if re.match(pattern, line)]


def _command(program: str, arguments: list[str]) -> list[str]:
    if program == "prometheus":
        found = shutil.which(program, path="/usr/bin:/usr/local/bin") or program
        return [found, *arguments]
    module = {"crawlmill": "streams", "faust": "faust"}[program]
    return [sys.executable, "-m", module, *arguments]


def _heed_interruptions() -> None:
    """Undo what a shell does to its background jobs, which ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _until(command: list[str], mark: str | None) -> int:
    """Interrupt the command at the first line with ``mark``, or after a while; 1 if a marked line does not come."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heed_interruptions,
    )
    seen = threading.Event()
    timer = threading.Timer(_LONG_SECONDS if mark else _WHILE_SECONDS, process.send_signal, [signal.SIGINT])
    timer.start()
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if mark and not seen.is_set() and re.search(mark, line):
            seen.set()
            process.send_signal(signal.SIGINT)
    code = process.wait()
    timer.cancel()
    if mark and not seen.is_set():
        return code or 1
    return 0 if code in (0, 130, -signal.SIGINT) else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
