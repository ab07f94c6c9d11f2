"""Speakers that a clause beside a quotation names, for languages without a parser: by names, capitals and noun phrases."""

from __future__ import annotations

import re

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.unparsed import phrases
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import Clause, clause_of
from streams.records import Entity

# A name that is the first part of a compound does not speak: "Usyk-Promoter".
_COMPOUND = re.compile(r"[-‐–][^\W\d_]")
_MAX_OFFICE = 14  # words of title and office between a verb and the name
_MAX_ORGANISATION = (
    1  # the same, where the name is no person's: farther off, it is a part of the office, or told
)
_MAX_SOURCE = 5  # words between "according to" and the name
_MAX_APPOSITION = 2  # words between a comma behind the verb and the name: ", Frau Anna Sommer"
_MAX_AUXILIARY = 4  # letters of an auxiliary between a comma and the verb: ", a déclaré"
_MAX_LEAD = 4  # words of title and office before a name that begins its clause
# "That", in the languages of the data files.
_CONJUNCTIONS = frozenset(
    {"que", "dass", "daß", "что", "che", "dat", "att", "at", "że", "že", "că", "да", "що", "qu", "että"}
)
_SHORT_PREPOSITION = (
    4  # letters; "para", "pour", "per", "so" also mean something else, unless they begin the clause
)
_SPEAKING = ("PERSON", "ORG")


class ClauseSubjects:
    """Finds the subjects of reporting verbs in the clauses of one document."""

    def __init__(self, text: str, entities: EntityIndex, reporting: Reporting) -> None:
        self._text = text
        self._entities = entities
        self._reporting = reporting

    def subject(self, clause: Clause, verb: int, *, before: bool) -> Speaker | None:
        """Return the name before a verb, nearest first, or behind it: a person, else an organisation close by."""
        _start, end, cue = clause.words[verb]
        if before:
            found = self._names_before(clause, verb)
        else:
            last = min(len(clause.words) - 1, verb + _MAX_OFFICE)
            found = [
                one
                for one in self.speaking(end, clause.words[last][1])
                if self._is_subject_behind(end, one[0])
            ]
            if any(
                word in self._reporting.pronouns for _start, _end, word in clause.words[verb + 1 : verb + 3]
            ):
                return None
        people = [one for one in found if one[2].label == "PERSON"]
        chosen = people[:1] or [
            one for one in found[:1] if self._words_between(clause, verb, one) <= _MAX_ORGANISATION
        ]
        if not chosen:
            return None
        return named_speaker(chosen[0], cue)

    def _names_before(self, clause: Clause, verb: int) -> list[tuple[int, int, Entity]]:
        """Return the names before a verb, nearest first.

        Where the verb stands behind the comma of an aside, the first one: "Anna Sommer, die Paul Winter kennt, sagte".
        """
        start = clause.words[verb][0]
        near = self.speaking(clause.words[max(0, verb - _MAX_OFFICE)][0], start)[::-1]
        if self._is_inverted(clause, verb):
            return []
        if not self._is_behind_aside(clause, verb):
            return near
        people = [one for one in self.speaking(clause.words[0][0], start) if one[2].label == "PERSON"]
        for one, following in zip(people, [*people[1:], None], strict=False):
            if (
                following is None or following[0] > one[1] + 2
            ):  # "La hija de Bond, Karen Jankel, que ..., dijo"
                return [one, *near]
        return near

    def _is_inverted(self, clause: Clause, verb: int) -> bool:
        """Return whether a verb stands right behind the comma after another clause, its subject behind it: "als Sommer kam, sagte Winter"."""
        if not verb or "," not in self._text[clause.words[verb - 1][1] : clause.words[verb][0]]:
            return False
        return any(one[2].label == "PERSON" for one in self._right_behind(clause, verb))

    def _right_behind(self, clause: Clause, verb: int) -> list[tuple[int, int, Entity]]:
        """Return the names within two words behind a verb, none if a conjunction stands there: "tuiteó que Winter ..."."""
        behind = clause.words[verb + 1 : verb + 3]
        if not behind or any(word in _CONJUNCTIONS for _start, _end, word in behind):
            return []
        return self.speaking(clause.words[verb][1], behind[-1][1])

    def _is_behind_aside(self, clause: Clause, verb: int) -> bool:
        """Return whether a comma stands before a verb, or before its auxiliary, that is not the comma after another clause."""
        if verb < 2:
            return False
        start = clause.words[verb][0]
        if self._right_behind(clause, verb):
            return False
        word = clause.words[verb - 1]
        if "," not in self._text[word[1] : start] and word[1] - word[0] <= _MAX_AUXILIARY:
            start, word = word[0], clause.words[verb - 2]
            if clause.words[verb - 1][2] not in self._reporting.auxiliaries:
                return False
        return "," in self._text[word[1] : start]

    def _is_subject_behind(self, end: int, name: int) -> bool:
        """Return whether a name behind a verb that ends at ``end`` may be its subject: before any comma, or as an apposition right behind one."""
        comma = self._text.rfind(",", end, name)
        return comma < 0 or len(clause_of(self._text, comma, name).words) <= _MAX_APPOSITION

    def is_behind_comma(self, clause: Clause, verb: int) -> bool:
        """Return whether a verb stands right behind the comma after another clause, so that its subject stands behind it."""
        return verb > 0 and "," in self._text[clause.words[verb - 1][1] : clause.words[verb][0]]

    def leading(self, clause: Clause, end: int) -> Speaker | None:
        """Return the person who begins a clause up to ``end`` with a verb of no list: "Ana Sol fue más dura: «...»".

        Others may be named in it only behind a comma: "Ana Sol puede imaginar, que Paul ...".
        """
        if not clause.words:
            return None
        people = [one for one in self.speaking(clause.words[0][0], end) if one[2].label == "PERSON"]
        if not people or any(
            one[2] != people[0][2] and "," not in self._text[people[0][1] : one[0]] for one in people
        ):
            return None
        lead = sum(start < people[0][0] for start, _end, _word in clause.words)
        return named_speaker(people[0], None) if lead <= _MAX_LEAD else None

    def by_capitals(self, clause: Clause, verb: int) -> Speaker | None:
        """Return the name right behind a verb that was not found as one, by its capitals: of the entity that it is a part of, if any."""
        found = None if self._reporting.capitalises else phrases.name(self._text, clause, verb + 1)
        if found is None:
            return None
        start, end = found
        name, cue = self._text[start:end], clause.words[verb][2]
        known = [e for e in self._entities.entities if e.label == "PERSON" and e.text.split()[-1] == name]
        return Speaker(known[0].text if known else name, start, end, cue, known[0] if known else None)

    def has_pronoun(self, clause: Clause, verb: int) -> bool:
        """Return whether the subject right before a verb is a pronoun: "que ella describe como", "Sie twitterte"."""
        k = verb - 1
        while k >= 0 and (
            clause.words[k][2] in self._reporting.auxiliaries or clause.words[k][2] in self._reporting.objects
        ):
            k -= 1
        return k >= 0 and clause.words[k][2] in self._reporting.pronouns

    def unnamed(self, phrase: tuple[int, int] | None, verb: tuple[int, int, str]) -> Speaker | None:
        """Return a speaker without a name, by the words of the phrase."""
        if phrase is None:
            return None
        start, end = phrase
        cue = verb[2]
        return Speaker(" ".join(self._text[start:end].split()), start, end, cue)

    def according(self, clause: Clause) -> Speaker | None:
        """Return the name behind a preposition that reports: "according to X"."""
        row = " ".join(word for _start, _end, word in clause.words)
        for phrase in self._reporting.according:
            at = f" {row} ".find(f" {phrase} ")
            if at < 0:
                continue
            first = len(row[:at].split())
            short = first and len(phrase) <= _SHORT_PREPOSITION
            last = min(len(clause.words) - 1, first + len(phrase.split()) + _MAX_SOURCE)
            found = self.speaking(clause.words[first][0], clause.words[last][1])
            if short and not (
                found and found[-1][1] == clause.words[-1][1] and first + 4 > len(clause.words) - 1
            ):
                continue
            at = first + len(phrase.split())
            cue = " ".join(self._text[clause.words[first][0] : clause.words[at - 1][1]].lower().split())
            if found:
                return named_speaker(found[0], cue)
            behind = phrases.behind(self._text, clause, at, self._reporting)
            behind = behind or phrases.bare(self._text, clause, at, self._reporting)
            if behind is not None:
                start, end = behind
                return Speaker(" ".join(self._text[start:end].split()), start, end, cue)
        return None

    def is_filled(self, clause: Clause, verb: int) -> bool:
        """Return whether a name begins a clause and only it, its office and adverbs stand before the verb."""
        if not verb:
            return False
        found = self.speaking(clause.words[0][0], clause.words[verb][0])
        return bool(found) and verb <= _MAX_OFFICE

    def speaking(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Return the mentions between two offsets of what can speak."""
        if start >= end:
            return []
        return [
            one
            for one in self._entities.within(start, end)
            if one[2].label in _SPEAKING and one[0] >= start and not _COMPOUND.match(self._text, one[1])
        ]

    def _words_between(self, clause: Clause, verb: int, mention: tuple[int, int, Entity]) -> int:
        low, high = sorted((clause.words[verb][0], mention[0]))
        return sum(low < start < high for start, _end, _word in clause.words)


def named_speaker(mention: tuple[int, int, Entity], cue: str | None) -> Speaker:
    start, end, entity = mention
    return Speaker(entity.text, start, end, cue, entity)
