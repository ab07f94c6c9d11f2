"""Tense, number and negation of the verbs of events, from the dependency tree."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.events.modality_evidence import shared_auxiliaries
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

_MULTIPLYING = frozenset({"double", "triple", "treble", "quadruple", "quintuple", "halve"})


def is_past(verb: Token) -> bool | None:
    """Return whether a verb is in the past or perfect, ``None`` if it is in the future or not finite."""
    tags = {verb.tag_, *(child.tag_ for child in verb.children if child.dep_ in ("aux", "auxpass"))}
    if "VBD" in tags or (verb.tag_ == "VBN" and verb.dep_ in ("ROOT", "conj", "ccomp", "advcl")):
        return True
    if any(child.lower_ in word_lists.FUTURE_AUXILIARIES for child in verb.children):
        return None  # news and guides have their "will"
    return False if tags & {"VBZ", "VBP", "MD"} else None


def is_present(verb: Token) -> bool:
    """Return whether a verb is in the present tense: "opens", "is opening"."""
    auxiliaries = [child for child in verb.lefts if child.dep_ == "aux"]
    going_on = verb.tag_ == "VBG" and any(child.tag_ in ("VBZ", "VBP") for child in auxiliaries)
    going_on = going_on and all(child.lower_ != "been" for child in auxiliaries)
    past = verb.tag_ == "VBP" and verbs.lemma(verb.text) != verb.lower_  # "rewrote", mistagged
    return going_on or (verb.tag_ in ("VBZ", "VBP") and not past)


def finite(verb: Token) -> Token:
    """Return the verb whose tense one has: "taking over" for "adding" in "is taking over on Sunday, adding interviews"."""
    while verb.tag_ == "VBG" and verb.dep_ in ("advcl", "conj") and dependencies.is_verb(verb.head):
        if any(child.dep_ in ("aux", "mark", *dependencies.ACTIVE) for child in verb.lefts):
            break
        verb = verb.head
    return verb


def is_later(verb: Token, time: str) -> bool:
    """Return whether a verb is said to happen later than its text: "later this summer", "later on Friday"; ``time`` is its time."""
    behind = [*verb.rights, *(inner for child in verb.rights for inner in child.lefts)]
    return time.lower().startswith("later ") or any(child.lower_ == "later" for child in behind)


def is_singular(verb: Token) -> bool:
    """Return whether a finite verb has one subject, by its form or that of its auxiliary."""
    return verb.tag_ == "VBZ" or any(child.dep_ == "aux" and child.tag_ == "VBZ" for child in verb.lefts)


def is_negated(verb: Token) -> bool:
    """Return whether a verb, or what belongs to it, is negated: "nearly sank", "pleaded not guilty", "did not sign or ratify"; not "nearly doubled"."""
    lemma = verbs.lemma(verb.text, verb.tag_)
    return (
        dependencies.negated(verb)
        or shared_auxiliaries.shares_negation(verb)
        or any(
            (child.lower_ in word_lists.ALMOST_ADVERBS and lemma not in _MULTIPLYING)
            or (child.dep_ in ("acomp", "oprd") and any(inner.dep_ == "neg" for inner in child.children))
            for child in verb.children
        )
    )


def with_prefix(verb: Token, lemma: str) -> str:
    """Return the lemma of a verb with the prefix that it is written with: "re-open" of "re-opened" and "open"."""
    prefix, hyphen, rest = verb.lower_.partition("-")
    return f"{prefix}-{lemma}" if hyphen and rest and "-" not in lemma else lemma
