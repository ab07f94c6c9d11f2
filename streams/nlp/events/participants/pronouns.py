"""Pronouns as participants: whom "he", "her" and "them" stand for, and never who acts in the same clause."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import word_lists
from streams.nlp.events.participants.antecedents import (
    MAX_DISTANCE,
    MAX_MENTIONS_BACK,
    SUBJECTS,
    AntecedentFinder,
)
from streams.nlp.events.participants.noun_names import NounNames
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.references.anaphors import noun_kind
from streams.nlp.syntax import dependencies, inflection, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity

# How likely a noun is what an object pronoun behind it stands for, by its own function. The subject of the main clause comes first, if
# another one acts in the clause of the pronoun, as in centering theory (Grosz, Joshi and Weinstein 1995).
_RANKS = {"dobj": 3, "nsubjpass": 2, "nsubj": 2, "attr": 2, "pobj": 1}
_MAIN = 4
_POSSESSIVES = {"he": "his", "she": "her"}  # of whose spokesman says what "he" or "she" does


class PronounReader:
    """Reads the pronouns of one parsed paragraph; ``known`` tells men from women, where it is known."""

    def __init__(
        self,
        parsed: ParsedParagraph,
        entities: EntityIndex,
        names: NounNames,
        antecedents: AntecedentFinder,
        known: DefiniteNouns | None,
    ) -> None:
        self._parsed = parsed
        self._entities = entities
        self._names = names
        self._antecedents = antecedents
        self._known = known

    def person(self, pronoun: Token, barred: Entity | None) -> Entity | Token | None:
        """Return the person, or a noun for one, that "he", "she", "him" or "her" stands for, ``None`` if it is ambiguous.

        ``barred`` is who acts in the clause of an object, and so nobody for whom it may stand.
        """
        speaker = subjects.reporting_subject(pronoun)
        if speaker is None and pronoun.dep_ in SUBJECTS and pronoun.head.dep_ in ("ROOT", "conj"):
            speaker = self._antecedents.subject_before(pronoun)
        if speaker is not None:
            owner = next((child for child in speaker.lefts if child.tag_ == "PRP$"), None)
            if owner is not None and owner.lower_ == _POSSESSIVES.get(pronoun.lower_):
                return self._subject(pronoun, self._parsed.starts[owner.i])
            named = self._names.named(speaker)
            if named is not None and named.label == "PERSON" and self._may_be(named, pronoun, barred):
                return named
            if named is None and inflection.singular(speaker.lower_) in verbs.people():
                return speaker if speaker.tag_ == "NN" else None
        if speaker is None and pronoun.dep_ in SUBJECTS and pronoun.head.dep_ == "advcl":
            main = subjects.subject(pronoun.head.head)  # "Lopez was a student when she won"
            if main is not None and main[0].tag_ == "NNP":
                named = self._names.named(main[0])
                person = named is not None and named.label == "PERSON"
                return (
                    named if person and named is not None and self._may_be(named, pronoun, barred) else None
                )
        at = self._parsed.starts[pronoun.i]
        first = self._parsed.starts[pronoun.sent.start] if pronoun.dep_ not in SUBJECTS else 0
        near = [
            e
            for a, b, e in self._entities.before(at, MAX_MENTIONS_BACK)
            if e.label == "PERSON"
            and at - b < MAX_DISTANCE
            and a >= first
            and self._may_be(e, pronoun, barred)
        ]
        if near and all(e is near[0] for e in near[:2]):
            return near[0]
        return self._subject(pronoun, at) if pronoun.dep_ in SUBJECTS else None

    def _subject(self, pronoun: Token, at: int) -> Entity | None:
        """Return whom the text before an offset is about, for "he" or "she" as the subject of a sentence."""
        end = self._parsed.ends[dependencies.sentence(pronoun)[1] - 1]
        return self._known.topics.person(pronoun.lower_, at, end) if self._known is not None else None

    def thing(self, pronoun: Token) -> Token | None:
        """Return the noun that the object "it" or "them" stands for, ``None`` if no noun before it in its sentence agrees with it.

        The subject of the main clause comes before objects, these before subjects, and the nearest one of a kind first; who acts in the clause of the pronoun is none. Where the same
        pronoun stands before, it goes on with that, and nothing is told.
        """
        verb = clause_verb(pronoun)
        first = dependencies.sentence(pronoun)[0]
        if verb is None or pronoun.lower_ in self._parsed.lower[first : pronoun.i]:
            return None
        acting = acting_in(pronoun)
        own = range(acting.left_edge.i, acting.right_edge.i + 1) if acting is not None else range(0)
        best: tuple[int, int] | None = None
        for k in range(first, verb.i):
            noun = verb.doc[k]
            main = noun.dep_ in SUBJECTS and noun.head.dep_ == "ROOT"
            rank = _MAIN if main else _RANKS.get(noun.dep_, 0)
            if not rank or k in own or not self._agrees(noun, pronoun):
                continue
            best = max(best or (rank, k), (rank, k))
        return verb.doc[best[1]] if best is not None else None

    def _agrees(self, noun: Token, pronoun: Token) -> bool:
        """Return whether an object "it" or "them" may stand for a noun, by number and kind."""
        word = noun.lower_
        apart = word in word_lists.FRAGMENT_NOUNS | word_lists.ADVERBIAL_NOUNS | word_lists.NON_PARTICIPANTS
        if apart or self._parsed.quoted[noun.i] or noun.ent_type_ in ("DATE", "TIME", "PERCENT", "MONEY"):
            return False
        named = self._names.named(noun)
        plural = noun.tag_ in ("NNS", "NNPS") or any(dependencies.joined(noun))
        if pronoun.lower_ == "them":
            return plural and noun.tag_.startswith("NN")
        person = named.label == "PERSON" if named is not None else inflection.singular(word) in verbs.people()
        return noun.tag_ in ("NN", "NNP") and not plural and not person

    def _may_be(self, person: Entity, pronoun: Token, barred: Entity | None) -> bool:
        """Return whether a pronoun may stand for a person: not for who acts in its clause, and for no man if it is "her"."""
        if person is barred:
            return False
        gendered = "he" if pronoun.lower_ in ("he", "him") else "she"
        return self._known is None or not self._known.topics.differs(person, gendered)


def clause_verb(noun: Token) -> Token | None:
    """Return the verb whose object, or prepositional object, a noun or pronoun is, ``None`` for subjects and parts of other phrases."""
    while noun.dep_ == "conj" and not dependencies.is_verb(noun.head):
        noun = noun.head
    above = noun.head
    if noun.dep_ == "pobj":
        while above.dep_ == "prep" and above.head.dep_ == "prep":
            above = above.head
        above = above.head
    elif noun.dep_ not in dependencies.OBJECT | {"dative"}:
        return None
    return above if dependencies.is_verb(above) else None


def acting_in(noun: Token) -> Token | None:
    """Return the subject of the clause in which a noun or pronoun is an object, ``None`` if it is none or the clause has none.

    A pronoun does not stand for the subject of its own clause (principle B of Chomsky 1981, Lectures on Government and Binding), nor
    does "the company". Nor is somebody described by who speaks of it: in "he said the chairman left", he is not the chairman (principle C).
    """
    verb = clause_verb(noun)
    if verb is None and noun.tag_ != "PRP" and noun_kind(noun.lower_) == "person":
        return subjects.reporting_subject(noun)
    found = subjects.subject(verb) if verb is not None else None
    return found[0] if found is not None and found[0].i != noun.i else None
