"""Words that report speech, one data file a language, for :mod:`streams.nlp.quotes.unparsed.word_order`.

A file in ``languages/``, named by its ISO 639-1 code, has lists of words separated by commas:

- ``verbs``: the forms of verbs of speech that stand beside a quotation: third person, participles;
- ``pronouns``: what can be their subject instead of a name;
- ``according``: phrases that name the source before it;
- ``articles``, ``indefinite``, ``persons``: definite articles, indefinite ones and pronouns, and nouns for persons, so that "the minister" may be
  who spoke before; all may be missing;
- ``auxiliaries``: auxiliaries before a participle of speech; may be missing;
- ``possessives``, ``objects``, ``stops``, ``genitives``, ``subordinates``: words that begin a speaker without a name ("his daughter"), pronouns between it and
  its verb, words that end it, words between an office and whose it is ("of"), and words that begin a clause before the main one ("while"); may be
  missing;
- ``interposes``: whether clauses that report speech stand inside the quotation marks too; may be missing;
- ``capitalises``: whether all nouns are written with capitals, so that these are no sign of a name; may be missing;
- ``sources``: phrases that name a woman or a man as the source by a pronoun ("according to her"), under ``she`` and ``he``; may be missing;
- ``documents``: impersonal phrases with which a document says something, and prepositions before it ("it says in the letter"), under ``says`` and
  ``in``; may be missing;
- ``plural``: ending of verbs in the plural, where pronouns may be left out; may be missing;
- ``inflects``: whether names have cases and the past tense a gender; may be missing;
- ``drops_pronouns``: whether the verb alone may mean the one who spoke before.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import NamedTuple

from streams.nlp import data

_SHORTEST_HEAD = 4  # letters of a noun for a person at the end of a longer one: "Bundestrainer"
_FOLDER = Path(__file__).parent / "languages"


class Reporting(NamedTuple):
    """Words of one language, in lower case."""

    verbs: frozenset[str]
    pronouns: frozenset[str]
    according: tuple[str, ...]
    drops_pronouns: bool
    interposes: bool = False
    capitalises: bool = False
    inflects: bool = False
    articles: frozenset[str] = frozenset()
    indefinite: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    possessives: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    genitives: frozenset[str] = frozenset()
    subordinates: frozenset[str] = frozenset()
    plural: str | None = None
    sources: tuple[tuple[str, str], ...] = ()  # phrase, "she" or "he"
    says: tuple[str, ...] = ()
    inside: frozenset[str] = frozenset()

    def is_person(self, word: str) -> bool:
        """Return whether a word is a noun for a person: one of the list or, where nouns are joined to one word, ends in one of them."""
        if word in self.persons:
            return True
        return self.capitalises and any(
            word[k:] in self.persons for k in range(3, len(word) - _SHORTEST_HEAD + 1)
        )


def languages() -> frozenset[str]:
    """Return the codes of the languages that have a file."""
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


@functools.cache
def words(language: str) -> Reporting | None:
    """Return the words of a language, ``None`` if it has no file."""
    path = _FOLDER / f"{language}.toml"
    if not language.isalnum() or not path.is_file():
        return None
    table = tomllib.loads(path.read_text("utf-8"))

    def listed(key: str) -> frozenset[str]:
        return frozenset(data.words(table.get(key, "")))

    documents = table.get("documents", {})
    return Reporting(
        frozenset(data.words(table["verbs"])),
        frozenset(data.words(table["pronouns"])),
        tuple(data.words(table["according"])),
        bool(table["drops_pronouns"]),
        bool(table.get("interposes", False)),
        bool(table.get("capitalises", False)),
        bool(table.get("inflects", False)),
        articles=listed("articles"),
        indefinite=listed("indefinite"),
        persons=listed("persons"),
        auxiliaries=listed("auxiliaries"),
        possessives=listed("possessives"),
        objects=listed("objects"),
        stops=listed("stops"),
        genitives=listed("genitives"),
        subordinates=listed("subordinates"),
        plural=table.get("plural"),
        sources=tuple(
            (phrase, who)
            for who, phrases in table.get("sources", {}).items()
            for phrase in data.words(phrases)
        ),
        says=tuple(data.words(documents.get("says", ""))),
        inside=frozenset(data.words(documents.get("in", ""))),
    )
