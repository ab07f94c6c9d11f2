"""The command line, from its own help: every command with its arguments and options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from streams.cli import main
from website.reference import markdown

_ABOUT = """Every command with its options, as `crawlmill COMMAND --help` says them. Exit codes: 0 success, 1 failure or incomplete result,
2 wrong usage, 3 no broker, 130 interrupted with Ctrl-C."""


def page() -> str:
    """A section for each command and each command below one."""
    context = click.Context(main, info_name="crawlmill")
    return markdown.page("Commands", _ABOUT, *_sections(main, context, 2))


def _sections(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}\n\n{_text(command)}\n\n```\n{_usage(command, context)}\n```\n"
    if options := list(_options(command, context)):
        yield markdown.table(("option", "meaning"), options)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _sections(below, click.Context(below, info_name=name, parent=context), 3)


def _usage(command: click.Command, context: click.Context) -> str:
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _text(command: click.Command) -> str:
    """The help of a command as Markdown: what stands after a backspace is set as it is."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    told = []
    for paragraph in paragraphs:
        if paragraph.startswith("\b\n"):
            told.append(f"```\n{paragraph[2:]}\n```")
        else:
            told.append(re.sub(r"<([^>\s]+)>", r"`<\1>`", " ".join(paragraph.split())))
    return "\n\n".join(told)


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and (parameter.name != "help" or context.parent is None):
            yield markdown.code(record[0]), record[1].replace("<", "&lt;")
