"""Event modality (asserted, future, possible, required, reported, denied), from the dependency tree."""

from __future__ import annotations

from streams.nlp.events import attribution, word_lists
from streams.nlp.events.modality_evidence import noun_contents, purposes, shared_auxiliaries
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

ASSERTED = "asserted"
DENIED = "denied"
_ALTERNATIVES = frozenset({("rather", "than"), ("instead", "of")})
_TEMPORAL = frozenset({"before", "after", "when", "until", "once", "while"})
_MAX_DEPTH = 4  # clauses above a verb that are looked at
_WISHES = frozenset({"want", "hope", "aim", "look", "seek", "wish", "desire", "like", "love"})
_PROBABLE = frozenset({"likely", "unlikely"})
_IN_RETROSPECT = frozenset({"later", "eventually", "ultimately"})
# Verbs whose past perfect says that what was planned may not have come about: "had planned to sign".
_PLANNING = frozenset({"expect", "plan", "intend", "schedule", "set", "slate", "tip", "project"})
# Verbs that report in the passive only: "is understood to have left"; "understood how it works" does not.
_REPORTING_IN_PASSIVE = frozenset(
    {"understand", "assume", "presume", "estimate", "rumour", "rumor", "reckon"}
)
_ADVISING = frozenset({"warn", "advise", "instruct", "remind"})


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
    meant = meant or (ASSERTED if won and purposes.is_achieved(verb) else _by_head(verb))
    if meant in (ASSERTED, "future") and attribution.is_doubted(verb):
        meant = "possible"
    return (
        "reported"
        if meant == ASSERTED and (attribution.is_hearsay(verb) or attribution.is_told(verb))
        else meant
    )


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
    if direct or noun_contents.is_planned(verb) or lemma in word_lists.MODALITY_BY_GOVERNOR:
        return False
    return _by_circumstance(verb, head) == "future"


def is_wished(verb: Token) -> bool:
    """Return whether a verb is what somebody wants or expects, rather than what can be: "hopes to buy", "the plan would close it"."""
    if any(child.lower_ in ("would", "'d", "’d") and child.tag_ == "MD" for child in verb.lefts):
        return True
    wishes = _WISHES | _PLANNING
    wish = verb.dep_ in ("xcomp", "ccomp") and verbs.lemma(verb.head.text, verb.head.tag_) in wishes
    return (
        wish
        or dependencies.adjective(verb) is not None
        or noun_contents.is_wished(verb)
        or _is_wished_of(verb)
    )


def _is_wished_of(verb: Token) -> bool:
    """Return whether a verb is what somebody wants to bring about: "leave" in "an attempt to force them to leave"."""
    head = verb.head
    caused = verb.dep_ in ("xcomp", "ccomp") and verb.tag_ == "VB" and head.tag_ == "VB"
    lemma = verbs.lemma(head.text, head.tag_)
    return caused and word_lists.MODALITY_BY_GOVERNOR.get(lemma) == ASSERTED and is_wished(head)


def _by_auxiliary(verb: Token) -> str | None:
    """Return the modality that an auxiliary gives ("may", "will", "must"), or ``None``."""
    auxiliaries = [child for child in verb.lefts if child.dep_ == "aux" or child.tag_ == "MD"]
    words = [child.lower_ for child in auxiliaries]
    if "have" in words and not {"would", "could", "should", "might"}.isdisjoint(words[: words.index("have")]):
        return "possible" if "might" in words else DENIED  # "would have been killed": it did not happen
    if any(child.dep_ == "mark" and child.lower_ in ("if", "whether", "unless") for child in verb.children):
        return "possible"
    had = verb.tag_ == "VBN" and "be" not in words and "have" not in words
    for child in auxiliaries:
        lower = child.lower_
        if lower == "would" or (lower in ("'d", "’d") and child.tag_ == "MD" and not had):  # "he'd signed"
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
    lender = shared_auxiliaries.lender(verb)
    if lender is not None and (lender.tag_ == "VB" or _by_auxiliary(lender) is not None):
        return of(lender)  # "would cap the tax and raise ...", "will be axed or moved"
    if verb.dep_ == "conj" and verb.tag_ == head.tag_ == "VBG" and head.dep_ == "pcomp":
        return of(head)  # "accused of taking bribes and hiding them"
    content = noun_contents.modality(verb)
    if content is not None:
        return content
    meant = _by_clause(verb) if head is not verb else None
    if meant is not None:
        return meant
    if verb.dep_ in ("relcl", "acl") and dependencies.is_infinitive(verb):
        return ASSERTED if dependencies.is_ranked(head) or purposes.is_time_taken(head) else "future"
    return ASSERTED


def _by_clause(verb: Token) -> str | None:
    """Return the modality of a clause governed by another verb; ``None`` if that verb does not determine it."""
    head = verb.head
    if verb.dep_ == "pcomp":
        if head.lower_ == "without" or (head.lower_ in ("in", "of") and _is_negated(head.head)):
            return DENIED
        if head.lower_ == "by" and dependencies.is_verb(head.head):
            above = of(
                head.head
            )  # "accused of creating a disaster by blocking aid", "wants to help by sending aid"
            told = above == "reported" or above in word_lists.FUTURE_MODALITIES
            return above if told else _inherited(head.head) or ASSERTED
        if head.lower_ not in word_lists.GOVERNING_PREPOSITIONS:
            return _inherited(head.head) or ASSERTED  # "after meeting him"
        governed = _by_governor(verb, head.head)
        if governed == "reported" and head.lower_ in ("about", "of") and head.head.lower_.startswith("th"):
            governed = "possible"  # "is thinking about selling"
        if head.lower_ == "from" and governed != DENIED:
            governed = None  # "stop them from leaving"; not "moved from making cars to ..."
        return governed or _inherited(head.head)
    if noun_contents.is_planned(verb):
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
        if done and governed in ("future", "required") and verb.dep_ == "ccomp":
            governed = "reported"  # "projected that Holm had won"
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
    if infinitive and purposes.came_about(verb, head):
        return ASSERTED
    marks = {c.lower_ for c in verb.lefts}
    if not marks.isdisjoint(("if", "unless", "whether")):
        return "possible"
    if infinitive:
        return "future"
    if not marks.isdisjoint(_TEMPORAL) and any(c.lower_ == "if" and c.dep_ == "mark" for c in head.lefts):
        return "possible"  # "if they confess before they are charged"
    past = "had" in marks or any(c.tag_ == "VBD" for c in verb.lefts if c.dep_ in ("aux", "auxpass"))
    coming = verb.tag_ in ("VBZ", "VBP", "VBN") and not past
    if coming and "until" in marks:
        return "future"
    if coming and "once" in marks and of(head) in ("future", "possible"):
        return "future"  # "will meet him once he has been confirmed"
    now = coming and (verb.tag_ != "VBN" or any(c.tag_ in ("VBZ", "VBP") for c in verb.lefts))
    if now and not marks.isdisjoint(("after", "before", "when")) and of(head) == "future":
        return "future"  # "will stay after the army leaves"
    return (_inherited(head) if verb.tag_ == "VBG" else None) or ASSERTED


def _is_negated(governor: Token) -> bool:
    return dependencies.is_verb(governor) and dependencies.negated(governor)  # "was not involved in funding"


def _is_perfect(verb: Token) -> bool:
    """Return whether a verb is in the perfect, as a clause of its own: "have welcomed"; not "to have welcomed"."""
    return verb.tag_ == "VBN" and any(
        child.lower_ in ("has", "have", "had") for child in verb.lefts if child.tag_ in ("VBZ", "VBP", "VBD")
    )


def _by_governor(verb: Token, governor: Token) -> str | None:
    """Return the modality of a complement clause, by its governing verb (plan, refuse, say, want)."""
    lemma = verbs.lemma(governor.text, governor.tag_)
    particle = next((c.lower_ for c in governor.children if c.dep_ == "prt"), "")
    meant = word_lists.MODALITY_BY_GOVERNOR.get(
        f"{lemma} {particle}".strip()
    ) or word_lists.MODALITY_BY_GOVERNOR.get(lemma)
    if lemma in ("like", "love") and any(child.tag_ == "MD" for child in governor.lefts):
        return "possible"  # "would love to succeed him"
    if lemma == "go" and governor.tag_ == "VBG" and verb.dep_ == "xcomp" and dependencies.is_infinitive(verb):
        meant = "future"
    if lemma in _ADVISING:
        meant = "required" if dependencies.is_infinitive(verb) else "reported"
    if lemma in _REPORTING_IN_PASSIVE and dependencies.has_passive_auxiliary(governor):
        meant = "reported"
    had = any(child.lower_ == "had" for child in governor.lefts)
    if lemma in _PLANNING and had and dependencies.is_infinitive(verb):
        meant = "possible"  # "had been expected to win"
    if lemma == "look" and any(child.lower_ == "forward" for child in governor.children):
        return "future"
    if lemma == "have" and any(c.lower_ == "yet" for c in (*governor.children, *verb.children)):
        return DENIED  # "has yet to rule"
    if (
        lemma == "have"
        and meant == "required"
        and purposes.is_past(governor)
        and not dependencies.negated(governor)
    ):
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
