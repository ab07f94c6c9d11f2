"""How far a time in a sentence reaches: which clauses share it, and on which verb it depends, from the dependency tree."""

from __future__ import annotations

import re

from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

MAX_DEPTH = 12  # maximum dependency steps from a time expression up to its verb
SUBJECTS = dependencies.ACTIVE | dependencies.PASSIVE
_TRYING = frozenset({"try", "attempt", "struggle", "fail", "refuse", "decline", "manage"})
_WILL = frozenset({"will", "wo", "shall", "'ll", "’ll"})


def shares_time(verb: Token, *, ahead: bool) -> bool:
    """Return whether a clause happened when the one above it did: a participle without a subject, an achieved purpose."""
    if any(child.dep_ in SUBJECTS for child in verb.lefts):
        return False
    if any(child.dep_ == "mark" or child.tag_ == "WRB" for child in verb.lefts):
        return False  # "while visiting", "since leaving"
    if verb.dep_ == "conj":
        return verb.tag_ in ("VBG", "VB") and verb.head.tag_ == verb.tag_
    if verb.dep_ == "pcomp":  # "left on Friday without signing it"
        return verb.tag_ == "VBG" and verb.head.lower_ in ("by", "without")
    if verb.tag_ == "VBG":
        having = any(child.lower_ == "having" for child in verb.lefts)
        return verb.dep_ == "advcl" and not having
    if _is_tried(verb):
        return True
    return (
        verb.dep_ in ("advcl", "xcomp")
        and not ahead
        and dependencies.is_infinitive(verb)
        and verb.head.tag_ in ("VBD", "VBN")
    )


def depends_on(token: Token, verb: Token) -> bool:
    """Return whether a token depends on a verb with no other verb and no apposition between them."""
    for _ in range(MAX_DEPTH):
        if token.i == verb.i:
            return True
        if token.head.i == token.i or token.dep_ == "appos":
            return False
        if token.tag_.startswith("VB") and not _is_opening(token):
            return False
        token = token.head
    return False


def _is_opening(verb: Token) -> bool:
    """Return whether a participle only says from when on: "Starting in 2011, they sold cars", "sold cars, beginning in 2011"."""
    apart = verb.i == dependencies.sentence(verb)[0] or verb.doc[verb.i - 1].text == ","
    return bool(apart and verb.dep_ != "ROOT" and verb.lower_ in ("starting", "beginning"))


def is_done(verb: Token, match: re.Match[str]) -> bool:
    """Return whether a day dates what was done or tried in the past: "held talks to discuss it on February 25"."""
    day = match["day"] or match["day2"] or match["weekday"]
    return _is_tried(verb) or bool(day and verb.dep_ == "advcl" and verb.head.tag_ == "VBD" and _is_aim(verb))


def _is_tried(verb: Token) -> bool:
    """Return whether a verb is what somebody tried or refused to do: its time is that of trying."""
    tried = verb.dep_ == "xcomp" and verb.head.tag_ == "VBD" and dependencies.is_infinitive(verb)
    return bool(tried and verbs.lemma(verb.head.text, "VBD") in _TRYING)


def _is_aim(verb: Token) -> bool:
    return dependencies.is_infinitive(verb) and verb.head.i < verb.i


def is_to_come(verb: Token) -> bool:
    """Return whether a verb, or the one that governs it, is in the present or the future: what it tells cannot have a past time."""
    clauses = [verb, verb.head] if verb.dep_ in ("xcomp", "ccomp") else [verb]
    return any(
        one.tag_ in ("VBZ", "VBP") or any(child.lower_ in _WILL for child in one.lefts) for one in clauses
    )


def accompanies(verb: Token) -> bool:
    """Return whether a clause in the past says when another one happened: "as he signed it", "when it was opened"."""
    past = verb.tag_ == "VBD" or any(child.lower_ in ("was", "were") for child in verb.lefts)
    above = verb.head.tag_ in ("VBD", "VBN")
    if verb.tag_ in ("VBZ", "VBP"):  # "would raise rates when it meets next week"
        past = above = any(child.lower_ in (*_WILL, "would") for child in verb.head.lefts)
    led = any(child.lower_ in ("as", "when") for child in verb.lefts)
    alike = verb.lower_ in ("did", "had", "was", "were")  # "ruled it out, as it did in 1998"
    return bool(verb.dep_ == "advcl" and past and above and led and not alike)


def dates_reporting_verb(parsed: ParsedParagraph, verb: Token, k: int) -> bool:
    """Return whether token ``k`` begins a day that dates the reporting verb: "said on Thursday it had agreed"."""
    before = k - 1 - (parsed.lower[k - 1] == "on") if k else -1
    return before >= 0 and verb.i != before and verb.head.i == before and parsed.lower[k - 1] != "that"
