"""Organisations that a text describes instead of naming them: "the company", "the home-improvement retailer", "the Burbank giant"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import word_lists
from streams.nlp.quotes.definite_nouns import OTHERWISE
from streams.nlp.quotes.definite_organisations import PUBLIC
from streams.nlp.quotes.references import MAX_DISTANCE, References
from streams.records import Entity

# Bounds; the values are ours.
_SENTENCES_BACK = 3  # before the one of the description
_CLEARLY = 1.5  # how much more salient the organisation that a text is about is than the next one
_NEAR, _NEAR_MENTIONS = (
    400,
    8,
)  # code points back to the only organisation near, and mentions among which it is
_MAX_WORDS = 7  # of a description
# Words before a name by which it is only whom somebody told, or where: "told Vega", "said on Vega".
_ASIDE = re.compile(r"\b(?:told|tells|on|via) $", re.IGNORECASE)
# What stands behind the name of a firm, whatever kind of name a model takes it for: "Vega employees", "Vega’s chairman".
_OF_FIRM = re.compile(
    r"(?:['’]s)? (?:CEO|chairman|chairwoman|chief executive|employees|executives|staff|spokes\w+|(?:co-?)?founder|board|shares|shareholders"
    r"|investors|headquarters|customers|users|subscribers|declined)\b"
)
_MISTAKEN = frozenset({"LOC", "PRODUCT", "WORK_OF_ART", "FAC", "PERSON"})  # labels of firms with an odd name
# Words in names of authorities and of parliaments and courts.
_AUTHORITIES = frozenset(
    {
        "department",
        "ministry",
        "agency",
        "administration",
        "commission",
        "authority",
        "bureau",
        "office",
        "service",
    }
    | {"regulator"}
)
_PUBLIC = _AUTHORITIES | {"police", "government", "council", "committee", "university", "army"}
# Nouns for bodies that carry them in their names, the first ones but for names of initials.
_BY_INITIALS = frozenset(
    {
        "union",
        "association",
        "federation",
        "charity",
        "party",
        "league",
        "alliance",
        "bloc",
    }
)
_IN_NAME = frozenset(
    {
        "team",
        "club",
        "museum",
        "hospital",
        "band",
        "orchestra",
        "campaign",
        "militia",
        "university",
        "institute",
    }
)
#: Those of them whose names often do not say what they are.
NAMED_OTHERWISE = frozenset({"club", "university", "institute"})
_NAMED_FREELY = frozenset({"band", "orchestra"})  # whose names seldom say what they are
#: Nouns for any firm, which stand for one with the noun in its name no sooner than for others.
_ANY_FIRM = frozenset({"company", "firm", "group", "startup", "start-up", "giant", "brand"})
_CHAMBERS = frozenset({"house", "senate", "congress", "parliament", "assembly", "court"})

_Mention = tuple[int, int, Entity]


class Descriptions:
    """Finds the organisations that descriptions of one document stand for; ``titled`` are the entities that its title names."""

    def __init__(
        self, text: str, entities: EntityIndex, references: References, titled: Iterable[Entity] = ()
    ) -> None:
        self._text = text
        self._entities = entities
        self._references = references
        self._firms: dict[str, bool] = {}
        self._titled = {entity.text for entity in titled}

    def organisation(self, words: Sequence[str], at: int) -> Entity | None:
        """Return the organisation that a description of some words (lower case, without article) at an offset stands for.

        It is the one before it in its sentence, that of the title if the description says more than "the company", or the one that
        the sentences before are about; ``None`` if the text does not say.
        """
        noun = words[-1]
        if len(words) > _MAX_WORDS or not is_body(noun):
            return None
        if not OTHERWISE.isdisjoint(words[:-1]):
            return None  # "the rival company"
        if noun not in _ANY_FIRM:
            for a, _b, entity in self._entities.before(at):
                name = entity.text.lower().split()
                if entity.label == "ORG" and a >= at - MAX_DISTANCE and set(words) <= set(name):
                    return entity
        if noun in PUBLIC and noun not in _AUTHORITIES:
            return None
        if noun in _AUTHORITIES and len(words) > 1:
            return None  # "the Danish food authority" is no other one
        for k, (start, end) in enumerate(self._references.sentences(at)):
            if k > _SENTENCES_BACK:
                break
            found = self._in_sentence(noun, start, end, at)
            if found is not None:
                return found
            if k == 0 and len(words) > 1:
                main = self._main(noun)
                if main is not None:
                    return main
            if k and self._named(noun, start, end, at):
                return None  # several
        return self._main(noun) or (self._only_one_near(at) if noun in NAMED_OTHERWISE else None)

    def _only_one_near(self, at: int) -> Entity | None:
        """Return the organisation that is the only one named right before an offset."""
        near = [
            e for a, _b, e in self._entities.before(at, _NEAR_MENTIONS) if e.label == "ORG" and at - a < _NEAR
        ]
        return near[0] if near and all(e is near[0] for e in near) else None

    def _in_sentence(self, noun: str, start: int, end: int, at: int) -> Entity | None:
        """Return the organisation of a sentence, or of its part before ``at``: the only one, or the one that it begins with."""
        named = self._named(noun, start, end, at)
        if not named:
            return None
        if all(m[2] is named[0][2] for m in named):
            return named[0][2]
        return named[0][2] if self._references.is_topic(start, named[0][0], named[0][1]) else None

    def _named(self, noun: str, start: int, end: int, at: int) -> list[_Mention]:
        """Return the mentions in a sentence of organisations for which a noun may stand."""
        named = [
            m
            for m in self._entities.within(start, end)
            if start <= m[0]
            and m[1] <= at
            and self._may_be(noun, m[2])
            and not self._references.is_quoted(m[0])
            and _ASIDE.search(self._text, max(start, m[0] - 8), m[0]) is None
        ]
        return [m for m in named if is_authority(m[2])] or named if noun in _AUTHORITIES else named

    def _may_be(self, noun: str, entity: Entity) -> bool:
        if noun not in _ANY_FIRM or entity.label not in _MISTAKEN or " " in entity.text:
            return may_be(noun, entity)
        if entity.text not in self._firms:
            self._firms[entity.text] = any(_OF_FIRM.match(self._text, m.end) for m in entity.mentions)
        return self._firms[entity.text]

    def _main(self, noun: str) -> Entity | None:
        """Return the organisation that the document is about: the only one of its title, or by far the most salient one."""
        named = noun in _NAMED_FREELY
        able = [e for e in self._entities.entities if (e.label == "ORG" if named else self._may_be(noun, e))]
        titled = [entity for entity in able if entity.text in self._titled]
        if len(titled) == 1 or named:
            return titled[0] if len(titled) == 1 else None
        ranked = sorted(able, key=lambda entity: -entity.salience)[:2]
        clear = len(ranked) == 1 or (ranked and ranked[0].salience >= _CLEARLY * ranked[1].salience)
        return ranked[0] if clear and len(ranked[0].mentions) > 1 else None


def is_body(noun: str) -> bool:
    """Return whether a noun (lower case) is one for organisations."""
    return noun in word_lists.ORGANISATION_NOUNS or noun in gazetteer.english().bodies


def is_authority(entity: Entity) -> bool:
    """Return whether the name of an organisation says that it is an authority: "Department of Transport"."""
    return not _AUTHORITIES.isdisjoint(entity.text.lower().split())


def may_be(noun: str, entity: Entity) -> bool:
    """Return whether a noun may stand for an organisation: "the agency" for no parliament, "the company" for no authority."""
    if entity.label != "ORG":
        return False
    words = set(entity.text.lower().split())
    if noun in words:
        return True
    initials = entity.text.isupper() and len(words) == 1
    if noun in _IN_NAME or noun in _BY_INITIALS:
        return initials and noun in _BY_INITIALS  # "the league" may be the NFL, and is no Northquay Holdings
    if noun in _AUTHORITIES:
        return is_authority(entity) or (initials and words.isdisjoint(_CHAMBERS))
    return words.isdisjoint(_PUBLIC | _CHAMBERS)
