"""One spelling for text that is compared: what a keyboard, a font or a translator may write in several ways."""

from __future__ import annotations

import re
import unicodedata

# Marks that writers leave out: combining diacritics, Hebrew points, Arabic vowel signs and tatweel.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0655\u0670\u0640]"
)
_UNSEEN = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# Letters with a stroke or of another keyboard layout, which Unicode does not decompose.
_ALIKE = str.maketrans(
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
#: Scripts written without spaces, or (Hangul) with spaces that writers set as they like.
DENSE = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
)
_IS_DENSE = re.compile(f"[{DENSE}]")
_DENSE_GAP = re.compile(f"(?<=[{DENSE}]) (?=[{DENSE}])")
_LETTERS = re.compile(r"[^\W\d_]")


def plainly(text: str) -> str:
    """``text`` in lower case, one space between words and around it, without punctuation, diacritics and joiners.

    Marks that are letters to their readers (Indic vowels, Thai tones) stay. Spaces within dense scripts go.

    >>> plainly("Página NÃO encontrada!")
    ' pagina nao encontrada '
    >>> plainly("페이지를 찾을 수 없습니다.")
    ' 페이지를찾을수없습니다 '
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
        folded = unicodedata.normalize("NFC", _MARKS.sub("", folded)).translate(_ALIKE)
    words = _words(_APOSTROPHES.sub(" ", folded))
    return f" {_DENSE_GAP.sub('', words)} " if words else " "


def _words(text: str) -> str:
    """Words parted by one space. Combining marks of the scripts that keep them are part of a word."""
    if text.isascii():
        return _SEPARATORS.sub(" ", text).strip()
    kept = [c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text]
    return " ".join("".join(kept).split())


def is_dense(text: str) -> bool:
    """True for text of a script without reliable spaces: phrases of it are found anywhere, not only as words."""
    return _IS_DENSE.search(text) is not None


def has_letters(text: str) -> bool:
    """True when there is anything to read."""
    return _LETTERS.search(text) is not None
