"""What the enrichment knows by heart: word lists and tables, one file a subject, read once a process."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> dict[str, Any]:
    """The table in ``<name>.toml`` beside this file, parsed."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def words(value: str | list[str]) -> tuple[str, ...]:
    """The entries of a list in a table: a list of strings, or one string with entries parted by commas or newlines."""
    if isinstance(value, list):
        return tuple(value)
    return tuple(entry.strip() for line in value.splitlines() for entry in line.split(",") if entry.strip())
