"""``crawlmill completion``: the script by which a shell completes subcommands, options and settings."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_VARIABLE = "_CRAWLMILL_COMPLETE"
_KINDS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}

# Click's script takes bash's words as they are. Bash breaks them at "=" and ":" (COMP_WORDBREAKS), so that a setting or an address
# would be three words, and the one behind it a subcommand. Here they are put together again, and what bash does not replace
# (`prefix`) is cut off the answers. A setting's name gets no space, as its value follows.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' words=() prefix= previous= piece response answer type value
    for piece in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if (( ${#words[@]} )) && [[ $piece =~ ^[=:]+$ || $previous =~ ^[=:]+$ ]]; then
            prefix=${words[-1]}
            words[-1]+=$piece
            [[ $piece =~ ^[=:]+$ ]] && prefix=${words[-1]}
        else
            words+=("$piece")
            prefix=
        fi
        previous=$piece
    done
    prefix=${prefix#--*=}
    response=$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) %(complete_var)s=bash_complete "$1")
    for answer in $response; do
        IFS=',' read -r type value <<< "$answer"
        if [[ $type == dir ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == file ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == plain ]]; then
            COMPREPLY+=("${value#"$prefix"}")
            [[ $value == *= ]] && compopt -o nospace
        fi
    done
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class _Bash(BashComplete):
    source_template = _BASH


_KINDS = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}


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
