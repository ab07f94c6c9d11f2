"""Which actions are worth a record, and how salient each is."""

from __future__ import annotations

from streams.nlp.entities import gazetteer
from streams.nlp.events import frames, modality, word_lists
from streams.nlp.events.clauses import Action
from streams.nlp.events.participants.finder import Participant, ParticipantFinder
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token

# Parts of salience; they add up to 1. The values are ours.
_POSITION, _PARTICIPANTS, _KIND = 0.5, 0.3, 0.2
_DECAY = 0.25  # how fast the weight of a paragraph falls with its number
_KIND_WEIGHTS = {
    "say": 0.2,
    frames.OTHER: 0.4,
    **dict.fromkeys(("make", "move", "trade", "support", "examine", "escalate", "aid"), 0.7),
}
# Classes whose simple present passive is news: "is accused of", "is charged with".
_STANDING = frozenset({"accuse", "arrest", "attack", "die", "sanction", "appoint"})
_WITHIN = 0.35  # of an entity that a participant's phrase names besides
# Participants without a name, of the classes that are reported without names: "police arrested 14 protesters".
_UNNAMED = 0.25
_UNREAL = 0.8  # factor of what is not asserted
_REPORTED = 0.95  # factor of what somebody says
_CIRCUMSTANCE = 0.02  # for a place; for a time
#: Events of the text below this are left out: without a name, in the middle of a long text, and of no class that is always reported.
FLOOR = 0.25


def salience(action: Action, paragraph: int | None, meant: str, circumstances: int) -> float:
    """Return the salience of an action, between 0 and 1.

    ``paragraph`` is the number of its paragraph, ``None`` for the title; ``meant`` its modality; ``circumstances`` how many of
    place and time it has.
    """
    position = 1.0 if paragraph is None else 0.9 / (1 + _DECAY * paragraph)
    known = [p.entity for p in (action.actor, action.target) if p is not None and p.entity is not None]
    within = any(p.within is not None for p in (action.actor, action.target) if p is not None)
    unnamed = _UNNAMED if action.kind in word_lists.ALWAYS_REPORTED_CLASSES else 0.0
    unnamed = max(unnamed, _WITHIN if within else 0.0)
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
    both = _is_known(actor) and _is_known(target)
    if not (titled or leads or both or circumstance) and _is_habit(action, meant):
        return False
    if not titled and _is_aside(
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
    if kind == frames.OTHER and action.lemma in word_lists.DAMAGE_VERBS:
        return target is not None and (known or circumstance or leads)
    if kind == frames.OTHER:
        if titled and action.passive:
            return target is not None  # "Pipeline flagged"
        if titled and action.lemma == "become":
            return actor is not None and target is not None
        if titled:
            return actor is not None and (target is not None or able or known)
        worth = known if first else _is_known(actor) and _is_known(target) and action.listed
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


def _is_aside(
    action: Action, meant: str, *, known: bool, able: bool, circumstance: bool, leads: bool
) -> bool:
    """Return whether an action of the text is told in passing only: as a description, a condition, a means or a permission."""
    verb = action.verb
    both = all(_is_known(participant) for participant in (action.actor, action.target))
    always = action.kind in word_lists.ALWAYS_REPORTED_CLASSES
    if _is_description(action) and not circumstance and not (always and known):
        return True  # "a tool designed for nurses", "is listed on the exchange"
    if meant in word_lists.FUTURE_MODALITIES or meant == modality.DENIED:
        if not both and any(child.lower_ in ("if", "unless") for child in verb.lefts):
            return True
        will = _is_to_come(verb, meant)
        told = (
            both
            or circumstance
            or (leads and (known or will))
            or (will and known and action.target is not None)
        )
        told = told or (leads and able and meant == "future" and action.target is not None)
        if _is_purpose_of_thing(action) or not told:
            return True
    if verb.dep_ == "pcomp" and not both and not circumstance and not always:
        return True  # "after stopping a car", "by writing code"
    if action.kind == "escalate" and any(child.dep_ in ("xcomp", "ccomp") for child in verb.children):
        return True  # "forced the agency to leave": the event is that of the clause
    if _is_in_progress(verb) and not (leads or circumstance):
        return True  # "was flying over the sea when ..."
    counted = any(
        child.dep_ == "nummod"
        for noun in (action.head, action.affected)
        if noun is not None
        for child in noun.children
    )
    return not (leads or known or circumstance or counted or always or _is_body(action.head))


def _is_to_come(verb: Token, meant: str) -> bool:
    """Return whether a verb says itself what will or has to be: "will sign", "has to approve"."""
    if meant not in ("future", "required"):
        return False
    obliged = verb.dep_ == "xcomp" and verb.head.lower_ in ("has", "have", "needs", "need")
    return obliged or any(child.tag_ == "MD" for child in verb.lefts)


def _is_body(noun: Token) -> bool:
    """Return whether a noun stands for an organisation or office: "ministry"."""
    bodies = gazetteer.english().impersonal
    return noun.lower_ in bodies or inflection.singular(noun.lower_) in bodies


def _is_description(action: Action) -> bool:
    """Return whether a passive without an actor says what its noun is like: in the simple present, or in a clause of the noun."""
    verb = action.verb
    if not action.passive or action.actor is not None:
        return False
    auxiliaries = [child.lower_ for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    present = len(auxiliaries) == 1 and auxiliaries[0] in ("is", "are", "'s", "’s", "'re", "’re")
    present = present and action.kind not in _STANDING
    return (
        present
        or verb.dep_ in ("acl", *dependencies.RELATIVE)
        or (verb.dep_ == "advcl" and verb.tag_ == "VBN" and not auxiliaries)
    )


def _is_habit(action: Action, meant: str) -> bool:
    """Return whether an action is told in the simple present, as what is always so: "the agency monitors prices"."""
    verb = action.verb
    auxiliaries = [child.tag_ for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    active = verb.tag_ in ("VBZ", "VBP") and not auxiliaries
    passive = verb.tag_ == "VBN" and auxiliaries in (["VBZ"], ["VBP"]) and action.passive
    heading = not verb.doc[verb.sent.end - 1].is_punct  # "Acme acquires Vega"
    return (
        (active or (passive and action.kind not in _STANDING))
        and meant == modality.ASSERTED
        and verb.dep_ in ("ROOT", "conj")
        and not heading
        and action.kind != "say"
        and action.lemma != "face"  # charges
    )


def _is_purpose_of_thing(action: Action) -> bool:
    """Return whether an action is what a thing is meant to do: "a bill that would bar imports"."""
    verb = action.verb
    inside = verb.dep_ in dependencies.RELATIVE or verb.head.dep_ in dependencies.RELATIVE
    return (
        inside
        and action.actor is not None
        and action.actor.entity is None
        and action.head.tag_ in ("NN", "NNS")
        and inflection.singular(action.head.lower_) not in verbs.people()
    )


def _is_in_progress(verb: Token) -> bool:
    """Return whether a verb tells what was going on: "was flying"."""
    return verb.tag_ == "VBG" and any(
        child.lower_ in ("was", "were") and child.dep_ == "aux" for child in verb.lefts
    )


def _is_restrictive(action: Action) -> bool:
    """Return whether an action only says which thing is meant: in a relative clause without a comma."""
    verb = action.verb
    before = verb.left_edge.i - 1
    clause = verb.dep_ in dependencies.RELATIVE or (verb.dep_ == "acl" and verb.tag_ == "VBN")
    return bool(clause and before >= 0 and verb.doc[before].text != ",")


def _is_about_anybody(action: Action) -> bool:
    """Return whether who acts is nobody in particular: "any rational person", "few studies"; not "a few"."""
    words = [child.lower_ for child in action.head.lefts]
    return not word_lists.GENERIC_DETERMINERS.isdisjoint(words) or ("few" in words and "a" not in words)


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
    person = action.target.entity is not None and action.target.entity.label == "PERSON"
    if not person and any(child.dep_ == "ccomp" and child.tag_ != "JJ" for child in action.verb.children):
        return False  # "declared that a disaster had struck the county"
    named = any(p is not None and p.entity is not None for p in (action.actor, action.target))
    if action.lemma in word_lists.SAY_VERBS_WITH_OBJECT:
        return named or action.target.within is not None
    entity = action.target.entity
    return named and entity is not None and entity.label in ("PERSON", "GPE")
