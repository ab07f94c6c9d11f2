"""What a coordinated verb has from the one before it: "will be axed or moved", "did not sign or ratify"."""

from __future__ import annotations

from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token

_NONFINITE = frozenset({"VB", "VBN", "VBG"})
_ALTERNATIVE = frozenset({"or", "nor"})


def lender(verb: Token) -> Token | None:
    """Return the verb whose auxiliaries a coordinated one shares: "axed" for "moved" in "will be axed or moved"; else ``None``."""
    head = verb.head
    if (
        verb.dep_ != "conj"
        or not _NONFINITE.issuperset((verb.tag_, head.tag_))
        or dependencies.has_subject(verb)
    ):
        return None
    own = [child for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    if head.tag_ == "VB":  # "will go to the Senate and be debated"
        shares = verb.tag_ == "VB" or any(child.lower_ == "be" for child in own)
        return head if shares and all(child.lower_ in ("to", "be") for child in own) else None
    return head if verb.tag_ == head.tag_ and not own else None


def shares_negation(verb: Token) -> bool:
    """Return whether a verb behind "or" is negated by what negates the verb before it: "did not sign or ratify", "never signed or ratified"."""
    head = verb.head
    if (
        verb.dep_ != "conj"
        or dependencies.has_subject(verb)
        or any(child.dep_ == "aux" for child in verb.lefts)
    ):
        return False
    joined = any(child.dep_ == "cc" and child.lower_ in _ALTERNATIVE for child in head.children)
    alike = {verb.tag_, head.tag_} <= {"VBD", "VBN"} or verb.tag_ == head.tag_
    negates = any(child.dep_ == "neg" and child.i < head.i for child in head.children)
    return joined and alike and negates and dependencies.negated(head)
