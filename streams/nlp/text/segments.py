"""Segmentation of text into paragraphs and sentences, without a model, for any script."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp import data

# Maximum characters of a paragraph; longer ones are cut, at a space if possible. Bounds the input of the models.
PARAGRAPH_LIMIT = 2_000
_LONGEST_WORD = (
    200  # how far before the limit a space is looked for; tokenizers are slow on longer unspaced runs
)


class Span(NamedTuple):
    """A half-open range of code points in a text."""

    start: int
    end: int


_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")

_BAR = re.compile(r"(?:(?<=\s)|^)\|\s+|\s+\|(?:\s+|$)")

# Punctuation that may end a sentence. CJK and other non-western full stops need no space after them.
_STOP = re.compile(
    r"""
    [.!?…]+["'”’»“)\]]{0,3}(?=\s)      # western: a full stop, closing quotes or brackets, white space
    | [。！？｡]+[」』”’）]{0,3}          # Chinese and Japanese
    | [।॥؟۔።፧။]+                        # Devanagari, Arabic, Ethiopic, Burmese
    """,
    re.VERBOSE,
)


def paragraphs(text: str, limit: int | None = None) -> list[Span]:
    """Return the non-empty lines of the first ``limit`` code points of ``text``, stripped, in order.

    Lines over :data:`PARAGRAPH_LIMIT` characters are returned in parts.

    >>> [tuple(span) for span in paragraphs("One.\\n\\n  Two. ")]
    [(0, 4), (8, 12)]
    """
    found: list[Span] = []
    for match in _LINE.finditer(text, 0, len(text) if limit is None else limit):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.start() + len(line.rstrip())
        while end - start > PARAGRAPH_LIMIT:
            cut = text.rfind(" ", start + PARAGRAPH_LIMIT - _LONGEST_WORD, start + PARAGRAPH_LIMIT)
            cut = cut if cut > start else start + PARAGRAPH_LIMIT
            found.append(Span(start, cut))
            start = cut + 1 if text[cut] == " " else cut
        if start < end:
            found.append(Span(start, end))
    return found


def cells(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans cut at each ``|`` between spaces: cells of a table, a credit and its caption tell nothing together.

    >>> [tuple(span) for span in cells("Mill | Rye 2 t | ", [Span(0, 16)])]
    [(0, 4), (7, 14)]
    """
    if "|" not in text:
        return list(spans)
    found: list[Span] = []
    for span in spans:
        start = span.start
        for bar in _BAR.finditer(text, span.start, span.end):
            if start < bar.start():
                found.append(Span(start, bar.start()))
            start = bar.end()
        if start < span.end:
            found.append(Span(start, span.end))
    return found


@functools.cache
def _abbreviations() -> frozenset[str]:
    return frozenset(data.words(data.table("text")["abbreviations"]))


def sentences(text: str, span: Span) -> list[Span]:
    """Return the sentences of ``text[span.start:span.end]``, split at punctuation by one approximate rule for all languages."""
    found: list[Span] = []
    start = span.start
    for match in _STOP.finditer(text, span.start, span.end):
        if match.end() >= span.end or _inside(text, start, match):
            continue
        found.append(tuple.__new__(Span, (start, match.end())))  # half the time of its own ``__new__``
        start = match.end()
        while start < span.end and text[start].isspace():
            start += 1
    if start < span.end:
        found.append(tuple.__new__(Span, (start, span.end)))
    return found


def _inside(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether a full stop is within a sentence: after an abbreviation or initial, or before a lower-case word."""
    following = text[match.end() : match.end() + 2].lstrip()
    if following[:1].islower():
        return True
    if match.group()[0] != ".":
        return False
    before = text[max(start, match.start() - 24) : match.start()]
    word = before.rsplit(None, 1)[-1].lstrip("(\"'“‘«[") if before.strip() else ""
    if len(word) == 1 and word.isupper():
        return True
    return word.casefold() in _abbreviations()
