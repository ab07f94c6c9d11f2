"""The command line ``crawlmill``, one subcommand per module of :mod:`broker` and :mod:`local`; :mod:`output` is what they print with.

Exit codes: 0 success, 1 failure or incomplete result, 2 wrong usage, 3 no broker, 130 interrupted with Ctrl-C.
"""

from __future__ import annotations

import difflib
import errno
import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem
from click.utils import make_default_short_help

from streams import __version__
from streams.cli.summaries import SUMMARIES
from streams.errors import BrokerUnavailable, CrawlmillError
from streams.runtime.observability.terminal import harmless
from streams.settings import Settings, load, values

VERBS = {
    "demo": "local",
    "doctor": "local",
    "worker": "broker",
    "feed": "broker",
    "tail": "broker",
    "inspect": "broker",
    "where": "broker",
    "top": "broker",
    "process": "local",
    "explain": "local",
    "compare": "local",
    "report": "local",
    "topics": "broker",
    "deadletters": "broker",
    "replay": "broker",
    "dedup": "broker",
    "export": "broker",
    "plan": "local",
    "settings": "local",
    "completion": "local",
}
"""Subcommands in the order of first use, and the folder of each."""


# Why standard output can no longer be written: the disk or the quota is full, the device fails.
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class Verbs(click.Group):
    """A group that imports a subcommand only when it is called: ``crawlmill --help`` must not load spaCy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All subcommands, in the order of first use rather than the alphabet."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name; None for an unknown name."""
        if cmd_name not in VERBS:
            near = difflib.get_close_matches(cmd_name, VERBS, n=2, cutoff=0.6)
            if near:
                ctx.fail(f"No such command {cmd_name!r}; did you mean {' or '.join(near)}?")
            return None
        command: click.Command = importlib.import_module(f"streams.cli.{VERBS[cmd_name]}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands, importing none."""
        room = formatter.width - 6 - max(map(len, VERBS))  # as click.Group has it
        with formatter.section("Commands"):
            formatter.write_dl([(verb, make_default_short_help(SUMMARIES[verb], room)) for verb in VERBS])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line. A full disk behind standard output is told in one line."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in _UNWRITABLE or error.filename is not None:
                raise
            click.echo(f"crawlmill: standard output cannot be written: {error.strerror}", err=True)
            # What is buffered would be tried, and fail, once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand. A :class:`CrawlmillError` is printed as one line and becomes an exit code."""
        try:
            return super().invoke(ctx)
        except CrawlmillError as error:
            click.echo(harmless(f"crawlmill: {error}"), err=True)
            ctx.exit(3 if isinstance(error, BrokerUnavailable) else 1)
        except KeyboardInterrupt:
            click.echo("crawlmill: interrupted", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output (head, less) has closed the pipe
            ctx.exit(0)


def setting_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The settings that begin with what was typed, for the shell's completion."""
    names = (f"{setting.section}.{setting.name}=" for setting in values(Settings()))
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def file_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Have the shell complete a file's name, for arguments that click takes as plain text."""
    return [CompletionItem(incomplete, type="file")]


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crawlmill")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file; default: crawlmill.toml, config/crawlmill.toml.",
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="SECTION.NAME=VALUE",
    shell_complete=setting_names,
    help="Override one setting; may be repeated.",
)
@click.pass_context
def main(ctx: click.Context, config: Path | None, overrides: tuple[str, ...]) -> None:
    """Raw crawled pages in; error pages and duplicates out, each with a reason; enriched documents on.

    \b
    Try it:        crawlmill demo
    Without Kafka: crawlmill process pages.jsonl -o out.jsonl
    """
    # An unreachable broker is reported once, with the remedy, by BrokerUnavailable. A worker configures its own logging.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    ctx.obj = LazySettings(config, overrides)


class LazySettings:
    """Settings that are read on first use, so that ``--help`` works even with an invalid settings file."""

    def __init__(self, path: Path | None, overrides: tuple[str, ...]) -> None:
        self._path = path
        self._overrides = overrides
        self._settings: Settings | None = None

    def settings(self) -> Settings:
        """The effective settings. Raises :class:`streams.errors.SettingsError`."""
        if self._settings is None:
            self._settings = load(self._path, overrides=self._overrides)
        return self._settings
