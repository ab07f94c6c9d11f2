"""Detection of quotations by their quotation marks, for every language and typographic style.

Marks are grouped in families (double, single, guillemets, corner brackets). Within a paragraph the marks of a family
alternate between opening and closing. Each mark has a cost for either role, from its shape and its neighbours; the
roles with the least total cost are found by dynamic programming over the marks, each of which opens, closes, or is
ignored. An opening mark that is never closed extends to the end of its paragraph; the quotation continues in the next
paragraph if that begins with a mark of the same family, the convention for quotations of several paragraphs. Time is
linear in the number of marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.text.segments import Span


class Quotation(NamedTuple):
    """The text between two quotation marks, ``text[start:end]``; ``outer_*`` are the offsets with the marks."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    paragraph: int  # index of its paragraph
    continues: bool = False  # whether it continues the quotation before it


class _Mark(NamedTuple):
    """A quotation mark and the cost of each role."""

    start: int
    end: int
    opens: int  # cost as an opening mark
    closes: int  # cost as a closing mark
    ignored: int = 3  # cost as no quotation mark at all


# Each pattern begins with a set of characters, which the regular expression engine looks for ten times as fast as for
# alternatives.
_DOUBLE = re.compile(r"[\"“”„‟＂″`'‘’](?:(?<![`'‘’])|(?<=`)`|(?<=')'|(?<=‘)‘|(?<=’)’)")
_ANGLE = re.compile(r"[«»<>](?:(?<=[«»])|(?<=<)<(?!<)|(?<=>)(?<!>>)>)")
_CORNER = re.compile(r"[「」『』﹁﹂《》]")
_SINGLE = re.compile(r"[‘’‚‛'‹›]")
# Costs. Those of a role: 0 where the shape or the neighbours of a mark say so, 1 to 3 against them, _NEVER where the role
# is certain. The values are ours.
_UNCLOSED = 4  # of a quotation that its paragraph does not close
_UNCLOSED_LIKELY = (
    1.5  # the same, if it opens its paragraph or the next paragraph begins with a mark of the family
)
_UNCLOSED_CONTINUED = 0.5  # the same, if both hold
_NEVER = 9
_WORDLESS = re.compile(r"\A[\W_]*\Z")


def quotations(text: str, spans: Sequence[Span], *, apostrophes: bool = False) -> list[Quotation]:
    """Return the outermost quotations in these paragraphs, in order, not overlapping. Never raises.

    Two apostrophes count as a mark if the text also has two backticks, or if ``apostrophes`` is set: some news archives
    quote in this way, but wiki markup uses it for italics.

    >>> text = 'He said: "We go."'
    >>> [text[q.start:q.end] for q in quotations(text, [Span(0, len(text))])]
    ['We go.']
    """
    swedish = "”" in text and "“" not in text and "„" not in text
    danish = _reversed_angles(text)
    apostrophes = apostrophes or "``" in text
    found: list[Quotation] = []
    carried: str | None = None  # family of a quotation left open by the previous paragraph
    for k, span in enumerate(spans):
        follows = _first_character(text, spans, k + 1)
        pieces: list[Quotation] = []
        left_open: str | None = None
        for family, marks in _families(text, span, swedish=swedish, danish=danish, apostrophes=apostrophes):
            goes_on = follows is not None and _family(follows) == family
            pairs, dangling = _pair(marks, span, goes_on=goes_on)
            for opening, closing in pairs:
                end, outer = (closing.start, closing.end) if closing is not None else (span.end, span.end)
                quotation = _trimmed(text, opening, end, outer, k)
                if quotation is not None:
                    pieces.append(quotation)
            if dangling and goes_on:
                left_open = family
        pieces = _outermost(pieces)
        if (
            pieces
            and carried is not None
            and pieces[0].outer_start == span.start
            and _family(text[span.start]) == carried
        ):
            pieces[0] = pieces[0]._replace(continues=True)
        found += pieces
        carried = left_open
    return found


def _first_character(text: str, spans: Sequence[Span], k: int) -> str | None:
    return text[spans[k].start] if k < len(spans) else None


def _family(mark: str) -> str | None:
    if _DOUBLE.match(mark) or mark == "`":
        return "double"
    if mark in "«»":
        return "angle"
    if mark in "「『":
        return "corner"
    return "single" if mark in "‘'‚‛" else None


def _reversed_angles(text: str) -> bool:
    """Return whether a text sets guillemets »pointing inwards«, judged by the first one that precedes a word."""
    if "»" not in text:
        return False
    match = re.search(r"(?:^|[\s(—–-])([«»])(?=\w)", text)
    return match is not None and match.group(1) == "»"


def _families(
    text: str, span: Span, *, swedish: bool, danish: bool, apostrophes: bool
) -> list[tuple[str, list[_Mark]]]:
    """Return the marks of a paragraph by family, with their costs."""
    families: list[tuple[str, list[_Mark]]] = []
    low = text.find("„", span.start, span.end) >= 0
    doubles = [
        _double(text, span, m, swedish=swedish, low=low)
        for m in _DOUBLE.finditer(text, span.start, span.end)
        if apostrophes or m.group() != "''"
    ]
    angles = [_angle(m, danish=danish) for m in _ANGLE.finditer(text, span.start, span.end)]
    corners = _corners(text, span)
    for family, marks in (("double", doubles), ("angle", angles), ("corner", corners)):
        if marks:
            families.append((family, marks))
    singles = _singles(text, span)
    if singles:
        families.append(("single", singles))
    return families


def _double(text: str, span: Span, match: re.Match[str], *, swedish: bool, low: bool) -> _Mark:
    """Return a double mark with its costs.

    ``swedish``: the text uses ``”`` on both sides. ``low``: the paragraph has ``„``, so that ``“`` closes.
    """
    mark = match.group()
    start, end = match.span()
    before = text[start - 1] if start > span.start else " "
    if before.isnumeric() and mark in '"″”＂':
        # Inches, seconds of arc, or the end of a quotation that ends with a number: what was opened before decides.
        return _Mark(start, end, _NEVER, 0, ignored=0)
    if mark in ("„", "``", "‘‘", "‟") or (mark == "“" and not low):
        return _Mark(start, end, 0, 2 if mark == "“" else 3)
    if mark in ("''", "’’") or (mark == "”" and not swedish):
        return _Mark(start, end, 2, 0)
    if mark == "“":
        return _Mark(start, end, 2, 0)
    after = text[end] if end < span.end else " "
    opening = (before.isspace() or before in "([{—–-/>‘'") and not after.isspace()
    closing = (not before.isspace() and before not in "([{") and (after.isspace() or not after.isalnum())
    if opening == closing:
        return _Mark(start, end, 0, 0)
    return _Mark(start, end, 0, 1) if opening else _Mark(start, end, 1, 0)


def _angle(match: re.Match[str], *, danish: bool) -> _Mark:
    """Return a guillemet with its costs; ``danish`` if the text sets them pointing inwards."""
    opens = match.group() in ("«", "<<")
    if danish:
        opens = not opens
    return _Mark(match.start(), match.end(), 0 if opens else 2, 2 if opens else 0)


def _corners(text: str, span: Span) -> list[_Mark]:
    """Return the corner brackets of a paragraph. They nest, so only the outermost are returned."""
    marks = []
    depth = 0
    for match in _CORNER.finditer(text, span.start, span.end):
        if match.group() in "「『﹁":
            depth += 1
            if depth == 1:
                marks.append(_Mark(match.start(), match.end(), 0, _NEVER))
        elif match.group() in "」』﹂" and depth:
            depth -= 1
            if depth == 0:
                marks.append(_Mark(match.start(), match.end(), _NEVER, 0))
    return marks


def _singles(text: str, span: Span) -> list[_Mark]:
    """Return the single marks that can only be quotation marks: most of these characters are apostrophes."""
    opening: re.Match[str] | None = None
    closing: re.Match[str] | None = None
    marks: list[_Mark] = []

    def settle() -> None:
        if opening is not None and closing is not None:
            marks.append(_Mark(opening.start(), opening.end(), 0, _NEVER))
            marks.append(_Mark(closing.start(), closing.end(), _NEVER, 0))

    for match in _SINGLE.finditer(text, span.start, span.end):
        if match.group() == "'" and "'" in (
            text[match.start() - 1 : match.start()],
            text[match.end() : match.end() + 1],
        ):
            continue
        before = text[match.start() - 1] if match.start() > span.start else " "
        after = text[match.end()] if match.end() < span.end else " "
        mark = match.group()
        if (
            mark in "‘‚‛'‹"
            and (before.isspace() or before in '([{—–-“"')
            and not after.isspace()
            and after != mark
        ):
            # An opening mark ends the search for the closing mark of the pair before it.
            if opening is None or closing is not None:
                settle()
                opening, closing = match, None
            continue
        if opening is None or after.isalnum() or before.isspace() or mark not in "’'›‘":
            continue
        # A mark after a full stop or comma certainly closes; otherwise the last candidate does, since earlier ones may be
        # apostrophes ("the ministers' plan").
        if closing is None or text[closing.start() - 1] not in ".,!?…":
            closing = match
    settle()
    return marks


def _pair(
    marks: Sequence[_Mark], span: Span, *, goes_on: bool
) -> tuple[list[tuple[_Mark, _Mark | None]], bool]:
    """Return the (opening, closing) pairs of least total cost, and whether the last quotation is left open.

    The dynamic program has two states after each mark, outside and inside of a quotation.
    """
    shut, opened = 0.0, 1e9
    choices: list[
        tuple[tuple[bool, bool], tuple[bool, bool]]
    ] = []  # per mark, for each state after it: (used, inside before)
    for mark in marks:
        # Outside after this mark: it closes, or is ignored. Inside: it opens, or is ignored.
        to_shut = (opened + mark.closes, shut + mark.ignored)
        to_open = (shut + mark.opens, opened + mark.ignored)
        choices.append(
            (
                (to_shut[0] <= to_shut[1], to_shut[0] <= to_shut[1]),
                (to_open[0] <= to_open[1], to_open[0] > to_open[1]),
            )
        )
        shut, opened = min(to_shut), min(to_open)
    starts_with = bool(marks) and marks[0].start == span.start
    if goes_on and starts_with:
        unclosed = _UNCLOSED_CONTINUED
    elif goes_on or starts_with:
        unclosed = _UNCLOSED_LIKELY
    else:
        unclosed = _UNCLOSED
    dangling = opened + unclosed < shut
    inside = dangling
    used: list[_Mark] = []
    for mark, (if_shut, if_open) in zip(reversed(marks), reversed(choices), strict=True):
        is_used, inside_before = if_open if inside else if_shut
        if is_used:
            used.append(mark)
        inside = inside_before
    used.reverse()
    pairs: list[tuple[_Mark, _Mark | None]] = [
        (used[k], used[k + 1] if k + 1 < len(used) else None) for k in range(0, len(used), 2)
    ]
    return pairs, dangling


def _trimmed(text: str, opening: _Mark, end: int, outer_end: int, paragraph: int) -> Quotation | None:
    """Return a quotation without surrounding white space; ``None`` if it has no word."""
    start = opening.end
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end or _WORDLESS.match(text[start:end]):
        return None
    return Quotation(start, end, opening.start, outer_end, paragraph)


def _outermost(pieces: list[Quotation]) -> list[Quotation]:
    """Return the quotations that lie in no other one; of two that overlap, the first."""
    result: list[Quotation] = []
    for piece in sorted(pieces, key=lambda p: (p.outer_start, -p.outer_end)):
        if not result or piece.outer_start >= result[-1].outer_end:
            result.append(piece)
    return result
