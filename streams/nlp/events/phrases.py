"""Prepositional phrases of a verb of action: where it happened, and a target that a preposition introduces ("met with X")."""

from __future__ import annotations

from collections.abc import Sequence

from streams.nlp.events import word_lists
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions

# Classes of words, which do not happen at a place of what they are about: "condemned the strike in Kyiv".
_OF_WORDS = frozenset({"accuse", "decide", "request", "say", "support", "threaten"})
# Classes in which "to" introduces whom something is given, sold or refused: "suspended exports to Chile".
_GIVING = _OF_WORDS | {"agree", "aid", "reject", "sanction", "trade"}
# Classes of actions that may happen over a place; what people talk over is no place of it.
_PASSING_OVER = frozenset({"attack", "die", "mobilise", "move"})


class PhraseReader:
    """Reads the prepositional phrases of the verbs of one paragraph, or of a headline."""

    def __init__(self, parsed: ParsedParagraph, participants: ParticipantFinder) -> None:
        self._parsed = parsed
        self._participants = participants
        self._places = participants.places

    def place_and_target(
        self, verb: Token, objects: Sequence[Token], lemma: str, kind: str
    ) -> tuple[Participant | None, Participant | None, Token | None]:
        """Return the place of an action, the target that a preposition introduces, and its noun; ``None`` for what is not said."""
        own = lemma.partition(" ")[2]  # "before" in "appear before magistrates"
        fixed = word_lists.FIXED_TARGETS.get(f"{lemma}, {kind}")
        place: Participant | None = None
        indirect: Participant | None = None
        behind: Token | None = None
        told = kind in _OF_WORDS or (kind == "agree" and lemma in verbs.indirect_reporting())
        things = () if told else objects[:1]
        for head in (verb, *things):
            for word, noun in (*_behind_adverb(head), *dependencies.prepositional(head)):
                if self._parsed.quoted[noun.i] or (
                    word == fixed and self._participants.named(noun) is not None
                ):
                    continue
                last = word.rsplit(" ", 1)[-1]
                where = self._places.of(noun)
                if (
                    place is None
                    and last in word_lists.PLACE_PREPOSITIONS
                    and where is not None
                    and (last not in ("to", "from", "over") or head is verb)
                    and (last != "to" or kind not in _GIVING)
                    and (last != "over" or kind in _PASSING_OVER)  # "negotiates over Syria"
                ):
                    place = where
                elif (
                    indirect is None
                    and head is verb
                    and word not in word_lists.NO_TARGETS.get(lemma, ())
                    and not (word == "to" and noun.lower_ == "death")
                    and not self._is_set_off(noun, verb)
                    and _introduces_target(word, own, kind)
                ):
                    indirect, behind = self._participants.participant(noun), noun
                    place = place or (where if word == own else None)
        if kind == "move":
            goal = next((self._places.of(n) for w, n in dependencies.prepositional(verb) if w == "to"), None)
            place = goal or place  # "moved from California to Atlanta"
            if indirect is not None and (goal is not None or not self._is_goal(indirect)):
                indirect = None
        if indirect is not None and behind is not None:
            indirect = self._participants.whole(behind, verb)
        if place is None and kind != "move":
            place = next(filter(None, map(self._places.inside, things)), None)
        return place or self._shared_place(verb) or self._where(verb), indirect, behind

    def _is_set_off(self, noun: Token, verb: Token) -> bool:
        """Return whether the prepositional phrase of a noun stands behind a comma behind its verb: "shied away, with Holm as a witness"."""
        case = noun
        while case.head.i != verb.i and case.head.i != case.i:
            case = case.head
        return bool(case.i > verb.i) and self._parsed.lower[case.left_edge.i - 1] == ","

    def _shared_place(self, verb: Token) -> Participant | None:
        """Return the place before the subject that a verb shares with another: "In Oslo, Holm met Lund and signed a treaty"."""
        main = verb.head
        if any(child.dep_ in (*dependencies.ACTIVE, "mark") or child.tag_ == "WRB" for child in verb.lefts):
            return None
        if verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.i > main.i:
            return self._place_of_main(main)
        if verb.dep_ != "conj":
            return None
        subject = next((child for child in main.lefts if child.dep_ in dependencies.ACTIVE), None)
        for word, noun in dependencies.prepositional(main) if subject is not None else ():
            if subject is not None and noun.i < subject.i and word in word_lists.PLACE_PREPOSITIONS:
                return self._places.of(noun)
        return None

    def _where(self, verb: Token) -> Participant | None:
        """Return the place that a relative clause is about: "the hotel in Oslo where they met"."""
        if verb.dep_ not in dependencies.RELATIVE or self._parsed.quoted[verb.head.i]:
            return None
        where = any(child.lower_ == "where" and child.tag_ == "WRB" for child in verb.lefts)
        which = any(
            w in word_lists.INNER_PLACE_PREPOSITIONS and n.lower_ == "which"
            for w, n in dependencies.prepositional(verb)
        )
        return self._places.of(verb.head) if where or which else None

    def _place_of_main(self, main: Token) -> Participant | None:
        """Return the place of a verb that a participle behind it shares: "opened fire at a cinema in Oslo, killing two"."""
        for head in (main, *dependencies.objects(main)[:1]):
            for word, noun in dependencies.prepositional(head):
                where = self._places.of(noun) if word in word_lists.INNER_PLACE_PREPOSITIONS else None
                if where is not None and not self._parsed.quoted[noun.i]:
                    return where
        return None

    def place_of(self, noun: Token) -> Participant | None:
        """Return the place at a thing that acts or is acted upon: "the fire in Maui", "the museum near Lyon"."""
        for word, inner in dependencies.prepositional(noun):
            upon = word == "on" and inflection.singular(noun.lower_) in word_lists.ATTACK_NOUNS
            if (upon or word in word_lists.INNER_PLACE_PREPOSITIONS) and not self._parsed.quoted[inner.i]:
                where = self._places.of(inner)
                if where is not None:
                    return where
        return None

    def fixed_target(self, verb: Token, lemma: str, kind: str) -> Participant | None:
        """Return the target of a verb whose target stands behind a preposition, whatever its object: "blamed the strike on Kyiv"."""
        fixed = word_lists.FIXED_TARGETS.get(f"{lemma}, {kind}")
        if fixed is None:
            return None
        for head in (verb, *dependencies.objects(verb)[:1]):
            for word, noun in dependencies.prepositional(head):
                if word == fixed and not self._parsed.quoted[noun.i]:
                    return self._participants.participant(noun)
        return None

    def target_of_headline(self, verb: Token) -> Participant | None:
        """Return what stands behind a headline's verb without an object: "campaigns brace for a sprint", "Holm becomes minister"."""
        for child in verb.rights:
            if child.dep_ == "attr" and not any(inner.tag_ == "VB" for inner in child.rights):
                return self._participants.participant(child)
            if child.dep_ == "prep" and child.lower_ in word_lists.HEADLINE_PREPOSITIONS:
                noun = next((inner for inner in child.children if inner.dep_ == "pobj"), None)
                if noun is not None and time_expressions.is_time(noun.text):
                    continue  # "to resume on Monday"
                return self._participants.participant(noun) if noun is not None else None
        return None

    def clausal_target(self, verb: Token, lemma: str, kind: str) -> Participant | None:
        """Return the target of a verb that is no noun: "use force" in "threatened to use force", "eligible" in "became eligible"."""
        if lemma in ("become", "grow"):
            states = [child for child in verb.rights if child.dep_ == "acomp"]
            if states and not self._parsed.quoted[states[0].i]:
                name = self._participants.written(
                    states[0].left_edge.i, dependencies.without_clauses(states[-1])
                )
                return Participant(name)
        if lemma in word_lists.OFFICE_VERBS:
            return self._office(verb)
        gerund = lemma in word_lists.GERUND_VERBS and any(
            child.tag_ == "VBG" and child.i == verb.i + 1 for child in verb.rights
        )
        return self._participants.clause(verb) if gerund or kind in word_lists.CLASSES_WITH_CLAUSE else None

    def _office(self, verb: Token) -> Participant | None:
        """Return the office that somebody leaves, or the body: "governor" in "resigned as governor"."""
        left = {word: noun for word, noun in dependencies.prepositional(verb) if noun.i > verb.i}
        if "as" in left:
            office = self._participants.words(left["as"])  # not "resigns as minister, Holm likely successor"
            return office._replace(name=office.name.partition(", ")[0]) if office is not None else None
        return self._participants.whole(left["from"], verb) if "from" in left else None

    @staticmethod
    def _is_goal(target: Participant) -> bool:
        """Return whether a move may go to or for this: a name, or a thing that is a place; not "returned to the issue"."""
        last = target.name.rsplit(" ", 1)[-1].lower()
        return target.entity is not None or last in word_lists.GOAL_NOUNS


def _behind_adverb(verb: Token) -> list[tuple[str, Token]]:
    """Return the prepositional phrases of an adverb right behind a verb: ("away from", "controversy") in "shied away from controversy"."""
    behind = [child for child in verb.rights if child.dep_ == "advmod" and child.i == verb.i + 1]
    return [
        (f"{adverb.lower_} {word}", noun)
        for adverb in behind
        for word, noun in dependencies.prepositional(adverb)
    ]


def _introduces_target(word: str, own: str, kind: str) -> bool:
    """Return whether a preposition introduces a target of a class of actions; ``own`` is the one that belongs to the verb."""
    if own and own in word_lists.TARGET_PREPOSITIONS:
        return word == own  # "voted for her on promises"
    if kind == "make":
        return word == own  # "starting with Australia"
    if kind == "say":
        return word in ("to", "with")
    if kind == "yield" and word == "from":
        return True
    return word == own or (
        word in word_lists.TARGET_PREPOSITIONS and (word != "at" or kind in word_lists.CLASSES_WITH_AT)
    )
