"""Candidates in scripts that write spaces between words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

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
Place = tuple[Run, int, int]  # a run, and the first and the last word there


def candidates(text: str, language: str, names: Mapping[str, int]) -> Iterator[Candidate]:
    """Yield the words and phrases of a text that may be its keywords, best first, equal ones by their text.

    ``names`` are the entities with the number of their mentions.
    """
    return _Counts(text, language, names).candidates()


class _Occurrences(msgspec.Struct, gc=False):
    """How one word or phrase occurs."""

    first: int = 0  # paragraph of the first occurrence
    paragraphs: int = 1
    capitals: int = 0  # occurrences with a capital within a sentence
    within: int = 0  # occurrences within a sentence
    is_noun: bool = False  # whether an article or a preposition has introduced it
    spellings: Mapping[str, int] = {}


_NOWHERE = _Occurrences()


class _Counts:
    """Occurrences of the words and phrases of a text."""

    def __init__(self, text: str, language: str, names: Mapping[str, int]) -> None:
        self._text = text
        self._grammar = grammar.of(language)
        self._count: Counter[Key] = Counter()
        self._found: dict[Key, _Occurrences] = {}
        self._first: dict[
            Key, int
        ] = {}  # paragraph of the first occurrence, of names that do not occur as they are
        self._paragraphs: dict[Key, int] = {}  # the number of paragraphs with them
        self._names: dict[Key, tuple[str, int]] = {}  # as written, and the number of mentions
        self._begins: dict[Key, list[Key]] = defaultdict(list)  # first words of a name -> such names
        self._ends: dict[Key, list[Key]] = defaultdict(list)
        spans = segments.paragraphs(text)
        self._size = len(spans)
        found = list(runs(text, spans, language))
        words = _words(found)
        self._count.update({key: len(places) for key, places in words.items()})
        keys = {self._key(name)[0] for name in names}
        phrases = _phrases(found, {key[0] for key, places in words.items() if len(places) > 1}.union(*keys))
        self._count.update({key: len(places) for key, places in phrases.items()})
        for key, places in words.items():
            self._found[key] = self._occurrences(places)
        for key, places in phrases.items():
            if len(places) > 1 or key in keys:
                self._found[key] = self._occurrences(places)
        self._add_names(names)

    def _occurrences(self, places: Sequence[Place]) -> _Occurrences:
        """Return how a word or phrase occurs at these places, which are in order."""
        paragraph, paragraphs, capitals, within, is_noun = -1, 0, 0, 0, False
        spellings: dict[str, int] = {}
        for run, first, last in places:
            begins = run.words[first]
            if first == last:
                start = run.places[first]
                written = self._text[start + begins.start : start + begins.end]
            else:
                written = self._text[
                    run.places[first] + begins.start : run.places[last] + run.words[last].end
                ]
                written = " ".join(written.split())
            spellings[written] = spellings.get(written, 0) + 1
            if run.paragraph != paragraph:
                paragraph = run.paragraph
                paragraphs += 1
            if first or not run.opens:
                within += 1
                if begins.capital and (
                    first == last or all(word.capital or word.joins for word in run.words[first : last + 1])
                ):
                    capitals += 1
            if not is_noun and run.before is not None and (run.before.article or run.before.preposition):
                is_noun = self._is_introduced(run, run.before, first, last)
        return _Occurrences(places[0][0].paragraph, paragraphs, capitals, within, is_noun, spellings)

    def _is_introduced(self, run: Run, before: Word, first: int, last: int) -> bool:
        """Return whether a part of a run, before which an article or a preposition stands, is seen to be a noun phrase.

        The noun, first or last in the run, belongs to the part.
        """
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
            if key not in self._found:
                surname = self._found.get(last)
                self._first[key] = surname.first if surname is not None else self._first.get(last, self._size)
                self._paragraphs[key] = (
                    surname.paragraphs if surname is not None else self._paragraphs.get(last, 1)
                )

    def candidates(self) -> Iterator[Candidate]:
        """Yield what may be a keyword, best first. Whether a word may be one is looked at when its turn comes: few are asked for."""
        single = [n for key, n in self._count.items() if len(key) == 1]
        mean = sum(single) / max(1, len(single))
        keys = [
            key
            for key in {**self._count, **self._names}
            if len(key) == 1 or key in self._names or self._may_be(key)
        ]
        within = self._within_phrases(keys)
        by_score: dict[float, list[Key]] = defaultdict(list)
        for key in keys:
            count = self._names[key][1] if key in self._names else self._count[key]
            by_score[self._score(key, count, mean)].append(key)
        for score in sorted(by_score, reverse=True):
            found = (self._candidate(key, score, within) for key in by_score[score])
            yield from sorted([one for one in found if one is not None], key=lambda one: one.text)

    def _candidate(self, key: Key, score: float, within: Mapping[str, int]) -> Candidate | None:
        """Return a word or phrase as a candidate, ``None`` if it is none."""
        name = self._names.get(key)
        if name is None and len(key) == 1 and not self._may_be(key):
            return None
        text, count = name if name is not None else (_shown(self._found[key].spellings), self._count[key])
        if len(key) == 1 and (key[0] in self._grammar.bare or within[key[0]] > _ACCOUNTED * count):
            return None
        if name is None and self._cuts_name(key):
            return None
        compared = tuple(word.removesuffix(self._grammar.plural) for word in key)
        return Candidate(text, compared, count, score, name is not None)

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
        found = self._found.get(key)
        if found is None:
            first, paragraphs, found = self._first[key], self._paragraphs[key], _NOWHERE
        else:
            first, paragraphs = found.first, found.paragraphs
        content = (
            sum(word not in self._grammar.inside for word in key)
            if len(key) > 1
            else key[0] not in self._grammar.inside
        )
        return (
            (count / (mean + 1))
            * (1 + _LENGTH * (content - 1))
            * (1 + paragraphs / max(1, self._size))
            * (1 + 0.5 * found.capitals / max(1, found.within))
            / math.log(3 + first)
        )

    def _may_be(self, key: Key) -> bool:
        """Return whether words can be a keyword: long enough, a noun as far as can be told, and repeated if a phrase."""
        if len(key) > 1 and self._count[key] == 1:
            return False
        found = self._found[key]
        named = found.capitals * 2 > found.within
        if len(key) > 1:
            return named or self._is_noun(found)
        word = key[0]
        if len(word) < _SHORTEST and not _most_frequent(found.spellings).isupper():
            return False
        if self._grammar.nouns_capitalised:
            return named
        return named or self._is_noun(found)

    def _is_noun(self, found: _Occurrences) -> bool:
        """Return whether an article or a preposition was seen before it, in languages with a list of these."""
        return not self._grammar.articles or found.is_noun


def _words(found: Iterable[Run]) -> dict[Key, list[Place]]:
    """Return where the content words of the runs are."""
    words: dict[Key, list[Place]] = {}
    for run in found:
        for k, word in enumerate(run.words):
            if not word.joins:
                if word.key in words:
                    words[word.key].append((run, k, k))
                else:
                    words[word.key] = [(run, k, k)]
    return words


def _phrases(found: Iterable[Run], again: AbstractSet[str]) -> dict[Key, list[Place]]:
    """Return where the phrases of the runs are, of which all words are in ``again``: those that occur again or in a name.

    Of any other phrase that is no name, nothing is asked: it occurs once, so it is no keyword.
    """
    phrases: dict[Key, list[Place]] = {}
    for run in found:
        words = run.words
        if len(words) == 1:
            continue
        content = [k for k, word in enumerate(words) if not word.joins]
        known = [words[k].folded in again for k in content]
        for at, first in enumerate(content):
            if not known[at]:
                continue
            for n in range(at + 1, min(at + _LONGEST, len(content))):
                if not known[n]:
                    break
                last = content[n]
                key = tuple([word.folded for word in words[first : last + 1]])
                phrases.setdefault(key, []).append((run, first, last))
    return phrases


def _most_frequent(forms: Mapping[str, int]) -> str:
    return max(forms, key=forms.__getitem__)


def _shown(forms: Mapping[str, int]) -> str:
    """Return the most frequent spelling; one in capitals only if there is no other."""
    if len(forms) == 1:
        (form,) = forms
        if not (form.isupper() and len(form) > 4):
            return form
    calm = {form: n for form, n in forms.items() if not (form.isupper() and len(form) > 4)}
    pool = calm or {form.capitalize() if " " not in form else form.title(): n for form, n in forms.items()}
    return max(pool, key=lambda form: (pool[form], form))
