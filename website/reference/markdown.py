"""Markdown of the generated pages: tables whose cells may hold anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, one line a row. Bars and line breaks within a cell are escaped."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """The text as code; nothing for an empty one."""
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def page(title: str, about: str, *parts: str) -> str:
    """A page with its heading and one paragraph on what it is and where it is from."""
    return "\n".join([f"# {title}\n", f"{about}\n", *parts])
