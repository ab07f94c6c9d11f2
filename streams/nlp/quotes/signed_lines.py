"""Lines of their own that name who said the paragraph before or behind them: "Ida Holm, mayor of Oslo", "— Ida H."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import Speaker
from streams.nlp.text.segments import Span

_MAX_LINE = 140  # code points of a line that only names who speaks
_SENTENCE = re.compile(r"[.:;!?”\"]$|\b(?:is|was|are|were|has|had|have|said|says|will)\b")
_DASHES = "—–- "
# A name that no model may find: "Ida W.", "Ida Maria Holm".
_NAME = re.compile(r"[A-Z][\w’'-]*\.?(?: [A-Z][\w’'-]*\.?){1,3}(?=$|[,(|])")


class Signed(NamedTuple):
    """What the lines beside a paragraph say of its speaker."""

    speaker: Speaker | None
    behind: bool  # whether the line behind signs the paragraph, also where it names nobody: "— A reader from Leeds"


def beside(text: str, spans: Sequence[Span], k: int, entities: EntityIndex) -> Signed:
    """Return who is named in the line behind paragraph ``k``, which is all quoted, or in the line before it."""
    for line in spans[k + 1 : k + 2]:
        shown = text[line.start : line.end]
        speaker = _named(text, line, entities)
        dashed = shown[:1] in tuple(_DASHES) and len(shown) <= _MAX_LINE
        if speaker is None and dashed:
            start = line.end - len(shown.lstrip(_DASHES))
            name = _NAME.match(text[start : line.end])
            speaker = Speaker(name.group(), start, start + name.end()) if name is not None else None
        words = shown.split()
        titled = 1 < len(words) < 4 and all(word.istitle() for word in words)
        if speaker is not None or dashed or titled:
            return Signed(speaker, speaker is not None or dashed)
    before = (_named(text, line, entities) for line in spans[max(0, k - 1) : k])
    return Signed(next(before, None), False)


def _named(text: str, line: Span, entities: EntityIndex) -> Speaker | None:
    """Return the person whose name begins a line that is no sentence, with nothing or an office behind it."""
    shown = text[line.start : line.end]
    start = line.end - len(shown.lstrip(_DASHES))
    named = entities.within(start, start + 1)
    if len(shown) > _MAX_LINE or not named or named[0][2].label != "PERSON" or _SENTENCE.search(shown):
        return None
    a, b, entity = named[0]
    return (
        Speaker(entity.text, a, b, None, entity)
        if a == start and (b == line.end or text[b] in ",(")
        else None
    )
