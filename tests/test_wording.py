"""Numbers with their nouns."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from streams.wording import counted, noun

COMMANDS = Path(__file__).parents[1] / "streams/cli"
_COUNTED = re.compile(
    r"^ (pages|documents|records|times|quotations|entities|events|copies|messages|partitions|words|workers)\b"
)


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1_204, "1,204 pages")]
)
def test_one_is_singular_and_everything_else_plural(number: int, said: str) -> None:
    assert counted(number, "page") == said


def test_a_plural_that_does_not_just_add_an_s_is_given() -> None:
    assert [counted(number, "copy", "copies") for number in (1, 2)] == ["1 copy", "2 copies"]
    assert [noun(number, "is", "are") for number in (0, 1)] == ["are", "is"]


def test_no_command_puts_a_plural_behind_any_number() -> None:
    found = []
    for path in sorted(COMMANDS.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found += [
                    f"{path.name}:{node.lineno}"
                    for value, after in zip(node.values, node.values[1:], strict=False)
                    if isinstance(value, ast.FormattedValue)
                    and isinstance(after, ast.Constant)
                    and _COUNTED.match(str(after.value))
                ]
    assert not found
