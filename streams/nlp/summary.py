"""Lead paragraph, word counts and reading time of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.text import segments
from streams.nlp.text.segments import Span
from streams.records import Statistics

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+(?:[’'.-][^\W_]+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
# Brysbaert 2019, "How many words do we read per minute?": 238 in English, silent reading of non-fiction. In scripts
# without spaces two characters count as one word.
_WORDS_A_MINUTE = 238
_LEAD = 60  # minimum characters of a lead: shorter paragraphs are headlines, datelines or captions
_LONGEST_LEAD = 500  # characters


def lead(text: str, spans: Sequence[Span], title: str | None) -> str | None:
    """Return the first paragraph of running text, shortened to whole sentences if long; ``None`` if there is none."""
    for span in spans:
        line = text[span.start : span.end]
        size = len(line) * (2 if _WIDE.search(line) else 1)
        if (
            size < _LEAD
            or line[-1].isalnum()
            or (title is not None and line.casefold() == title.strip().casefold())
        ):
            continue
        return _shortened(text, span)
    return None


def _shortened(text: str, span: Span) -> str:
    """Return the first sentences of a paragraph, up to ``_LONGEST_LEAD`` characters."""
    end = span.start
    for sentence in segments.sentences(text, span):
        if sentence.end - span.start > _LONGEST_LEAD and end > span.start:
            break
        end = sentence.end
    line = text[span.start : end]
    if len(line) <= _LONGEST_LEAD:
        return line
    cut = line.rfind(" ", 0, _LONGEST_LEAD)
    return line[: cut if cut > 0 else _LONGEST_LEAD]


def statistics(text: str, spans: Sequence[Span]) -> Statistics:
    """Return counts over the given paragraphs and the reading time; ``characters`` counts the whole text."""
    words = 0.0
    sentences = 0
    has_wide = _WIDE.search(text) is not None
    for span in spans:
        found = _WORD.findall(text, span.start, span.end)
        wide = sum(len(word) == 1 and _WIDE.match(word) is not None for word in found) if has_wide else 0
        words += len(found) - wide / 2
        sentences += len(segments.sentences(text, span))
    return Statistics(
        characters=len(text),
        words=round(words),
        sentences=sentences,
        paragraphs=len(spans),
        reading_seconds=round(words / _WORDS_A_MINUTE * 60),
    )
