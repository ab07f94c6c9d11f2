"""What is known of the worth of an action before its document is: whether it is a candidate for an event, and what rules say."""

from __future__ import annotations

from streams.nlp.events import clause_shapes, frames, modality, word_lists
from streams.nlp.events.clauses import Action
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.worth import passing
from streams.nlp.syntax import verbs


def is_candidate(
    action: Action, participants: ParticipantFinder, meant: str, *, titled: bool, leads: bool
) -> bool:
    """Return whether an action may be worth a record: who acts or is acted upon is a name, a person or a body.

    ``meant`` is its modality. What is left out of texts was never right and worth a record in 70 labelled candidates that rules did
    not keep: habits, what anybody does or could do, and speech that says nothing (:mod:`streams.nlp.events.speech_acts`).
    """
    if passing.is_about_anybody(action):
        return False
    if not titled and "frame" in action.doubts and not _is_plain_fact(action):
        return False
    if not titled and (
        (action.kind == "say" and action.said is None)
        or action.hollow
        or passing.is_carrier(action)
        or passing.is_ability(action.verb)
        or passing.is_habit(action, meant)
        or passing.is_generic(action, meant, leads=leads)
    ):
        return False
    if any(one is not None and one.is_known for one in (action.actor, action.target)):
        return True
    if action.doubts and not titled:
        return False
    nouns = [noun for noun in (action.head, action.affected) if noun is not None]
    able = any(participants.is_agentive(noun) for noun in nouns)
    lead = leads and meant != modality.DENIED and clause_shapes.is_main(action.verb)
    return (titled or able or lead) and (action.actor is not None or action.target is not None)


def _is_plain_fact(action: Action) -> bool:
    """Return whether an action none of whose frames is of an event may be one: somebody does it to something, and it is no speech."""
    if (
        action.passive
        or action.target is None
        or not (action.affected is not None or action.target.entity is not None)
    ):
        return False
    lemma = verbs.lemma(action.verb.text, action.verb.tag_)
    return lemma not in word_lists.NAMING_VERBS | word_lists.ADDRESSING_VERBS | verbs.indirect_reporting()


def is_told_elsewhere(action: Action) -> bool:
    """Return whether an action of the text is no event of its own: what another one was done for, or what ceased."""
    return modality.is_purpose(action.verb) or passing.is_ceased(action.verb)


def is_worth(
    action: Action,
    participants: ParticipantFinder,
    paragraph: int | None,
    meant: str,
    *,
    circumstance: bool,
    leads: bool,
) -> bool:
    """Return whether an action says enough for a record, by rules: a feature of the model that decides.

    ``paragraph`` is the number of its paragraph, ``None`` for the title; ``meant`` its modality; ``circumstance`` says that it has a place or a time, ``leads``
    that its paragraph is an opening one.
    """
    titled = paragraph is None
    first = titled or paragraph in (0, 1)
    kind, actor, target = action.kind, action.actor, action.target
    known = any(one is not None and one.is_known for one in (actor, target))
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
    if action.doubts and not titled:
        return False
    if passing.is_about_anybody(action) or (not titled and passing.is_ability(action.verb)):
        return False
    both = passing.both_known(action)
    if not (titled or leads or both or circumstance) and passing.is_habit(action, meant):
        return False
    if not titled and passing.is_aside(
        action, meant, known=known, able=able, circumstance=circumstance, leads=leads
    ):
        return False
    if kind == "say":
        speaks = titled and actor is not None and not action.passive and (able or known)
        announced = leads and able and action.lemma in word_lists.SAY_VERBS_WITH_OBJECT and not action.passive
        interview = action.lemma == "tell" and not circumstance  # "she told Holm"
        return (
            (not interview and _is_worth_saying(action))
            or (announced and target is not None)
            or (speaks and any(child.dep_ == "ccomp" for child in action.verb.children))
        )
    if kind == "move" and not (titled or circumstance or target or action.lemma in word_lists.ESCAPES):
        return False  # "he was flying"
    always = kind in word_lists.ALWAYS_REPORTED_CLASSES
    if passing.is_restrictive(action) and not (known or always or circumstance):
        return False  # "travellers who visited the town"
    if not titled and passing.is_generic(action, meant, leads=leads):
        return False
    if (
        action.affected is not None
        and target is None
        and not action.passive
        and not (always and circumstance)
    ):
        return False  # its object is a pronoun that is not resolved, or no thing at all
    if kind == frames.OTHER and action.lemma in word_lists.DAMAGE_VERBS:
        return target is not None and (known or circumstance or leads)
    if kind == frames.OTHER:
        if titled and action.passive:
            return target is not None  # "Pipeline flagged"
        if titled and action.lemma == "become":
            return actor is not None and target is not None
        if titled:
            return actor is not None and (target is not None or able or known)
        worth = known if first else both and action.listed
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


def _is_complete(action: Action, *, able: bool) -> bool:
    """Return whether an action has all participants that its verb calls for."""
    if action.passive:
        return action.target is not None and (action.actor is not None or action.listed)
    return action.actor is not None and action.target is not None and able


def _is_worth_saying(action: Action) -> bool:
    """Return whether what is said, or to whom, is named: "cautioned brokers", "announced layoffs", not "told reporters"."""
    if action.target is None or (action.actor is None and not action.passive):
        return False
    person = action.target.entity is not None and action.target.entity.label == "PERSON"
    if not person and any(child.dep_ == "ccomp" and child.tag_ != "JJ" for child in action.verb.children):
        return False  # "declared that a disaster had struck the county"
    named = any(p is not None and p.entity is not None for p in (action.actor, action.target))
    if action.lemma in word_lists.SAY_VERBS_WITH_OBJECT:
        return named or action.target.within is not None
    entity = action.target.entity
    return named and entity is not None and entity.label in ("PERSON", "GPE")
