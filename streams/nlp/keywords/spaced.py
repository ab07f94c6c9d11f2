"""Candidates in scripts that write spaces between words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from streams.nlp.keywords import grammar
from streams.nlp.keywords.runs import Run, Word, runs
from streams.nlp.keywords.selection import Candidate
from streams.nlp.text import segments

_LONGEST = 4  # content words per phrase
_SHORTEST = 3  # letters of a one-word candidate that is no acronym
# Weight of a phrase by its number of words, relative to one word with the same occurrences: with 0.75 a phrase of two
# words is preferred to its more frequent word from 57 % of the word's occurrences on.
_LENGTH = 0.75
# A word is no candidate if a phrase that contains it has more than this share of its occurrences.
_ACCOUNTED = 0.5

Key = tuple[str, ...]


def candidates(text: str, language: str, names: Mapping[str, int]) -> list[Candidate]:
    """Return the words and phrases of a text that may be its keywords.

    ``names`` are the entities with the number of their mentions.
    """
    return list(_Counts(text, language, names).candidates())


class _Counts:
    """Occurrences of the words and phrases of a text."""

    def __init__(self, text: str, language: str, names: Mapping[str, int]) -> None:
        self._text = text
        self._grammar = grammar.of(language)
        self._count: Counter[Key] = Counter()
        self._spellings: dict[Key, Counter[str]] = defaultdict(Counter)
        self._first: dict[Key, int] = {}  # paragraph of the first occurrence
        self._paragraphs: dict[Key, set[int]] = defaultdict(set)
        self._capitals: Counter[Key] = Counter()  # occurrences with a capital within a sentence
        self._within: Counter[Key] = Counter()  # occurrences within a sentence
        self._nouns: set[Key] = set()  # what an article or a preposition has introduced
        self._names: dict[Key, tuple[str, int]] = {}  # as written, and the number of mentions
        self._begins: dict[Key, list[Key]] = defaultdict(list)  # first words of a name -> such names
        self._ends: dict[Key, list[Key]] = defaultdict(list)
        spans = segments.paragraphs(text)
        self._size = len(spans)
        occurrences = [
            (key, paragraph, run, first, last)
            for paragraph, run in runs(text, spans, language)
            for key, first, last in _parts(run.words)
        ]
        self._count.update(key for key, *_where in occurrences)
        keys = {self._key(name)[0] for name in names}
        for key, paragraph, run, first, last in occurrences:
            # Of a phrase that occurs once and is no name nothing else is asked: it is no keyword.
            if len(key) == 1 or self._count[key] > 1 or key in keys:
                self._occurs(key, paragraph, run, first, last)
        self._add_names(names)

    def _occurs(self, key: Key, paragraph: int, run: Run, first: int, last: int) -> None:
        """Record where and how a word or phrase occurs."""
        begins, ends = run.words[first], run.words[last]
        written = self._text[begins.start : ends.end]
        self._first.setdefault(key, paragraph)
        self._paragraphs[key].add(paragraph)
        self._spellings[key][written if first == last else " ".join(written.split())] += 1
        if not begins.opens:
            self._within[key] += 1
            if begins.capital and all(word.capital or word.joins for word in run.words[first : last + 1]):
                self._capitals[key] += 1
        if self._is_introduced(run, first, last):
            self._nouns.add(key)

    def _is_introduced(self, run: Run, first: int, last: int) -> bool:
        """Return whether a part of a run is seen to be a noun phrase.

        An article or a preposition stands before the run, and the noun, first or last in the run, belongs to the part.
        """
        before = run.before
        if before is None or not (before.article or before.preposition):
            return False
        if not before.article and len(run.words) == 1 and self._grammar.verbal.search(run.words[0].folded):
            return False
        if (
            first and run.words[first - 1].capital > run.words[first].capital
        ):  # "by Webb | found": a verb perhaps
            return self._grammar.nouns_capitalised
        return first == 0 if self._grammar.head_first else last == len(run.words) - 1

    def _key(self, name: str) -> tuple[Key, str]:
        """Return the words of a name for comparison, and the name, without a function word at its beginning."""
        row = name.replace("’", "'").casefold().split()
        if row and row[0] in self._grammar.stop and len(row) > 1:
            return tuple(row[1:]), name.split(None, 1)[1]
        return tuple(row), name

    def _add_names(self, names: Mapping[str, int]) -> None:
        """Count the entities: a name has as many occurrences as mentions, though most of them are shorter."""
        for written, mentions in names.items():
            key, name = self._key(written)
            if not key or (len(key) == 1 and key not in self._count):
                continue
            last = (key[-1],)
            self._names[key] = (name, max(mentions, self._count[key], 1))
            for size in range(1, len(key)):
                self._begins[key[:size]].append(key)
                self._ends[key[-size:]].append(key)
            if key not in self._first:
                self._first[key] = self._first.get(last, self._size)
                self._paragraphs[key] = self._paragraphs.get(last, {0})

    def candidates(self) -> Iterator[Candidate]:
        """Yield what may be a keyword, with its score."""
        single = [n for key, n in self._count.items() if len(key) == 1]
        mean = sum(single) / max(1, len(single))
        kept = [key for key in {**self._count, **self._names} if key in self._names or self._may_be(key)]
        within = self._within_phrases(kept)
        for key in kept:
            name = self._names.get(key)
            text, count = name if name is not None else (_shown(self._spellings[key]), self._count[key])
            if len(key) == 1 and (key[0] in self._grammar.bare or within[key[0]] > _ACCOUNTED * count):
                continue
            if name is None and self._cuts_name(key):
                continue
            compared = tuple(word.removesuffix(self._grammar.plural) for word in key)
            yield Candidate(text, compared, count, self._score(key, count, mean), name is not None)

    def _within_phrases(self, keys: Iterable[Key]) -> Counter[str]:
        """Return, for each word, the number of occurrences of the most frequent phrase or name that contains it."""
        most: Counter[str] = Counter()
        for key in keys:
            if len(key) > 1:
                count = self._names[key][1] if key in self._names else self._count[key]
                for word in key:
                    most[word] = max(most[word], count)
        return most

    def _cuts_name(self, key: Key) -> bool:
        """Return whether a phrase begins or ends with a part of a name that seldom occurs without the rest."""
        for size in range(1, len(key)):
            for part, names in ((key[:size], self._ends), (key[-size:], self._begins)):
                if any(self._count[part] < 2 * self._count[name] for name in names.get(part, ())):
                    return True
        return False

    def _score(self, key: Key, count: int, mean: float) -> float:
        content = sum(word not in self._grammar.inside for word in key)
        return (
            (count / (mean + 1))
            * (1 + _LENGTH * (content - 1))
            * (1 + len(self._paragraphs[key]) / max(1, self._size))
            * (1 + 0.5 * self._capitals[key] / max(1, self._within[key]))
            / math.log(3 + self._first[key])
        )

    def _may_be(self, key: Key) -> bool:
        """Return whether words can be a keyword: long enough, a noun as far as can be told, and repeated if a phrase."""
        if len(key) > 1 and self._count[key] == 1:
            return False
        named = self._capitals[key] * 2 > self._within[key]
        if len(key) > 1:
            return named or self._is_noun(key)
        word = key[0]
        if len(word) < _SHORTEST and not self._spellings[key].most_common(1)[0][0].isupper():
            return False
        if self._grammar.nouns_capitalised:
            return named
        return named or self._is_noun(key)

    def _is_noun(self, key: Key) -> bool:
        """Return whether an article or a preposition was seen before it, in languages with a list of these."""
        return not self._grammar.articles or key in self._nouns


def _parts(words: Sequence[Word]) -> Iterator[tuple[Key, int, int]]:
    """Yield every word and phrase of a run: for comparison, its first word and its last."""
    folded = tuple([word.folded for word in words])
    content = [k for k, word in enumerate(words) if not word.joins]
    for at, first in enumerate(content):
        for last in content[at : at + _LONGEST]:
            yield folded[first : last + 1], first, last


def _shown(forms: Counter[str]) -> str:
    """Return the most frequent spelling; one in capitals only if there is no other."""
    calm = {form: n for form, n in forms.items() if not (form.isupper() and len(form) > 4)}
    pool = calm or {form.capitalize() if " " not in form else form.title(): n for form, n in forms.items()}
    return max(pool, key=lambda form: (pool[form], form))
