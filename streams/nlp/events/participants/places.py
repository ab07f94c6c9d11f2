"""Places of events: what a noun phrase, or a phrase within it, says of where something happens."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import PLACES
from streams.nlp.events import word_lists
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity

_TOPICS = frozenset({"about", "concerning", "over", "regarding"})
_MAX_DEPTH = 3  # prepositional phrases within each other; the value is ours


class PlaceFinder:
    """Finds the places of events in one parsed paragraph, by noun phrase."""

    def __init__(self, text: str, parsed: ParsedParagraph, entities: EntityIndex) -> None:
        self._text = text
        self._parsed = parsed
        self._entities = entities

    def ends_list(self, head: Token, named: Entity | None) -> bool:
        """Return whether ``head``, which names an entity, is in a list of places behind a preposition that a parser took for a subject:
        "across Ohio, Iowa and Utah"."""
        if named is None or named.label not in PLACES or head.dep_ not in dependencies.ACTIVE:
            return False
        k, commas = head.left_edge.i - 1, 0
        while k > dependencies.sentence(head)[0] and (
            self._parsed.lower[k] in (",", "and") or self._parsed.tags[k] in ("NNP", "NNPS")
        ):
            if self._parsed.doc[k].ent_type_ in ("DATE", "TIME"):
                return False  # "On Monday, Norway ..."
            commas += self._parsed.lower[k] in (",", "and")
            k -= 1
        return commas > 0 and self._parsed.tags[k] == "IN" and k < head.left_edge.i - 2

    def of(self, noun: Token) -> Participant | None:
        """Return the place that the phrase of ``noun`` names, or a phrase within it: "a hospital in Lisbon"."""
        start, end = self._parsed.starts[noun.i], self._parsed.ends[noun.i]
        for _a, _b, entity in self._entities.within(start, end):
            if entity.label in PLACES or entity.text.rsplit(" ", 1)[-1].lower() in word_lists.BUILDING_NOUNS:
                return Participant(entity.text, entity)
        found = self._named_by(noun) or self.inside(noun)
        if found is not None:
            return found
        if noun.lower_ not in word_lists.PLACE_NOUNS:
            return None
        return self._within(*self._parsed.span_of(*dependencies.phrase(noun)))

    def _named_by(self, noun: Token) -> Participant | None:
        """Return the place that a noun is with the name before it: "Kyiv region", "Royal Shrewsbury hospital"; or where it is:
        "Cleveland's Public Auditorium"."""
        building = noun.lower_ in word_lists.BUILDING_NOUNS
        region = noun.lower_ in word_lists.REGION_NOUNS
        if building or region or noun.lower_ in word_lists.PLACE_NOUNS or noun.tag_ in ("NNP", "NNPS"):
            for child in noun.lefts:
                if child.dep_ == "poss" and _is_name(child):
                    return self._within(*self._parsed.span_of(child.i, child.i))
        names = [
            child
            for child in noun.lefts
            if (child.dep_ in ("compound", "nmod") and _is_name(child))
            or (region and child.dep_ == "amod" and child.text[:1].isupper())
        ]
        names = [name for name in names if name.ent_type_ != "NORP"]  # not "a Thai hospital"
        if not names or not (building or region):
            return None
        first, last = self._parsed.span_of(names[0].left_edge.i, noun.i)
        within = self._within(first, last)
        if building and within is not None:
            return within  # "a Fort Worth hotel"
        if within is None and not building:
            return None
        return Participant(self._text[first:last], within=within.entity if within else None)

    def inside(self, noun: Token, depth: int = 0) -> Participant | None:
        """Return the place in a phrase of a noun: "the factory at the port of Esbjerg"."""
        for word, inner in dependencies.prepositional(noun) if depth < _MAX_DEPTH else ():
            if self._parsed.quoted[inner.i] or word in _TOPICS:
                continue  # "files about the war in Mali" are not there
            found = None
            if word in word_lists.INNER_PLACE_PREPOSITIONS or (
                word == "of" and noun.lower_ in word_lists.PLACE_NOUNS
            ):
                found = self._named_by(inner) or self._within(*self._parsed.span_of(inner.i, inner.i))
            found = found or self.inside(inner, depth + 1)
            if found is not None:
                return found
        return None

    def _within(self, start: int, end: int) -> Participant | None:
        """Return the first place that ``text[start:end]`` names."""
        for _a, _b, entity in self._entities.within(start, end):
            if entity.label in PLACES:
                return Participant(entity.text, entity)
        return None


def _is_name(noun: Token) -> bool:
    return noun.tag_ in ("NNP", "NNPS")
