"""What error pages, walls and page furniture say, by language: one TOML file each, all of one schema.

``find`` tells what is said in a short text, in any of the languages at once. A phrase is written as people write it;
it is compared as :func:`streams.cleaning.classify.phrases.wording.plainly` spells it. A phrase that ends in ``*`` matches the
beginning of a word.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from streams.cleaning.classify.phrases.wording import has_letters, is_dense, plainly

__all__ = ["GROUPS", "Hit", "Language", "find", "is_foreign", "languages", "plainly"]


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of one language.

    ``thing`` is what can be missing and ``missing`` what is said of it: only together, in one block, do they say that
    a page is not there. Every other group is a statement of its own.
    """

    code: str  # ISO 639, with a script where a language has two files: "sr_latn"
    name: str
    thing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # page not found, gone
    denied: tuple[str, ...] = ()  # access denied, forbidden, sign-in demanded by the server
    failed: tuple[str, ...] = ()  # server error, bad request, time-out
    down: tuple[str, ...] = ()  # service unavailable, maintenance, back soon
    again: tuple[str, ...] = ()  # what to do about it
    sorry: tuple[str, ...] = ()
    home: tuple[str, ...] = ()  # a way back
    error: tuple[str, ...] = ()  # the bare word
    login: tuple[str, ...] = ()  # log in, sign up, reset a password, confirm an address
    password: tuple[str, ...] = ()  # fields of such forms
    robot: tuple[str, ...] = ()  # challenges
    script: tuple[str, ...] = ()  # enable JavaScript
    consent: tuple[str, ...] = ()
    paywall: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    default: tuple[str, ...] = ()  # what a server shows before it has a site
    skip: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    newsletter: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


GROUPS = tuple(name for name in Language.__struct_fields__ if name not in ("code", "name"))


class Hit(msgspec.Struct, frozen=True):
    """A phrase found: ``plain[start:end]`` of the text as ``plainly`` spells it."""

    start: int
    end: int
    group: str
    language: str
    phrase: str


class _Entry(msgspec.Struct, frozen=True):
    plain: str
    meanings: tuple[tuple[str, str], ...]  # (group, language)


class _Index(msgspec.Struct, frozen=True):
    """Phrases by their first word, by the first letters of a stem, and, in dense scripts, by two characters."""

    words: dict[str, tuple[_Entry, ...]]
    stems: dict[str, tuple[_Entry, ...]]
    pairs: dict[str, tuple[_Entry, ...]]


_CODE = re.compile("[a-z]{2,3}")
# Codes that mean a language with a file under another, and those that mean none (IANA's language subtag registry).
_SAME = {
    **dict(
        zip(
            ["no", "iw", "in", "ji", "tl", "sh", "mo", "cmn", "yue", "jw", "als", "gsw"],
            ["nb", "he", "id", "yi", "fil", "sr", "ro", "zh", "zh", "jv", "de", "de"],
            strict=True,
        )
    ),
    **dict.fromkeys(("und", "mul", "zxx", "mis"), "en"),
}
_STEM = 3  # letters; a stem is at least this long


@functools.cache
def languages() -> tuple[Language, ...]:
    """All languages, by code. Raises ``msgspec.ValidationError`` for a file that is not of the schema."""
    found = []
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found.append(msgspec.convert(tomllib.loads(file.read_text("utf-8")), Language))
    return tuple(found)


@functools.cache
def is_foreign(tag: str | None) -> bool:
    """Whether an HTML ``lang`` attribute names a language without phrases; False where there is none.

    >>> is_foreign("tlh"), is_foreign("pt-BR"), is_foreign(None)
    (True, False, False)
    """
    code = re.split("[-_]", (tag or "").strip().casefold(), maxsplit=1)[0]
    known = {language.code.partition("_")[0] for language in languages()}
    return bool(_CODE.fullmatch(code)) and _SAME.get(code, code) not in known


def find(plain: str) -> list[Hit]:
    """Every phrase in ``plain``, which must come from ``plainly``; the longest of a language's group at a place."""
    hits: list[Hit] = []
    at = 1
    for word in plain.split():
        entries = _beginning(word)
        if entries:
            _take(entries, plain, at, hits)
        at += len(word) + 1
    if is_dense(plain):
        pairs = _index().pairs
        for start in range(len(plain) - 1):
            _take(pairs.get(plain[start : start + 2], ()), plain, start, hits)
    return hits


@functools.lru_cache(maxsize=20_000)
def _beginning(word: str) -> tuple[_Entry, ...]:
    """The phrases that may begin with a word. Most words begin none, and most text is of few words."""
    index = _index()
    stems = [index.stems.get(word[:size], ()) for size in range(_STEM, min(len(word), 6) + 1)]
    return index.words.get(word, ()) + tuple(
        entry for found in stems for entry in found if word.startswith(entry.plain)
    )


def _take(entries: Iterable[_Entry], plain: str, start: int, hits: list[Hit]) -> None:
    for entry in entries:
        if plain.startswith(entry.plain, start):
            end = start + len(entry.plain.rstrip(" "))
            hits.extend(Hit(start, end, group, code, entry.plain.strip()) for group, code in entry.meanings)


@functools.cache
def _index() -> _Index:
    meanings: dict[str, dict[tuple[str, str], None]] = {}
    for language in languages():
        for group in GROUPS:
            for phrase in getattr(language, group):
                meanings.setdefault(spelled(phrase), {})[group, language.code] = None
    words: dict[str, list[_Entry]] = {}
    stems: dict[str, list[_Entry]] = {}
    pairs: dict[str, list[_Entry]] = {}
    for plain, said in meanings.items():
        entry = _Entry(plain, tuple(said))
        if is_dense(plain):
            pairs.setdefault(plain[:2], []).append(entry)
        elif " " in plain:
            words.setdefault(plain.partition(" ")[0], []).append(entry)
        else:
            stems.setdefault(plain[: min(len(plain), 6)], []).append(entry)
    return _Index(*({key: tuple(found) for key, found in table.items()} for table in (words, stems, pairs)))


def spelled(phrase: str) -> str:
    """A phrase of a file as it is compared; a whole word ends in a space, a stem does not.

    Raises ``ValueError`` for a phrase with nothing to compare.
    """
    stem = phrase.endswith("*")
    plain = plainly(phrase.removesuffix("*")).strip()
    if len(plain) < 2 or not (has_letters(plain) or plain.isdigit()):
        raise ValueError(f"phrase {phrase!r}: nothing to compare")
    if is_dense(plain):
        return plain
    if stem and len(plain) < _STEM:
        raise ValueError(f"phrase {phrase!r}: a stem needs {_STEM} letters")
    return plain if stem else plain + " "
