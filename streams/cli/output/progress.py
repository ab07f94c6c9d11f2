"""A progress bar on stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from streams.cli.output.terminal import Terminal

Advance = Callable[[int], None]  # called for each page with the total of input bytes consumed so far


@contextlib.contextmanager
def progress_bar(total: int | None, verb: str) -> Iterator[Advance]:
    """A progress bar by input bytes with a count of pages; nothing where stderr is not a terminal. ``total`` is None for streams."""
    columns = (
        TextColumn("{task.fields[pages]} pages " + verb),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Terminal(file=sys.stderr), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(verb, total=total, pages=0)
        count = 0

        def advance(consumed: int) -> None:
            nonlocal count
            count += 1
            progress.update(task, completed=consumed, pages=count)

        yield advance
