"""Noun phrases that a writer puts in quotation marks, and that nobody speaks: 'attacked the "macho culture" of the army'."""

from __future__ import annotations

from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_OBJECTS = dependencies.OBJECT | dependencies.PASSIVE
_SPEECH = frozenset({",", ":"})  # what stands before a quotation that somebody speaks
_LONGEST = 8  # tokens of such a quotation; longer ones are shortened before parsing
_GAP = 2  # characters between two tokens that stand side by side


def tokens(parsed: ParsedParagraph, head: Token) -> tuple[int, int] | None:
    """Return the first and last token of the phrase of a quoted object, ``None`` if its quotation is speech or not whole."""
    if head.dep_ not in _OBJECTS:
        return None
    begins, behind = next(((a, b) for a, b in parsed.ranges if a <= head.i < b), (0, 0))
    if not 0 < behind - begins <= _LONGEST or _is_shortened(parsed, begins, behind):
        return None
    before = parsed.words[max(0, begins - 2) : begins]  # the mark, and what is before it
    if not before or not _SPEECH.isdisjoint(before):
        return None
    if any(tag.startswith("VB") for tag in parsed.tags[begins:behind]):
        return None
    first, last = dependencies.phrase(head)
    while last > head.i and parsed.doc[last].is_punct:
        last -= 1
    return first, min(last, behind - 1)


def _is_shortened(parsed: ParsedParagraph, begins: int, behind: int) -> bool:
    """Return whether words of a quotation were cut out before it was parsed."""
    return any(parsed.starts[k + 1] - parsed.ends[k] > _GAP for k in range(begins, behind - 1))
