"""Event modality (asserted, future, possible, required, reported, denied), from the dependency tree."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

ASSERTED = "asserted"


def of(verb: Token) -> str:
    """Return the modality of a verb: ``asserted``, ``future``, ``possible``, ``required``, ``reported`` or ``denied``."""
    adjective = dependencies.adjective(verb)
    if adjective is not None:
        return "possible" if adjective.lower_ == "unlikely" else "future"
    return _by_auxiliary(verb) or _by_head(verb)


def _by_auxiliary(verb: Token) -> str | None:
    """Return the modality that an auxiliary gives ("may", "will", "must"), or ``None``."""
    for child in verb.children:
        if child.dep_ == "aux" or child.tag_ == "MD":
            lower = child.lower_
            if lower in word_lists.POSSIBLE_AUXILIARIES:
                return "possible"
            if lower in word_lists.FUTURE_AUXILIARIES:
                return "future"
            if lower in word_lists.REQUIRED_AUXILIARIES:
                return "required"
    return None


def _by_head(verb: Token) -> str:
    """Return the modality given by the verb's head."""
    head = verb.head
    if verb.dep_ == "conj" and verb.tag_ == "VB" and head.tag_ == "VB":
        return of(head)  # "would cap the tax and raise ..."
    if verb.dep_ in ("acl", "ccomp") and head.lower_ in word_lists.CLAIM_NOUNS:
        refused = verbs.lemma(head.head.text, head.head.tag_) in word_lists.DENYING_VERBS
        return "denied" if refused else "reported"
    meant = _by_clause(verb) if head is not verb else None
    if meant is not None:
        return meant
    if verb.dep_ in ("relcl", "acl") and dependencies.is_infinitive(verb):
        return ASSERTED if dependencies.is_ranked(head) else "future"
    return ASSERTED


def _by_clause(verb: Token) -> str | None:
    """Return the modality of a clause governed by another verb; ``None`` if that verb does not determine it."""
    head = verb.head
    if verb.dep_ == "pcomp":
        if head.lower_ not in word_lists.GOVERNING_PREPOSITIONS:
            return ASSERTED  # "after meeting him"
        return _by_governor(verb, head.head)
    if verb.dep_ == "advcl":
        return _by_circumstance(verb, head)
    if verb.dep_ in ("xcomp", "ccomp"):
        return _by_governor(verb, head)
    return None


def _by_circumstance(verb: Token, head: Token) -> str:
    """Return the modality of an adverbial clause of time, reason or condition."""
    infinitive = any(c.lower_ == "to" for c in verb.lefts)
    lemma = verbs.lemma(head.text, head.tag_)
    went_on = lemma == "go" and any(child.lower_ == "on" for child in head.children)
    if infinitive and (went_on or lemma in word_lists.ACCOMPLISHED_PURPOSE_VERBS) and head.tag_ == "VBD":
        return ASSERTED
    if any(c.lower_ in ("if", "unless", "whether") for c in verb.lefts):
        return "possible"
    return "future" if infinitive else ASSERTED


def _by_governor(verb: Token, governor: Token) -> str | None:
    """Return the modality of a complement clause, by its governing verb (plan, refuse, say, want)."""
    lemma = verbs.lemma(governor.text, governor.tag_)
    particle = next((c.lower_ for c in governor.children if c.dep_ == "prt"), "")
    meant = word_lists.MODALITY_BY_GOVERNOR.get(
        f"{lemma} {particle}".strip()
    ) or word_lists.MODALITY_BY_GOVERNOR.get(lemma)
    if lemma in ("be", "have") and not (verb.dep_ == "xcomp" and dependencies.is_infinitive(verb)):
        meant = None
    if lemma in word_lists.ADDRESSING_VERBS and verb.dep_ == "ccomp":
        return "reported"
    if meant == "reported" and verb.dep_ == "xcomp":
        return ASSERTED
    if meant == "future" and verb.dep_ == "ccomp" and lemma in ("agree", "decide"):
        return ASSERTED
    return meant
