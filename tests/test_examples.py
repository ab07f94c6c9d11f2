"""The examples that need no broker run, and print what they promise."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def _run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def test_the_core_is_called_from_python_on_an_article() -> None:
    printed = _run("examples/call_the_core.py", "seeds/page-article.html")
    assert " words in en" in printed
    assert "PERSON" in printed


def test_the_core_is_called_from_python_on_an_error_page() -> None:
    printed = _run("examples/call_the_core.py", "seeds/page-error.html")
    assert printed.startswith("rejected: ")


def test_every_example_is_in_the_table_and_has_its_command() -> None:
    told = (EXAMPLES / "README.md").read_text("utf-8")
    for file in EXAMPLES.glob("*.py"):
        assert f"[{file.name}]({file.name})" in told
        assert file.stem in (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "")
