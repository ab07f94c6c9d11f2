"""Features of a word that do not depend on where it stands, as 32-bit hashes.

Cyrillic is transliterated for all of them but the word itself, so that what is learnt from one Slavic language serves
the others, in both scripts of Serbian too.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import NamedTuple

from streams.nlp.names import hashing

_LONGEST = 40  # characters of a token that features are made of
_AFFIX = 5  # characters of the longest prefix and suffix
_GRAM = 4  # characters of the n-grams within a word
_MOST_GRAMS = 8
#: Maximum features of a word, and of those that its neighbours see.
OWN, SEEN = 25, 5
_SHORTEST_STEM = 4
_MOST_CUT = 5  # characters that an ending may have: see gazetteer.stem_keys

UPPER, LOWER, CAPITAL, MIXED, UNCASED, DIGIT, MARK, WIDE = range(8)
_CASED = (UPPER, CAPITAL, MIXED)

_CYRILLIC = {
    **dict(zip("абвгдезийклмнопрстуфхцъыьэ", "abvgdezijklmnoprstufhc'y'e", strict=True)),
    **dict(zip("јіѓќґ", "jiđćg", strict=True)),
    "ё": "e",
    "ж": "ž",
    "ч": "č",
    "ш": "š",
    "щ": "šč",
    "ю": "ju",
    "я": "ja",
    "є": "e",
    "ї": "ji",
    "ђ": "đ",
    "љ": "lj",
    "њ": "nj",
    "ћ": "ć",
    "џ": "dž",
    "ў": "u",
    "ѕ": "dz",
}
_TO_LATIN = str.maketrans(_CYRILLIC)


class Word(NamedTuple):
    """Features of a word: its own, those that its neighbours see, and parts of conjunctions."""

    own: tuple[int, ...]
    seen: tuple[int, ...]
    lower: int  # as the gazetteer has it, not transliterated
    folded: int
    shape: int
    suffix: int
    kind: int
    stems: tuple[int, ...]


@functools.lru_cache(4_096)
def describe(text: str, *, is_stop: bool) -> Word:
    """Return the features of a token; ``is_stop`` says whether its language has it in its list of stop words."""
    text = text[:_LONGEST]
    shape = brief_shape(text)
    kind = kind_of(text, shape)
    lower = text.lower()
    folded = lower.translate(_TO_LATIN)
    own = [f"w:{text}", f"l:{folded}", f"b:{shape}", f"n:{min(len(text), 12)}", f"k:{is_stop:d}{kind}"]
    seen = [f"l:{folded}", f"b:{shape}", f"k:{is_stop:d}{kind}"]
    if kind != MARK:
        for size in range(1, min(_AFFIX + 1, len(folded))):
            own += [f"p:{folded[:size]}", f"s:{folded[-size:]}"]
    if kind == DIGIT:
        own.append("d:" + "".join("0" if c.isdigit() else c for c in text))
    if kind not in (MARK, WIDE):
        row = f"^{folded}$"
        own += [f"g:{row[k : k + _GRAM]}" for k in range(1, min(len(row) - _GRAM, _MOST_GRAMS + 1))]
        if len(folded) >= _GRAM:
            seen += [f"s:{folded[-3:]}", f"p:{folded[:4]}"]
    stems: tuple[int, ...] = ()
    if kind in _CASED:
        cuts = range(min(_MOST_CUT, len(lower) - _SHORTEST_STEM + 1))
        stems = hashing.of_all([f"stem:{lower[: len(lower) - cut]}" for cut in cuts])
    low, fold, brief, ending = hashing.of_all([lower, folded, f"b:{shape}", f"s:{folded[-3:]}"])
    return Word(hashing.of_all(own[:OWN]), hashing.of_all(seen), low, fold, brief, ending, kind, stems)


def brief_shape(text: str) -> str:
    """Return the kinds of the characters of a token, runs of one kind written once.

    >>> brief_shape("McDonald"), brief_shape("G20"), brief_shape("東")
    ('XxXx', 'Xd', 'H')
    """
    shape: list[str] = []
    for character in text:
        kind = _kind(character)
        if kind and (not shape or shape[-1] != kind):
            shape.append(kind)
    return "".join(shape)


@functools.lru_cache(8_192)
def _kind(character: str) -> str:
    """Return the kind of a character; empty for a combining mark or a joiner."""
    category = unicodedata.category(character)
    if category in ("Lu", "Lt"):
        return "X"
    if category == "Ll":
        return "x"
    if category[0] == "L":
        name = unicodedata.name(character, "")
        scripts = {"CJK": "H", "HIRAGANA": "h", "KATAKANA": "k", "KATAKANA-HIRAGANA": "k"}
        return scripts.get(name.split(" ")[0], "o")
    if category[0] == "N":
        return "d"
    return "" if category[0] == "M" or category == "Cf" else character


def kind_of(text: str, shape: str) -> int:
    """Return whether a token is in capitals, lower case, capitalised, mixed, of a script without case, and so on."""
    head = shape[:1]
    if head and head in "Hhk":
        return WIDE
    if head == "d":
        return DIGIT
    if not text[0].isalpha():
        return MARK
    if text.isupper() and len(text) > 1:
        return UPPER
    if text.islower():
        return LOWER
    if shape in ("Xx", "X"):
        return CAPITAL
    return MIXED if "X" in shape else UNCASED
