"""Event modality (asserted, future, possible, required, reported, denied), from the dependency tree."""

from __future__ import annotations

from streams.nlp.events import attribution, word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

ASSERTED = "asserted"
DENIED = "denied"
_ALTERNATIVES = frozenset({("rather", "than"), ("instead", "of")})
_MAX_DEPTH = 4  # clauses above a verb that are looked at
_STILL_GOING = frozenset({"head", "depart", "set off", "sail", "call", "phone", "telephone"})
_WISHES = frozenset({"want", "hope", "aim", "look", "seek", "wish", "desire", "like", "love"})
_PROBABLE = frozenset({"likely", "unlikely"})
_IN_RETROSPECT = frozenset({"later", "eventually", "ultimately"})
_PAST = frozenset({"had", "has", "have", "'ve", "’ve", "was", "were"})


def of(verb: Token, *, won: bool = False) -> str:
    """Return the modality of a verb: ``asserted``, ``future``, ``possible``, ``required``, ``reported`` or ``denied``.

    ``won`` says that it tells of a victory: what was done to win was won.
    """
    if _is_alternative(verb):
        return DENIED
    adjective = dependencies.adjective(verb)
    if adjective is not None:
        return "possible" if adjective.lower_ in _PROBABLE else "future"
    if verb.dep_ == "ROOT" and dependencies.is_infinitive(verb):
        return "future"  # "Norway to ban trawling", as a line of the text
    meant = _by_auxiliary(verb)
    if meant == "future" and verb.dep_ == "ccomp" and _by_governor(verb, verb.head) == "possible":
        meant = "possible"  # "hopes that they will agree"
    meant = meant or (ASSERTED if won and _is_achieved(verb) else _by_head(verb))
    return "reported" if meant == ASSERTED and (_is_hearsay(verb) or attribution.is_told(verb)) else meant


def is_purpose(verb: Token) -> bool:
    """Return whether an infinitive only says what another verb was done for, whether or not it came about: "partnered with Volvo to
    build"; not "plans to build", "was used to build", "rallied to win"."""
    head = verb.head
    if verb.dep_ not in ("advcl", "xcomp") or not dependencies.is_infinitive(verb) or head.i > verb.i:
        return False
    if not dependencies.is_verb(head) or head.tag_ not in ("VBD", "VBN", "VBG"):
        return False
    lemma = verbs.lemma(head.text, head.tag_)
    objects = dependencies.objects(head)
    direct = verb.dep_ == "xcomp" and not objects
    if direct or _is_planned(verb) or lemma in word_lists.MODALITY_BY_GOVERNOR:
        return False
    return _by_circumstance(verb, head) == "future"


def is_wished(verb: Token) -> bool:
    """Return whether a verb is what somebody wants or expects, rather than what can be: "hopes to buy", "the plan would close it"."""
    if any(child.lower_ in ("would", "'d", "’d") and child.tag_ == "MD" for child in verb.lefts):
        return True
    wish = verb.dep_ in ("xcomp", "ccomp") and verbs.lemma(verb.head.text, verb.head.tag_) in _WISHES
    return wish or dependencies.adjective(verb) is not None


def _is_planned(verb: Token) -> bool:
    """Return whether an infinitive behind an object is what that means: "announced plans this week to build"."""
    if verb.dep_ not in ("advcl", "xcomp") or not dependencies.is_infinitive(verb):
        return False
    return any(noun.lower_ in word_lists.INTENTION_NOUNS for noun in dependencies.objects(verb.head))


def _is_achieved(verb: Token) -> bool:
    """Return whether a verb is what somebody won by what they did: "completed the comeback to clinch the title"; not "hope to win"."""
    head = verb.head
    if verb.dep_ == "conj" and verb.tag_ == head.tag_ == "VB":
        return _is_achieved(head)
    aim = verb.dep_ in ("advcl", "xcomp") and dependencies.is_infinitive(verb) and head.i < verb.i
    lemma = verbs.lemma(head.text, head.tag_)
    used = lemma == "need" and bool(dependencies.objects(head))  # "needed a penalty to win"
    return bool(aim and _is_past(head) and (used or lemma not in word_lists.MODALITY_BY_GOVERNOR))


def _is_hearsay(verb: Token) -> bool:
    """Return whether a clause is told by somebody else: "reportedly", ", the statement added,", "according to police"."""
    if any(child.lower_ in word_lists.HEARSAY_ADVERBS for child in verb.children):
        return True
    for _ in range(_MAX_DEPTH):
        for child in verb.children:
            aside = child.dep_ == "parataxis" and dependencies.is_verb(child)
            if aside and verbs.lemma(child.text, child.tag_) in verbs.indirect_reporting():
                return True
            if child.lower_ == "according" and child.dep_ == "prep":
                return True
        if verb.dep_ not in ("conj", "advcl", "pcomp", "prep", "xcomp") or verb.head is verb:
            return False
        verb = verb.head
    return False


def _by_auxiliary(verb: Token) -> str | None:
    """Return the modality that an auxiliary gives ("may", "will", "must"), or ``None``."""
    auxiliaries = [child for child in verb.lefts if child.dep_ == "aux" or child.tag_ == "MD"]
    words = [child.lower_ for child in auxiliaries]
    if "have" in words and not {"would", "could", "should", "might"}.isdisjoint(words[: words.index("have")]):
        return "possible" if "might" in words else DENIED  # "would have been killed": it did not happen
    if any(child.dep_ == "mark" and child.lower_ in ("if", "whether", "unless") for child in verb.children):
        return "possible"
    for child in auxiliaries:
        lower = child.lower_
        if lower == "would" or (lower in ("'d", "’d") and child.tag_ == "MD"):  # "had" is no modal
            return _of_would(verb)
        if lower in word_lists.POSSIBLE_AUXILIARIES:
            return "possible"
        if lower in word_lists.FUTURE_AUXILIARIES:
            return "future"
        if lower in word_lists.REQUIRED_AUXILIARIES:
            return "required"
    return None


def _of_would(verb: Token) -> str:
    """Return what "would" means: the future as somebody told or meant it, "said it would close"; else what depends on something."""
    if any(child.lower_ in _IN_RETROSPECT for child in verb.children):
        return ASSERTED  # "she would later become minister"
    return "future" if attribution.is_foretold(verb) else "possible"


def _is_alternative(verb: Token) -> bool:
    """Return whether a verb is what was not done: "rather than attack", "instead of signing"."""
    first, doc = verb.left_edge.i, verb.doc
    return any(
        0 < at < len(doc)
        and (doc[at - 1].lower_, doc[at].lower_) in _ALTERNATIVES
        and (at < first or not any(doc[at].children))  # not "instead of waiting, Norway signed"
        for at in (first - 1, first + 1)
    )


def _by_head(verb: Token) -> str:
    """Return the modality given by the verb's head."""
    head = verb.head
    if verb.dep_ == "conj" and verb.tag_ == "VB" and head.tag_ == "VB":
        return of(head)  # "would cap the tax and raise ..."
    if verb.dep_ == "conj" and verb.tag_ == head.tag_ == "VBG" and head.dep_ == "pcomp":
        return of(head)  # "accused of taking bribes and hiding them"
    if verb.dep_ in ("acl", "ccomp") and head.lower_ in word_lists.CLAIM_NOUNS:
        refused = verbs.lemma(head.head.text, head.head.tag_) in word_lists.DENYING_VERBS
        return "denied" if refused else "reported"
    meant = _by_clause(verb) if head is not verb else None
    if meant is not None:
        return meant
    if verb.dep_ in ("relcl", "acl") and dependencies.is_infinitive(verb):
        return ASSERTED if dependencies.is_ranked(head) or _is_time_taken(head) else "future"
    return ASSERTED


def _is_time_taken(noun: Token) -> bool:
    """Return whether a noun is the time that something took: "minutes" in "took 15 minutes to decide"."""
    verb = noun.head
    return verb.tag_ == "VBD" and verbs.lemma(verb.text, verb.tag_) == "take" and _is_time(noun)


def _is_time(noun: Token) -> bool:
    return bool(noun.ent_type_ in ("TIME", "DATE"))


def _by_clause(verb: Token) -> str | None:
    """Return the modality of a clause governed by another verb; ``None`` if that verb does not determine it."""
    head = verb.head
    if verb.dep_ == "pcomp":
        if head.lower_ == "without" or (head.lower_ in ("in", "of") and _is_negated(head.head)):
            return DENIED
        if head.lower_ == "by" and dependencies.is_verb(head.head):
            above = of(head.head)  # "accused of creating a disaster by blocking aid"
            return above if above == "reported" else _inherited(head.head) or ASSERTED
        if head.lower_ not in word_lists.GOVERNING_PREPOSITIONS:
            return _inherited(head.head) or ASSERTED  # "after meeting him"
        governed = _by_governor(verb, head.head)
        if head.lower_ == "from" and governed != DENIED:
            governed = None  # "stop them from leaving"; not "moved from making cars to ..."
        return governed or _inherited(head.head)
    if _is_planned(verb):
        return "future"
    if verb.dep_ == "advcl":
        return _by_circumstance(verb, head)
    if verb.dep_ in ("xcomp", "ccomp"):
        governed = _by_governor(verb, head)
        done = verb.tag_ == "VBD" or _is_perfect(verb)
        apart = governed is None or (done and governed in word_lists.FUTURE_MODALITIES)
        if apart and (done or verb.tag_ in ("VBZ", "VBP")) and verb.i < head.i:
            return ASSERTED  # "The mill opened in 1652; Holm could enjoy it": a sentence of its own
        if governed == ASSERTED and verb.i > head.i:
            governed = _inherited(head) or ASSERTED  # "will force them to leave"
        higher = _inherited(head) if governed == "future" else None
        governing = dependencies.adjective(head)
        if governed == "future" and governing is not None and governing.lower_ in _PROBABLE:
            return "possible"  # "is unlikely to agree to cut"
        if higher in ("possible", "required"):
            return higher  # "could agree to end the war"
        bare = verb.tag_ == "VB" and not dependencies.is_infinitive(verb)  # "to help them find it"
        shared = (verb.dep_ == "xcomp" or bare) and governed in (None, ASSERTED) and head.dep_ != "ROOT"
        return of(head) if shared and dependencies.is_verb(head) else governed or _inherited(head)
    return None


def _inherited(governor: Token, depth: int = 0) -> str | None:
    """Return the modality of a governing verb that is no fact: "might fail to ..., causing ..."."""
    if depth > _MAX_DEPTH or not dependencies.is_verb(governor):
        return None
    own = _by_auxiliary(governor)
    if own is None and governor.dep_ in ("xcomp", "advcl", "conj") and governor.tag_ in ("VB", "VBG"):
        return _inherited(governor.head, depth + 1)
    return own if own != DENIED else None


def _by_circumstance(verb: Token, head: Token) -> str:
    """Return the modality of an adverbial clause of time, reason or condition."""
    infinitive = any(c.lower_ == "to" for c in verb.lefts)
    lemma = verbs.lemma(head.text, head.tag_)
    went_on = lemma in ("go", "hold", "hang") and any(child.lower_ == "on" for child in head.children)
    classes = verbs.event_classes()
    kind = classes.get(verbs.lemma(verb.text, verb.tag_))
    accomplished = went_on or kind == "protest"  # "set himself on fire to protest"
    gone = head.tag_ == "VBD" and _is_gone(lemma)
    accomplished = accomplished or gone  # "flew to Oslo to meet her", "left to join a rival"
    accomplished = accomplished or (
        kind == "win" and _is_achieved(verb)
    )  # "rallied to beat", "scored to lead"
    accomplished = accomplished or lemma in word_lists.ACCOMPLISHED_PURPOSE_VERBS
    accomplished = accomplished or any(
        _is_time(noun) for noun in dependencies.objects(head)
    )  # "took a day to decide"
    if infinitive and accomplished and _is_past(head):
        return ASSERTED
    if any(c.lower_ in ("if", "unless", "whether") for c in verb.lefts):
        return "possible"
    if infinitive:
        return "future"
    coming = verb.tag_ in ("VBZ", "VBP", "VBN") and not any(c.lower_ == "had" for c in verb.lefts)
    if coming and any(c.lower_ == "until" for c in verb.lefts):
        return "future"
    if coming and any(c.lower_ == "once" for c in verb.lefts) and of(head) in ("future", "possible"):
        return "future"  # "will meet him once he has been confirmed"
    now = coming and (verb.tag_ != "VBN" or any(c.tag_ in ("VBZ", "VBP") for c in verb.lefts))
    if now and any(c.lower_ in ("after", "before", "when") for c in verb.lefts) and of(head) == "future":
        return "future"  # "will stay after the army leaves"
    return (_inherited(head) if verb.tag_ == "VBG" else None) or ASSERTED


def _is_gone(lemma: str) -> bool:
    kind = verbs.event_classes().get(lemma)
    return (kind in ("move", "meet") and lemma not in _STILL_GOING) or lemma in ("gather", "assemble")


def _is_negated(governor: Token) -> bool:
    return dependencies.is_verb(governor) and dependencies.negated(governor)  # "was not involved in funding"


def _is_perfect(verb: Token) -> bool:
    """Return whether a verb is in the perfect, as a clause of its own: "have welcomed"; not "to have welcomed"."""
    return verb.tag_ == "VBN" and any(
        child.lower_ in ("has", "have", "had") for child in verb.lefts if child.tag_ in ("VBZ", "VBP", "VBD")
    )


def _is_past(verb: Token) -> bool:
    """Return whether a verb is in the past: "rallied", "had rallied", "was used"; not "has to rally"."""
    if verb.tag_ != "VBN":
        return bool(verb.tag_ == "VBD")
    auxiliaries = [child.lower_ for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    finite = verb.dep_ in ("ROOT", "conj", "ccomp", "relcl")  # a past form that is taken for a participle
    return not _PAST.isdisjoint(auxiliaries) or (finite and not auxiliaries)


def _by_governor(verb: Token, governor: Token) -> str | None:
    """Return the modality of a complement clause, by its governing verb (plan, refuse, say, want)."""
    lemma = verbs.lemma(governor.text, governor.tag_)
    particle = next((c.lower_ for c in governor.children if c.dep_ == "prt"), "")
    meant = word_lists.MODALITY_BY_GOVERNOR.get(
        f"{lemma} {particle}".strip()
    ) or word_lists.MODALITY_BY_GOVERNOR.get(lemma)
    if lemma in ("like", "love") and any(child.tag_ == "MD" for child in governor.lefts):
        return "possible"  # "would love to succeed him"
    if lemma == "look" and any(child.lower_ == "forward" for child in governor.children):
        return "future"
    if lemma == "have" and any(c.lower_ == "yet" for c in (*governor.children, *verb.children)):
        return DENIED  # "has yet to rule"
    if lemma == "have" and meant == "required" and _is_past(governor) and not dependencies.negated(governor):
        return ASSERTED  # "had to leave the house"
    if lemma in ("be", "have") and not (verb.dep_ == "xcomp" and dependencies.is_infinitive(verb)):
        meant = None
    if meant in word_lists.FUTURE_MODALITIES and dependencies.negated(governor):
        return DENIED  # "aren't aiming to", "does not plan to"
    if meant == "reported" and attribution.is_aside(governor, verb):
        return ASSERTED
    if lemma in word_lists.ADDRESSING_VERBS and verb.dep_ == "ccomp":
        return "reported"
    if meant == "reported" and verb.dep_ == "xcomp" and not dependencies.has_passive_auxiliary(governor):
        return ASSERTED  # not so "is said to have met"
    if meant == "future" and verb.dep_ == "ccomp" and lemma in ("agree", "decide"):
        return ASSERTED
    return meant
