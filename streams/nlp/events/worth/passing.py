"""Actions that are told in passing only: descriptions, conditions, means, habits, what anybody does or could do."""

from __future__ import annotations

from streams.nlp.entities import gazetteer
from streams.nlp.events import modality, word_lists
from streams.nlp.events.clauses import Action
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token

# Classes whose simple present passive is news: "is accused of", "is charged with".
_STANDING = frozenset({"accuse", "arrest", "attack", "die", "sanction", "appoint"})


def is_aside(action: Action, meant: str, *, known: bool, able: bool, circumstance: bool, leads: bool) -> bool:
    """Return whether an action of the text is told in passing only: as a description, a condition, a means or a permission."""
    verb = action.verb
    both = both_known(action)
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
    if is_carrier(action):
        return True
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


def is_habit(action: Action, meant: str) -> bool:
    """Return whether an action is told in the simple present, as what is always so: "the agency monitors prices"."""
    verb = action.verb
    auxiliaries = [child.tag_ for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    active = verb.tag_ in ("VBZ", "VBP") and not auxiliaries
    passive = verb.tag_ == "VBN" and auxiliaries in (["VBZ"], ["VBP"]) and action.passive
    heading = not verb.doc[dependencies.sentence(verb)[1] - 1].is_punct  # "Acme acquires Vega"
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


def is_carrier(action: Action) -> bool:
    """Return whether the event is that of the clause of an action: "forced the agency to leave"."""
    causing = action.kind == "escalate" or action.lemma in ("force", "prompt", "cause")
    return causing and any(child.dep_ in ("xcomp", "ccomp") for child in action.verb.children)


def is_restrictive(action: Action) -> bool:
    """Return whether an action only says which thing is meant: in a relative clause without a comma."""
    verb = action.verb
    before = verb.left_edge.i - 1
    clause = verb.dep_ in dependencies.RELATIVE or (verb.dep_ == "acl" and verb.tag_ == "VBN")
    return bool(clause and before >= 0 and verb.doc[before].text != ",")


def is_about_anybody(action: Action) -> bool:
    """Return whether who acts is nobody in particular: "any rational person", "few studies"; not "a few"."""
    words = [child.lower_ for child in action.head.lefts]
    return not word_lists.GENERIC_DETERMINERS.isdisjoint(words) or ("few" in words and "a" not in words)


def is_ability(verb: Token) -> bool:
    """Return whether an infinitive at a noun is what could be done: "the power to end the unrest", not "a plan to end it"."""
    noun = verb.head
    return bool(
        verb.dep_ in ("acl", *dependencies.RELATIVE)
        and dependencies.is_infinitive(verb)
        and not dependencies.is_ranked(noun)
        and noun.tag_ in ("NN", "NNS")
        and noun.lower_ not in word_lists.INTENTION_NOUNS
    )


def is_ceased(verb: Token) -> bool:
    """Return whether a gerund is what somebody ceased to do, which is told by the verb above it: "stop killing civilians"."""
    ended = verb.dep_ == "xcomp" and verb.tag_ == "VBG"
    return ended and verbs.lemma(verb.head.text, verb.head.tag_) in ("stop", "cease", "quit")


def is_generic(action: Action, meant: str, *, leads: bool) -> bool:
    """Return whether an action is what somebody does in general, or could do: "drives for a firm", "users can challenge others"."""
    verb = action.verb
    if meant == "possible" and not modality.is_wished(verb):
        return not leads and not dependencies.negated(verb) and not both_known(action)
    present = verb.tag_ in ("VBZ", "VBP") and (verb.lower_ == action.lemma or verb.lower_.endswith("s"))
    return meant == modality.ASSERTED and verb.dep_ in dependencies.RELATIVE and present


def both_known(action: Action) -> bool:
    """Return whether both participants of an action are named."""
    return all(one is not None and one.is_known for one in (action.actor, action.target))
