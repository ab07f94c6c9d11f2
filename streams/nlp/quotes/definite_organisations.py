"""Which organisation a definite noun ("the company", "the agency", "the report") stands for, by what the text says before it."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import MAX_DISTANCE, References, Speaker
from streams.records import Entity

_MAX_SENTENCES = 3  # back to which "the company" may reach for one of several
_FOREMOST = 3  # mentions of the organisation that a text is about, at least
# Bodies of which a text may mean another than the one it names.
PUBLIC = frozenset(
    {"police", "government", "court", "parliament", "council", "ministry", "department", "side"}
)
# More nouns for bodies.
BODIES = frozenset({"alliance", "bloc", "organisation", "organization", "nonprofit", "foundation", "bureau", "label", "chain", "network",
                    "studio", "publisher", "developer", "carrier", "school", "college", "board", "authority", "league", "regulator"})  # fmt: skip
# Nouns for companies and the like, and words in the names of authorities, which these do not stand for.
_COMPANIES = frozenset({"company", "firm", "group", "startup", "start-up"})
# Nouns for bodies that carry them in their names, but for names of initials: "the union" may be the UAW, and is no Northquay Holdings.
_CIVIC = frozenset({"union", "association", "federation", "charity", "campaign", "party", "institute", "university",
                    "club", "team", "band", "orchestra", "museum", "hospital", "militia"})  # fmt: skip
_AUTHORITIES = PUBLIC | {"commission", "committee", "university", "congress", "senate", "house", "army"}
# Documents whose author "the report" may be named beside an earlier mention of it.
DOCUMENTS = frozenset({"report", "study", "survey", "poll", "analysis", "paper"})
_MAX_DOCUMENTS = 4  # earlier mentions of a document that are looked at
_OWNED = re.compile(r"(?:’s|'s|s’|s')(?: [\w-]+){0,4} ")  # between the name of an author and a document
_AUTHORED = re.compile(r" (?:[\w-]+ ){0,2}(?:by|from) (?:the )?")
_NO_BODY = frozenset({"NORP", "GPE", "DATE", "EVENT", "LAW", "LANGUAGE"})
_ITS = re.compile(r"[^.!?\n]{0,90}?\b(its|it|he|she|his|her|who)\b")


class _Named(NamedTuple):
    """A place of the text that names an organisation."""

    start: int
    end: int
    entity: Entity


class DefiniteOrganisations:
    """Finds the organisations that the definite nouns of one document stand for."""

    def __init__(self, text: str, entities: EntityIndex, references: References) -> None:
        self._text = text
        self._entities = entities
        self._references = references
        self._known: list[Entity] | None = None

    def meant(self, noun: str, end: int, last: Speaker | None) -> Entity | None:
        """Return the organisation that a noun before offset ``end`` stands for; ``last`` spoke before.

        Tried in order: one with the noun in its name, or set in commas behind it; whom the sentences before are about; who spoke; the only
        one near; the one that the text names most.
        """
        near = [m for m in self._entities.before(end) if m[2].label == "ORG" and m[0] >= end - MAX_DISTANCE]
        for _a, _b, entity in near:
            if noun in entity.text.lower().split():
                return entity
        beside = self._in_commas(noun)
        if beside is not None:
            return beside
        if noun in PUBLIC:
            return None
        spoke = last.entity if last is not None else None
        if spoke is not None and (not self._is_body(spoke) or not _may_be(noun, spoke)):
            spoke = None
        return (
            self._told_of(noun, end, spoke, last)
            or spoke
            or self._only(noun, near)
            or self._foremost(noun, end)
        )

    def author(self, noun: str, at: int) -> Entity | None:
        """Return who wrote the document that a noun at an offset stands for, by the last mention of it beside a name: "Acme's report"."""
        for match in list(re.finditer(rf"\b{noun}\b", self._text[max(0, at - MAX_DISTANCE) : at]))[::-1][
            :_MAX_DOCUMENTS
        ]:
            a, b = (max(0, at - MAX_DISTANCE) + offset for offset in match.span())
            before = self._entities.before(a, 1)
            if before and before[0][2].label in ("ORG", "PERSON"):
                _start, stop, entity = before[0]
                if _OWNED.fullmatch(self._text, stop, a) or (
                    entity.label == "ORG" and self._text[stop:a] == " "
                ):
                    return entity
            by = _AUTHORED.match(self._text, b)
            named = self._entities.within(by.end(), by.end() + 1) if by is not None else []
            if named and named[0][2].label in ("ORG", "PERSON"):
                return named[0][2]
            if re.search(r"\b(?:[Aa]n?|[Aa]nother|[Oo]ne) (?:[\w-]+ ){0,3}$", self._text[max(0, a - 40) : a]):
                return None  # a report of nobody named
        return None

    def _in_commas(self, noun: str) -> Entity | None:
        """Return the organisation that the text sets in commas behind the noun: "The group, Workers' Coalition, was formed"."""
        for match in re.finditer(rf"\b[Tt]he {noun}, (?:the )?", self._text):
            for _a, b, entity in self._entities.within(match.end(), match.end() + 1)[:1]:
                if entity.label == "ORG" and self._text[b : b + 1] in (",", "."):
                    return entity
        return None

    def _told_of(self, noun: str, end: int, spoke: Entity | None, last: Speaker | None) -> Entity | None:
        """Return the organisation that the sentences before are about: the one that begins them, or the only one in them."""
        for k, (start, stop) in enumerate(self._references.sentences(end)):
            if k > _MAX_SENTENCES or (spoke is not None and last is not None and start <= last.start):
                return None
            named = [
                m
                for m in self._within(start, stop)
                if start <= m.start and m.end <= end and not self._references.is_quoted(m.start)
            ]
            owning = None if k else [m for m in named if self._text[m.end : m.end + 2] in ("’s", "'s")]
            named = [m for m in named if _may_be(noun, m.entity) and not (owning and m in owning)]
            named = self._without_owned(named)
            if named and (k or spoke is None):
                alone = all(m.entity is named[0].entity for m in named)
                topic = self._references.is_topic(start, named[0].start, named[0].end)
                return named[0].entity if alone or topic else None
        return None

    def _without_owned(self, named: list[_Named]) -> list[_Named]:
        """Return the organisations without the parts of others: "NASA" of "NASA's Goddard Space Flight Center"."""
        return [
            m
            for k, m in enumerate(named)
            if not (k and self._text[named[k - 1].end : m.start] in ("’s ", "'s "))
        ]

    def _only(self, noun: str, near: list[tuple[int, int, Entity]]) -> Entity | None:
        alone = bool(near) and all(m[2] is near[0][2] for m in near)
        return near[0][2] if alone and _may_be(noun, near[0][2]) else None

    def _foremost(self, noun: str, end: int) -> Entity | None:
        """Return the organisation that the text before an offset names far more often than any other."""
        counts = Counter(
            {
                k: sum(1 for m in entity.mentions if m.end <= end)
                for k, entity in enumerate(self._bodies())
                if _may_be(noun, entity)
            }
        )
        ranked = counts.most_common(2)
        if not ranked or ranked[0][1] < _FOREMOST:
            return None
        second = ranked[1][1] if len(ranked) > 1 else 0
        return self._bodies()[ranked[0][0]] if ranked[0][1] > 2 * second else None

    def _within(self, start: int, stop: int) -> list[_Named]:
        """Return the mentions of organisations in a stretch of text, with places where the recogniser missed a name that it knows elsewhere."""
        found = [_Named(*m) for m in self._entities.within(start, stop) if self._is_body(m[2])]
        taken = [(m[0], m[1]) for m in self._entities.within(start, stop)]
        for entity in self._bodies():
            name = entity.text
            if name not in self._text[start:stop]:
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self._text[start:stop]):
                a, b = start + match.start(), start + match.end()
                if all(b <= low or high <= a for low, high in taken):
                    found.append(_Named(a, b, entity))
        return sorted(found, key=lambda m: m.start)

    def _bodies(self) -> list[Entity]:
        """Return the entities of the document that are organisations."""
        if self._known is None:
            self._known = [
                one
                for one in self._entities.entities
                if one.label == "ORG" or self._is_taken_for_another(one)
            ]
        return self._known

    def _is_body(self, entity: Entity) -> bool:
        return any(one is entity for one in self._bodies())

    def _is_taken_for_another(self, entity: Entity) -> bool:
        """Return whether a single word that is labelled as another kind of name is an organisation's.

        Then its name begins that of one ("Strava Community Hub"), or "its" stands behind it twice, and no pronoun for people.
        """
        name = entity.text
        gaz = gazetteer.english()
        if entity.label in _NO_BODY or " " in name or name in gaz.masculine or name in gaz.feminine:
            return False
        behind = Counter(
            match.group(1) in ("its", "it")
            for m in entity.mentions
            if (match := _ITS.match(self._text, m.end)) is not None
        )
        if behind[False]:
            return False
        begins = any(
            one.label == "ORG" and one.text.startswith(f"{name} ") for one in self._entities.entities
        )
        return behind[True] > 1 or (begins and behind[True] > 0) or (begins and entity.label != "PERSON")


def _may_be(noun: str, entity: Entity) -> bool:
    """Return whether a noun may stand for an organisation without it in its name: "the company" for no authority."""
    if noun in _CIVIC:
        return entity.text.isupper()
    return noun not in _COMPANIES or _AUTHORITIES.isdisjoint(entity.text.lower().split())
