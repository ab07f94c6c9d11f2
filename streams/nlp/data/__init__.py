"""Word lists and tables of the NLP package: one TOML file per subject, parsed once per process."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> dict[str, Any]:
    """Return the contents of ``<name>.toml`` in this folder. Raises :class:`FileNotFoundError` if there is no such file."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def words(value: str | list[str]) -> tuple[str, ...]:
    """Return the entries of a word list: a TOML array, or one string whose entries are separated by commas or newlines.

    >>> words("rose, fell\\nclimbed")
    ('rose', 'fell', 'climbed')
    """
    if isinstance(value, list):
        return tuple(value)
    return tuple(entry.strip() for line in value.splitlines() for entry in line.split(",") if entry.strip())
