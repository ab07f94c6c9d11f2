"""Runs ``crawlmill worker`` as a child process that is killed when this process dies: for the demo and for tests."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from streams.errors import CrawlmillError
from streams.runtime.inspector.server import web_address
from streams.runtime.local import parent_death
from streams.settings import Settings, toml, values
from streams.settings.secret import Secret

_READY_SECONDS = 180.0
_STOP_SECONDS = 30.0


class WorkerProcess:
    """A ``crawlmill worker`` process with these settings, which logs to the file ``log``."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.web = web_address(settings.worker.web_host, settings.worker.web_port)
        self._settings = settings
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The worker's process; 0 when it does not run."""
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start the worker and wait until /readyz answers 200. Raises :class:`CrawlmillError` with the end of its log."""
        self.launch()
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await asyncio.to_thread(_answers, f"{self.web}/readyz"):
                    self._require_alive()
                    await asyncio.sleep(0.1)  # another process: nothing to wait on but its answer
        except TimeoutError as error:
            self.stop()
            raise CrawlmillError(
                f"the worker was not ready within {_READY_SECONDS:.0f} s:\n{self.log_tail()}"
            ) from error

    def launch(self) -> None:
        """Start without waiting. The calling thread has to live as long as the worker: see :mod:`streams.runtime.local.parent_death`."""
        command = [sys.executable, "-m", "streams", *_overrides(self._settings), "worker"]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=_environment(self._settings),
                preexec_fn=parent_death.preexec(),
            )

    def _require_alive(self) -> None:
        if self._process is None or self._process.poll() is not None:
            code = self._process.returncode if self._process else None
            raise CrawlmillError(f"the worker ended with exit code {code}:\n{self.log_tail()}")

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self, seconds: float = _STOP_SECONDS) -> int | None:
        """Send SIGTERM, after ``seconds`` SIGKILL, and return the exit code; None if it is not running."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return process.returncode

    def log_tail(self) -> str:
        """Return the end of the worker's log."""
        return self._log.read_text("utf-8", "replace")[-3_000:] if self._log.exists() else "(no log)"


def _environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment without settings, which are given as options, but with secrets, which options would reveal."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLMILL_")}
    for setting in values(settings):
        if isinstance(setting.value, Secret) and setting.value:
            environment[setting.variable] = setting.value.reveal()
    return environment


def _overrides(settings: Settings) -> list[str]:
    """Return the settings as command line options."""
    options: list[str] = []
    for section, name, value in values(settings):
        if not isinstance(value, Secret):
            options += ["--set", f"{section}.{name}={toml(value)}"]
    return options


def _answers(url: str) -> bool:
    try:
        # The address is made here, of http:// and our own worker's host and port.
        with urllib.request.urlopen(url, timeout=2) as response:  # nosec B310
            return bool(response.status == 200)
    except OSError:
        return False
