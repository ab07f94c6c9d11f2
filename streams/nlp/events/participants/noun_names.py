"""Names of nouns: the entity that a noun phrase, or its apposition, names."""

from __future__ import annotations

import re

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity

_NUMBERED = frozenset({"ORG", "PRODUCT", "WORK_OF_ART"})  # labels of what may have a number behind its name
_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d+(?:\.\d+)*")  # a version, no year


class NounNames:
    """Finds the entities that the nouns of one parsed paragraph name."""

    def __init__(self, parsed: ParsedParagraph, entities: EntityIndex) -> None:
        self._parsed = parsed
        self._entities = entities

    def is_agentive(self, head: Token) -> bool:
        """Return whether a noun is for what can act: a person, an organisation or an office, by its entity or by itself."""
        named = self.named(head)
        if named is not None:
            return named.label in word_lists.RECIPIENT_LABELS
        if head.tag_ == "NNP" or head.lower_ in word_lists.PERSONAL_PRONOUNS | word_lists.NEUTRAL_PRONOUNS:
            return True
        acting = (gazetteer.english().impersonal, verbs.people())
        return any(
            noun in some for noun in (head.lower_, inflection.singular(head.lower_)) for some in acting
        )

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
        return self._called(head) or self._named_by_attached_apposition(head)

    def _called(self, head: Token) -> Entity | None:
        """Return the entity that a noun is called by: "a herder named Kaldi", "a plant known as Sellafield"."""
        for clause in head.rights:
            if clause.dep_ != "acl" or clause.tag_ != "VBN" or self._parsed.quoted[clause.i]:
                continue
            if verbs.lemma(clause.text, clause.tag_) not in (*word_lists.NAMING_VERBS, "know"):
                continue
            for child in clause.rights:
                known = child.lower_ == "as" and child.dep_ == "prep"
                name = (
                    next((inner for inner in child.children if inner.dep_ == "pobj"), None)
                    if known
                    else child
                )
                if name is None or name.tag_ not in ("NNP", "NNPS") or name.left_edge.i > clause.i + 2:
                    continue
                found = self._entities.within(self._parsed.starts[name.i], self._parsed.ends[name.i])
                if found:
                    return found[0][2]
        return None

    def whole(self, head: Token, named: Entity) -> tuple[int, int] | None:
        """Return the tokens of a name with what belongs to it and was not recognised as a part of it: "Rails 8.1", "dbt Labs"; ``None``
        where there is no such thing."""
        parsed = self._parsed
        own = self._entities.within(parsed.starts[head.i], parsed.ends[head.i])
        if not own or own[0][2] is not named or own[0][1] != parsed.ends[head.i] or _is_short(own[0], named):
            return None
        begins: int = head.i
        while begins > 0 and parsed.starts[begins] > own[0][0]:
            begins -= 1
        first = begins
        while named.label == "ORG" and first > 0 and _belongs(parsed.doc[first - 1], first, head.i):
            first -= 1
        last: int = head.i + _is_number_of(head, named)
        return (first, last) if (first, last) != (begins, head.i) else None

    def owned(self, head: Token, named: Entity) -> tuple[int, int] | None:
        """Return the tokens of the name of a part of a body with whose it is: "Russia’s Defense Ministry", "the executive committee
        of Acme"; ``None`` where the name says it, or nothing does."""
        if (
            named.label != "ORG"
            or inflection.singular(named.text.rsplit(" ", 1)[-1].lower()) not in word_lists.PARTS_OF_BODIES
        ):
            return None
        own = self._entities.within(self._parsed.starts[head.i], self._parsed.ends[head.i])
        if not own or own[0][2] is not named:
            return None
        first, last = head.i, head.i
        while first > 0 and self._parsed.starts[first] > own[0][0]:
            first -= 1
        for child in head.lefts:
            if child.dep_ == "poss" and child.tag_ == "NNP" and child.right_edge.i == first - 1:
                return int(child.left_edge.i), last
        for child in head.rights:
            if child.lower_ == "of" and child.dep_ == "prep" and child.i == last + 1:
                noun = next((inner for inner in child.children if inner.dep_ == "pobj"), None)
                if noun is not None and noun.tag_ in ("NNP", "NNPS"):
                    return first, int(dependencies.phrase(noun)[1])
        return None

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
                    attached = last.dep_ == "appos" and last.tag_ == "NNP" and noun.tag_ == "NNP"
                    if attached and not self._parsed.quoted[last.i]:
                        named = self._entities.within(self._parsed.starts[last.i], self._parsed.ends[last.i])
                        if named and named[0][2].label == "PERSON":
                            return named[0][2]
        return None


def _is_short(mention: tuple[int, int, Entity], named: Entity) -> bool:
    """Return whether a mention says less than the name of its entity."""
    return mention[1] - mention[0] < len(named.text)


def _belongs(token: Token, first: int, head: int) -> bool:
    """Return whether a token is a proper noun before a name, and a part of it: "dbt" in "dbt Labs"."""
    inside = first <= token.head.i <= head
    return inside and token.dep_ == "compound" and token.tag_ in ("NNP", "NNPS")


def _is_number_of(head: Token, named: Entity) -> bool:
    """Return whether a number right behind a name is a part of it: "Rails 8.1", "Bell 206"; not "Norway 2", "Comicon 2019"."""
    behind = head.doc[head.i + 1 : head.i + 3]
    if named.label not in _NUMBERED or not behind or behind[0].tag_ != "CD" or not head.whitespace_:
        return False
    number, scored = behind[0], len(behind) > 1 and behind[1].text in ("-", "–", ",")
    return (
        _NUMBER.fullmatch(number.text) is not None
        and number.head.i <= head.i
        and number.ent_type_ not in ("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY")
        and not scored
    )


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
