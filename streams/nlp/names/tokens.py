"""Tokens for name recognition in any script.

A token is a run of letters, combining marks and digits, a single character in scripts that are written without spaces,
or a single other character that is not white space. Every boundary of a name lies between two tokens.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import regex

# Scripts without spaces between words: one token per letter, with the combining marks that follow it.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー々〆"
_JOINERS = r"\u200c\u200d"  # zero-width characters within Persian and Indic words
_TOKEN = regex.compile(
    rf"[[\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]--[{_UNSPACED}]]+|[{_UNSPACED}][\p{{M}}{_JOINERS}]*+|\S", regex.V1
)


# The same for texts in Latin, Greek and Cyrillic letters without combining marks, where Python's faster engine finds the same tokens.
_SIMPLE = re.compile(
    r"[\t\n\r -~\xa0-\u024f\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122]*+"
)
_SIMPLE_TOKEN = re.compile(r"[^\W_]+|\S")


class Token(NamedTuple):
    """A token ``text[start:end]``, offsets in code points."""

    start: int
    end: int
    text: str


def tokenise(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens of ``text[start:end]``, with offsets into ``text``.

    >>> [token.text for token in tokenise("O'Brien, 東京")]
    ['O', "'", 'Brien', ',', '東', '京']
    """
    end = len(text) if end is None else end
    is_simple = _SIMPLE.fullmatch(text, start, end) is not None
    found = _SIMPLE_TOKEN.finditer(text, start, end) if is_simple else _TOKEN.finditer(text, start, end)
    new = tuple.__new__  # half the time of the class's own ``__new__``
    return [new(Token, (m.start(), m.end(), m.group())) for m in found]
