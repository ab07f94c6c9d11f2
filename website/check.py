"""Looks at the built site for what MkDocs takes for right: assets from elsewhere, and Markdown that Git hosts read and MkDocs does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

# What a browser fetches by itself; an address behind `href` of <a> is a link, which nobody has to follow.
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\ssrc=\"((?:https?:)?//[^\"]+)\"|"
    r"<link\b(?=[^>]*\brel=\"?(?:stylesheet|icon|preconnect|preload|prefetch|modulepreload))[^>]*\shref=\"((?:https?:)?//[^\"]+)\""
)
_FETCHED_BY_STYLE = re.compile(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)")
_UNREAD = (
    (
        re.compile(r"<p>(?:(?!</p>).)*\n(?:[-*+]|\d+\.) .*?</p>", re.S),
        "a list without an empty line before it",
    ),
    (re.compile(r"<p>(?:(?!</p>).)*\|\s?-{3,}\s?\|.*?</p>", re.S), "a table that is none"),
    (re.compile(r"<p>(?:(?!</p>).)*```.*?</p>", re.S), "a block of code that is none"),
)


def faults(site: Path) -> Iterator[str]:
    """One line for each fault of the site in the folder ``site``."""
    for file in sorted(site.rglob("*.html")):
        text = file.read_text("utf-8")
        name = file.relative_to(site).as_posix()
        for match in _FETCHED.finditer(text):
            yield f"{name}: fetches {match[1] or match[2]}"
        for pattern, what in _UNREAD:
            for match in pattern.finditer(text):
                yield f"{name}: {what}: {match[0][:100]!r}"
    for file in sorted(site.rglob("*.css")):
        for match in _FETCHED_BY_STYLE.finditer(file.read_text("utf-8")):
            yield f"{file.relative_to(site).as_posix()}: fetches {match[1]}"
