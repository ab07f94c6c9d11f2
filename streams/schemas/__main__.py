"""``python -m streams.schemas``: write the JSON Schemas and the AsyncAPI document into config/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from streams.schemas import asyncapi, files, generator


def generated() -> dict[str, str]:
    """The content of every generated file, by its path within config/."""
    schemas = {f"schemas/{name}.json": schema for name, schema in generator.schemas().items()}
    return {
        path: text(content) for path, content in {**schemas, "asyncapi.json": asyncapi.document()}.items()
    }


def text(content: dict[str, Any]) -> str:
    """The content of a file."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path = files.CHECKOUT) -> list[Path]:
    """Write every file into ``folder`` and return their paths."""
    written = []
    for name, content in generated().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for file in write():
        print(file)
