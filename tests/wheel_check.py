"""``make wheel-check``: builds the wheel and uses it as a stranger would, outside the checkout, on every supported Python that is here.

For each interpreter: a new virtual environment, ``pip install`` of the wheel with its extras, then, in an empty folder and without
the checkout on any path: the help of every command, a page through the core, the imports of the extras, and the demo.
Dependencies have the versions of ``requirements/dev.txt``, or with ``--newest`` whatever pip chooses today.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
VERSIONS = ("3.11", "3.12", "3.13")
EXTRAS = "demo,scrapy,export"
_IMPORTS = "import streams.client, streams.scrapy, streams.export.duck, streams.schemas as s; s.read('Enriched'); print(streams.__file__)"
_PAGE = (
    "<html><head><title>T</title></head><body><article>"
    + "<p>Maria Lopez opened a bridge in Lisbon.</p>" * 30
)


class Failed(Exception):
    """A command failed; the message has it with the end of what it printed."""


class Outcome(NamedTuple):
    """What became of one interpreter."""

    version: str
    found: str
    failure: str | None
    seconds: float


def interpreter(version: str) -> Path | None:
    """The path of a Python of this minor version that can make virtual environments: on PATH, or one of pyenv's."""
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))),
    ]
    for candidate in candidates:
        if candidate is None:
            continue
        asked = [candidate, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip() == version:
            return Path(candidate)
    return None


def build(folder: Path) -> Path:
    """Build the wheel into a folder; returns its path."""
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def constraints(folder: Path) -> Path:
    """Write the pinned versions without their hashes, which pip does not take together with a wheel of our own."""
    pinned = re.findall(
        r"^([A-Za-z0-9][^\s\\]*==[^\\\n]*?) *\\?$", (ROOT / "requirements/dev.txt").read_text("utf-8"), re.M
    )
    path = folder / "constraints.txt"
    path.write_text("\n".join(re.sub(r"\[[^]]*\]", "", line) for line in pinned) + "\n")
    return path


def use(python: Path, wheel: Path, pins: Path | None, folder: Path) -> None:
    """Install the wheel for an interpreter and use it. Raises :class:`Failed`."""
    empty = folder / "empty"
    empty.mkdir(parents=True)
    _run([str(python), "-m", "venv", str(folder / "venv")], empty)
    own, crawlmill = (str(folder / "venv/bin" / name) for name in ("python", "crawlmill"))
    install = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{wheel}[{EXTRAS}]"]
    _run(install + (["-c", str(pins)] if pins else []), empty)
    _run([own, "-m", "pip", "check", "--disable-pip-version-check"], empty)
    where = _run([own, "-c", _IMPORTS], empty)
    if str(folder / "venv") not in where:
        raise Failed(f"streams was imported from {where.strip()}, not from the wheel")
    verbs = re.findall(r"^  ([a-z]+) ", _run([crawlmill, "--help"], empty).partition("Commands:")[2], re.M)
    for verb in verbs:
        _run([crawlmill, verb, "--help"], empty)
    (empty / "page.html").write_text(_PAGE)
    if '"disposition":"enriched"' not in _run([crawlmill, "process", "page.html"], empty):
        raise Failed("crawlmill process: the page was not enriched")
    if "accounted for" not in _run([crawlmill, "demo"], empty):
        raise Failed("crawlmill demo: no table of what became of the pages")


def _run(command: list[str], folder: Path) -> str:
    """Run a command without the checkout on any path; returns its standard output. Raises :class:`Failed`."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "CRAWLMILL_", "VIRTUAL_ENV"))
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1_200)
    if done.returncode:
        raise Failed(
            f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-3_000:]}"
        )
    return done.stdout


def check(version: str, wheel: Path, pins: Path | None, folder: Path) -> Outcome | None:
    """Use the wheel on this minor version of Python; None where there is no such interpreter."""
    python = interpreter(version)
    if python is None:
        return None
    started = time.monotonic()
    try:
        use(python, wheel, pins, folder)
    except (Failed, subprocess.TimeoutExpired) as error:
        return Outcome(version, str(python), str(error), time.monotonic() - started)
    return Outcome(version, str(python), None, time.monotonic() - started)


def main() -> None:
    """Check each version and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "versions", nargs="*", default=VERSIONS, help="minor versions; default: all that are supported"
    )
    parser.add_argument("--newest", action="store_true", help="dependencies as pip chooses them today")
    parser.add_argument("--require", action="store_true", help="a version that is not here is a failure")
    given = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="crawlmill-wheel-") as name:
        folder = Path(name)
        wheel = build(folder)
        pins = None if given.newest else constraints(folder)
        for version in given.versions:
            outcome = check(version, wheel, pins, folder / version)
            shutil.rmtree(folder / version, ignore_errors=True)
            if outcome is None:
                print(f"Python {version}: not on this machine, left out", flush=True)
                failed |= given.require
            elif outcome.failure:
                print(f"Python {version} ({outcome.found}): FAILED: {outcome.failure}", flush=True)
                failed = True
            else:
                print(f"Python {version} ({outcome.found}): installed, every command's help, process and demo in {outcome.seconds:.0f} s", flush=True)  # fmt: skip
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
