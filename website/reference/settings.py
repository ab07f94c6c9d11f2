"""The settings: names, types and defaults from the code, what each does from the comments of config/crawlmill.toml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from streams.schemas import descriptions
from streams.settings import Settings
from streams.settings.load import toml
from streams.settings.schema import values
from streams.settings.secret import Secret
from website.reference import markdown

FILE = Path(__file__).parents[2] / "config" / "crawlmill.toml"
_SETTING = re.compile(r"(\w+) = (?:\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|[^#\s]+)\s*(?:# ?(.*))?")
_ABOUT = """Each setting with its type, default and environment variable. It is set, in ascending precedence, in `crawlmill.toml` under its
section, by the environment variable, or by `--set section.name=value` before the command; [Operations](../docs/operations.md#settings) has
the rest. `crawlmill settings` prints what is in force."""


def page() -> str:
    """One table for each section."""
    told = explained(FILE.read_text("utf-8"))
    defaults = Settings()
    parts = []
    for section in defaults.__struct_fields__:
        group = getattr(defaults, section)
        types = get_type_hints(type(group))
        rows = [
            (
                markdown.code(found.name),
                _type(types[found.name]),
                markdown.code(_default(found.value)),
                f"{_linked(told.get((section, found.name), ''))}<br>`{found.variable}`",
            )
            for found in values(defaults)
            if found.section == section
        ]
        about = descriptions.of_class(type(group))
        parts.append(
            f"## {section}\n\n{about}\n\n"
            + markdown.table(("setting", "type", "default", "meaning, environment variable"), rows)
        )
    return markdown.page("Settings", _ABOUT, *parts)


def explained(text: str) -> dict[tuple[str, str], str]:
    """What the comments of a settings file say of each setting: those directly above it, and the one on its line."""
    found: dict[tuple[str, str], str] = {}
    section, above = "", list[str]()
    for line in text.splitlines():
        if line.startswith("["):
            section, above = line.strip("[]"), []
        elif line.startswith("#"):
            above.append(line.lstrip("# "))
        elif match := _SETTING.fullmatch(line):
            behind = [match[2]] if match[2] else []
            found[section, match[1]] = " ".join([*above, *behind])
            above = []
        else:
            above = []
    return found


def _linked(text: str) -> str:
    """The text with the pages that it names as links."""
    return re.sub(r"\bdocs/[\w-]+\.md\b", r"[\g<0>](../\g<0>)", text)


def _default(value: Any) -> str:
    return '""' if isinstance(value, Secret) else toml(value)


def _type(kind: Any) -> str:
    """The type of a setting in a user's words."""
    if get_origin(kind) is Literal:
        return ", ".join(markdown.code(choice) for choice in get_args(kind))
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", Secret: "secret text"}
    if kind in names:
        return names[kind]
    return "table" if get_origin(kind) is dict else "list"
