"""Checks of this machine: Python, models, clock, memory, open files, state folder, disk, port."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from streams.errors import ClockError, ModelMissing, SettingsError
from streams.execution.memory import PROCESS_BYTES, worker_memory
from streams.runtime.doctor.finding import Finding, note, ok, warning, wrong
from streams.runtime.kafka import clock
from streams.runtime.state.folder import StateFolder
from streams.settings import Settings
from streams.settings.installed import missing_models, require_models
from streams.wording import counted, noun

_PYTHONS = ((3, 11), (3, 14))  # from the first to before the second: pyproject's requires-python
# RocksDB's files and connections: 16 for each partition's database at its default settings, and 200 for the rest.
_FILES_A_PARTITION, _FILES = 16, 200
_DISK_SHARE = 0.1
_UNPACKED_BYTES = 70_000_000  # of py3langid's model, once a process


def python(settings: Settings) -> Finding:
    """The interpreter, and the system that it runs on."""
    said = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if not _PYTHONS[0] <= sys.version_info[:2] < _PYTHONS[1]:
        return wrong("python", said, "use Python 3.11, 3.12 or 3.13")
    if platform.system() not in ("Linux", "Darwin"):
        return wrong("python", said, "workers need Linux or macOS; on Windows use Docker or WSL")
    return ok("python", said)


def models(settings: Settings) -> Finding:
    """Whether the spaCy models of the settings are installed."""
    if not settings.nlp.enabled:
        return ok("models", "none: nlp.enabled = false, documents stay on pages.clean")
    try:
        require_models(settings.nlp)
    except ModelMissing as error:
        return wrong("models", "a model of the settings is missing", str(error))
    missing = missing_models(settings.nlp)
    said = ", ".join(f"{language}={name}" for language, name in sorted(settings.nlp.models.items()))
    if missing:
        languages = ", ".join(sorted(missing))
        return note(
            "models",
            f"those that the settings require; optional and not installed: {languages}",
            " ".join(missing.values()),
        )
    return ok("models", said or "none: names of people, organisations and places only")


def clock_is_right(settings: Settings) -> Finding:
    """Whether the clock can be right; :mod:`streams.runtime.doctor.broker_clock` compares it with the brokers'."""
    try:
        seconds = clock.now()
    except ClockError as error:
        return wrong("clock", "the clock is wrong", str(error))
    return ok("clock", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds)))


def memory(settings: Settings) -> Finding:
    """Whether the machine has the memory that the pool's processes take."""
    processes = settings.worker.processes or os.cpu_count() or 1
    needed = worker_memory(settings.worker, processes, settings.kafka.partitions)
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    said = f"{counted(processes, 'process', 'processes')} {noun(processes, 'takes', 'take')} some {needed.total / 1e9:.1f} GB of {there / 1e9:.1f}"
    if needed.total > there:
        fewer = max(1, int((there - needed.total + needed.pool) / PROCESS_BYTES))
        return warning("memory", said, f"--set worker.processes={fewer}")
    return ok("memory", said)


def open_files(settings: Settings) -> Finding:
    """Whether the limit of open files is high enough for the dedup table's databases."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = _FILES + _FILES_A_PARTITION * settings.kafka.partitions
    said = f"{soft} open files are allowed, {needed} may be needed"
    if soft != resource.RLIM_INFINITY and soft < needed:
        return warning("open files", said, f"ulimit -n {max(needed, 4_096)} (systemd: LimitNOFILE=)")
    return ok("open files", said)


def state_folder(settings: Settings) -> Finding:
    """Whether the state folder can be made, written to and locked."""
    folder = StateFolder(settings)
    made = [place for place in (folder.path, *folder.path.parents) if not place.exists()]
    try:
        folder.make()
        folder.lock()
    except SettingsError as error:
        return wrong("state folder", "it cannot be used", str(error))
    finally:
        folder.unlock()
        if made:
            shutil.rmtree(made[-1], ignore_errors=True)  # the outermost of those made for this check
    return ok("state folder", str(folder.path.resolve()))


def disk(settings: Settings) -> Finding:
    """Whether the state folder's disk has room."""
    place = Path(settings.worker.data_dir).resolve()
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    said = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.1f} are free at {place}"
    if usage.free < _DISK_SHARE * usage.total:
        return warning(
            "disk", said, "free some, or put worker.data_dir on another disk; a document takes 1.5 kB"
        )
    return ok("disk", said)


def temporary(settings: Settings) -> Finding:
    """Whether models can be unpacked in the temporary folder: each process does so when it loads them."""
    processes = settings.worker.processes or os.cpu_count() or 1
    place, needed = tempfile.gettempdir(), (processes + 1) * _UNPACKED_BYTES
    free = shutil.disk_usage(place).free
    said = f"{free / 1e6:,.0f} MB are free in {place}, {needed / 1e6:,.0f} may be needed"
    if free < needed:
        return wrong(
            "temporary", said, "free some, or TMPDIR=/another/folder; a container needs a larger tmpfs"
        )
    return ok("temporary", said)


def port(settings: Settings) -> Finding:
    """Whether the web port can be listened on."""
    worker = settings.worker
    try:
        StateFolder(settings).require_port()
    except SettingsError as error:
        return wrong("web port", f"{worker.web_port} is taken", str(error))
    return ok("web port", f"{worker.web_host}:{worker.web_port}")


CHECKS = (python, models, clock_is_right, memory, open_files, state_folder, disk, temporary, port)
