"""Which charset bytes are in that declare none, told by whether what they say could be a text of some language.

A reading is scored by the characters beyond ASCII that it has: letters of the alphabet of one language, or common
characters of one script, speak for it; letters of other alphabets, signs inside words, capitals behind small letters
and characters that no charset should give speak against it. Only charsets of the WHATWG Encoding Standard are tried,
and each only with the languages written in it (``data/alphabets.toml``), so that the answer is plausible or none.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter

import msgspec

from streams.cleaning.data import table
from streams.cleaning.decode import charset_codecs

_SAMPLE = 5_000  # bytes read with each charset: some hundred words; all of them take 6 ms
_LOOKED_AT = 400_000  # bytes that the sample is drawn from
_ASCII_RUN = re.compile(rb"(?<=[\x00-\x7f]{20})[\x00-\x7f]+(?=[\x00-\x7f]{20})")
_HIGH = re.compile(rb"[\x80-\xff]")
_LANG = re.compile(
    rb"""<html[^>]{0,500}?\slang\s{0,5}=\s{0,5}["']?([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)""", re.IGNORECASE
)

_THAI_MARKS = frozenset(
    "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
)
_THAI_FOLLOWING = _THAI_MARKS | frozenset("\u0e30\u0e32\u0e33")
_THAI_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")

# Weights of one character. Tried on pages encoded anew into each charset (make bench-charsets); the order of
# magnitude is what matters: a letter of the language speaks for a reading, and a sign in a word more against it.
_COMMON, _LETTER, _RARER, _SIGN, _OTHER_CHARACTER, _OTHER_LETTER = 1.0, 0.7, 0.4, 0.3, -0.1, -0.5
_OUT_OF_PLACE, _STRANGE, _IMPOSSIBLE = -1.5, -1.5, -3.0
_PAIRS = 0.3  # for pairs of bytes of which hardly any is wrong: a reading by single bytes is nearly always possible
_PLAUSIBLE = 0.2  # mean weight from which a reading is a text
_HINT = 0.15  # that the declared language may be below the best
_BROKEN = 0.04  # of the characters beyond ASCII that may be broken in a reading
_HANDFUL = 3  # broken characters that may be, however few the others are


class Detected(msgspec.Struct, frozen=True):
    """A charset (Python's codec) and how well it fits, from about -3 to 1."""

    codec: str
    score: float

    latin: bool  # of an alphabet whose other letters are ASCII


class _Alphabet(msgspec.Struct, frozen=True):
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
def _signs() -> tuple[frozenset[str], frozenset[str]]:
    signs = table("alphabets")["signs"]
    return frozenset(signs["usual"]), frozenset(signs["inside"])


def detect(content: bytes) -> Detected | None:
    """The charset that reads ``content`` as a text, or None where no charset plausibly does.

    Where several fit about as well, the one used for the language that the page declares is taken.
    """
    sample = _sample(content)
    hinted = _declared_language(content)
    best: Detected | None = None
    hint: Detected | None = None
    for codec in _codecs():
        text = charset_codecs.read(sample, codec)
        seen = _characters(text)
        if not seen or _is_broken(text, seen):
            continue
        for alphabet in _alphabets():
            if codec not in alphabet.charsets:
                continue
            whole = text.count("\ufffd") <= 1 + _BROKEN / 2 * seen.total()
            bonus = _PAIRS if alphabet.ideographs and whole else 0.0
            found = Detected(codec, _score(seen, alphabet) + bonus, alphabet.latin)
            if best is None or found.score > best.score + 1e-9:
                best = found
            if hinted & set(alphabet.languages) and (hint is None or found.score > hint.score + 1e-9):
                hint = found
    if best is not None and hint is not None and hint.score >= best.score - _HINT:
        best = hint
    return best if best is not None and best.score >= _PLAUSIBLE else None


def score(content: bytes, codec: str) -> float:
    """How well ``codec`` reads ``content``, as :func:`detect` scores it; 0 where there is nothing beyond ASCII."""
    text = charset_codecs.read(_sample(content), codec)
    seen = _characters(text)
    if not seen:
        return 0.0
    named = [a for a in _alphabets() if codec in a.charsets] or list(_alphabets())
    return max(_score(seen, alphabet) for alphabet in named)


@functools.cache
def _codecs() -> tuple[str, ...]:
    return tuple(dict.fromkeys(codec for alphabet in _alphabets() for codec in alphabet.charsets))


def _sample(content: bytes) -> bytes:
    """The bytes around those outside ASCII, bounded."""
    first = _HIGH.search(content)
    if first is None:
        return content[:_SAMPLE]
    start = max(0, first.start() - 20)
    return _ASCII_RUN.sub(b" ", content[start : start + _LOOKED_AT])[:_SAMPLE]


def _declared_language(content: bytes) -> set[str]:
    found = _LANG.search(content[:20_000])
    if not found:
        return set()
    language = found[1].decode("ascii").lower()
    return {language, language.partition("-")[0]}


Seen = Counter[tuple[str, bool, bool]]


def _characters(text: str) -> Seen:
    """The characters beyond ASCII, each with whether it stands between letters and whether it is out of place there:
    a capital behind a small letter, a Thai vowel or tone without a consonant, a letter of another alphabet beside a Latin one."""
    seen: Seen = Counter()
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
    """Vowels and tones that are written above, below or behind a consonant, and vowels written before one."""
    if character in _THAI_FOLLOWING:
        return not (_is_thai_consonant(before) or before in _THAI_MARKS)
    return character in _THAI_LEADING and not _is_thai_consonant(after)


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_thai_consonant(character: str) -> bool:
    return "\u0e01" <= character <= "\u0e2e"


def _is_broken(text: str, seen: Seen) -> bool:
    broken = text.count("\ufffd")
    return broken > max(_HANDFUL, _BROKEN * seen.total()) or broken * 2 > seen.total()


def _score(seen: Seen, alphabet: _Alphabet) -> float:
    usual, may_be_inside = _signs()
    total = 0.0
    for (character, inside, odd), count in seen.items():
        weight = alphabet.weights.get(character)
        if weight is not None:
            total += count * (_OUT_OF_PLACE if odd else weight)
        elif character in usual:
            total += count * (
                _STRANGE if inside and character not in may_be_inside and character < "\u3000" else _SIGN
            )
        elif _is_impossible(character):
            total += count * _IMPOSSIBLE
        elif character.isalpha():
            written = alphabet.ideographs and "\u4e00" <= character <= "\ud7a3"
            total += count * (_OTHER_CHARACTER if written else _OTHER_LETTER)
        else:
            total += count * _STRANGE
    return total / seen.total()


def _is_impossible(character: str) -> bool:
    """Controls, private use, what could not be read, and half-width katakana, which only a wrong reading strews."""
    return (
        "\x80" <= character <= "\x9f"
        or "\ue000" <= character <= "\uf8ff"
        or character == "\ufffd"
        or "\uff61" <= character <= "\uff9f"
    )
