"""Who does what a passive verb says, also where a parser hangs "by ..." elsewhere."""

from __future__ import annotations

from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token

_NAMES = frozenset({"ORG", "GPE", "NORP"})  # no people, who may be authors: "was given a book by Holm"
_FAR = 14  # tokens from a verb to "by"; the value is ours
_ENDS = frozenset({"end", "beginning", "start", "middle", "close"})
_SPANS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "day",
        "week",
        "month",
        "year",
        "decade",
        "century",
        "season",
    ]
)
_BREAKS = frozenset({",", ";", ":", "-", "–", "—", "(", "and", "or", "but"})


def agent(verb: Token) -> Token | None:
    """Return the agent of a passive verb: "by ..." below it, behind its object, or below the verb that it is joined to; ``None`` of none."""
    found = dependencies.agent(verb) or _of_twin(verb) or _behind(verb) or _of_infinitive(verb)
    return None if found is not None and _is_time(found) else found


def _of_twin(verb: Token) -> Token | None:
    """Return the agent of the verb right behind "and": "was suspended and sued by his employers"."""
    behind = verb.doc[verb.i + 1 : verb.i + 3]
    if len(behind) < 2 or behind[0].dep_ != "cc" or behind[1].head.i != verb.i or behind[1].tag_ != "VBN":
        return None
    return dependencies.agent(behind[1])


def _behind(verb: Token) -> Token | None:
    """Return who stands behind "by" in the same clause, if that is somebody: "were sent statements of objections by the Commission"."""
    for token in verb.doc[verb.i + 1 : verb.i + 1 + _FAR]:
        if token.tag_.startswith(("VB", "MD", "W")) or token.lower_ in _BREAKS or token.is_sent_start:
            return None
        if token.lower_ == "by" and token.dep_ in ("prep", "agent"):
            noun = next((child for child in token.children if child.dep_ == "pobj"), None)
            office = token.head.dep_ == "pobj" and token.head.head.lower_ == "as"
            person = office and noun is not None and noun.ent_type_ == "PERSON"  # "replaced as coach by Holm"
            return noun if noun is not None and (person or _is_somebody(noun)) else None
    return None


def _of_infinitive(verb: Token) -> Token | None:
    """Return who stands behind the infinitive that a passive verb governs: "was ordered to pay the costs by a court"."""
    clause = next((child for child in verb.rights if child.dep_ == "xcomp"), None)
    if clause is None or not dependencies.is_infinitive(clause) or dependencies.has_passive_auxiliary(clause):
        return None
    for token in verb.doc[clause.i + 1 : clause.i + 1 + _FAR]:
        if token.tag_.startswith(("VB", "MD", "W")) or token.lower_ in _BREAKS or token.is_sent_start:
            return None
        if token.lower_ == "by" and token.dep_ in ("prep", "agent"):
            noun = next((child for child in token.children if child.dep_ == "pobj"), None)
            return noun if noun is not None and (noun.ent_type_ == "PERSON" or _is_somebody(noun)) else None
    return None


def _is_time(noun: Token) -> bool:
    """Return whether "by" says until when: "by the end of May"."""
    return noun.ent_type_ in ("DATE", "TIME") or any(
        inner.ent_type_ in ("DATE", "TIME") or inner.lower_ in _SPANS
        for case in noun.rights
        if case.lower_ == "of" and noun.lower_ in _ENDS
        for inner in case.rights
    )


def _is_somebody(noun: Token) -> bool:
    return noun.ent_type_ in _NAMES or inflection.singular(noun.lower_) in verbs.people()
