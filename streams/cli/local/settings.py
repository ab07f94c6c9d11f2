"""``crawlmill settings``: prints the effective settings as a TOML file."""

from __future__ import annotations

import itertools

import click

from streams.cli import LazySettings
from streams.settings import toml, values
from streams.settings.secret import Secret


@click.command("settings")
@click.pass_obj
def command(obj: LazySettings) -> None:
    """Print the settings in force, from defaults, file, environment and command line, as a settings file.

    Secrets are left out.

    \b
    Example: crawlmill --set kafka.partitions=32 settings > crawlmill.toml
    """
    for section, group in itertools.groupby(values(obj.settings()), key=lambda setting: setting.section):
        click.echo(f"[{section}]")
        for setting in group:
            if not isinstance(setting.value, Secret):
                click.echo(f"{setting.name} = {toml(setting.value)}")
            elif setting.value:
                click.echo(f"# {setting.name} is set and not shown; hand it on in {setting.variable}")
        click.echo()
