"""Data tables in TOML: byte signatures, alphabets, bylines, elements, server signatures; loaded by :func:`table`."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> dict[str, Any]:
    """Return the contents of ``<name>.toml`` in this package. The result is cached and shared: do not modify it."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
