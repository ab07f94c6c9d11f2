"""The plain text of Markdown, by a parser of CommonMark and GFM tables: what a reader of it sees."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def plain(markdown: str) -> str:
    """The text of every block, one a line; images have none."""
    return "\n".join(_lines(_PARSER.parse(markdown)))


def _lines(tokens: list[Token]) -> list[str]:
    lines: list[str] = []
    for token in tokens:
        if token.type == "inline":
            lines.append("".join(_text(child) for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
        elif token.type == "html_block":
            lines.append(f"HTML {token.content}")
    return lines


def _text(token: Token) -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    if token.type == "html_inline":
        return f"HTML {token.content}"
    return " " if token.type in ("softbreak", "hardbreak") else ""
