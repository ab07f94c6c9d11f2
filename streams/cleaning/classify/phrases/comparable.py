"""Comparable form of text: variants by keyboard, font, punctuation and orthography are mapped to one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

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
_SIGNS_IN_ASCII = "\xa0\xa9\xab\xae\xb7\xbb\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026"
_SIGNS = re.compile(f"[{_SIGNS_IN_ASCII}]")
_PLAIN_ASCII = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
#: Stands behind the words of a text among others: a control character, which words in comparable form do not have.
END = "\0"
_PLAIN_ENDS = END + _PLAIN_ASCII[1:]


def comparable(text: str) -> str:
    """Return ``text`` in lower case, one space between words and around it, without punctuation, diacritics and joiners.

    Marks that are part of a letter (Indic vowels, Thai tones) are kept. Spaces within dense scripts are removed.

    >>> comparable("Página NÃO encontrada!")
    ' pagina nao encontrada '
    >>> comparable("페이지를 찾을 수 없습니다.")
    ' 페이지를찾을수없습니다 '
    """
    bare = text if text.isascii() else _SIGNS.sub(" ", text)
    words = _plain(bare if bare.isascii() else _folded(bare))
    return f" {words} " if words else " "


def _folded(text: str) -> str:
    """Return ``text`` in lower case without optional marks, those that are left apart from their letters."""
    folded = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
    return _OPTIONAL_MARKS.sub("", folded)


def _plain_spaced(folded: str) -> str:
    return f" {_plain(folded)} "


def _plain(folded: str) -> str:
    """Return the words of a folded text. Text in Latin letters is ASCII by then, and needs neither NFC nor the large table."""
    if folded.isascii():
        return " ".join(folded.translate(_PLAIN_ASCII).split())
    return _DENSE_GAP.sub("", " ".join(unicodedata.normalize("NFC", folded).translate(_PLAIN).split()))


def comparable_words(texts: Sequence[str]) -> list[str]:
    """Return the words of all ``texts`` in comparable form, with :data:`END` behind those of each text.

    >>> comparable_words(["Not -- found", "Página NÃO"])
    ['not', 'found', '\\x00', 'pagina', 'nao', '\\x00']
    """
    whole = f" {END} ".join([text.replace(END, " ") for text in texts])
    if not whole.isascii():
        for sign in _SIGNS_IN_ASCII:
            whole = whole.replace(sign, " ")
    folded = whole if whole.isascii() else _folded(whole)
    plain = (
        folded.translate(_PLAIN_ENDS) if folded.isascii() else END.join(map(_plain_spaced, folded.split(END)))
    )
    return [*plain.split(), END]


def is_dense(text: str) -> bool:
    """Whether ``text`` has characters of a dense script: its phrases are matched anywhere, not at words only."""
    return not text.isascii() and _IS_DENSE.search(text) is not None


def has_letters(text: str) -> bool:
    """Whether ``text`` contains a letter."""
    return _LETTERS.search(text) is not None
