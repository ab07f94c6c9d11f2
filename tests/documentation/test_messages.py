"""The messages that the page on troubleshooting quotes are those of the code."""

from __future__ import annotations

import ast
import re

import pytest
from documentation.blocks import ROOT

_FOREIGN = ("Libraries for zstd compression codec not found",)  # aiokafka's and kafka-python's
_SECTIONS = re.findall(
    r"^\| it says \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", (ROOT / "docs/troubleshooting.md").read_text("utf-8"), re.M
)
QUOTED = [
    quoted
    for section in _SECTIONS
    for row in section.splitlines()
    for quoted in re.findall(r"`([^`]+)`", row.split("|")[1])
]


@pytest.fixture(scope="module")
def texts() -> str:
    """Every text in the code, a line each; where a value is put into one, there is a line break."""
    found = []
    for path in (ROOT / "streams").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_messages_are_quoted() -> None:
    assert len(QUOTED) > 8


@pytest.mark.parametrize("quoted", [text for text in QUOTED if text not in _FOREIGN])
def test_a_quoted_message_is_one_of_the_code(quoted: str, texts: str) -> None:
    for part in quoted.split("…"):
        assert part.strip() in texts, part
