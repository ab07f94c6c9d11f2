"""The sentences around passages of a text, so that a fact can be shown without the text that it is from."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from streams.nlp.text import segments
from streams.nlp.text.segments import Span

# Code points of the longest sentence in a flattened fact. Of the sentences of facts in seeds/, the median has 103 and the 99th
# percentile 233; longer ones are lists or text without punctuation.
SENTENCE_LIMIT = 500


def occurrences(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield where a name is in a text with no letter, digit or underscore on either side, without overlaps.

    As a search for the escaped name between ``(?<!\\w)`` and ``(?!\\w)`` does, for which each name has to be compiled. ``name``
    is not empty.
    """
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if is_in_word(text, at - 1) or is_in_word(text, end):
            at = text.find(name, at + 1)
            continue
        yield at, end
        at = text.find(name, end)


def is_in_word(text: str, at: int) -> bool:
    """Return whether a text has a letter, digit or underscore at an offset, which may be outside of it."""
    character = text[at : at + 1] if at >= 0 else ""
    return character.isalnum() or character == "_"


class Sentences:
    """The sentences of one text, by :func:`streams.nlp.text.segments.sentences`. A paragraph is split when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._paragraphs = segments.paragraphs(text)
        self._starts = [paragraph.start for paragraph in self._paragraphs]
        self._split: dict[int, list[Span]] = {}

    def around(self, start: int, end: int) -> Span:
        """Return the range from the beginning of the sentence with ``text[start]`` to the end of the one with ``text[end - 1]``.

        >>> tuple(Sentences("It rained. We stayed in. Then we left.").around(14, 20))
        (11, 24)
        """
        first, last = self._sentence(start), self._sentence(max(start, end - 1))
        return Span(min(start, first.start), max(end, last.end))

    def _sentence(self, at: int) -> Span:
        index = max(0, bisect.bisect_right(self._starts, at) - 1)
        if index not in self._split:
            found = self._paragraphs[index : index + 1]
            self._split[index] = segments.sentences(self._text, found[0]) if found else []
        return next((span for span in self._split[index] if at < span.end), Span(at, at))


def bounded(around: Span, start: int, end: int, limit: int = SENTENCE_LIMIT) -> Span:
    """Return ``around``, cut to ``limit`` code points that have the passage from ``start`` to ``end`` in them as far as they reach.

    >>> tuple(bounded(Span(0, 1000), 700, 710, limit=100))
    (680, 780)
    """
    first = around.start
    if end - first > limit:
        first = max(first, min(start, around.end) - limit // 5)
    return Span(first, min(around.end, first + limit))
