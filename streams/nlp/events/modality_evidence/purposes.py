"""Whether what something was done for came about: "rallied to win", "flew to Oslo to meet her", "took 15 minutes to decide"."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

_STILL_GOING = frozenset({"head", "depart", "set off", "sail", "call", "phone", "telephone"})
_PAST = frozenset({"had", "has", "have", "'ve", "’ve", "was", "were"})


def came_about(verb: Token, head: Token) -> bool:
    """Return whether an infinitive tells what another verb, its head, has led to."""
    if not is_past(head):
        return False
    lemma = verbs.lemma(head.text, head.tag_)
    went_on = lemma in ("go", "hold", "hang") and any(child.lower_ == "on" for child in head.children)
    kind = verbs.event_classes().get(verbs.lemma(verb.text, verb.tag_))
    return bool(
        went_on
        or kind == "protest"  # "set himself on fire to protest"
        or (head.tag_ == "VBD" and _is_gone(lemma))  # "flew to Oslo to meet her", "left to join a rival"
        or (kind == "win" and is_achieved(verb))  # "rallied to beat", "scored to lead"
        or lemma in word_lists.ACCOMPLISHED_PURPOSE_VERBS
        or any(_is_time(noun) for noun in dependencies.objects(head))  # "took a day to decide"
    )


def is_achieved(verb: Token) -> bool:
    """Return whether a verb is what somebody won by what they did: "completed the comeback to clinch the title"; not "hope to win"."""
    head = verb.head
    if verb.dep_ == "conj" and verb.tag_ == head.tag_ == "VB":
        return is_achieved(head)
    aim = verb.dep_ in ("advcl", "xcomp") and dependencies.is_infinitive(verb) and head.i < verb.i
    lemma = verbs.lemma(head.text, head.tag_)
    used = lemma == "need" and bool(dependencies.objects(head))  # "needed a penalty to win"
    return bool(aim and is_past(head) and (used or lemma not in word_lists.MODALITY_BY_GOVERNOR))


def is_time_taken(noun: Token) -> bool:
    """Return whether a noun is the time that something took: "minutes" in "took 15 minutes to decide"."""
    verb = noun.head
    return verb.tag_ == "VBD" and verbs.lemma(verb.text, verb.tag_) == "take" and _is_time(noun)


def is_past(verb: Token) -> bool:
    """Return whether a verb is in the past: "rallied", "had rallied", "was used"; not "has to rally"."""
    if verb.tag_ != "VBN":
        return bool(verb.tag_ == "VBD")
    auxiliaries = [child.lower_ for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    finite = verb.dep_ in ("ROOT", "conj", "ccomp", "relcl")  # a past form that is taken for a participle
    return not _PAST.isdisjoint(auxiliaries) or (finite and not auxiliaries)


def _is_gone(lemma: str) -> bool:
    kind = verbs.event_classes().get(lemma)
    return (kind in ("move", "meet") and lemma not in _STILL_GOING) or lemma in ("gather", "assemble")


def _is_time(noun: Token) -> bool:
    return bool(noun.ent_type_ in ("TIME", "DATE"))
