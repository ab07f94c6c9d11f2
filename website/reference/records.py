"""The records and their fields, from the JSON Schemas that are generated from the code."""

from __future__ import annotations

import json
from typing import Any

from streams.schemas.generator import schemas
from website.reference import labels, markdown

_ABOUT = """Every record with its fields, from the JSON Schemas in `config/schemas`, which an installed package has as
`streams.schemas.read("Enriched")`. [Topics and records explained](../docs/records.md) says what identifiers, times and offsets mean, and
[Input formats](../docs/intake.md) what else than a `RawPage` may be fed."""

# In the order in which a reader needs them; what is not named here follows.
_ORDER = (
    "RawPage",
    "Enriched",
    "EntityFact",
    "QuoteFact",
    "EventFact",
    "Rejection",
    "DeadLetter",
    "CleanDocument",
)


def page() -> str:
    """A section for each record, then one for each object within records."""
    found = schemas()
    names = [*_ORDER, *sorted(found.keys() - {*_ORDER})]
    definitions: dict[str, Any] = {}
    for name in names:
        definitions.update(found[name]["$defs"])
    closed = {kind.__name__ for kind in labels.enumerations()}
    classes = {name: found[name]["$ref"].split("/")[-1] for name in names}
    within = sorted(definitions.keys() - {*classes.values()} - closed)
    parts = [_section(f"## {name}", definitions[classes[name]]) for name in names]
    parts.append("## Objects within records\n")
    parts += [_section(f"### {name}", definitions[name]) for name in within]
    return markdown.page("Fields of records", _ABOUT, *parts)


def _section(heading: str, definition: dict[str, Any]) -> str:
    required = set(definition.get("required", ()))
    rows = [
        (markdown.code(field), kind(node), _told(node, field in required))
        for field, node in definition.get("properties", {}).items()
    ]
    about = definition.get("description", "")
    return f"{heading}\n\n{about}\n\n" + markdown.table(("field", "type", "meaning"), rows)


def _told(node: dict[str, Any], is_required: bool) -> str:
    """The description of a field, with its default where that says something."""
    default = node.get("default")
    told = str(node.get("description", ""))
    if is_required:
        return told + " Required."
    if default in (None, "", [], {}) or isinstance(default, dict):
        return told
    return f"{told} Default: `{json.dumps(default, ensure_ascii=False)}`."


def kind(node: dict[str, Any]) -> str:
    """The type that a node of a schema describes, with links to the objects and lists that it names."""
    if "$ref" in node:
        name = node["$ref"].split("/")[-1]
        is_closed = name in {each.__name__ for each in labels.enumerations()}
        return f"[{name}]({f'labels.md#{labels.anchor(name)}' if is_closed else f'#{name.lower()}'})"
    if "anyOf" in node:
        return " or ".join(kind(each) for each in node["anyOf"])
    if node.get("type") == "array":
        return f"list of {kind(node['items'])}" if node.get("items") else "list"
    if "enum" in node:
        return ", ".join(markdown.code(str(value)) for value in node["enum"])
    if node.get("format") == "date-time":
        return "time (RFC 3339)"
    return str(node.get("type", "any"))
