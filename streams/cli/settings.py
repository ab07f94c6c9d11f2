"""``crawlmill settings``: the settings in force, as a TOML file."""

from __future__ import annotations

import click
import msgspec

from streams.cli import Lazy
from streams.settings import toml


@click.command("settings")
@click.pass_obj
def command(obj: Lazy) -> None:
    """Print the settings in force, from defaults, file, environment and command line, as a settings file.

    \b
    Example: crawlmill --set kafka.partitions=32 settings > crawlmill.toml
    """
    for section, values in msgspec.to_builtins(obj.settings()).items():
        click.echo(f"[{section}]")
        for name, value in values.items():
            click.echo(f"{name} = {toml(value)}")
        click.echo()
