"""``crawlmill doctor``: whether a worker can run here, and what to type where it cannot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import click
from rich.table import Table
from rich.text import Text

from streams.cli import LazySettings
from streams.cli.output.terminal import Terminal
from streams.records import encode
from streams.runtime.doctor import Finding, Verdict, examine

_STYLES = {Verdict.OK: "green", Verdict.NOTE: "cyan", Verdict.WARNING: "yellow", Verdict.WRONG: "bold red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check.")
@click.pass_obj
def command(obj: LazySettings, as_json: bool) -> None:
    """Check this machine, its settings and the broker. Changes nothing; exit code 1 when a worker would not start.

    \b
    Example: crawlmill --set kafka.bootstrap_servers=kafka:9092 doctor
    """
    found = asyncio.run(_show(examine(obj.settings()), as_json))
    if Verdict.WRONG in {finding.verdict for finding in found}:
        sys.exit(1)


async def _show(findings: AsyncIterator[Finding], as_json: bool) -> list[Finding]:
    console, found = Terminal(), []
    async for finding in findings:
        found.append(finding)
        if as_json:
            click.echo(encode(finding).decode())
            continue
        row = Table.grid(padding=(0, 2))
        row.add_column(width=7)
        row.add_column(width=12)
        remedy = Text(f"\n{finding.remedy}" if finding.remedy else "", style="dim")
        said = Text.assemble(finding.said, remedy)
        row.add_row(Text(finding.verdict, style=_STYLES[finding.verdict]), finding.check, said)
        console.print(row)
    return found
