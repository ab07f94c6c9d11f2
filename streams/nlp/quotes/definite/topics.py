"""Whom a text is about where it says "he", "the Belgian" or "the former chat show host"."""

from __future__ import annotations

import itertools
import re

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import References
from streams.records import Entity

#: Nouns for people who speak beside the one that a paragraph is about.
OTHERS = frozenset({"spokesman", "spokeswoman", "spokesperson", "official", "officer", "judge", "prosecutor", "lawyer",
                     "attorney", "witness", "victim", "reporter", "journalist", "source", "mother", "father", "wife",
                     "husband", "son", "daughter", "reader", "visitor", "customer", "client", "student", "teacher",
                     "people", "police", "person", "critic", "opponent", "doctor", "interviewer", "driver"})  # fmt: skip
#: Ends of words that own what stands behind them.
OWNING = ("’s", "'s", "s’", "s'")
_FOREMOST = 2  # mentions before an offset, at least, of the person that a text is about
_MIN_DESCRIPTION = 2  # words of a description that says no more than a noun


class TopicPeople:
    """Finds the people whom the sentences of one document are about."""

    def __init__(self, text: str, entities: EntityIndex, references: References) -> None:
        self._text = text
        self._entities = entities
        self._references = references

    def person(self, pronoun: str, start: int, end: int) -> Entity | None:
        """Return whom the sentences before "he" or "she" at an offset are about, ``None`` if they do not tell.

        That is somebody who begins a sentence, or is named more often before than anybody else, and whom the pronoun's own sentence, up
        to ``end``, does not name behind it (principle C of binding theory).
        """
        about = self._references.person(pronoun, start, None)
        if about is None or about.entity is None:
            return None
        if any(start < m.start < end for m in about.entity.mentions):
            return None
        opens = next(
            (low for low, _end in self._references.sentences(start) if low <= about.start), about.start
        )
        topic = self._references.is_topic(opens, about.start, about.end)
        return about.entity if topic or self._is_foremost(about.entity, start) else None

    def _is_foremost(self, person: Entity, at: int) -> bool:
        """Return whether the text before an offset names a person at least twice, and nobody as often."""
        counts = {
            one.text: sum(m.end <= at for m in one.mentions)
            for one in self._entities.entities
            if one.label == "PERSON"
        }
        own = counts.pop(person.text, 0)
        return own >= _FOREMOST and own > max(counts.values(), default=0)

    def differs(self, person: Entity, pronoun: str) -> bool:
        """Return whether the title or the given name of a person contradicts "he" or "she"."""
        return self._references.differs(person, pronoun)

    def described(self, phrase: str, start: int) -> Entity | None:
        """Return the person whom "the former chat show host" or "the Belgian" at an offset describes, ``None`` if it may be another one.

        That is whom the sentences before are about, if the text has named nobody more often, or the only one of the sentence before where
        the description says more than a noun; and if no other one of that noun stands before.
        """
        words = phrase.lower().split()
        owned = any(word.endswith(OWNING) for word in words[:-1])  # "the party's leader"
        if (
            owned
            or words[-1] in OTHERS
            or re.search(rf"\b{re.escape(words[-1])}s?\b", self._text[:start].lower())
        ):
            return None
        before = list(itertools.islice(self._references.sentences(start), 2))[1:]
        near = self._references.people(*before[0]) if before else []
        if near and len(words) > _MIN_DESCRIPTION and all(m[2] is near[0][2] for m in near):
            return near[0][2]
        about = self._references.person("", start, None)
        known = about is not None and about.entity is not None and self._is_foremost(about.entity, start)
        return about.entity if known and about is not None else None
