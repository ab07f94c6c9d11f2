"""Comparable form of text: variants by keyboard, font, punctuation and orthography are mapped to one spelling."""

from __future__ import annotations

import re
import unicodedata

# Marks that writers often omit: combining diacritics, Hebrew points, Arabic vowel signs and tatweel.
_OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0655\u0670\u0640]"
)
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# Variants that Unicode does not decompose: letters with a stroke, and those of other keyboard layouts.
_VARIANTS = str.maketrans(
    {
        **dict(zip("đðøłħıŧəɛɔɓɗƙɣ", "ddolhiteeobdkg", strict=True)),
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        **dict(zip("يىېۍكڪہھەۀةۃ", "ییییککهههههه", strict=True)),
        **dict(zip("أإٱ", "ااا", strict=True)),
        "ӏ": "і",
        "ё": "е",
        **dict.fromkeys("'’‘ʼʻʹ`´′ʾʿ＇", " "),  # apostrophes, some of which are letters to Unicode
    }
)
#: Characters of scripts without spaces between words, and of Hangul, whose spacing varies between writers.
DENSE = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
)
_IS_DENSE = re.compile(f"[{DENSE}]")
_DENSE_GAP = re.compile(f"(?<=[{DENSE}]) (?=[{DENSE}])")
_LETTERS = re.compile(r"[^\W\d_]")


class _Plain(dict[int, int | str]):
    """A table for ``str.translate``: variants as above, and a space for all that is no letter, digit or combining mark."""

    def __missing__(self, code: int) -> int | str:
        char = chr(code)
        self[code] = code if char.isalnum() or unicodedata.category(char)[0] == "M" else " "
        return self[code]


_PLAIN = _Plain(_VARIANTS)
# Signs that become spaces and stand in many texts that are ASCII else; a search for them takes a twentieth of the time that
# the decomposition of a whole text does.
_SIGNS = re.compile("[\xa0\xa9\xab\xae\xb7\xbb\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]")
_PLAIN_ASCII = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))


def comparable(text: str) -> str:
    """Return ``text`` in lower case, one space between words and around it, without punctuation, diacritics and joiners.

    Marks that are part of a letter (Indic vowels, Thai tones) are kept. Spaces within dense scripts are removed.

    >>> comparable("Página NÃO encontrada!")
    ' pagina nao encontrada '
    >>> comparable("페이지를 찾을 수 없습니다.")
    ' 페이지를찾을수없습니다 '
    """
    bare = text if text.isascii() else _SIGNS.sub(" ", text)
    if bare.isascii():
        words = " ".join(bare.translate(_PLAIN_ASCII).split())
    else:
        folded = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
        folded = unicodedata.normalize("NFC", _OPTIONAL_MARKS.sub("", folded)).translate(_PLAIN)
        words = _DENSE_GAP.sub("", " ".join(folded.split()))
    return f" {words} " if words else " "


def is_dense(text: str) -> bool:
    """Whether ``text`` has characters of a dense script: its phrases are matched anywhere, not at words only."""
    return not text.isascii() and _IS_DENSE.search(text) is not None


def has_letters(text: str) -> bool:
    """Whether ``text`` contains a letter."""
    return _LETTERS.search(text) is not None
