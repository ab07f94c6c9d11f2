"""Converts Markdown, in which crawlers for language models return pages, to plain text."""

from __future__ import annotations

import re

# Every repetition is bounded, so that none backtracks far.
_IMAGE = re.compile(
    r"!\[[^\[\]\n]{0,500}\]\([^()\s]{0,4000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?(?:\s+\"[^\"\n]{0,500}\")?\)"
)
_LINK = re.compile(
    r"\[([^\[\]\n]{0,1000})\]\([^()\s]{0,4000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?(?:\s+\"[^\"\n]{0,500}\")?\)"
)
_LINE_START = re.compile(r"^[ \t]{0,8}(?:#{1,6}[ \t]+|>[ \t]?|[*+-][ \t]+(?=\S))", re.M)
_RULE = re.compile(r"^[ \t]{0,3}(?:[-=*_][ \t]?){3,200}$", re.M)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,1000})(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,1000})(?<=\S)\1(?![\w*])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>|~])")


def plain_text(markdown: str) -> str:
    """The text without Markdown syntax, images and link targets; headings stay on lines of their own.

    >>> plain_text("# Trams\\n\\nTwo [trams](https://a.example/t) met in **Lisbon**.")
    'Trams\\n\\nTwo trams met in Lisbon.'
    """
    text = _IMAGE.sub("", markdown)
    text = _LINK.sub(r"\1", text)
    text = _RULE.sub("", text)
    text = _LINE_START.sub("", text)
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", text).strip()
