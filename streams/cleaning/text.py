"""Text normalisation (Unicode NFC, ``\\n`` newlines, no invisible characters), folding for comparison, and text weight.

Text weight is the measure of length in classification and extraction: code points, where those of scripts that need about
a third of the characters for the same content (CJK, kana, Hangul, Thai, Lao, Khmer, Burmese) count three.
"""

from __future__ import annotations

import re
import unicodedata

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028]")
# Controls, soft hyphens, zero-width spaces, bidirectional controls, byte order marks, lone surrogates and
# noncharacters. The zero-width joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_WIDE_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile(" ?\n ?")
_GAPS = re.compile("\n{3,}")
_NO_LETTERS = re.compile(r"[\W_]+")
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]"
)


def normalise(text: str) -> str:
    """Return normalised ``text``: one blank line between paragraphs, single newlines kept, every line stripped.

    >>> normalise("One\\u00ad line.\\r\\n\\r\\n\\r\\n  Another \\n")
    'One line.\\n\\nAnother'
    """
    text = _NEWLINES.sub("\n", text).replace("\u2029", "\n\n")
    text = _SPACES.sub(" ", _UNSEEN.sub("", text))
    text = _GAPS.sub("\n\n", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip(" \n")


def normalise_code(text: str) -> str:
    """Return normalised ``text`` with the indentation of its lines: for code, where it has a meaning.

    >>> normalise_code("if a:\\r\\n\\treturn  b  \\n\\n\\n\\nelse:\\n")
    'if a:\\n\\treturn  b\\n\\nelse:'
    """
    text = _WIDE_SPACES.sub(" ", _UNSEEN.sub("", _NEWLINES.sub("\n", text).replace("\u2029", "\n")))
    text = _GAPS.sub("\n\n", "\n".join(map(str.rstrip, text.split("\n"))))
    return unicodedata.normalize("NFC", text).strip("\n")


def one_line(text: str) -> str:
    """Return normalised ``text`` on one line, for titles and names."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):  # most need no more than single spaces
        return " ".join(text.split())
    return " ".join(normalise(text).split())


def fold(text: str) -> str:
    """Return the letters and digits of ``text``, case-folded: equal for two wordings that differ in nothing else.

    >>> fold("Pier re-opens!") == fold("PIER REOPENS")
    True
    """
    return _NO_LETTERS.sub("", text).casefold()


def text_weight(text: str) -> int:
    """Return the text weight of ``text``: its code points, those of dense scripts counted three times.

    >>> text_weight("page"), text_weight("頁")
    (4, 3)
    """
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE.findall(text))
