"""The closed lists of values, from the enumerations of :mod:`streams.records` and the comments on their members."""

from __future__ import annotations

import enum
import re

from streams import records
from streams.schemas import descriptions
from website.reference import markdown

# How the sentences begin that the comments end.
_COLUMN = {"Reason": "the page is", "Fault": "the message"}
# In the order in which a reader needs them.
_FIRST = ("Disposition", "Reason", "Fault", "PageType", "ResidueKind", "Stage")


def page() -> str:
    """One table for each enumeration."""
    parts = [_part(kind) for kind in enumerations()]
    return markdown.page(
        "Reasons, faults, types",
        "The lists of values in records, metrics and commands. They are closed: no other value occurs. Generated from the code.",
        *parts,
    )


def enumerations() -> list[type[enum.StrEnum]]:
    """Every enumeration of the records, those of :data:`_FIRST` first."""
    found = {
        name: kind
        for name, kind in vars(records).items()
        if isinstance(kind, type) and issubclass(kind, enum.StrEnum)
    }
    return [found[name] for name in (*_FIRST, *sorted(found.keys() - {*_FIRST}))]


def heading(name: str) -> str:
    """The heading of an enumeration: `Page type` of ``PageType``."""
    return re.sub(r"(?<!^)([A-Z])", lambda match: " " + match[1].lower(), name)


def anchor(name: str) -> str:
    """What its heading is addressed by."""
    return heading(name).lower().replace(" ", "-")


def _part(kind: type[enum.StrEnum]) -> str:
    rows = [(markdown.code(str(member)), descriptions.of_member(kind, member.name)) for member in kind]
    about = descriptions.of_class(kind)
    columns = (
        ("value", _COLUMN.get(kind.__name__, "meaning")) if any(text for _, text in rows) else ("value",)
    )
    return f"## {heading(kind.__name__)}\n\n{about}\n\n" + markdown.table(
        columns, [row[: len(columns)] for row in rows]
    )
