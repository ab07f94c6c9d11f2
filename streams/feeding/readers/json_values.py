"""Finds the end of a JSON value in a buffer that is filled as needed."""

from __future__ import annotations

import re
from typing import NamedTuple

from streams.feeding.window import Window
from streams.records import MAX_PAGE_BYTES

_DEEPEST = 1_000  # levels of nesting, a bound on the stack; intake keeps 64
_HEAD = 200  # bytes after a syntax error in which a string may begin
_SPACE = re.compile(rb"[ \t\r\n\x1e]*")  # with the record separator of RFC 7464
_BETWEEN = re.compile(rb"[ \t\r\n\x1e,]*")
# The content of a string: strict, and with unescaped line breaks and control characters. The second stops before a line that
# begins like a record (`{"name":`), where an unclosed string would otherwise swallow the next record. Quantifiers are
# possessive, so that a long string costs no memory for backtracking.
_STRICT = rb"""(?:[^"\\\x00-\x1f]++|\\[^\x00-\x1f])*+"""
_RAW = rb"""(?:[^"\\\n]++|\\.|\n(?![ \t]*+\{[ \t]*+"[^"\\\n]{1,200}+"[ \t]*+:))*+"""


class _Grammar(NamedTuple):
    token: re.Pattern[bytes]
    begins: re.Pattern[bytes]  # an incomplete token at the end of the buffer


def _grammar(content: bytes) -> _Grammar:
    token = (
        rb"""[ \t\r\n]*+(?:(?P<string>"%s")|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<colon>:)|(?P<literal>[-+.\w]++))"""
        % content
    )
    return _Grammar(
        re.compile(token, re.DOTALL), re.compile(rb"""[ \t\r\n]*+(?:"%s\\?)?\Z""" % content, re.DOTALL)
    )


_GRAMMARS = (_grammar(_STRICT), _grammar(_RAW))


class Broken(Exception):
    """A syntax error at index ``at`` of the buffer."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at
        self.what = what


class TooLong(Exception):
    """A value of more than :data:`~streams.records.MAX_PAGE_BYTES` bytes."""


def ready(window: Window, between: re.Pattern[bytes] = _BETWEEN) -> tuple[bytes, int]:
    """Drop whitespace and commas; return the next byte (empty at the end) and its column."""
    column = 0
    while window.fill(1):
        found = between.match(window.data)
        if found and found.end():
            line = found.group().rpartition(b"\n")
            column = len(line[2]) if line[1] else column + len(line[2])
            window.drop(found.end())
        if window.data:
            return bytes(window.data[:1]), column
    return b"", column


def space(window: Window) -> bytes:
    """Drop whitespace; return the next byte, empty at the end."""
    return ready(window, _SPACE)[0]


def value_end(window: Window) -> int:
    """The index after the JSON value that the window begins with. Raises :class:`Broken` or :class:`TooLong`.

    Unescaped control characters and line breaks in strings are accepted where the value is otherwise JSON.
    """
    strict, raw = _GRAMMARS
    try:
        return _end(window, strict)
    except Broken as broken:
        if not window.data[broken.at : broken.at + _HEAD].lstrip().startswith(b'"'):
            raise
        try:
            return _end(window, raw)
        except (Broken, TooLong):
            raise broken from None


def _end(window: Window, grammar: _Grammar) -> int:
    at = 0
    stack: list[int] = []
    expected = "value"  # the next token: value, key, colon, or next (a comma or a closing bracket)
    while True:
        found, at = _token(window, at, grammar)
        kind = str(found.lastgroup)
        token = found.group(kind)
        if kind == "open" and expected == "value":
            stack.append(token[0])
            if len(stack) > _DEEPEST:
                raise Broken(at, f"values nested more than {_DEEPEST} deep")
            expected = "key" if token == b"{" else "value"
            continue
        if kind == "close" and stack and token[0] - stack[-1] == 2 and expected != "colon":
            stack.pop()
        elif kind == "comma" and stack and expected == "next":
            expected = "key" if stack[-1] == 0x7B else "value"
            continue
        elif kind == "colon" and expected == "colon":
            expected = "value"
            continue
        elif kind == "string" and expected == "key":
            expected = "colon"
            continue
        elif not (kind in ("string", "literal") and expected == "value"):
            raise Broken(found.start(kind), f"expected a {expected}, found {token[:20]!r}")
        if not stack:
            return at
        expected = "next"


def _token(window: Window, at: int, grammar: _Grammar) -> tuple[re.Match[bytes], int]:
    """Match the next token at ``at``, reading on as needed; return it and its end."""
    while True:
        data = window.data
        found = grammar.token.match(data, at)
        if found and (found.lastgroup != "literal" or found.end() < len(data)):
            return found, found.end()
        have = len(data)
        if found is None and not grammar.begins.match(data, at):
            raise Broken(at, f"no JSON: {bytes(data[at : at + 20]).strip()!r}")
        if have > MAX_PAGE_BYTES:
            raise TooLong
        # Doubling keeps the time linear: a long string is matched from its start each time.
        if not window.fill(max(have + 1, 2 * have - at)) and len(window.data) == have:
            if found:
                return found, found.end()
            raise Broken(have, "cut short")
