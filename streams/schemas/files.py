"""The generated files as they are shipped: in the package when installed, in config/ of a checkout."""

from __future__ import annotations

import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2] / "config"


def names() -> list[str]:
    """The names of the records that have a schema, sorted."""
    files = _folder().joinpath("schemas").iterdir()
    return sorted(file.name.removesuffix(".json") for file in files if file.name.endswith(".json"))


def read(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the record called ``name``. Raises :class:`KeyError` where there is none.

    >>> read("Enriched")["$id"]
    'urn:crawlmill:schema:Enriched:1'
    """
    if name not in names():
        raise KeyError(name)
    return _json(f"schemas/{name}.json")


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document of the topics. Its references are to the files of the schemas, relative to it."""
    return _json("asyncapi.json")


def _json(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_folder().joinpath(path).read_text("utf-8"))
    return found


def _folder() -> Traversable:
    installed = resources.files("streams").joinpath("_config")
    return installed if installed.is_dir() else CHECKOUT
