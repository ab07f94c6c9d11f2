"""Who tells what a sentence says: whether a verb stands in the clause of a reporting verb, or beside "reportedly" or "probably"."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

_MAX_HEARSAY = 4  # clauses above a verb that are looked at for "according to"
_MAX_STEPS = 10  # of the tree from a verb up to the reporting verb
_LONGEST = 8  # tokens of ", a source told the agency"
_SUBORDINATORS = frozenset({"though", "although", "while", "whereas", "as", "but"})
# Steps from a verb up to the clause that somebody says; a relative clause is the writer's own, unless the speaker is named last.
_STEPS = frozenset({"conj", "advcl", "xcomp", "pcomp", "prep"})


def is_told(verb: Token) -> bool:
    """Return whether a verb belongs to what somebody says: "fled" in "police said he hid and fled", "he hid and fled, police said"."""
    if _is_beside(verb):
        return False
    token, last = verb, _speaks_last(verb)
    for _ in range(_MAX_STEPS):
        above = token.head
        if above.i == token.i:
            break
        if token.dep_ == "ccomp":
            asked = any(child.tag_ == "WRB" for child in token.lefts)  # "explains how they did it"
            return _reports(above, always=not asked) and not is_aside(above, token)
        own = any(child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE for child in token.lefts)
        led = token.dep_ == "conj" and any(
            child.lower_ == "that" and child.dep_ == "mark" for child in token.lefts
        )
        if token.dep_ not in _STEPS or (own and not led and token.dep_ in ("conj", "advcl")):
            break  # "police said he fled, and the court jailed her", "when the court jailed her"
        if token.dep_ == "conj" and not led and (token.tag_ != above.tag_ or _is_speech(token)):
            break  # "police said he had fled, and appealed for help", "said he was innocent and denied the charges"
        token = above
    if last is None or verb.i > last.i or token.dep_ == "acl":
        return False  # "the tariffs announced on Monday are illogical, the minister said"
    while token.head.i not in (token.i, last.head.i):
        token = token.head
    return token.dep_ not in ("advcl", "prep", "npadvmod")  # "when Congress cut the funds, Mexico said no"


def _is_beside(verb: Token) -> bool:
    """Return whether a participle right behind a comma says something by the way: "Heron, launched in 2021, has landed"."""
    helped = any(child.dep_ in ("aux", "auxpass") for child in verb.lefts)
    return bool(verb.tag_ == "VBN" and not helped and verb.i and verb.doc[verb.i - 1].text == ",")


def is_hearsay(verb: Token) -> bool:
    """Return whether a clause is told by somebody else: "reportedly", ", the statement added,", "according to police"."""
    joined, first = True, dependencies.sentence(verb)[0]
    for _ in range(_MAX_HEARSAY):
        for child in verb.children:
            if child.lower_ in word_lists.HEARSAY_ADVERBS and (joined or child.i == first):
                return True  # "had reportedly fled and sold it"
            aside = child.dep_ == "parataxis" and dependencies.is_verb(child)
            if aside and verbs.lemma(child.text, child.tag_) in verbs.indirect_reporting():
                return True
            if child.lower_ == "according" and child.dep_ == "prep":
                return True
        if verb.dep_ not in ("conj", "advcl", "pcomp", "prep", "xcomp") or verb.head is verb:
            return False
        own = dependencies.has_subject(verb) or any(child.dep_ in ("aux", "auxpass") for child in verb.lefts)
        joined = joined and verb.dep_ == "conj" and not own
        verb = verb.head
    return False


def is_doubted(verb: Token) -> bool:
    """Return whether an adverb says that something is not sure: "will probably sign", "potentially cutting costs"."""
    return any(
        child.lower_ in word_lists.DOUBTING_ADVERBS and child.dep_ == "advmod" and child.i < verb.i
        for child in verb.lefts
    )


def is_foretold(verb: Token) -> bool:
    """Return whether a verb stands in what somebody told, meant or expected in the past: "close" in "decided that it would close"."""
    token = verb
    for _ in range(_MAX_STEPS):
        above = token.head
        if token.dep_ in ("ccomp", "acl"):
            meant = word_lists.MODALITY_BY_GOVERNOR.get(verbs.lemma(above.text, above.tag_))
            nouns = word_lists.INTENTION_NOUNS | word_lists.CLAIM_NOUNS
            past = above.tag_ in ("VBD", "VBN")  # "knew that it would close"
            return past or _reports(above) or meant in ("future", "reported") or above.lower_ in nouns
        if token.dep_ not in _STEPS or above.i == token.i:
            break
        token = above
    last = _speaks_last(verb)
    return last is not None and verb.i < last.i


def _speaks_last(verb: Token) -> Token | None:
    """Return the subject of a reporting verb at the end of a sentence that follows what it tells: "source" in ", a source told Reuters"."""
    sentence = verb.sent
    for token in reversed(verb.doc[max(sentence.start, sentence.end - _LONGEST) : sentence.end]):
        if token.tag_ not in ("VBD", "VBZ") or not _reports(token):
            continue
        who = [child for child in token.lefts if child.dep_ in dependencies.ACTIVE]
        before = who[-1].left_edge.i - 1 if who else -1
        ends = all(child.dep_ != "ccomp" or child.i < token.i for child in token.children)
        return who[-1] if ends and before >= 0 and verb.doc[before].text == "," else None
    return None


def _reports(verb: Token, *, always: bool = True) -> bool:
    """Return whether a verb reports what somebody says, without a negation, a question or an intention; without ``always`` only if that
    is all that it tells: "said", not "explained"."""
    lemma = verbs.lemma(verb.text, verb.tag_)
    meant = word_lists.MODALITY_BY_GOVERNOR.get(lemma)
    speech = (
        always and meant is None and lemma in verbs.indirect_reporting() and not dependencies.objects(verb)
    )
    if meant != "reported" and not speech and lemma not in word_lists.ADDRESSING_VERBS:
        return False
    return not dependencies.negated(verb)


def _is_speech(verb: Token) -> bool:
    lemma = verbs.lemma(verb.text, verb.tag_)
    return lemma in verbs.indirect_reporting() or lemma in word_lists.ADDRESSING_VERBS


def is_aside(reporting: Token, verb: Token) -> bool:
    """Return whether a reporting verb stands in an aside behind another clause: "They deny it (though Holm claims both admitted it)"."""
    behind = verb.i < reporting.i
    return behind and any(
        child.dep_ in ("mark", "cc") and child.lower_ in _SUBORDINATORS and child.i > verb.i
        for child in reporting.lefts
    )
