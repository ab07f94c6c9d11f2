"""``crawlmill worker``: runs one member of the consumer group."""

from __future__ import annotations

import asyncio
import gc
import logging.config
import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec

from streams.cli import LazySettings
from streams.execution import fork_server
from streams.settings import Settings, clear_environment
from streams.settings.installed import require_models

if TYPE_CHECKING:
    from streams.runtime.state.folder import StateFolder

# How long a thread of this process may keep the interpreter from another. The pool's threads answer processes that wait for their next
# job: with Python's 5 ms a process waited 8.5 ms for it, with half a millisecond 4.6 (medians of six runs in turn, on a busy machine).
_SWITCH_SECONDS = 0.0005


@click.command("worker")
@click.option(
    "--web-port",
    type=click.IntRange(0, 65_535),
    help="Port of /metrics, /livez and /readyz (default: the setting worker.web_port).",
)
@click.pass_obj
def command(obj: LazySettings, web_port: int | None) -> None:
    """Process pages until stopped. Start as many as you like: they share the work.

    \b
    Example: crawlmill --set kafka.bootstrap_servers=kafka:9092 worker --web-port 6066
    """
    settings = obj.settings()
    if web_port is not None:
        worker = msgspec.structs.replace(settings.worker, web_port=web_port)
        settings = msgspec.structs.replace(settings, worker=worker)
    run(settings)


def run(settings: Settings) -> None:
    """Run a worker in this process until a signal or an error ends it. Always raises ``SystemExit``."""
    folder = _prepared(settings)

    import faust

    from streams.runtime.app import create
    from streams.runtime.startup_checks import check_before_start
    from streams.runtime.startup_report import report

    class Quiet(faust.Worker):
        """Faust's worker without its banner and spinner, which would mix with our structured logs."""

        def on_setup_root_logger(self, logger: Any, level: int) -> None:
            self.spinner = None

        def _banner(self, *args: Any, **kwargs: Any) -> str:
            return ""

        def carp(self, msg: str) -> None:
            """Print nothing on standard error: signals are logged."""

        def say(self, msg: str) -> None:
            """Print nothing on standard output."""

    report(settings)
    # Checked before Faust starts, so that anything missing is a one-line error and not a crash.
    checked = asyncio.run(check_before_start(settings, folder))
    app = create(settings, folder)
    app.checked = checked
    try:
        Quiet(app, loglevel=settings.log.level, redirect_stdouts=False).execute_from_commandline()
    finally:
        if app.deadline.reason:
            gc.collect()  # so that what asyncio logs of sends that failed with it comes before
            click.echo(app.deadline.reason, err=True)


def _prepared(settings: Settings) -> StateFolder:
    """Check what can be checked at once and have the models loaded, while this process imports Faust; the locked state folder."""
    from streams.runtime.observability import logs
    from streams.runtime.state.folder import StateFolder

    logging.config.dictConfig(logs.configuration(settings.log))
    sys.setswitchinterval(_SWITCH_SECONDS)
    folder = StateFolder(settings)
    folder.lock()
    folder.require_port()
    require_models(settings.nlp)
    clear_environment(settings)
    fork_server.start(fork_server.models_of(settings))
    return folder
