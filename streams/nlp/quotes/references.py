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

_MAX_DISTANCE = 1_200  # code points back to which a reference may reach
_MAX_LEAD = (
    6  # words before a name that still begins its sentence: "The former state health commissioner Ida Holm"
)
_MAX_ROLE = 60  # code points around a name in which its office stands
_MAX_NOUN_WORDS = 4  # words of "the Republican governor"
_BREAK = re.compile(r"\n+|[.!?…][\"”’')]*\s+(?=[\"“‘(\[]?[A-Z0-9])")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(\w{1,6}\.?\w?)$")
_WORD = re.compile(r"[\w’'-]+")
_AGE = re.compile(r"(\d+)-year-old")
_COORDINATED = re.compile(r",? (?:and|or|&) |, ")
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
_DEPUTIES = frozenset({"vice", "deputy", "former", "ex", "assistant", "lt", "lieutenant"})
_MASCULINE, _FEMININE = (
    frozenset({"mr", "sir", "lord", "king", "prince"}),
    frozenset({"mrs", "ms", "miss", "lady", "dame", "queen", "princess"}),
)
_SHORT_TITLES = {"governor": "gov", "senator": "sen", "representative": "rep", "professor": "prof", "general": "gen",
                 "congressman": "rep", "congresswoman": "rep", "doctor": "dr", "captain": "capt", "sergeant": "sgt",
                 "lieutenant": "lt", "colonel": "col", "lawmaker": "rep"}  # fmt: skip
# Nouns for people who speak beside the one that a paragraph is about.
_OTHERS = frozenset({"spokesman", "spokeswoman", "spokesperson", "official", "officer", "judge", "prosecutor", "lawyer",
                     "attorney", "witness", "victim", "reporter", "journalist", "source", "mother", "father", "wife",
                     "husband", "son", "daughter", "reader", "visitor", "customer", "client", "student", "teacher",
                     "people", "police", "person", "critic", "opponent", "doctor", "interviewer", "driver"})  # fmt: skip
# Bodies of which a text may mean another than the one it names.
_PUBLIC = frozenset(
    {"police", "government", "court", "parliament", "council", "ministry", "department", "side"}
)


# Words for another one than the text has named: "the ruling party", "the rival company".
_OTHERWISE = frozenset(
    {"ruling", "opposition", "governing", "rival", "other", "opposing", "new", "second", "parent", "sister"}
)
# Nouns for what somebody issues to say something.
_ISSUED = frozenset({"statement", "release", "letter", "post", "memo", "email", "message", "notice", "tweet"})
# Nouns for companies and the like, and words in the names of authorities, which these do not stand for.
_COMPANIES = frozenset({"company", "firm", "group", "startup", "start-up"})
# Nouns for bodies that carry them in their names, but for names of initials: "the union" may be the UAW, and is no Northquay Holdings.
_CIVIC = frozenset({"union", "association", "federation", "charity", "campaign", "party", "institute", "university",
                    "club", "team", "band", "orchestra", "museum", "hospital", "militia"})  # fmt: skip
_AUTHORITIES = _PUBLIC | {"commission", "committee", "university", "congress", "senate", "house", "army"}


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
        if entity.label == "PERSON" or " " in entity.text:
            return entity
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
        named = len(people) == 1 and people[0].mentions[0].start < entity.mentions[0].start
        return people[0] if named else entity

    def person(self, pronoun: str, at: int, last: Speaker | None) -> Speaker | None:
        """Return who "he" or "she" at an offset is: the person whom the sentences before are about; ``last`` spoke before."""
        if last is not None and (last.entity is None or last.entity.label != "PERSON"):
            last = None
        owner: Speaker | None = None
        for start, end in self._sentences(at):
            people = [m for m in self._people(start, end) if not self._differs(m, pronoun)]
            if last is not None and start <= last.start < end:
                return last
            if not people or (end < at and self._begins_with_pronoun(start, end)):
                continue
            a, b, entity = people[0]
            if all(m[2] is entity for m in people):
                if self._text[b : b + 2] in ("’s", "'s", "s’", "s'"):
                    owner = owner or Speaker(entity.text, a, b, None, entity)
                    continue
                if end < at and (last or owner) is not None and not self._is_topic(start, a, b):
                    continue
                return Speaker(entity.text, a, b, None, entity)
            joined = (
                _COORDINATED.fullmatch(self._text, b, people[1][0]) if people[1][2] is not entity else None
            )
            if joined is not None or not self._is_topic(start, a, b):
                return last
            return Speaker(entity.text, a, b, None, entity)
        return last or owner

    def definite(self, phrase: str, start: int, last: Speaker | None) -> Entity | None:
        """Return whom "the governor", "the 56-year-old" or "the company" at an offset is, ``None`` if the text does not say."""
        words = phrase.lower().split()
        if not 2 <= len(words) <= _MAX_NOUN_WORDS or words[0] != "the" or not words[-1][-1].isalpha():
            return None
        head = words[-1]
        gaz = gazetteer.english()
        if head in _ISSUED:
            return self._issuer(phrase, head, start, last)
        if _AGE.fullmatch(head) or head in gaz.roles or head in verbs.people():
            return self._with_office(head, start) or self._whole_paragraph(head, start)
        if head not in gaz.bodies or not _OTHERWISE.isdisjoint(words[1:-1]):
            return None
        return self._organisation(head, start, last)

    def _issuer(self, phrase: str, noun: str, at: int, last: Speaker | None) -> Entity | None:
        """Return whoever spoke last, if it was in "the statement" too or in a sentence that told of it: "said in a statement"."""
        if last is None or not at - _MAX_DISTANCE <= last.start < at:
            return None
        if self._text[last.start : last.end].lower() == phrase.lower():
            return last.entity
        start, end = next(one for one in self._sentences(at) if one[0] <= last.start)
        told = re.search(rf"\b[Aa]n? (?:[\w-]+ ){{0,2}}{noun}\b", self._text[start:end])
        return last.entity if told is not None else None

    def _with_office(self, noun: str, end: int) -> Entity | None:
        """Return the nearest person before ``end`` beside whose name an office or age stands."""
        short = _SHORT_TITLES.get(noun, noun)
        age = _AGE.fullmatch(noun)
        for a, b, entity in self._entities.before(end, 200):
            if entity.label != "PERSON" or self._inside(a):
                continue
            before = re.split(r"[\n;!?]|(?<=\w{4})\. ", self._text[max(0, a - _MAX_ROLE) : a])[-1]
            after = re.split(r"[\n;!?]|(?<=\w{4})\. ", self._text[b : b + _MAX_ROLE])[0].lower()
            if age is not None and re.match(rf", {age.group(1)}\b", after):
                return entity
            others = self._people(a - len(before), a)
            lead = self._text[others[-1][1] : a] if others else before
            words = [word.strip("'’-") for word in _WORD.findall(lead.lower())[-6:]]
            at = next((k for k, word in enumerate(words) if word in (noun, short)), None)
            if at is not None and _DEPUTIES.isdisjoint(words[max(0, at - 2) : at]):
                return entity
            if after.startswith(", ") and noun in _WORD.findall(after.split(",")[1])[:8]:
                return entity
        return None

    def _whole_paragraph(self, noun: str, end: int) -> Entity | None:
        """Return the person whom a paragraph begins with and who is the only one in it so far: "the artist" of a profile."""
        start = self._text.rfind("\n", 0, end) + 1
        people = self._people(start, end)
        if noun in _OTHERS or not people or any(m[2] is not people[0][2] for m in people):
            return None
        return people[0][2] if self._is_topic(start, people[0][0], people[0][1]) else None

    def _organisation(self, noun: str, end: int, last: Speaker | None) -> Entity | None:
        """Return the organisation that a noun stands for: one with the noun in its name, else who spoke, else the only one near."""
        near = [m for m in self._entities.before(end) if m[2].label == "ORG" and m[0] >= end - _MAX_DISTANCE]
        for _a, _b, entity in near:
            if noun in entity.text.lower().split():
                return entity
        if noun in _PUBLIC:
            return None
        spoke = last.entity if last is not None else None
        if spoke is not None and spoke.label == "ORG" and _may_be(noun, spoke):
            return spoke
        alone = bool(near) and all(m[2] is near[0][2] for m in near)
        return near[0][2] if alone and _may_be(noun, near[0][2]) else None

    def _people(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Return the mentions of people in a stretch of text outside quotations."""
        return [
            m
            for m in self._entities.within(start, end)
            if m[2].label == "PERSON" and start <= m[0] and m[1] <= end and not self._inside(m[0])
        ]

    def _is_topic(self, start: int, a: int, b: int) -> bool:
        """Return whether a mention begins its sentence, but for a title, an office or a connective, or is an aside to what begins it."""
        lead = self._text[start:a]
        aside = lead.rstrip().endswith(",") and self._text[b : b + 1] == ","
        clause = lead.rpartition(", ")[2]  # behind "At a hearing last month, ..."
        words = _WORD.findall(clause)
        if any(word in verbs.reporting() and word.endswith(("d", "s")) for word in words) or "that" in words:
            return False
        joined = clause is not lead and words and words[0] in _JOINING
        return aside or (len(words) <= _MAX_LEAD and not joined)

    def _begins_with_pronoun(self, start: int, end: int) -> bool:
        words = _WORD.findall(self._text, start, min(end, start + 40))[:3]
        return any(word.lower() in _PRONOUNS for word in words)

    def _differs(self, mention: tuple[int, int, Entity], pronoun: str) -> bool:
        """Return whether the title before a name contradicts the pronoun: "Mr" and "she"."""
        pronoun = pronoun.lower()
        if pronoun not in ("he", "she"):
            return False
        wrong = _FEMININE if pronoun == "he" else _MASCULINE
        for other in mention[2].mentions:
            words = _WORD.findall(self._text, max(0, other.start - 10), other.start)
            first = self._text[other.start : other.end].split()[0]
            if (words and words[-1].lower() in wrong) or first.rstrip(".").lower() in wrong:
                return True
        return False

    def _inside(self, offset: int) -> bool:
        """Return whether an offset lies inside a quotation."""
        k = bisect.bisect_right(self._quoted, (offset, 1 << 60)) - 1
        return k >= 0 and self._quoted[k][0] <= offset < self._quoted[k][1]

    def _sentences(self, at: int) -> Iterator[tuple[int, int]]:
        """Yield start and end of the sentence that leads to an offset, and of those before it, nearest first."""
        if self._starts is None:
            self._starts = [0, *(m.end() for m in _BREAK.finditer(self._text) if self._ends_sentence(m))]
        k = bisect.bisect_right(self._starts, at) - 1
        end = at
        while k >= 0 and self._starts[k] >= at - _MAX_DISTANCE:
            yield self._starts[k], end
            end = self._starts[k]
            k -= 1

    def _ends_sentence(self, match: re.Match[str]) -> bool:
        """Return whether a full stop ends a sentence of the text around quotations, and no abbreviation."""
        if match.group()[0] == "\n":
            return True
        if self._inside(match.start()) and self._inside(match.start() + 1):
            return False
        if match.group()[0] != ".":
            return True
        word = _ABBREVIATED.search(self._text, max(0, match.start() - 8), match.start())
        titles = gazetteer.english().titles
        return word is None or (len(word.group(1)) > 1 and f"{word.group(1)}." not in titles)


def _may_be(noun: str, entity: Entity) -> bool:
    """Return whether a noun may stand for an organisation without it in its name: "the company" for no authority."""
    if noun in _CIVIC:
        return entity.text.isupper()
    return noun not in _COMPANIES or _AUTHORITIES.isdisjoint(entity.text.lower().split())
