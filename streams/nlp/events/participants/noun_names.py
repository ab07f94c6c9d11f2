"""Names of nouns: the entity that a noun phrase, or its apposition, names."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity


class NounNames:
    """Finds the entities that the nouns of one parsed paragraph name."""

    def __init__(self, parsed: ParsedParagraph, entities: EntityIndex) -> None:
        self._parsed = parsed
        self._entities = entities

    def named(self, head: Token) -> Entity | None:
        """Return the entity that ``head`` or its apposition names: "the minister, Ana Lopez", "the steel group Acme"."""
        parsed = self._parsed
        own = self._entities.within(parsed.starts[head.i], parsed.ends[head.i])
        if own:
            return own[0][2]
        for child in head.children:
            if child.dep_ == "appos" and not parsed.quoted[child.i]:
                for _a, _b, entity in self._entities.within(parsed.starts[child.i], parsed.ends[child.i]):
                    if (
                        entity.label == "PERSON"
                        or child.left_edge.i == head.i + 1
                        or _lists_all(head, child)
                        or _is_the_one(head, child)
                    ):
                        return entity
        if head.dep_ == "appos" and not parsed.quoted[head.head.i]:  # "Ana Lopez, a scientist who led ..."
            above = self._entities.within(parsed.starts[head.head.i], parsed.ends[head.head.i])
            if above and above[0][2].label in ("PERSON", "ORG"):
                return above[0][2]
        return self._named_by_attached_apposition(head)

    def receiver(self, noun: Token) -> Entity | None:
        """Return the entity of a recipient: also the person in "to chairman and president Ana Lopez"."""
        named = self.named(noun)
        if named is not None or inflection.singular(noun.lower_) not in verbs.people():
            return named
        people = [self.named(other) for other in dependencies.joined(noun)]
        return next((one for one in people if one is not None and one.label == "PERSON"), None)

    def _named_by_attached_apposition(self, head: Token) -> Entity | None:
        """Return the person in "the prime minister of Sudmark, Anton Reusz", if the parser attached the name to the country."""
        for child in head.children:
            if child.lower_ != "of" or child.dep_ != "prep":
                continue
            for noun in child.children:
                for last in noun.children:
                    if last.dep_ == "appos" and not self._parsed.quoted[last.i] and noun.tag_ == "NNP":
                        named = self._entities.within(self._parsed.starts[last.i], self._parsed.ends[last.i])
                        if named and named[0][2].label == "PERSON":
                            return named[0][2]
        return None


def _lists_all(head: Token, apposition: Token) -> bool:
    """Return whether an apposition names all that its noun counts: "the three ports, Aarhus, Esbjerg and Odense"."""
    counted = any(child.dep_ == "nummod" for child in head.lefts)
    between = head.doc[head.i + 1 : apposition.left_edge.i]
    beside = all(token.is_punct for token in between)
    return counted and beside and head.tag_ == "NNS" and any(c.dep_ == "conj" for c in apposition.children)


def _is_the_one(head: Token, apposition: Token) -> bool:
    """Return whether an apposition between commas names its noun: "the only swing state, Pennsylvania, ..."."""
    definite = any(child.lower_ in ("the", "its", "their") or child.dep_ == "poss" for child in head.lefts)
    behind = apposition.right_edge.i + 1
    closed = behind < len(apposition.doc) and apposition.doc[behind].text == ","
    bare = not any(child.dep_ in ("conj", "cc", "prep") for child in apposition.children)
    return (
        definite
        and closed
        and bare
        and (head.tag_ == "NN" or (head.tag_ == "NNP" and head.text.islower()))
        and apposition.doc[apposition.left_edge.i - 1].text == ","
    )
