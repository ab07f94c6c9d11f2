"""Tokens of a text, normalised so that copies of it have the same ones.

A token is a word, or, in scripts written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese,
Tibetan ...), one letter with the marks on it. Case, punctuation, white space, Unicode form and invisible characters
make no difference.

The result is the same on every supported Python: characters added after Unicode 14, the version of Python 3.11, are ignored,
except ideographs, whose ranges are fixed here. ``tests/dedup/test_tokens.py`` checks every code point.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

LONGEST = (
    2_000_000  # code points that are tokenised: bounds time and memory; copies agree in as much of their text
)
# The Stream-Safe Text Format of UAX 15 allows 30 marks on a letter. CPython's normalize() sorts marks in quadratic
# time: 64,000 on one letter take 6 s.
_MOST_MARKS = 30

# Unicode blocks of scripts written without spaces: their letters and digits. Hangul is written with spaces.
_UNSPACED = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),  # Tai Le, New Tai Lue, Khmer symbols
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # iteration marks, ideographic zero
    (0x3021, 0x30FF),  # Hangzhou numerals, kana
    (0x3100, 0x312F),  # Bopomofo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # ideographs
    (0x4E00, 0xA4CF),  # ideographs, Yi
    (0xA980, 0xA9FF),  # Javanese, Burmese
    (0xAA60, 0xAADF),  # Burmese, Tai Viet
    (0xF900, 0xFAFF),
)
# Beyond the basic plane, whole ranges with their punctuation: Tangut, Khitan, old kana, Nushu and ideographs; and all other
# scripts. The hundreds of exact ranges made tokenising four times slower.
_ASTRAL_UNSPACED = "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003ffff"
_ASTRAL_WORDS = "\U00010000-\U00016fdf\U0001b300-\U0001cfff\U0001df00-\U0001efff"

# Invisible characters: soft hyphen, zero-width characters, joiners, direction and variation selectors, byte order mark, tags.
_INVISIBLE = "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_ASTRAL_INVISIBLE = "\U000e0000-\U000e0fff"
# Letters, digits and marks added in Unicode 15.0 and 15.1, which Python 3.12 and 3.13 have and 3.11 has not.
_YOUNG = "\u0cf3\u0ece"
_ASTRAL_YOUNG = (
    "\U00010efd-\U00010eff\U0001123f-\U00011241\U00011f00-\U00011f59\U00013430-\U00013455"
    "\U0001b132\U0001b155\U0001d2c0-\U0001d2d3\U0001df25-\U0001df2a\U0001e030-\U0001e08f\U0001e4d0-\U0001e4f9"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}{_YOUNG}]+")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ASTRAL_UNSEEN = re.compile(f"[{_ASTRAL_INVISIBLE}{_ASTRAL_YOUNG}]+")
# Signs between words, in texts that are ASCII otherwise: such a text needs no normalisation.
_SIGNS = re.compile(
    "[\xa0\xa1\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb\xbf\xd7\u2010-\u2015\u2018-\u201f\u2022\u2026\u2032\u2033\u2039\u203a\u20ac]+"
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")


def tokens(text: str) -> list[str]:
    """The tokens of a text's first :data:`LONGEST` code points, in order.

    In a text without words (emoji, a row of dots) every character but the space is a token.

    >>> tokens("Two words, \u6771\u4eac")
    ['two', 'words', '\u6771', '\u4eac']
    """
    text = text[:LONGEST]
    bare = text if text.isascii() else _SIGNS.sub(" ", text)
    if bare.isascii() and (words := _ASCII_WORD.findall(bare.lower())):
        return words
    plain = normalised(text)
    found = (_ASCII_WORD if plain.isascii() else _tables().token).findall(plain)
    return found or list(plain.replace(" ", ""))


def normalised(text: str) -> str:
    """The text in NFKC, case-folded, without invisible characters, and with single spaces for white space.

    >>> normalised("  Caf\\u00e9\\u00ad\\n\\uff21BC ")
    'caf\u00e9 abc'
    """
    if text.isascii():
        return " ".join(text.lower().split())
    tables = _tables()
    text = _UNSEEN.sub("", text)
    if _ASTRAL.search(text):
        text = tables.astral_marks.sub(_first_marks, _ASTRAL_UNSEEN.sub("", text))
    text = tables.marks.sub(_first_marks, text)
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _first_marks(run: re.Match[str]) -> str:
    return run[0][:_MOST_MARKS]


class _Tables(NamedTuple):
    token: re.Pattern[str]  # possessive character classes, which cannot backtrack
    marks: re.Pattern[str]  # a run of more than _MOST_MARKS marks
    astral_marks: re.Pattern[str]  # the same, with characters beyond the basic plane


@functools.cache
def _tables() -> _Tables:
    kinds = [unicodedata.category(chr(point))[0] for point in range(0x20000)]
    plane = range(0x10000)
    unspaced = bytearray(0x10000)
    for low, high in _UNSPACED:
        unspaced[low : high + 1] = b"\1" * (high + 1 - low)
    marks = _class(point for point in plane if kinds[point] == "M")
    every_mark = _class(point for point, kind in enumerate(kinds) if kind == "M")
    alone = _class(point for point in plane if unspaced[point] and kinds[point] in "LN") + _ASTRAL_UNSPACED
    words = _class(point for point in plane if not unspaced[point] and kinds[point] in "LNM") + _ASTRAL_WORDS
    halfwidth_marks = "\uff9e\uff9f"  # letters, but NFKC makes marks of them
    return _Tables(
        token=re.compile(f"[{alone}][{marks}]*+|[{words}]++"),
        marks=re.compile(f"[{marks}{halfwidth_marks}]{{{_MOST_MARKS + 1},}}+"),
        astral_marks=re.compile(f"[{every_mark}{halfwidth_marks}]{{{_MOST_MARKS + 1},}}+"),
    )


def _class(points: Iterable[int]) -> str:
    """A regular expression's character class, without its brackets, for ascending code points."""
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
