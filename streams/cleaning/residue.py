"""Removal of residual boilerplate from a document's text: error blocks, consent notices, skip links, share bars,
newsletter boxes, link lists.

Residue is cut wherever it occurs and reported with its offset. Sentences of the article are kept: a line is cut only if it
consists almost wholly of a known phrase, and an error block only as a heading with its message, or at either end.
"""

from __future__ import annotations

import msgspec

from streams.cleaning.classify.phrase_match import (
    TROUBLE,
    Statement,
    find_statement,
    has_code,
    plainest_statement,
    status_code,
    that_may_state,
)
from streams.cleaning.text import text_weight
from streams.records import Residue, ResidueKind

_HEAD = 120  # weight of the longest line that can head an error block
_MESSAGE = 480  # weight of the longest line that can be its message
_LINE = 220  # weight of the longest line that can be page furniture
_HEAD_PLAIN = (
    0.55  # minimum share of a line that the matched phrases cover, here for the heading of an error block
)
_MESSAGE_PLAIN = 0.22
_ALONE_PLAIN = 0.6
_FURNITURE_PLAIN = 0.9
_EDGE = 4  # lines from either end within which weaker evidence is enough
_MAX_BLOCKS = 3  # a text with more error blocks than these is about errors
_MAX_LINES = 20_000

_KINDS = {
    "skip": ResidueKind.NAVIGATION,
    "share": ResidueKind.SHARE,
    "newsletter": ResidueKind.NEWSLETTER,
    "consent": ResidueKind.CONSENT,
    "related": ResidueKind.RELATED,
}


class KeptLine(msgspec.Struct, frozen=True):
    """A line of the original text, ``[start, end)``, that is kept: it begins at ``at`` in the text that is left."""

    start: int
    end: int
    at: int


class Cut(msgspec.Struct, frozen=True):
    """A text without residue, and the residue. ``lines`` are the non-blank lines kept, empty where nothing was cut."""

    text: str
    residue: tuple[Residue, ...] = ()
    lines: tuple[KeptLine, ...] = ()


class _Line(msgspec.Struct):
    """A non-blank line, with the newline and blank lines after it (``gap``), and its classification."""

    start: int
    text: str
    gap: str
    weight: int
    kind: ResidueKind | None = None
    evidence: str = ""


def cut_residue(text: str) -> Cut:
    """Return ``text`` without residue, and the residue; ``Residue.at`` is an offset into the returned text.

    A text that would become empty is returned whole: the classifier has to decide about such a page.
    """
    lines = _lines(text)
    if not lines or len(lines) > _MAX_LINES:
        return Cut(text)
    short = [number for number, line in enumerate(lines) if line.weight <= _MESSAGE]
    found = that_may_state([lines[number].text for number in short], (*TROUBLE, *_KINDS))
    telling = [short[place] for place in found]
    coded = [number for number in short if lines[number].weight <= _HEAD and has_code(lines[number].text)]
    _label_error_blocks(lines, sorted({*telling, *coded}))
    _label_furniture(lines, telling)
    if all(line.kind for line in lines) or not any(line.kind for line in lines):
        return Cut(text)
    return _without(lines)


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start = 0
    for raw in text.split("\n"):
        if raw.strip():
            lines.append(_Line(start, raw, "\n", text_weight(raw)))
        elif lines:
            lines[-1].gap += raw + "\n"
        start += len(raw) + 1
    return lines


def _without(lines: list[_Line]) -> Cut:
    kept: list[str] = []
    left: list[KeptLine] = []
    size = 0
    found: list[Residue] = []
    previous: _Line | None = None
    last = max(number for number, line in enumerate(lines) if line.kind is None)
    for number, line in enumerate(lines):
        if line.kind is None:
            whole = line.text if number == last else line.text + line.gap
            kept.append(whole)
            left.append(KeptLine(line.start, line.start + len(line.text), size))
            size += len(whole)
        elif previous is not None and previous.kind is line.kind and found:
            found[-1] = msgspec.structs.replace(found[-1], text=f"{found[-1].text}{previous.gap}{line.text}")
        else:
            found.append(Residue(kind=line.kind, text=line.text, at=size, evidence=line.evidence))
        previous = line
    return Cut("".join(kept), tuple(found), tuple(left))


def _label_error_blocks(lines: list[_Line], suspects: list[int]) -> None:
    """Label error headings together with the messages after them, and single lines that are both.

    ``suspects`` are the numbers of the lines with which an error block may begin.
    """
    blocks: list[list[tuple[_Line, str]]] = []
    behind = 0  # the number of the line after the last block
    for number in suspects:
        block = _error_block(lines, number) if number >= behind else []
        if block:
            blocks.append(block)
            behind = number + len(block)
    if len(blocks) > _MAX_BLOCKS:
        last = lines[-1]
        blocks = [block for block in blocks if block[-1][0] is last]
    for block in blocks:
        for line, evidence in block:
            line.kind, line.evidence = ResidueKind.ERROR_BLOCK, evidence


def _error_block(lines: list[_Line], start: int) -> list[tuple[_Line, str]]:
    line = lines[start]
    if line.weight > _MESSAGE:
        return []
    head = _heading_evidence(line)
    at_edge = start < 2 or start >= len(lines) - 2
    if head is None:
        alone = _message_statement(line)
        if alone and alone.plainness >= _ALONE_PLAIN and (alone.support or at_edge) and line.weight >= 40:
            return [(line, _quote(alone)), *_messages(lines, start + 1)]
        return []
    block = [(line, head), *_messages(lines, start + 1)]
    if len(block) > 1:
        return block
    return block if start == len(lines) - 1 else []


def _heading_evidence(line: _Line) -> str | None:
    """Return the evidence that a line is the heading of an error block; None where it is not."""
    if line.weight > _HEAD:
        return None
    statement = plainest_statement(line.text)
    if (
        statement
        and statement.plainness >= _HEAD_PLAIN
        and (find_statement(line.text) or statement).plainness >= 0.4
    ):
        return _quote(statement)
    code = status_code(line.text)
    return f"status code {code}" if code else None


def _messages(lines: list[_Line], start: int) -> list[tuple[_Line, str]]:
    """Return up to five lines from ``start`` that continue an error message: its sentences, then "go back" links."""
    found: list[tuple[_Line, str]] = []
    for line in lines[start : start + 5]:
        statement = _message_statement(line)
        if statement is None and found:
            statement = _way_back(line)
        if statement is None:
            break
        found.append((line, _quote(statement)))
    return found


def _message_statement(line: _Line) -> Statement | None:
    statement = find_statement(line.text) if line.weight <= _MESSAGE else None
    if statement is None:
        return None
    enough = _MESSAGE_PLAIN if statement.support == 0 else _MESSAGE_PLAIN / 2
    return statement if statement.plainness >= enough else None


def _way_back(line: _Line) -> Statement | None:
    statement = find_statement(line.text, ("again", "home", "sorry")) if line.weight <= _LINE else None
    return statement if statement and statement.plainness >= 0.4 else None


def _label_furniture(lines: list[_Line], suspects: list[int]) -> None:
    for number in suspects:
        line = lines[number]
        if line.kind is None and line.weight <= _LINE:
            at_edge = number < _EDGE or number >= len(lines) - 2 * _EDGE
            for group, kind in _KINDS.items():
                statement = find_statement(line.text, (group,))
                if statement and statement.plainness >= _needed(group, statement, at_edge):
                    line.kind, line.evidence = kind, _quote(statement)
                    break


def _needed(group: str, statement: Statement, at_edge: bool) -> float:
    """Return the minimum share of a line that phrases of ``group`` must cover; above 1 where none is enough."""
    words = max(len(phrase.split()) for phrase in statement.phrases)
    if group == "skip":
        return _FURNITURE_PLAIN
    if group == "consent":
        return 0.5 if at_edge and len(statement.phrases) > 1 else _FURNITURE_PLAIN
    if group == "newsletter":
        return 0.6 if at_edge and words > 2 else _FURNITURE_PLAIN
    return _FURNITURE_PLAIN if at_edge or words > 1 or len(statement.phrases) > 2 else 2.0


def _quote(statement: Statement) -> str:
    return f"{', '.join(statement.phrases)} ({statement.language})"
