"""Whom a pronoun that speaks stands for, by who spoke before and what may be "he", "it" and "they"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.quotes.references import References, Speaker
from streams.nlp.syntax import inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import Lexicon

PREPOSITIONS = frozenset({"of", "for", "at", "from", "in", "with", "on"})
_POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}
_NEAR_LINES = 2  # line breaks between a speaker and the "they" of the next paragraph


class Cue(NamedTuple):
    """A reporting word of a paragraph (token index) with its speaker."""

    token: int
    speaker: Speaker
    weak: bool
    lemma: str


class Pronouns:
    """Finds whom the pronouns of one document stand for."""

    def __init__(self, text: str, references: References, words: Lexicon) -> None:
        self._text = text
        self._references = references
        self._words = words
        self._english = "according" in words.according

    def is_one(self, word: str) -> bool:
        """Return whether a word is a pronoun that may speak, or says whose statement speaks: "he", "his"."""
        return word in self._words.pronouns or (self._english and word in _POSSESSIVES)

    def antecedent(
        self, parsed: ParsedParagraph, pronoun: Token, so_far: Sequence[Cue], last: Speaker | None
    ) -> Speaker | None:
        """Return the antecedent of a pronoun, or ``None`` if it is ambiguous.

        Tried in order: a speaker reported earlier in the paragraph; for "he" and "she" whom the sentences before are about
        (:class:`References`), for "they" and "it" the last speaker, in the paragraph before.
        """
        word = _POSSESSIVES.get(pronoun.lower_, pronoun.lower_) if self._english else pronoun.lower_
        personal = word in self._words.personal
        if not personal and not (self._english and word in ("they", "it")):
            return None
        for cue in reversed(so_far):
            speaker = cue.speaker
            if speaker.start >= parsed.starts[pronoun.i] or speaker.name.lower() in self._words.pronouns:
                continue
            if self._may_be(speaker, word):
                return speaker
        if personal:
            return self._references.person(word, parsed.starts[pronoun.i], last)
        near = (
            last is not None and self._text.count("\n", last.start, parsed.starts[pronoun.i]) <= _NEAR_LINES
        )
        return last if last is not None and near and self._may_be(last, word) else None

    def _may_be(self, speaker: Speaker, pronoun: str) -> bool:
        """Return whether a pronoun may stand for a speaker, by what they are."""
        person = speaker.entity is not None and speaker.entity.label == "PERSON"
        if pronoun == "it":
            return not person and speaker.name.lower() not in self._words.pronouns
        if pronoun == "they":
            return speaker.name.lower() not in self._words.pronouns
        return person or (speaker.entity is None and self.is_person(speaker))

    def is_person(self, speaker: Speaker) -> bool:
        """Return whether a speaker without a name is a single person: "a mother of three", not a company, a paper or a plural."""
        head = _noun(speaker.name)
        if not self._english:
            return not head.endswith("s") and head not in gazetteer.english().impersonal
        return head.endswith("-year-old") or head in verbs.people() or head in gazetteer.english().roles

    def is_people(self, speaker: Speaker) -> bool:
        """Return whether a speaker without a name is several people: "union leaders in Leeds"."""
        head = _noun(speaker.name)
        single = inflection.singular(head)
        return (
            self._english
            and single != head
            and (single in verbs.people() or single in gazetteer.english().roles)
        )


def _noun(name: str) -> str:
    """Return the noun of a phrase, in lower case: "leaders" of "union leaders in Leeds"."""
    words = name.lower().split()
    end = next((k for k, word in enumerate(words) if word in PREPOSITIONS), len(words))
    return words[end - 1] if end else ""
