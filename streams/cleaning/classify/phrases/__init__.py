"""Phrases of error pages, walls and boilerplate by language, one TOML file each, and their search in text.

:func:`find_phrases` finds the phrases of all languages at once. Phrases and text are compared in the form that
:func:`streams.cleaning.classify.phrases.comparable.comparable` gives them. A phrase that ends in ``*`` matches the beginning of
a word.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from streams.cleaning.classify.phrases.comparable import comparable, has_letters, is_dense

__all__ = [
    "GROUPS",
    "PAIRS",
    "Hit",
    "Language",
    "comparable",
    "comparable_phrase",
    "find_phrases",
    "is_foreign",
    "language_of",
    "languages",
    "second_word",
]


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of one language.

    Groups in :data:`PAIRS` count only together, in one block: ``thing`` names what can be missing ("the page") and
    ``missing`` says that it is ("does not exist"). Phrases of any other group state something alone.
    """

    code: str  # ISO 639, with a script where a language has two files: "sr_latn"
    name: str
    thing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # page not found, gone
    denied: tuple[str, ...] = ()  # access denied, forbidden, sign-in demanded by the server
    failed: tuple[str, ...] = ()  # server error, bad request, time-out
    down: tuple[str, ...] = ()  # service unavailable, maintenance, back soon
    again: tuple[str, ...] = ()  # try again, check the address
    sorry: tuple[str, ...] = ()
    home: tuple[str, ...] = ()  # back to the front page
    error: tuple[str, ...] = ()  # the word "error" alone
    login: tuple[str, ...] = ()  # log in, sign up, reset a password, confirm an address
    password: tuple[str, ...] = ()  # labels of log-in fields
    robot: tuple[str, ...] = ()  # bot challenges
    script: tuple[str, ...] = ()  # enable JavaScript
    consent: tuple[str, ...] = ()
    paywall: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    default: tuple[str, ...] = ()  # default pages of servers without a site
    skip: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    adblock: tuple[str, ...] = ()  # the page demands that advertising is shown
    outdated: tuple[str, ...] = ()  # the page demands another browser
    age: tuple[str, ...] = ()  # the page demands that the reader is of age
    app: tuple[str, ...] = ()  # the page demands to be read in an app
    unsubscribed: tuple[str, ...] = ()  # confirmation that a mailing list was left
    country: tuple[str, ...] = ()  # your country, the law
    withheld: tuple[str, ...] = ()  # what is done because of it
    human: tuple[str, ...] = ()  # human, robot, automated requests
    prove: tuple[str, ...] = ()
    cookie: tuple[str, ...] = ()
    process: tuple[str, ...] = ()  # what is done with cookies: use, accept, partners, personalise
    domain: tuple[str, ...] = ()
    sale: tuple[str, ...] = ()
    blocker: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    browser: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    adult: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    newsletter: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


#: What two groups in one block state together.
PAIRS = {
    "absent": ("thing", "missing"),
    "denied": ("country", "withheld"),
    "robot": ("human", "prove"),
    "consent": ("cookie", "process"),
    "parked": ("domain", "sale"),
    "adblock": ("blocker", "disable"),
    "outdated": ("browser", "unsupported"),
    "age": ("adult", "confirm"),
}
GROUPS = tuple(name for name in Language.__struct_fields__ if name not in ("code", "name"))


class Hit(msgspec.Struct, frozen=True):
    """A phrase found at ``text[start:end]`` of the comparable form of the text."""

    start: int
    end: int
    group: str
    language: str
    phrase: str


class _Entry(msgspec.Struct, frozen=True):
    """A phrase in comparable form, and the groups and languages that contain it."""

    phrase: str
    name: str  # the phrase without the space behind it
    meanings: tuple[tuple[str, str], ...]  # (group, language)


class _Index(msgspec.Struct, frozen=True):
    """Phrases of several words by their first word, others by their first letters, those of dense scripts by two characters."""

    words: dict[str, tuple[_Entry, ...]]
    stems: dict[str, tuple[_Entry, ...]]
    pairs: dict[str, tuple[_Entry, ...]]
    beginnings: frozenset[str]  # of stems, three letters: most words begin with none of them


_CODE = re.compile("[a-z]{2,3}")
# Codes of languages whose file has another code, and codes without a language (IANA language subtag registry).
_ALIASES = {
    **dict(
        zip(
            ["no", "iw", "in", "ji", "tl", "sh", "mo", "cmn", "yue", "jw", "als", "gsw"],
            ["nb", "he", "id", "yi", "fil", "sr", "ro", "zh", "zh", "jv", "de", "de"],
            strict=True,
        )
    ),
    **dict.fromkeys(("und", "mul", "zxx", "mis"), "en"),
}
_MAX_KEPT = 20_000  # words
_MIN_STEM, _MAX_STEM = 3, 6  # letters by which stems are indexed; a stem has at least 3


@functools.cache
def languages() -> tuple[Language, ...]:
    """Return all languages in the order of their codes. Raises ``msgspec.ValidationError`` for a file that violates the schema."""
    found = []
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found.append(msgspec.convert(tomllib.loads(file.read_text("utf-8")), Language))
    return tuple(found)


@functools.cache
def is_foreign(tag: str | None) -> bool:
    """Whether an HTML ``lang`` attribute names a language without a phrase file; False without an attribute.

    >>> is_foreign("tlh"), is_foreign("pt-BR"), is_foreign(None)
    (True, False, False)
    """
    code = _primary_code(tag)
    return bool(code) and code not in _known_codes()


@functools.cache
def language_of(tag: str | None) -> str | None:
    """The code of the phrase file for an HTML ``lang`` attribute, without a script; None if there is none.

    >>> language_of("no-NO"), language_of("tlh"), language_of("")
    ('nb', None, None)
    """
    code = _primary_code(tag)
    return code if code in _known_codes() else None


def _primary_code(tag: str | None) -> str:
    code = re.split("[-_]", (tag or "").strip().casefold(), maxsplit=1)[0]
    return _ALIASES.get(code, code) if _CODE.fullmatch(code) else ""


@functools.cache
def _known_codes() -> frozenset[str]:
    return frozenset(language.code.partition("_")[0] for language in languages())


def find_phrases(text: str) -> list[Hit]:
    """Return every phrase in ``text``, which must be in comparable form (:func:`comparable`), in order of position."""
    hits: list[Hit] = []
    words = text.split()
    starts = list(map(_STARTS.__getitem__, words))
    for number, begun in enumerate(starts):
        if begun:
            following = words[number + 1] if number + 1 < len(words) else ""
            entries = begun.before.get(following, begun.alone)
            if entries:
                _append_hits(entries, text, 1 + number + sum(map(len, words[:number])), hits)
    if is_dense(text):
        pairs = _index().pairs
        for start in range(len(text) - 1):
            _append_hits(pairs.get(text[start : start + 2], ()), text, start, hits)
    return hits


class _Start(msgspec.Struct, frozen=True):
    """The phrases that may begin with a word: those that no second word decides, and all of them by the second word."""

    alone: tuple[_Entry, ...]
    before: dict[str, tuple[_Entry, ...]]


class _Starts(dict[str, _Start | None]):
    """What may begin with a word, kept for many words: most text consists of few distinct ones."""

    def __missing__(self, word: str) -> _Start | None:
        index = _index()
        entries = index.words.get(word, ())
        if word[:_MIN_STEM] in index.beginnings:
            for size in range(_MIN_STEM, min(len(word), _MAX_STEM) + 1):
                if stems := index.stems.get(word[:size]):
                    entries += tuple([entry for entry in stems if word.startswith(entry.phrase)])
        if len(self) >= _MAX_KEPT:
            self.clear()
        found = self[word] = _start(entries) if entries else None
        return found


_STARTS = _Starts()


def _start(entries: tuple[_Entry, ...]) -> _Start:
    seconds = [second_word(entry.phrase) for entry in entries]
    return _Start(
        tuple(entry for entry, second in zip(entries, seconds, strict=True) if not second),
        {
            word: tuple(entry for entry, second in zip(entries, seconds, strict=True) if second in ("", word))
            for word in seconds
            if word
        },
    )


def second_word(phrase: str) -> str:
    """Return the second word of a phrase; empty where it has none, or only the beginning of one."""
    parts = phrase.split(" ")
    return parts[1] if len(parts) > 2 else ""


def _append_hits(entries: Iterable[_Entry], text: str, start: int, hits: list[Hit]) -> None:
    """Append hits for those of ``entries`` that ``text`` has at ``start``."""
    for entry in entries:
        if text.startswith(entry.phrase, start):
            end = start + len(entry.name)
            hits.extend([Hit(start, end, group, code, entry.name) for group, code in entry.meanings])


@functools.cache
def _index() -> _Index:
    meanings: dict[str, dict[tuple[str, str], None]] = {}
    for language in languages():
        for group in GROUPS:
            for phrase in getattr(language, group):
                meanings.setdefault(comparable_phrase(phrase), {})[group, language.code] = None
    words: dict[str, list[_Entry]] = {}
    stems: dict[str, list[_Entry]] = {}
    pairs: dict[str, list[_Entry]] = {}
    for plain, groups in meanings.items():
        entry = _Entry(plain, plain.strip(), tuple(groups))
        if is_dense(plain):
            pairs.setdefault(plain[:2], []).append(entry)
        elif " " in plain:
            words.setdefault(plain.partition(" ")[0], []).append(entry)
        else:
            stems.setdefault(plain[: min(len(plain), _MAX_STEM)], []).append(entry)
    by_word, by_stem, by_pair = (
        {key: tuple(found) for key, found in table.items()} for table in (words, stems, pairs)
    )
    return _Index(by_word, by_stem, by_pair, frozenset(stem[:_MIN_STEM] for stem in stems))


def comparable_phrase(phrase: str) -> str:
    """Return a phrase of a file in comparable form: with a space at the end, except stems and dense scripts.

    Raises ``ValueError`` for a phrase without letters or digits, and for a stem of fewer than three letters.
    """
    stem = phrase.endswith("*")
    plain = comparable(phrase.removesuffix("*")).strip()
    if len(plain) < 2 or not (has_letters(plain) or plain.isdigit()):
        raise ValueError(f"phrase {phrase!r}: nothing to compare")
    if is_dense(plain):
        return plain
    if stem and len(plain) < _MIN_STEM:
        raise ValueError(f"phrase {phrase!r}: a stem needs {_MIN_STEM} letters")
    return plain if stem else plain + " "
