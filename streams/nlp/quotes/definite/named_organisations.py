"""The places of a text that name an organisation, with those that a recogniser misses or takes for another kind of name."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.records import Entity

_NO_BODY = frozenset({"NORP", "GPE", "DATE", "EVENT", "LAW", "LANGUAGE"})
_ITS = re.compile(r"[^.!?\n]{0,90}?\b(its|it|he|she|his|her|who)\b")
# What stands behind the name of a firm, whatever kind of name a model takes it for: "Vega employees", "Vega’s chairman".
_OF_FIRM = re.compile(
    r"(?:['’]s)? (?:CEO|chairman|chairwoman|chief executive|employees|executives|staff|spokes\w+|(?:co-?)?founder|board|shares|shareholders"
    r"|investors|headquarters|customers|users|subscribers|declined)\b"
)


class Named(NamedTuple):
    """A place of the text that names an organisation."""

    start: int
    end: int
    entity: Entity


class NamedOrganisations:
    """Finds the organisations that one document names."""

    def __init__(self, text: str, entities: EntityIndex) -> None:
        self._text = text
        self._entities = entities
        self._known: list[Entity] | None = None

    def all(self) -> list[Entity]:
        """Return the entities of the document that are organisations."""
        if self._known is None:
            self._known = [
                one
                for one in self._entities.entities
                if one.label == "ORG" or self._is_taken_for_another(one)
            ]
        return self._known

    def is_one(self, entity: Entity) -> bool:
        """Return whether an entity is an organisation, whatever its label."""
        return any(one is entity for one in self.all())

    def within(self, start: int, stop: int) -> list[Named]:
        """Return the mentions of organisations in a stretch of text, with places where the recogniser missed a name that it knows elsewhere."""
        every = self._entities.within(start, stop)
        found = [Named(*m) for m in every if self.is_one(m[2])]
        taken = [(m[0], m[1]) for m in every]
        for entity in self.all():
            name = entity.text
            if name not in self._text[start:stop]:
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self._text[start:stop]):
                a, b = start + match.start(), start + match.end()
                if all(b <= low or high <= a for low, high in taken):
                    found.append(Named(a, b, entity))
        return sorted(found, key=lambda m: m.start)

    def _is_taken_for_another(self, entity: Entity) -> bool:
        """Return whether a single word that is labelled as another kind of name is an organisation's.

        Then its staff or the like is named behind it, or its name begins that of one ("Strava Community Hub"), or "its" stands behind it
        twice, and no pronoun for people.
        """
        name = entity.text
        gaz = gazetteer.english()
        if entity.label in _NO_BODY or " " in name:
            return False
        if name in gaz.masculine or name in gaz.feminine:
            return False
        behind = Counter(
            match.group(1) in ("its", "it")
            for m in entity.mentions
            if (match := _ITS.match(self._text, m.end)) is not None
        )
        firm = any(_OF_FIRM.match(self._text, m.end) for m in entity.mentions)
        if behind[False]:
            return firm and entity.label != "PERSON"
        if firm:
            return True
        begins = any(
            one.label == "ORG" and one.text.startswith(f"{name} ") for one in self._entities.entities
        )
        return behind[True] > 1 or (begins and behind[True] > 0) or (begins and entity.label != "PERSON")
