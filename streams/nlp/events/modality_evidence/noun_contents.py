"""What a noun makes of the clause that is its content: "plans to close", "no evidence that it closed", "rejected calls to close"."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

_CONTENT = frozenset({"acl", "ccomp"})


def modality(verb: Token) -> str | None:
    """Return the modality of a clause that is the content of a noun, ``None`` if it is none or the noun does not tell."""
    if _is_claimed(verb):
        return "denied" if _is_refused(verb.head) or _is_absent(verb.head) else "reported"
    if verb.head.lower_ in word_lists.PROOFS and _is_clause(verb):
        return "denied" if _is_absent(verb.head) else None
    noun = _meant(verb)
    if noun is None:
        return None
    if _is_absent(noun) or _is_refused(noun):
        return "denied"  # "has no plans to close the mine", "rejected calls to close it"
    return word_lists.MODALITY_BY_NOUN.get(noun.lower_)


def is_wished(verb: Token) -> bool:
    """Return whether an infinitive is what somebody tries or is thought to do, rather than is able to: "an attempt to close"."""
    noun = _meant(verb)
    return noun is not None and noun.lower_ not in word_lists.POWER_NOUNS


def is_planned(verb: Token) -> bool:
    """Return whether an infinitive behind an object is what that means: "announced plans this week to build"."""
    if verb.dep_ not in ("advcl", "xcomp") or not dependencies.is_infinitive(verb):
        return False
    return any(noun.lower_ in word_lists.INTENTION_NOUNS for noun in dependencies.objects(verb.head))


def _is_claimed(verb: Token) -> bool:
    """Return whether a clause is what a claim says: "reports that it closed"; not "charges filed in Oslo", "claims they filed"."""
    return verb.head.lower_ in word_lists.CLAIM_NOUNS and _is_clause(verb)


def _is_clause(verb: Token) -> bool:
    """Return whether a verb below a noun is a clause that nothing is missing from: "the report that it sold the mine"; not "the mine it sold"."""
    if verb.dep_ not in (*_CONTENT, *dependencies.RELATIVE):
        return False
    subjects = (child for child in verb.lefts if child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE)
    whole = verb.dep_ in _CONTENT or any(child.dep_ in dependencies.OBJECT for child in verb.rights)
    return whole and any(subject.tag_ not in ("WP", "WDT") for subject in subjects)


def _meant(verb: Token) -> Token | None:
    """Return the noun whose content an infinitive is: "plans" in "plans to close", "announced plans this week to close"."""
    if not dependencies.is_infinitive(verb):
        return None
    nouns = word_lists.INTENTION_NOUNS | word_lists.MODALITY_BY_NOUN.keys()
    if verb.dep_ in ("acl", "relcl"):
        return verb.head if verb.head.lower_ in nouns else None
    if verb.dep_ not in ("advcl", "xcomp"):
        return None
    behind = (
        child
        for child in verb.head.rights
        if child.dep_ in (*dependencies.OBJECT, "attr", "acomp") and child.i < verb.i
    )
    nouns -= word_lists.POWER_NOUNS  # "used its power to close the mine"
    return next((noun for noun in behind if noun.lower_ in nouns), None)


def _is_absent(noun: Token) -> bool:
    """Return whether a noun is said not to be there: "no plans", "does not have any plans", "without evidence"."""
    if any(child.lower_ == "no" and child.dep_ == "det" for child in noun.lefts):
        return True
    head = noun.head
    if noun.dep_ == "pobj":
        return bool(head.lower_ == "without")
    return noun.dep_ in (*dependencies.OBJECT, "attr") and any(child.dep_ == "neg" for child in head.children)


def _is_refused(noun: Token) -> bool:
    """Return whether a noun stands for what was refused or given up: "rejected calls", "plans were scrapped", "lost a bid"."""
    verb = noun.head
    if noun.dep_ not in dependencies.OBJECT | dependencies.PASSIVE:
        return False
    lemma = verbs.lemma(verb.text, verb.tag_)
    particle = next((child.lower_ for child in verb.children if child.dep_ == "prt"), "")
    return f"{lemma} {particle}".strip() in word_lists.DENYING_VERBS and not dependencies.negated(verb)
