"""The names of a document for which its pronouns and nouns may stand, with what the text says around each."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite.organisation_nouns import may_stand_for
from streams.nlp.quotes.references import References
from streams.nlp.references.parses import Parses
from streams.nlp.syntax import inflection
from streams.records import Entity

_WORD = re.compile(r"[\w’'-]+")
_BEFORE, _BEHIND = 70, 80  # code points around a name that may say what it is
_NEAR_WORDS = 8
_TITLE_WORDS = 5  # before a name, of which one may be its office
# Offices by their written forms before a name.
_SHORT = {"governor": "gov", "senator": "sen", "representative": "rep", "professor": "prof", "general": "gen", "doctor": "dr",
          "captain": "capt", "sergeant": "sgt", "lieutenant": "lt", "colonel": "col", "lawmaker": "rep", "congressman": "rep",
          "congresswoman": "rep", "politician": "mp"}  # fmt: skip


class Around(NamedTuple):
    """The words before and behind a mention of a name in its sentence (lower case)."""

    before: tuple[str, ...]
    behind: tuple[str, ...]


class Named:
    """One entity of a document as what something may stand for."""

    def __init__(self, text: str, entity: Entity, references: References, *, titled: bool) -> None:
        self.entity = entity
        self.titled = titled
        self.begins = [mention.start for mention in entity.mentions]
        self.ends = [mention.end for mention in entity.mentions]
        self.words = frozenset(word.lower() for word in _WORD.findall(entity.text))
        self._text = text
        self._references = references
        self._around: list[Around] | None = None
        self._near: frozenset[str] | None = None
        self._gender: int | None = None
        self._functions: dict[int, str] = {}

    def names(self, entity: Entity | None) -> bool:
        """Return whether this is an entity of the text or, by its id, of the title, which has other mentions."""
        return entity is not None and (entity is self.entity or self.entity.id == entity.id != "")

    def before(self, at: int) -> int:
        """Return how many mentions end at or before an offset."""
        return bisect.bisect_right(self.ends, at)

    def ahead(self, at: int) -> int:
        """Return the number of the first mention that begins at or behind an offset."""
        return bisect.bisect_left(self.begins, at)

    def function(self, number: int, parses: Parses) -> str:
        """Return the dependency label of a mention's phrase, "" where the text is not parsed."""
        if number not in self._functions:
            self._functions[number] = parses.function(self.begins[number], self.ends[number])
        return self._functions[number]

    def gender(self) -> int:
        """Return 1 for a man, -1 for a woman, by title or given name, 0 where they do not tell."""
        if self._gender is None:
            man, woman = (self._references.differs(self.entity, pronoun) for pronoun in ("she", "he"))
            self._gender = 1 if man else -1 if woman else 0
        return self._gender

    def around(self, index: EntityIndex) -> list[Around]:
        """Return what stands around each mention, up to the name of another person before it."""
        if self._around is None:
            starts = self._references.starts()
            self._around = [
                self._read(a, b, starts, index) for a, b in zip(self.begins, self.ends, strict=True)
            ]
        return self._around

    def _read(self, a: int, b: int, starts: Sequence[int], index: EntityIndex) -> Around:
        k = bisect.bisect_right(starts, a) - 1
        low = max(starts[k], a - _BEFORE)
        high = min(starts[k + 1] if k + 1 < len(starts) else len(self._text), b + _BEHIND)
        for start, end, entity in index.within(low, a):
            if start < a and end <= a and entity.label == "PERSON":
                low = max(low, end)
        lead = self._text[low:a].lower()
        lead = lead[max(lead.rfind(sign) for sign in ";!?\n") + 1 :]
        return Around(tuple(_WORD.findall(lead)), tuple(_WORD.findall(self._text[b:high].lower())))

    def office(self, noun: str, index: EntityIndex) -> int:
        """Return how a noun stands before the name as a title: 2 right before it, 1 near, 0 not at all."""
        nouns = {noun, inflection.singular(noun), _SHORT.get(noun, noun)}
        found = 0
        for one in self.around(index):
            for distance, word in enumerate(reversed(one.before[-_TITLE_WORDS:])):
                if word.strip("'’-.") in nouns:
                    found = max(found, 2 if distance <= 1 else 1)
        return found

    def shared(self, words: Sequence[str], index: EntityIndex) -> int:
        """Return how many of some words are in the name or stand near it."""
        if self._near is None:
            near = set(self.words)
            for one in self.around(index):
                near.update(one.before[-_NEAR_WORDS:], one.behind[:_NEAR_WORDS])
            self._near = frozenset(near)
        return sum(word in self._near for word in words)

    def fits(self, noun: str) -> float:
        """Return whether a noun may stand for the name of an organisation."""
        return float(may_stand_for(noun, self.entity.text))
