"""``crawlmill completion``: the script by which a shell completes subcommands, options and settings."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_CRAWLMILL_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that lets a shell complete subcommands, options, their values and the names of settings.

    \b
    Example: crawlmill completion bash > ~/.local/share/bash-completion/completions/crawlmill
             eval "$(crawlmill completion zsh)"
             crawlmill completion fish > ~/.config/fish/completions/crawlmill.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, shell  # click has the three that may be chosen
    click.echo(kind(ctx.find_root().command, {}, "crawlmill", _VARIABLE).source())
