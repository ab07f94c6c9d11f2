"""Detection of quotations by their quotation marks, for every language and typographic style.

Marks are grouped in families (double, single, guillemets, corner brackets). Within a paragraph the marks of a family
alternate between opening and closing. Each mark has a cost for either role, from its shape and its neighbours; the
roles with the least total cost are found by dynamic programming over the marks, each of which opens, closes, or is
ignored (:mod:`streams.nlp.text.mark_pairs`). An opening mark that is never closed extends to the end of its paragraph; the quotation
continues in the next paragraph if that begins with a mark of the same family, the convention for quotations of several
paragraphs. Where a text has joined such paragraphs, it extends to the next mark that begins a sentence, and continues there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.text.mark_pairs import NEVER, Mark, pair
from streams.nlp.text.segments import Span


class Quotation(NamedTuple):
    """The text between two quotation marks, ``text[start:end]``; ``outer_*`` are the offsets with the marks."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    paragraph: int  # index of its paragraph
    continues: bool = False  # whether it continues the quotation before it


# Each pattern begins with a set of characters, which the regular expression engine looks for ten times as fast as for
# alternatives.
_DOUBLE = re.compile(r"[\"“”„‟＂″`'‘’](?:(?<![`'‘’])|(?<=`)`|(?<=')'|(?<=‘)‘|(?<=’)’)")
_ANGLE = re.compile(r"[«»<>](?:(?<=[«»])|(?<=<)<(?!<)|(?<=>)(?<!>>)>)")
_CORNER = re.compile(r"[「」『』﹁﹂《》]")
_SINGLE = re.compile(r"[‘’‚‛'‹›]")
_ODD = 5  # cost of closing a quotation with a mark that stands as one that opens a sentence
_SENTENCE_ENDS = ".!?…"
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
            pairs, dangling = pair(marks, span, goes_on=goes_on)
            for opening, closing, resumed in pairs:
                end, outer = (closing.start, closing.end) if closing is not None else (span.end, span.end)
                quotation = _trimmed(text, opening, end, outer, k)
                if quotation is not None:
                    pieces.append(quotation._replace(continues=resumed))
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
) -> list[tuple[str, list[Mark]]]:
    """Return the marks of a paragraph by family, with their costs."""
    families: list[tuple[str, list[Mark]]] = []
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


def _double(text: str, span: Span, match: re.Match[str], *, swedish: bool, low: bool) -> Mark:
    """Return a double mark with its costs.

    ``swedish``: the text uses ``”`` on both sides. ``low``: the paragraph has ``„``, so that ``“`` closes.
    """
    mark = match.group()
    start, end = match.span()
    before = text[start - 1] if start > span.start else " "
    if before.isnumeric() and mark in '"″”＂':
        # Inches, seconds of arc, or the end of a quotation that ends with a number: what was opened before decides.
        return Mark(start, end, NEVER, 0, ignored=0)
    if mark in ("„", "``", "‘‘", "‟") or (mark == "“" and not low):
        return Mark(start, end, 0, 2 if mark == "“" else 3)
    if mark in ("''", "’’") or (mark == "”" and not swedish):
        return Mark(start, end, 2, 0)
    if mark == "“":
        return Mark(start, end, 2, 0)
    after = text[end] if end < span.end else " "
    opening = (before.isspace() or before in "([{—–-/>‘'") and not after.isspace()
    closing = (not before.isspace() and before not in "([{") and (after.isspace() or not after.isalnum())
    if opening == closing:
        return Mark(start, end, 0, 0)
    # Not where marks differ by side: there a text that leaves out the closing one goes on with ", said Holm.".
    resumes = mark == '"' and _begins_sentence(text, span, start, end)
    return Mark(start, end, 0, _ODD if resumes else 1, resumes=resumes) if opening else Mark(start, end, 1, 0)


def _begins_sentence(text: str, span: Span, start: int, end: int) -> bool:
    """Return whether a mark stands between a sentence and the next one, as where two paragraphs of one quotation were joined: 'We go. "We'."""
    ended = start - 2 > span.start and text[start - 1].isspace() and text[start - 2] in _SENTENCE_ENDS
    return ended and end < span.end and text[end].isupper()


def _angle(match: re.Match[str], *, danish: bool) -> Mark:
    """Return a guillemet with its costs; ``danish`` if the text sets them pointing inwards."""
    opens = match.group() in ("«", "<<")
    if danish:
        opens = not opens
    return Mark(match.start(), match.end(), 0 if opens else 2, 2 if opens else 0)


def _corners(text: str, span: Span) -> list[Mark]:
    """Return the corner brackets of a paragraph. They nest, so only the outermost are returned."""
    marks = []
    depth = 0
    for match in _CORNER.finditer(text, span.start, span.end):
        if match.group() in "「『﹁":
            depth += 1
            if depth == 1:
                marks.append(Mark(match.start(), match.end(), 0, NEVER))
        elif match.group() in "」』﹂" and depth:
            depth -= 1
            if depth == 0:
                marks.append(Mark(match.start(), match.end(), NEVER, 0))
    return marks


def _singles(text: str, span: Span) -> list[Mark]:
    """Return the single marks that can only be quotation marks: most of these characters are apostrophes."""
    opening: re.Match[str] | None = None
    closing: re.Match[str] | None = None
    marks: list[Mark] = []

    def settle() -> None:
        if opening is not None and closing is not None:
            marks.append(Mark(opening.start(), opening.end(), 0, NEVER))
            marks.append(Mark(closing.start(), closing.end(), NEVER, 0))

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


def _trimmed(text: str, opening: Mark, end: int, outer_end: int, paragraph: int) -> Quotation | None:
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
