"""Speakers that a clause beside a quotation names, for languages without a parser: by names, capitals and noun phrases."""

from __future__ import annotations

import re

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.unparsed import nominatives, phrases
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import Clause, clause_of
from streams.nlp.quotes.unparsed.succession import CONJUNCTIONS
from streams.records import Entity

# A name that is the first part of a compound does not speak: "Usyk-Promoter".
_COMPOUND = re.compile(r"[-‐–][^\W\d_]")
_MAX_OFFICE = 14  # words of title and office between a verb and the name
_MAX_ORGANISATION = (
    1  # the same, where the name is no person's: farther off, it is a part of the office, or told
)
_APPOSITION = 40  # characters in which a name behind a comma begins and ends
_APPOSITION_ENDS = ",:"
_MAX_ADJECTIVES = 3  # words up to a noun for a person, with its article
_LONGEST_GIVEN = 20  # letters of a given name
_MAX_SOURCE = 5  # words between "according to" and the name
_MAX_APPOSITION = 2  # words between a comma behind the verb and the name: ", Frau Anna Sommer"
_MAX_AUXILIARY = 4  # letters of an auxiliary between a comma and the verb: ", a déclaré"
_MAX_LEAD = 4  # words of title and office before a name that begins its clause
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
        self._full_names: dict[str, str | None] = {}

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
        people = nominatives.of(self._text, people, cue, self._reporting)
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
        first = self._first_of(clause, verb)
        if not first or "," not in self._text[clause.words[first - 1][1] : clause.words[first][0]]:
            return False
        return any(one[2].label == "PERSON" for one in self._right_behind(clause, verb))

    def _first_of(self, clause: Clause, verb: int) -> int:
        """Return the first word of a verb with its auxiliaries and object pronouns: of "a" in "a révélé"."""
        joined = self._reporting.auxiliaries | self._reporting.objects
        while verb and clause.words[verb - 1][2] in joined:
            verb -= 1
        return verb

    def _right_behind(self, clause: Clause, verb: int) -> list[tuple[int, int, Entity]]:
        """Return the names within two words behind a verb, none if a conjunction stands there: "tuiteó que Winter ..."."""
        behind = clause.words[verb + 1 : verb + 3]
        if not behind or any(word in CONJUNCTIONS for _start, _end, word in behind):
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

    def is_within(self, found: Speaker, phrase: tuple[int, int] | None) -> bool:
        """Return whether the name of an organisation is a part of a noun phrase for a person: "ein Sprecher der Polizei"."""
        if phrase is None or found.entity is None or found.entity.label == "PERSON":
            return False
        words = clause_of(self._text, *phrase).words
        named = any(self._reporting.is_person(word) for _start, _end, word in words[:_MAX_ADJECTIVES])
        return named and phrase[0] < found.start < phrase[1]

    def is_inverted_by_capitals(self, clause: Clause, verb: int) -> bool:
        """Return whether a verb right behind a comma has a name behind it that was not found as one: "..., écrit Song Myung"."""
        first = self._first_of(clause, verb)
        found = None if self._reporting.capitalises else phrases.name(self._text, clause, verb + 1)
        if found is None or not first or self.speaking(*found):
            return False
        return "," in self._text[clause.words[first - 1][1] : clause.words[first][0]]

    def by_capitals(self, clause: Clause, verb: int) -> Speaker | None:
        """Return the name right behind a verb that was not found as one, by its capitals: of the entity that it is a part of, if any.

        Where all nouns have capitals, only a surname that stands behind a given name elsewhere.
        """
        found = phrases.name(self._text, clause, verb + 1)
        if found is None:
            return None
        start, end = found
        name, cue = self._text[start:end], clause.words[verb][2]
        if self._reporting.capitalises:
            full = self._full_name(name) if self._text[end : end + 1] in _APPOSITION_ENDS + "." else None
            return Speaker(full, start, end, cue) if full is not None else None
        return self._known_by(name, start, end, cue)

    def beginning(self, clause: Clause, verb: int) -> Speaker | None:
        """Return the name that begins a clause by its capitals: before a comma or the verb, or known as somebody's surname."""
        found = None if self._reporting.capitalises else phrases.name(self._text, clause, 0)
        if found is None:
            return None
        start, end = found
        one = self._known_by(self._text[start:end], start, end, clause.words[verb][2])
        ends = self._text[end : end + 1] == "," or clause.words[self._first_of(clause, verb)][0] == end + 1
        return one if one.entity is not None or (" " in self._text[start:end] and ends) else None

    def _known_by(self, name: str, start: int, end: int, cue: str) -> Speaker:
        known = [e for e in self._entities.entities if e.label == "PERSON" and e.text.split()[-1] == name]
        return Speaker(known[0].text if known else name, start, end, cue, known[0] if known else None)

    def _full_name(self, surname: str) -> str | None:
        """Return a surname with the given name before it, as another place of the text has them."""
        if surname not in self._full_names:
            self._full_names[surname] = self._with_given_name(surname)
        return self._full_names[surname]

    def _with_given_name(self, surname: str) -> str | None:
        row = self._reporting
        lists = (row.articles, row.indefinite, row.stops, row.persons)
        at = self._text.find(f" {surname}")
        while at >= 0:
            given = self._text[max(0, at - _LONGEST_GIVEN) : at].split(" ")[-1]
            ends = not self._text[at + len(surname) + 1 : at + len(surname) + 2].isalnum()
            if (
                ends
                and given.isalpha()
                and given.istitle()
                and not any(given.lower() in words for words in lists)
            ):
                return f"{given} {surname}"
            at = self._text.find(f" {surname}", at + 1)
        return None

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

    def document(self, clause: Clause) -> Speaker | None:
        """Return the document in which a clause says that something stands: "so heißt es in dem Schreiben"."""
        found = phrases.document(self._text, clause, self._reporting)
        if found is None:
            return None
        start, end, cue = found
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
                return named_speaker(self._in_apposition(found[0]) or found[0], cue)
            behind = phrases.behind(self._text, clause, at, self._reporting)
            behind = behind or phrases.bare(self._text, clause, at, self._reporting)
            if behind is not None:
                start, end = behind
                return Speaker(" ".join(self._text[start:end].split()), start, end, cue)
        return None

    def _in_apposition(self, mention: tuple[int, int, Entity]) -> tuple[int, int, Entity] | None:
        """Return the person between commas right behind an organisation: "the head of the board of Acme, Ida Holm, ..."."""
        _start, end, entity = mention
        if entity.label == "PERSON" or self._text[end : end + 2] != ", ":
            return None
        behind = self.speaking(end, end + _APPOSITION)
        fits = behind and behind[0][0] == end + 2 and behind[0][2].label == "PERSON"
        return behind[0] if fits and self._text[behind[0][1] : behind[0][1] + 1] in _APPOSITION_ENDS else None

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
