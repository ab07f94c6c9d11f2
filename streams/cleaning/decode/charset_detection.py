"""Charset detection for bytes without a usable declaration, by how plausible the decoded text is in some language.

Each candidate charset is scored by the characters outside ASCII that it gives. Letters of the alphabet of one language, or
common characters of one script, raise the score; letters of other alphabets, symbols inside words, capitals after small
letters and control or private-use characters lower it. Candidates are the charsets of the WHATWG Encoding Standard, each
with the languages written in it (``data/alphabets.toml``). Without a plausible candidate, nothing is detected.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter

import msgspec

from streams.cleaning.data import table
from streams.cleaning.decode import charset_codecs

_SAMPLE = 5_000  # bytes decoded with each charset: some hundred words; all charsets take 6 ms
_SAMPLED_FROM = 400_000  # bytes that the sample is drawn from
_ASCII_RUN = re.compile(rb"(?<=[\x00-\x7f]{20})[\x00-\x7f]+(?=[\x00-\x7f]{20})")
_HIGH = re.compile(rb"[\x80-\xff]")
_LANG = re.compile(
    rb"""<html[^>]{0,500}?\slang\s{0,5}=\s{0,5}["']?([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)""", re.IGNORECASE
)

_THAI_ABOVE_OR_BELOW = frozenset(
    "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
)
_THAI_FOLLOWING = _THAI_ABOVE_OR_BELOW | frozenset("\u0e30\u0e32\u0e33")
_THAI_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")

# Weights of one character, tuned on pages re-encoded in each charset (make bench-charsets). Only their order of magnitude
# matters: a letter of the language counts for a charset, and a symbol inside a word counts more against it.
_COMMON, _LETTER, _RARER, _SYMBOL, _OTHER_IDEOGRAPH, _OTHER_LETTER = 1.0, 0.7, 0.4, 0.3, -0.1, -0.5
_OUT_OF_PLACE, _STRANGE, _IMPOSSIBLE = -1.5, -1.5, -3.0
_DOUBLE_BYTE = 0.3  # bonus of a double-byte charset with hardly any invalid pair: single-byte charsets decode nearly anything
_PLAUSIBLE = 0.2  # mean weight from which a charset is plausible
_HINT = 0.15  # how far a charset of the declared language may score below the best
_INVALID_SHARE = 0.04  # of the characters outside ASCII that may be invalid
_INVALID_FEW = 3  # invalid characters accepted whatever their share


class Detected(msgspec.Struct, frozen=True):
    """A detected charset."""

    codec: str  # Python's name
    score: float  # mean weight of a character, about -3 to 1
    latin: bool  # whether its language is written in Latin letters


class _Alphabet(msgspec.Struct, frozen=True):
    """The characters of some languages, with their weights, and the charsets that these are written in."""

    languages: tuple[str, ...]
    charsets: tuple[str, ...]
    weights: dict[str, float]
    latin: bool
    ideographs: bool  # a script of more characters than can be listed


@functools.cache
def _alphabets() -> tuple[_Alphabet, ...]:
    found = []
    for row in table("alphabets")["alphabet"]:
        common = row.get("common", row["letters"])
        others = _RARER if "common" in row else _LETTER
        weights = dict.fromkeys(row["letters"], others) | dict.fromkeys(
            common, _COMMON if "common" in row else _LETTER
        )
        weights |= {letter.upper(): weight for letter, weight in weights.items() if len(letter.upper()) == 1}
        found.append(
            _Alphabet(
                languages=tuple(row["languages"]),
                charsets=tuple(row["charsets"]),
                weights=weights,
                latin=unicodedata.name((row["letters"] or common)[0]).startswith("LATIN"),
                ideographs=len(common) > 60,
            )
        )
    return tuple(found)


@functools.cache
def _symbols() -> tuple[frozenset[str], frozenset[str]]:
    """Return the symbols common in text, and those of them that may be inside words."""
    symbols = table("alphabets")["signs"]
    return frozenset(symbols["usual"]), frozenset(symbols["inside"])


def detect(content: bytes) -> Detected | None:
    """Return the most plausible charset of ``content``; None if none is plausible.

    Among charsets that score about the same, one of the language that the page declares is preferred.
    """
    sample = _sample(content)
    hinted = _declared_language(content)
    best: Detected | None = None
    hint: Detected | None = None
    for codec in _codecs():
        text = charset_codecs.decode_with(sample, codec)
        seen = _characters(text)
        if not seen or _is_invalid(text, seen):
            continue
        for alphabet in _alphabets():
            if codec not in alphabet.charsets:
                continue
            valid = text.count("\ufffd") <= 1 + _INVALID_SHARE / 2 * seen.total()
            bonus = _DOUBLE_BYTE if alphabet.ideographs and valid else 0.0
            found = Detected(codec, _score(seen, alphabet) + bonus, alphabet.latin)
            if best is None or found.score > best.score + 1e-9:
                best = found
            if hinted & set(alphabet.languages) and (hint is None or found.score > hint.score + 1e-9):
                hint = found
    if best is not None and hint is not None and hint.score >= best.score - _HINT:
        best = hint
    return best if best is not None and best.score >= _PLAUSIBLE else None


def score(content: bytes, codec: str) -> float:
    """Return the score that :func:`detect` gives ``codec`` for ``content``; 0 for pure ASCII."""
    text = charset_codecs.decode_with(_sample(content), codec)
    seen = _characters(text)
    if not seen:
        return 0.0
    named = [a for a in _alphabets() if codec in a.charsets] or list(_alphabets())
    return max(_score(seen, alphabet) for alphabet in named)


@functools.cache
def _codecs() -> tuple[str, ...]:
    return tuple(dict.fromkeys(codec for alphabet in _alphabets() for codec in alphabet.charsets))


def _sample(content: bytes) -> bytes:
    """Return the bytes outside ASCII with the words around them, at most ``_SAMPLE`` of them."""
    first = _HIGH.search(content)
    if first is None:
        return content[:_SAMPLE]
    start = max(0, first.start() - 20)
    return _ASCII_RUN.sub(b" ", content[start : start + _SAMPLED_FROM])[:_SAMPLE]


def _declared_language(content: bytes) -> set[str]:
    found = _LANG.search(content[:20_000])
    if not found:
        return set()
    language = found[1].decode("ascii").lower()
    return {language, language.partition("-")[0]}


_Characters = Counter[tuple[str, bool, bool]]


def _characters(text: str) -> _Characters:
    """Return counts of (character, is between letters, is out of place) for the characters outside ASCII.

    Out of place are a capital after a small letter, a Thai vowel or tone mark without a consonant, and a letter of another
    alphabet beside a Latin one.
    """
    seen: _Characters = Counter()
    for (before, character, after), count in Counter(
        zip(" " + text, text, text[1:] + " ", strict=False)
    ).items():
        if character > "\x7f":
            inside = before.isalpha() and after.isalpha()
            seen[character, inside, _is_out_of_place(before, character, after)] += count
    return seen


def _is_out_of_place(before: str, character: str, after: str) -> bool:
    if "\u0370" <= character <= "\u0eff" and (_is_ascii_letter(before) or _is_ascii_letter(after)):
        return True
    if "\u0e00" <= character <= "\u0e7f":
        return _is_out_of_place_in_thai(before, character, after)
    return character.isupper() and before.islower()


def _is_out_of_place_in_thai(before: str, character: str, after: str) -> bool:
    """Whether a vowel or tone mark lacks the consonant that it is written above, below, after or before."""
    if character in _THAI_FOLLOWING:
        return not (_is_thai_consonant(before) or before in _THAI_ABOVE_OR_BELOW)
    return character in _THAI_LEADING and not _is_thai_consonant(after)


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_thai_consonant(character: str) -> bool:
    return "\u0e01" <= character <= "\u0e2e"


def _is_invalid(text: str, seen: _Characters) -> bool:
    broken = text.count("\ufffd")
    return broken > max(_INVALID_FEW, _INVALID_SHARE * seen.total()) or broken * 2 > seen.total()


def _score(seen: _Characters, alphabet: _Alphabet) -> float:
    """Return the mean weight of the characters in a text of ``alphabet``."""
    usual, may_be_inside = _symbols()
    total = 0.0
    for (character, inside, misplaced), count in seen.items():
        weight = alphabet.weights.get(character)
        if weight is not None:
            total += count * (_OUT_OF_PLACE if misplaced else weight)
        elif character in usual:
            total += count * (
                _STRANGE if inside and character not in may_be_inside and character < "\u3000" else _SYMBOL
            )
        elif _is_impossible(character):
            total += count * _IMPOSSIBLE
        elif character.isalpha():
            ideograph = alphabet.ideographs and "\u4e00" <= character <= "\ud7a3"
            total += count * (_OTHER_IDEOGRAPH if ideograph else _OTHER_LETTER)
        else:
            total += count * _STRANGE
    return total / seen.total()


def _is_impossible(character: str) -> bool:
    """Whether only a wrong charset gives the character: controls, private use, U+FFFD, half-width katakana."""
    return (
        "\x80" <= character <= "\x9f"
        or "\ue000" <= character <= "\uf8ff"
        or character == "\ufffd"
        or "\uff61" <= character <= "\uff9f"
    )
