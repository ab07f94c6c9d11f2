"""Which actions are worth a record, and how salient each is."""

from __future__ import annotations

from streams.nlp.events import frames, modality, word_lists
from streams.nlp.events.clauses import Action
from streams.nlp.events.participants import Participant, ParticipantFinder
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token

# Parts of salience; they add up to 1. The values are ours.
_POSITION, _PARTICIPANTS, _KIND = 0.5, 0.3, 0.2
_DECAY = 0.25  # how fast the weight of a paragraph falls with its number
_KIND_WEIGHTS = {
    "say": 0.2,
    frames.OTHER: 0.4,
    **dict.fromkeys(("make", "move", "trade", "support", "examine", "escalate", "aid"), 0.7),
}
# Participants without a name, of the classes that are reported without names: "police arrested 14 protesters".
_UNNAMED = 0.25
_UNREAL = 0.8  # factor of what is not asserted
_REPORTED = 0.95  # factor of what somebody says
_CIRCUMSTANCE = 0.02  # for a place; for a time
#: Events of the text below this are left out: without a name, in the middle of a long text, and of no class that is always reported.
FLOOR = 0.2


def salience(action: Action, paragraph: int | None, meant: str, circumstances: int) -> float:
    """Return the salience of an action, between 0 and 1.

    ``paragraph`` is the number of its paragraph, ``None`` for the title; ``meant`` its modality; ``circumstances`` how many of
    place and time it has.
    """
    position = 1.0 if paragraph is None else 0.9 / (1 + _DECAY * paragraph)
    known = [p.entity for p in (action.actor, action.target) if p is not None and p.entity is not None]
    unnamed = _UNNAMED if action.kind in word_lists.ALWAYS_REPORTED_CLASSES else 0.0
    value = (
        _POSITION * position
        + _PARTICIPANTS * max((0.5 + entity.salience / 2 for entity in known), default=unnamed)
        + _KIND * _KIND_WEIGHTS.get(action.kind, 1.0)
    )
    if meant != modality.ASSERTED:
        value *= _REPORTED if meant == "reported" else _UNREAL
    return round(min(1.0, value + _CIRCUMSTANCE * circumstances), 3)


def is_worth(
    action: Action,
    participants: ParticipantFinder,
    paragraph: int | None,
    meant: str,
    *,
    circumstance: bool,
    leads: bool,
) -> bool:
    """Return whether an action says enough for a record.

    ``paragraph`` is the number of its paragraph, ``None`` for the title; ``meant`` its modality; ``circumstance`` says that it has a place or a time, ``leads``
    that its paragraph is an opening one.
    """
    titled = paragraph is None
    first = titled or paragraph in (0, 1)
    kind, actor, target = action.kind, action.actor, action.target
    known = any(_is_known(one) for one in (actor, target))
    able = participants.is_agentive(action.head)
    if (
        actor is not None
        and target is not None
        and actor.entity is not None
        and actor.entity is target.entity
    ):
        return False
    if action.hollow and not circumstance:
        return False
    if _is_about_anybody(action) or (not titled and _is_ability(action.verb)):
        return False
    if kind == "say":
        return _is_worth_saying(action)
    if kind == "move" and not (titled or circumstance or target or action.lemma in word_lists.ESCAPES):
        return False  # "he was flying"
    always = kind in word_lists.ALWAYS_REPORTED_CLASSES
    if _is_restrictive(action) and not (known or always or circumstance):
        return False  # "travellers who visited the town"
    if not titled and _is_generic(action, meant, leads=leads):
        return False
    if (
        action.affected is not None
        and target is None
        and not action.passive
        and not (always and circumstance)
    ):
        return False  # its object is a pronoun that is not resolved, or no thing at all
    if kind == frames.OTHER:
        if titled and action.passive:
            return target is not None  # "Pipeline flagged"
        if titled:
            return _is_complete(action, able=able or known)
        worth = _is_known(target) if first else _is_known(actor) and _is_known(target) and action.listed
        return _is_complete(action, able=able) and worth
    if titled and actor is not None and kind in word_lists.TITLE_INTRANSITIVE_CLASSES:
        return True
    if action.passive:
        return target is not None and (known or circumstance or leads or always)
    if always and (target is not None or circumstance):
        return True
    whole = actor is not None and (target is not None or kind in word_lists.INTRANSITIVE_CLASSES)
    if whole and (circumstance or able or (leads and (known or first))):
        return True
    if (able and circumstance) or (kind == "trade" and known and leads):
        return True
    return known and (target is not None or circumstance or kind in word_lists.INTRANSITIVE_CLASSES)


def _is_restrictive(action: Action) -> bool:
    """Return whether an action only says which thing is meant: in a relative clause without a comma."""
    verb = action.verb
    before = verb.left_edge.i - 1
    clause = verb.dep_ in dependencies.RELATIVE or (verb.dep_ == "acl" and verb.tag_ == "VBN")
    return bool(clause and before >= 0 and verb.doc[before].text != ",")


def _is_about_anybody(action: Action) -> bool:
    """Return whether who acts is nobody in particular: "any rational person"."""
    return any(child.lower_ in word_lists.GENERIC_DETERMINERS for child in action.head.lefts)


def _is_ability(verb: Token) -> bool:
    """Return whether an infinitive at a noun is what could be done: "the power to end the unrest", not "a plan to end it"."""
    noun = verb.head
    return bool(
        verb.dep_ in ("acl", *dependencies.RELATIVE)
        and dependencies.is_infinitive(verb)
        and not dependencies.is_ranked(noun)
        and noun.tag_ in ("NN", "NNS")
        and noun.lower_ not in word_lists.INTENTION_NOUNS
    )


def _is_generic(action: Action, meant: str, *, leads: bool) -> bool:
    """Return whether an action is what somebody does in general, or could do: "drives for a firm", "users can challenge others"."""
    verb = action.verb
    if meant == "possible":
        return (
            not leads
            and not dependencies.negated(verb)
            and not all(_is_known(participant) for participant in (action.actor, action.target))
        )
    present = verb.tag_ in ("VBZ", "VBP") and (verb.lower_ == action.lemma or verb.lower_.endswith("s"))
    return meant == modality.ASSERTED and verb.dep_ in dependencies.RELATIVE and present


def _is_complete(action: Action, *, able: bool) -> bool:
    """Return whether an action has all participants that its verb calls for."""
    if action.passive:
        return action.target is not None and (action.actor is not None or action.listed)
    return action.actor is not None and action.target is not None and able


def _is_known(participant: Participant | None) -> bool:
    return participant is not None and (participant.entity is not None or participant.within is not None)


def _is_worth_saying(action: Action) -> bool:
    """Return whether what is said, or to whom, is named: "cautioned brokers", "announced layoffs", not "told reporters"."""
    if action.target is None or (action.actor is None and not action.passive):
        return False
    named = any(p is not None and p.entity is not None for p in (action.actor, action.target))
    if action.lemma in word_lists.SAY_VERBS_WITH_OBJECT:
        return named or action.target.within is not None
    entity = action.target.entity
    return named and entity is not None and entity.label in ("PERSON", "GPE")
