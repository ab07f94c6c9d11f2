"""Actions of single verbs: class, participants and place of one clause of a dependency parse."""

from __future__ import annotations

import functools
from typing import NamedTuple

from streams.nlp.entities.mention_boundaries import PLACES
from streams.nlp.events import clause_shapes, frames, word_lists
from streams.nlp.events.frames import Clause
from streams.nlp.events.headlines import headline
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.events.phrases import PhraseReader
from streams.nlp.syntax import agents, dependencies, inflection, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions

# Verbs of trade (lemmas) whose preposition introduces a target: "merged with X"; not "fell on oversupply concerns".
_TRADING = frozenset({"merge", "invest", "bid", "pay", "sell", "trade"})

_NEAR = 12  # tokens of a noun phrase in which a name is looked for

#: How the class of an action was chosen: the verb has one class, a frame or none of its frames, or it is in no list.
CHOICES = ("list", "frame", "no_frame", "unlisted")
#: Why an action is no event by lists and frames alone: no class, a frame that says so, a thing that acts, a common verb.
DOUBTS = ("class", "frame", "thing", "common")


class Action(NamedTuple):
    """The action of one verb with its participants, before filtering and ranking."""

    verb: Token
    lemma: str  # with its particle, if any
    kind: str
    head: Token  # its grammatical subject
    passive: bool
    affected: Token | None  # the head of what is acted upon
    actor: Participant | None
    target: Participant | None
    place: Participant | None
    listed: bool = True  # whether the verb is in the lists of verbs
    hollow: bool = False  # "agreed to cut output": the event is that of the clause
    counted: bool = (
        True  # whether ``affected`` is the head of the target; not so of others coordinated with it
    )
    indirect: Token | None = None  # the head of a target that a preposition introduces
    chosen: str = "list"  # how its class was chosen, of :data:`CHOICES`
    doubts: frozenset[str] = frozenset()  # why the lists and frames would leave it out, of :data:`DOUBTS`
    said: Token | None = None  # the verb of what is said: "break" in "warned that the dam may break"


class ActionFinder:
    """Finds the actions of the verbs of one paragraph, or of a headline."""

    def __init__(
        self, parsed: ParsedParagraph, participants: ParticipantFinder, *, is_headline: bool
    ) -> None:
        self._parsed = parsed
        self._participants = participants
        self._phrases = PhraseReader(parsed, participants)
        self._is_headline = is_headline

    def action(self, verb: Token, *, unclassified: bool) -> Action | None:
        """Return the action of a verb, or ``None`` if it reports none or has no participant.

        ``unclassified`` keeps main verbs that are in no list, in the class ``other``. Of a headline that tells something all verbs are
        kept but those of being and thinking, and of a text the main ones in no list, with the reasons why lists and frames would leave
        them out as ``doubts``.
        """
        if verb.dep_ in ("aux", "auxpass", "amod", "compound", "punct") or clause_shapes.is_reference(verb):
            return None
        if self._is_headline and headline.is_prospect(verb):
            return None
        lemma, kind = _lemma_and_class(verb)
        listed = kind is not None or lemma in frames.lemmas()
        main = self._parsed.main if self._is_headline else None
        chosen_verb = main is not None and main.at == verb.i
        told = chosen_verb or (
            self._is_headline and headline.is_told(verb, lemma, main=clause_shapes.is_main(verb))
        )
        common = lemma in verbs.excluded()
        unlisted = (
            unclassified and not common and (clause_shapes.is_main(verb) or clause_shapes.is_announced(verb))
        )
        plain = not common and lemma not in word_lists.STATES and self._is_plain(verb)
        any_verb = chosen_verb or plain or (self._is_headline and headline.is_telling(verb))
        doubts: set[str] = set()
        if not (listed or told or unlisted):
            if lemma in word_lists.STATES or not any_verb:
                return None
            doubts.add("common" if common else "class")
        found = headline.subject(verb, lemma, main) if self._is_headline else subjects.subject(verb)
        if found is None:
            return None
        head, passive = self._who(verb, found[0]), found[1]
        objects = self._objects(verb)
        if lemma in word_lists.CONSEQUENCE_VERBS and clause_shapes.is_consequence(verb):
            return None
        affected = head if passive else objects[0] if objects else None
        if affected is not None and not passive and affected.lower_ == lemma.partition(" ")[2]:
            affected = None  # "fire" in "set fire"
        acting = agents.agent(verb) if passive else head
        phrases = [
            (word, noun)
            for word, noun in dependencies.prepositional(verb)
            if noun.ent_type_ not in ("DATE", "TIME") and not time_expressions.is_time(noun.text)
        ]
        given = objects[0] if passive and objects and lemma in word_lists.GIVING_VERBS else None
        clause = Clause(
            lemma,
            acting,
            given or (affected if affected is not None else clause_shapes.change(verb)),
            phrases,
            frames.clause_of(verb),
        )
        kind = frames.choose(clause, kind if listed else frames.OTHER, self._participants.named)
        chosen = self._chosen(lemma, kind, listed=listed)
        if kind is None and told and (objects or passive or phrases):
            kind = frames.OTHER  # the fact of a headline, whatever its verb
        if kind is None and any_verb:
            kind = frames.OTHER
            doubts.add("frame")
        if kind is None or (kind == "say" and passive and clause_shapes.governs_infinitive(verb)):
            return None
        if lemma in ("begin", "start") and not objects and clause_shapes.governs_infinitive(verb):
            return None  # "started selling": the event is that of the clause
        actor = self._participants.whole(acting, verb) if acting is not None else None
        if kind == "request" and lemma in verbs.indirect_reporting() and self._introduces_quotation(verb):
            return None
        if acting is not None and kind in word_lists.HUMAN_CLASSES and self._is_inanimate(acting):
            if not any_verb:
                return None
            doubts.add("thing")
        target = self._target(affected, verb, passive=passive) if affected is not None else None
        if not passive and actor is None:
            return None
        place, indirect, behind = self._phrases.place_and_target(verb, objects, lemma, kind)
        thing = passive or not self._participants.is_agentive(head)
        if place is None and thing and not dependencies.is_infinitive(verb):
            place = self._phrases.place_of(head)
        if told and kind == frames.OTHER and affected is None:
            indirect = indirect or self._phrases.target_of_headline(verb)
        action = Action(
            verb,
            lemma,
            kind,
            head,
            passive,
            affected,
            actor,
            target,
            place,
            listed,
            chosen=chosen,
            doubts=frozenset(doubts),
        )
        meant = self._phrases.fixed_target(verb, lemma, kind)
        if meant is not None:
            action = action._replace(target=meant, counted=False)
        elif affected is None:
            action = self._without_object(action)
        open_object = affected is not None and target is None and not passive
        if open_object and indirect is not None and indirect.entity is None:
            indirect = None  # "converted both for a lead"
        if lemma in word_lists.TARGETLESS_VERBS:
            indirect = None
            action = action._replace(target=action.target if passive else None)
        if action.target is None and not action.passive and (kind != "trade" or lemma in _TRADING):
            action = action._replace(target=indirect, indirect=behind if indirect is not None else None)
        action = action._replace(hollow=kind == "agree" and action.target is None and _governs_action(verb))
        if action.target is None and not passive and (affected is None or kind != "request"):
            action = action._replace(target=self._phrases.clausal_target(verb, lemma, kind))
        return action

    def _is_plain(self, verb: Token) -> bool:
        """Return whether a verb of a text tells what happened or will happen to somebody who has a name or was named before."""
        if self._is_headline or verb.tag_ in ("VBZ", "VBP"):
            return False
        if not (clause_shapes.is_main(verb) or clause_shapes.is_announced(verb)):
            return False
        return any(
            token.tag_ in ("NNP", "NNPS", "PRP") and token.lower_ not in ("i", "we", "us", "me")
            for child in verb.children
            if child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE | dependencies.OBJECT
            or child.dep_ == "agent"
            for token in verb.doc[child.left_edge.i : child.right_edge.i + 1][:_NEAR]
        ) or (verb.dep_ == "conj" and not any(child.dep_ in dependencies.ACTIVE for child in verb.lefts))

    def _who(self, verb: Token, head: Token) -> Token:
        """Return the subject of a verb; of "who" behind a place the person who was born there: "Holm, born in Oslo, who made"."""
        if verb.dep_ not in dependencies.RELATIVE or not clause_shapes.is_about_somebody(verb):
            return head
        named = self._participants.named(head)
        if named is not None and named.label in word_lists.RECIPIENT_LABELS - PLACES:
            return head
        for noun in reversed(dependencies.joined(head)):  # "at the Games and Ida Holm, who won"
            joined = self._participants.named(noun) if noun.i < verb.i else None
            if joined is not None and joined.label == "PERSON":
                return noun
        if named is None or named.label not in PLACES:
            return head
        for k in range(head.i - 1, dependencies.sentence(verb)[0] - 1, -1):
            noun = verb.doc[k]
            before = self._participants.named(noun) if noun.tag_ == "NNP" else None
            if before is not None and before.label == "PERSON" and not self._parsed.quoted[k]:
                return noun
        return head

    @staticmethod
    def _chosen(lemma: str, kind: str | None, *, listed: bool) -> str:
        if not listed:
            return "unlisted"
        if lemma not in frames.lemmas():
            return "list"
        return "no_frame" if kind == frames.OTHER else "frame"

    def _objects(self, verb: Token) -> list[Token]:
        """Return the direct objects of a verb, without whom it gives something to: "issued Vega a subpoena"."""
        found = dependencies.objects(verb)
        if all(noun.tag_ == "CD" for noun in found):
            found = clause_shapes.mislabelled_objects(verb) or found
        elif len(found) > 1 and found[1].tag_ == "CD":
            return found[:1]  # "beat Norway 2-0"
        if len(found) > 1 and found[0].i < found[1].left_edge.i == found[0].right_edge.i + 1:
            named = self._participants.named(found[0])
            if named is not None and named.label in word_lists.RECIPIENT_LABELS:
                return found[1:]
        shared = clause_shapes.shares_object(verb) if not found else None
        if shared is not None:
            return dependencies.objects(shared)
        gap = clause_shapes.gap(verb) if not found else None
        return [gap] if gap is not None else found

    def _introduces_quotation(self, verb: Token) -> bool:
        """Return whether a verb tells who speaks the quotation in its sentence: '"Where?" Pineda asked Holm'."""
        asked = any(child.dep_ in ("xcomp", "prep") and child.lower_ != "in" for child in verb.children)
        first, end = dependencies.sentence(verb)
        return not asked and any(self._parsed.quoted[first:end])

    def _is_inanimate(self, acting: Token) -> bool:
        nouns = {acting.lower_, inflection.singular(acting.lower_)}
        return not nouns.isdisjoint(word_lists.INANIMATE_NOUNS) and self._participants.named(acting) is None

    def _target(self, affected: Token, verb: Token, *, passive: bool) -> Participant | None:
        if passive:
            return self._participants.whole(affected, verb)
        return self._participants.target(affected, verb)

    def _without_object(self, action: Action) -> Action:
        """Return the action of a verb without an object; what falls through, "talks collapsed", is the target itself."""
        falls = action.kind == "reject" and not clause_shapes.governs_infinitive(action.verb)
        if falls and not self._participants.is_agentive(action.head):
            return action._replace(actor=None, target=action.actor, affected=action.head, passive=True)
        if action.kind == "trade":
            amount = dependencies.amount(action.verb)
            if amount is not None:
                return action._replace(target=Participant(self._participants.written(*amount)))
        return action


def _governs_action(verb: Token) -> bool:
    """Return whether a verb has a clause whose verb reports an action itself."""
    inner = [*verb.children, *(below for child in verb.children for below in child.children)]
    return any(
        _lemma_and_class(clause)[1] is not None
        for clause in inner
        if clause.tag_.startswith("VB")
        and clause.i > verb.i
        and (clause.dep_ in ("xcomp", "ccomp") or (clause.dep_ == "pcomp" and clause.head.lower_ == "to"))
    )


@functools.cache
def _with_particle() -> frozenset[str]:
    """Return the verbs (lemmas) that are listed with a particle or another word."""
    return frozenset(
        lemma.partition(" ")[0] for lemma in (*verbs.event_classes(), *frames.lemmas()) if " " in lemma
    )


def _lemma_and_class(verb: Token) -> tuple[str, str | None]:
    """Return the lemma of a verb, with its particle, and its event class; ``None`` if no list has it."""
    lemma = verbs.repeated(verbs.lemma(verb.text, verb.tag_))
    if clause_shapes.is_compound(verb):
        return f"{verb.nbor(-2).lower_}-{lemma}", None  # "double-faulted" tells nothing of faults
    classes = verbs.event_classes()
    for child in verb.children if lemma in _with_particle() else ():
        action = f"{lemma} {child.lower_}"
        if (
            child.dep_ in ("prt", "prep", "advmod", "acomp", "oprd", "dobj", "ccomp")
            and (action in classes or action in frames.lemmas())
            and (child.dep_ != "prep" or child.i == verb.i + 1)
        ):
            return action, classes.get(action, frames.OTHER)
    state = next(
        (c.lower_ for c in verb.rights if c.dep_ == "oprd" and c.tag_ == "JJ" and not any(c.lefts)), None
    )
    if lemma == "keep" and state is not None:
        return f"{lemma} {state}", None  # "keeps the hopes alive"
    particle = next((child.lower_ for child in verb.children if child.dep_ == "prt"), None)
    if particle is not None:
        return f"{lemma} {particle}", None  # "hold out" means another thing than "hold"
    if lemma in verbs.excluded():
        return lemma, None
    return lemma, classes.get(lemma)
