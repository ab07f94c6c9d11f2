"""Tables of what is known about bytes, charsets, bylines and markup; read with :func:`table`."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> dict[str, Any]:
    """The contents of ``<name>.toml`` in this package. Shared: do not change it."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
