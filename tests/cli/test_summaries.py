"""The list of subcommands in ``crawlmill --help`` says what their own help says, and imports none of them."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from click.utils import make_default_short_help

from streams.cli import VERBS
from streams.cli.summaries import SUMMARIES


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("room", [40, 60, 200])
def test_the_line_of_a_subcommand_is_that_of_its_own_help(verb: str, room: int) -> None:
    command = importlib.import_module(f"streams.cli.{VERBS[verb]}.{verb}").command
    assert make_default_short_help(SUMMARIES[verb], room) == command.get_short_help_str(room)


def test_help_lists_all_subcommands_and_imports_none() -> None:
    code = (
        "import sys, streams.cli; streams.cli.main(['--help'], standalone_mode=False);"
        " print(*(name for name in sys.modules if name.startswith(('streams.cli.', 'numpy', 'lxml'))), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stderr.split()) == {"streams.cli.summaries"}
    listed = [
        line.split()[0]
        for line in done.stdout.partition("Commands:")[2].splitlines()
        if line.startswith("  ") and line[2:3] != " "
    ]
    assert listed == [*VERBS]
