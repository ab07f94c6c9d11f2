"""Whom a pronoun or a definite noun ("the governor", "the company") stands for, by what the text says before it.

For languages with a parser. Sentences are walked backwards, and the person that a sentence is about is preferred, as in
centering theory (Grosz, Joshi and Weinstein 1995): who speaks in it, who begins it, or the only person in it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.syntax import verbs
from streams.nlp.text.quotation_marks import Quotation
from streams.records import Entity

MAX_DISTANCE = 1_200  # code points back to which a reference may reach
_MAX_GIVEN = 40  # code points of an office and a given name
_MAX_LEAD = (
    6  # words before a name that still begins its sentence: "The former state health commissioner Ida Holm"
)
_BREAK = re.compile(r"\n+|[.!?…][\"”’')]*\s+(?=[\"“‘(\[]?[A-Z0-9])")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(\w{1,6}\.?\w?)$")
WORD = re.compile(r"[\w’'-]+")
_COORDINATED = re.compile(r",? (?:and|or|&) |, ")
_CLAUSE = re.compile(r",[”\"’']? ")
# Words behind a comma that begin no main clause.
_JOINING = frozenset(
    {
        "and",
        "or",
        "but",
        "including",
        "with",
        "by",
        "to",
        "for",
        "of",
        "from",
        "like",
        "as",
        "than",
        "when",
        "while",
    }
)
_PRONOUNS = frozenset({"he", "she", "they", "his", "her", "their"})
_MASCULINE, _FEMININE = (
    frozenset({"mr", "sir", "lord", "king", "prince"}),
    frozenset({"mrs", "ms", "miss", "lady", "dame", "queen", "princess"}),
)


class Speaker(NamedTuple):
    """A speaker: the resolved ``name``, and the offsets of the words that name them in the text (code points)."""

    name: str
    start: int
    end: int
    cue: str | None = None
    entity: Entity | None = None


class References:
    """Finds the people and organisations that pronouns and definite nouns of one document stand for."""

    def __init__(self, text: str, entities: EntityIndex, quotations: Sequence[Quotation]) -> None:
        self._text = text
        self._entities = entities
        self._quoted = [(q.start, q.end) for q in quotations]
        self._starts: list[int] | None = None
        self._written: dict[str, str | None] = {}
        self._surnames: dict[str, list[Entity]] = {}
        for entity in entities.entities:
            words = entity.text.split()
            if entity.label == "PERSON" and len(words) > 1:
                self._surnames.setdefault(words[-1], []).append(entity)

    def full(self, entity: Entity) -> Entity:
        """Return who was named in full before, else the entity itself.

        This is a person whose surname was taken for another kind of name, or the only organisation with a noun in its name:
        "Northquay Institute" for "the Institute".
        """
        if entity.label == "PERSON":
            return self._ending(entity) if " " in entity.text else self._containing(entity)
        if " " in entity.text:
            return self._ending(entity)
        noun = entity.text.lower()
        if entity.label == "ORG" and noun in gazetteer.english().bodies:
            first = entity.mentions[0].start
            longer = [
                one
                for one in self._entities.entities
                if one.label == "ORG" and one.mentions[0].start < first and noun in one.text.lower().split()
            ]
            return longer[0] if len(longer) == 1 else entity
        people = self._surnames.get(entity.text, [])
        named = len(people) == 1 and people[0].mentions[0].start < entity.mentions[-1].start
        return people[0] if named else entity if people else self._ending(entity)

    def written_in_full(self, surname: str) -> str | None:
        """Return a surname with the given name before it, where the text has them together but no person of that name was found.

        Before them stands an office ("meteorologist Gabor Holm"), or the given name is a known one ("Acme DL Paul Winter").
        """
        if surname not in self._written:
            self._written[surname] = self._with_given_name(surname)
        return self._written[surname]

    def _with_given_name(self, surname: str) -> str | None:
        letters = surname.replace("-", "").replace("’", "")
        if not surname[:1].isupper() or not letters.isalpha() or surname.isupper():
            return None
        gaz = gazetteer.english()
        at = self._text.find(f" {surname}")
        while at >= 0:
            before = self._text[max(0, at - _MAX_GIVEN) : at].split(" ")
            given, office = before[-1], before[-2] if len(before) > 1 else ""
            named = given.isalpha() and given.istitle() and given not in gaz.titles
            role = office in gaz.titles or office.lower() in gaz.roles or office.lower() in verbs.people()
            known = given in gaz.masculine or given in gaz.feminine
            follows = self._text[at + len(surname) + 1 : at + len(surname) + 2]
            if named and (known or role) and not follows.islower():
                return f"{given} {surname}"
            at = self._text.find(f" {surname}", at + 1)
        return None

    def _containing(self, entity: Entity) -> Entity:
        """Return the only person of three names or more of whom a single one is the middle one: "Yeon Jun Kim" for "Jun", else the entity."""
        longer = [
            one
            for one in self._entities.entities
            if one.label == "PERSON" and entity.text in one.text.split()[1:-1]
        ]
        named = len(longer) == 1 and longer[0].mentions[0].start < entity.mentions[0].start
        return longer[0] if named else entity

    def _ending(self, entity: Entity) -> Entity:
        """Return the only other person or organisation whose name ends with this one: "Luis de Miranda" for "De Miranda"."""
        end = f" {entity.text.casefold()}"
        other = (
            None if entity.label in ("ORG", "GPE", "LOC", "FAC") else "PERSON"
        )  # "Cardinal Tagle", taken for a thing
        longer = [
            one
            for one in self._entities.entities
            if one.label in (entity.label, other)
            and one.text.casefold().endswith(end)
            and ":" not in one.text
        ]
        several = " " in entity.text  # "Weather Service"; no "World Bank" for "Bank"
        short = entity.label == "PERSON" or several or all(len(one.text.split()) == 2 for one in longer)
        return (
            longer[0]
            if len(longer) == 1 and short and longer[0].mentions[0].start < entity.mentions[-1].start
            else entity
        )

    def person(self, pronoun: str, at: int, last: Speaker | None) -> Speaker | None:
        """Return who "he" or "she" at an offset is: the person whom the sentences before are about; ``last`` spoke before."""
        if last is not None and (
            last.entity is None or last.entity.label != "PERSON" or self.differs(last.entity, pronoun)
        ):
            last = None
        owner: Speaker | None = None
        for n, (start, end) in enumerate(self.sentences(at)):
            people = self._agreeing(self._without_body(self.people(start, end)), pronoun)
            if last is not None and start <= last.start < end:
                return last
            if not people or (end < at and self._begins_with_pronoun(start, end, people[0])):
                continue
            a, b, entity = people[0]
            if all(m[2] is entity for m in people):
                if self._text[b : b + 2] in ("’s", "'s", "s’", "s'"):
                    near = n and self.is_topic(start, a, b) and "\n" not in self._text[b:at]
                    if near or not pronoun:
                        return Speaker(entity.text, a, b, None, entity)
                    owner = owner or Speaker(entity.text, a, b, None, entity)
                    continue
                if end < at and (last or owner) is not None and not self.is_topic(start, a, b):
                    continue
                return Speaker(entity.text, a, b, None, entity)
            joined = (
                _COORDINATED.fullmatch(self._text, b, people[1][0]) if people[1][2] is not entity else None
            )
            if joined is not None or not self.is_topic(start, a, b):
                return last
            return Speaker(entity.text, a, b, None, entity)
        return last or owner

    def _without_body(self, people: list[tuple[int, int, Entity]]) -> list[tuple[int, int, Entity]]:
        """Return mentions without a first one that names the body of the second one's office: "Vega Dem" of "Vega Dem leader Ida Holm"."""
        between = self._text[people[0][1] : people[1][0]].split() if len(people) > 1 else []
        office = bool(between) and between[-1] in gazetteer.english().roles | verbs.people()
        return people[1:] if office and all(word.isalpha() and word.islower() for word in between) else people

    def _agreeing(
        self, people: Sequence[tuple[int, int, Entity]], pronoun: str
    ) -> list[tuple[int, int, Entity]]:
        """Return the mentions that a pronoun may stand for; a surname alone is the only relative that it may stand for."""
        found = []
        for a, b, entity in people:
            if not self.differs(entity, pronoun):
                found.append((a, b, entity))
            elif " " not in self._text[a:b]:
                relatives = [
                    one for one in self._surnames.get(self._text[a:b], []) if not self.differs(one, pronoun)
                ]
                found += [(a, b, relatives[0])] if len(relatives) == 1 else []
        return found

    def people(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Return the mentions of people in a stretch of text outside quotations."""
        return [
            m
            for m in self._entities.within(start, end)
            if m[2].label == "PERSON" and start <= m[0] and m[1] <= end and not self.is_quoted(m[0])
        ]

    def is_topic(self, start: int, a: int, b: int) -> bool:
        """Return whether a mention begins its sentence, but for a title, an office or a connective, or is an aside to what begins it."""
        lead = self._text[start:a]
        aside = lead.rstrip().endswith(",") and self._text[b : b + 1] == ","
        clause = _CLAUSE.split(lead)[-1]  # behind "At a hearing last month, ..."
        words = WORD.findall(clause)
        if words and words[-1] in ("in", "near"):
            return False  # a place that was taken for a person
        if any(word in verbs.reporting() and word.endswith(("d", "s")) for word in words) or "that" in words:
            return False
        joined = clause != lead and words and words[0] in _JOINING
        return aside or (len(words) <= _MAX_LEAD and not joined)

    def _begins_with_pronoun(self, start: int, end: int, first: tuple[int, int, Entity]) -> bool:
        """Return whether a sentence begins with a pronoun that is not the name behind it: "In her first book, Holm wrote"."""
        words = [word.lower() for word in WORD.findall(self._text, start, min(end, start + 40))[:3]]
        if words and words[0] not in _PRONOUNS and self.is_topic(start, first[0], first[1]):
            return False
        return any(word in _PRONOUNS for word in words)

    def differs(self, entity: Entity, pronoun: str) -> bool:
        """Return whether the title before a name or the given name contradicts the pronoun: "Mr" or "Peter" and "she"."""
        pronoun = pronoun.lower()
        if pronoun not in ("he", "she"):
            return False
        wrong = _FEMININE if pronoun == "he" else _MASCULINE
        gaz = gazetteer.english()
        given = entity.text.split()[0]
        given = given.partition("-")[0]  # "Eva-Marie"
        if given in (gaz.feminine if pronoun == "he" else gaz.masculine) and " " in entity.text:
            return True
        right = _MASCULINE if pronoun == "he" else _FEMININE
        titles: set[str] = set()
        for other in entity.mentions:
            words = WORD.findall(self._text, max(0, other.start - 10), other.start)
            first = self._text[other.start : other.end].split()[0]
            titles |= {word.lower() for word in words[-1:]} | {first.rstrip(".").lower()}
        return not titles.isdisjoint(wrong) and titles.isdisjoint(right)

    def is_quoted(self, offset: int) -> bool:
        """Return whether an offset lies inside a quotation."""
        k = bisect.bisect_right(self._quoted, (offset, 1 << 60)) - 1
        return k >= 0 and self._quoted[k][0] <= offset < self._quoted[k][1]

    def sentences(self, at: int) -> Iterator[tuple[int, int]]:
        """Yield start and end of the sentence that leads to an offset, and of those before it, nearest first."""
        starts = self.starts()
        k = bisect.bisect_right(starts, at) - 1
        end = at
        while k >= 0 and starts[k] >= at - MAX_DISTANCE:
            yield starts[k], end
            end = starts[k]
            k -= 1

    def starts(self) -> Sequence[int]:
        """Return the offsets at which sentences of the text start."""
        if self._starts is None:
            self._starts = [0, *(m.end() for m in _BREAK.finditer(self._text) if self._ends_sentence(m))]
        return self._starts

    def _ends_sentence(self, match: re.Match[str]) -> bool:
        """Return whether a full stop ends a sentence of the text around quotations, and no abbreviation."""
        if match.group()[0] == "\n":
            return True
        if self.is_quoted(match.start()) and self.is_quoted(match.start() + 1):
            return False
        if match.group()[0] != ".":
            return True
        word = _ABBREVIATED.search(self._text, max(0, match.start() - 8), match.start())
        titles = gazetteer.english().titles
        return word is None or (len(word.group(1)) > 1 and f"{word.group(1)}." not in titles)
