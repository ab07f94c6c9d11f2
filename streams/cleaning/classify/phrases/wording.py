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
    }
)
_APOSTROPHES = re.compile("['’‘ʼʻʹ`´′ʾʿ＇]")
_SEPARATORS = re.compile(r"[\W_]+")
#: Characters of scripts without spaces between words, and of Hangul, whose spacing varies between writers.
DENSE = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
)
_IS_DENSE = re.compile(f"[{DENSE}]")
_DENSE_GAP = re.compile(f"(?<=[{DENSE}]) (?=[{DENSE}])")
_LETTERS = re.compile(r"[^\W\d_]")


def comparable(text: str) -> str:
    """Return ``text`` in lower case, one space between words and around it, without punctuation, diacritics and joiners.

    Marks that are part of a letter (Indic vowels, Thai tones) are kept. Spaces within dense scripts are removed.

    >>> comparable("Página NÃO encontrada!")
    ' pagina nao encontrada '
    >>> comparable("페이지를 찾을 수 없습니다.")
    ' 페이지를찾을수없습니다 '
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
        folded = unicodedata.normalize("NFC", _OPTIONAL_MARKS.sub("", folded)).translate(_VARIANTS)
    words = _words(_APOSTROPHES.sub(" ", folded))
    return f" {_DENSE_GAP.sub('', words)} " if words else " "


def _words(text: str) -> str:
    """Return the words separated by one space. Combining marks are parts of words."""
    if text.isascii():
        return _SEPARATORS.sub(" ", text).strip()
    kept = [c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text]
    return " ".join("".join(kept).split())


def is_dense(text: str) -> bool:
    """Whether ``text`` has characters of a dense script: its phrases are matched anywhere, not at words only."""
    return _IS_DENSE.search(text) is not None


def has_letters(text: str) -> bool:
    """Whether ``text`` contains a letter."""
    return _LETTERS.search(text) is not None
