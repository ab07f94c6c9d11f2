"""Tokens for name recognition in any script.

A token is a run of letters, combining marks and digits, a single character in scripts that are written without spaces,
or a single other character that is not white space. Every boundary of a name lies between two tokens.
"""

from __future__ import annotations

from typing import NamedTuple

import regex

# Scripts without spaces between words: one token per letter, with the combining marks that follow it.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー々〆"
_JOINERS = r"\u200c\u200d"  # zero-width characters within Persian and Indic words
_TOKEN = regex.compile(
    rf"[[\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]--[{_UNSPACED}]]+|[{_UNSPACED}][\p{{M}}{_JOINERS}]*+|\S", regex.V1
)


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
    return [Token(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text, start, end)]
