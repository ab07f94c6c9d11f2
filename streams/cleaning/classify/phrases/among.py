"""Which phrase groups many texts have phrases of: told for all of them at once.

Most lines of a page have no phrase that matters. To tell so of each by :func:`streams.cleaning.classify.phrases.find_phrases`
takes longer than to look up the distinct words of all lines together.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from streams.cleaning.classify.phrases import GROUPS, comparable, comparable_phrase, languages
from streams.cleaning.classify.phrases.comparable import END, comparable_words, is_dense


class _Phrase(msgspec.Struct, frozen=True):
    """A phrase in comparable form, its words but a beginning of one, which of them is looked up, and the groups that have it."""

    plain: str
    words: frozenset[str]
    size: int
    anchor: int
    groups: frozenset[str]


class _Table(msgspec.Struct, frozen=True):
    """Phrases by their longest word, the rarest as a rule; those that are the beginning of one word by its first letters, as many
    as the shortest has (``letters``).
    """

    words: dict[str, tuple[_Phrase, ...]]
    stems: dict[str, tuple[_Phrase, ...]]
    letters: int


def groups_among(texts: Sequence[str], groups: frozenset[str]) -> dict[int, set[str]]:
    """Return those of ``groups`` that each of ``texts`` has phrases of, by its number. For a text with characters of scripts
    without spaces between words that is all ``groups``, as these phrases are not looked for.
    """
    words = comparable_words(texts)
    distinct = set(words)
    anchored = _anchored(distinct, _table(groups))
    found: dict[int, set[str]] = {}
    number = behind = 0
    for at in [at for at, word in enumerate(words) if word in anchored]:
        matching = [phrase for phrase in anchored[words[at]] if _is_around(words, at, phrase)]
        if matching:
            number += words[behind:at].count(END)
            behind = at
            found.setdefault(number, set()).update(*[phrase.groups for phrase in matching])
    if is_dense("".join(distinct)):
        found |= {number: set(groups) for number, text in enumerate(texts) if is_dense(comparable(text))}
    return found


def _anchored(words: set[str], table: _Table) -> dict[str, tuple[_Phrase, ...]]:
    """Return the phrases all words of which are among ``words``, by the one that is looked up."""
    found: dict[str, tuple[_Phrase, ...]] = {}
    for word in words & table.words.keys():
        if own := tuple([phrase for phrase in table.words[word] if phrase.words <= words]):
            found[word] = own
    stems, size = table.stems, table.letters
    for word in [word for word in words if word[:size] in stems]:
        own = tuple([phrase for phrase in stems[word[:size]] if word.startswith(phrase.plain)])
        if own:
            found[word] = found.get(word, ()) + own
    return found


def _is_around(words: list[str], at: int, phrase: _Phrase) -> bool:
    """Whether the words around the one at ``at``, by which ``phrase`` was looked up, are the phrase."""
    if phrase.size == 1:
        return True
    start = at - phrase.anchor
    return start >= 0 and f"{' '.join(words[start : start + phrase.size])} ".startswith(phrase.plain)


@functools.cache
def _table(groups: frozenset[str]) -> _Table:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for language in languages():
        for group in groups.intersection(GROUPS):
            for phrase in getattr(language, group):
                meanings[comparable_phrase(phrase)].add(group)
    words: defaultdict[str, list[_Phrase]] = defaultdict(list)
    stems: dict[str, _Phrase] = {}
    for plain, own in meanings.items():
        whole = plain.split(" ")[
            :-1
        ]  # what is behind the last space is only the beginning of a word, or nothing
        anchor = whole.index(max(whole, key=len)) if whole else 0
        phrase = _Phrase(plain, frozenset(whole), len(plain.split()), anchor, frozenset(own))
        if whole:
            words[whole[anchor]].append(phrase)
        elif not is_dense(plain):
            stems[plain] = phrase
    letters = min(map(len, stems), default=0)
    beginnings: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for plain, phrase in stems.items():
        beginnings[plain[:letters]].append(phrase)
    return _Table(_fixed(words), _fixed(beginnings), letters)


def _fixed(table: dict[str, list[_Phrase]]) -> dict[str, tuple[_Phrase, ...]]:
    return {key: tuple(found) for key, found in table.items()}
