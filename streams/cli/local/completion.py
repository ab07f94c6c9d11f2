"""``crawlmill completion``: the script by which a shell completes subcommands, options and settings."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_VARIABLE = "_CRAWLMILL_COMPLETE"
_KINDS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(_KINDS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that lets a shell complete subcommands, options, their values and the names of settings.

    \b
    Example: crawlmill completion bash > ~/.local/share/bash-completion/completions/crawlmill
             eval "$(crawlmill completion zsh)"
             crawlmill completion fish > ~/.config/fish/completions/crawlmill.fish
    """
    click.echo(_KINDS[shell](ctx.find_root().command, {}, "crawlmill", _VARIABLE).source())
