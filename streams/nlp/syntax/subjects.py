"""Subjects of verbs in a dependency tree, including those that a verb shares with another."""

from __future__ import annotations

from streams.nlp.syntax import dependencies, inflection, misparsed_subjects, verbs
from streams.nlp.syntax.dependencies import Token

_SHARING = frozenset({"xcomp", "advcl", "acl", "ccomp", "pcomp"})
_BELOW = frozenset({"acl", "ccomp"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})  # tags of finite verbs
_DASHES = frozenset({"—", "–", "--", ":"})  # behind the place of a dateline, or what a paragraph is called
_DATELINE = 5  # tokens
_MAX_DEPTH = 4  # clauses between a verb and the subject it shares
# Verbs whose subject is also that of an infinitive at their object: "reached a deal to ...", not "feared a plan to ...".
_OWNING = frozenset(
    {"sign", "announce", "present", "reach", "take", "make", "have", "unveil", "strike", "adopt", "launch", "start"}
    | {"seek", "propose", "outline", "publish", "win", "lose", "get", "form", "conclude", "approve", "give", "use"}
    | {"agree", "secure", "back", "need", "raise", "spend", "allocate", "fail", "receive"}
)  # fmt: skip
# Verbs whose object is the subject of an infinitive: "urged Moscow to ..."; not "left Acme to ...", "used the money to ...".
_CONTROLLING = frozenset(
    {"ask", "tell", "urge", "order", "force", "press", "pressure", "push", "invite", "persuade", "convince", "allow"}
    | {"enable", "permit", "let", "make", "help", "require", "request", "beg", "instruct", "direct", "command", "cause"}
    | {"lead", "prompt", "encourage", "advise", "warn", "remind", "teach", "train", "want", "expect", "need", "prefer"}
    | {"hire", "recruit", "appoint", "elect", "choose", "select", "call", "authorise", "authorize", "empower"}
    | {"lobby", "compel", "oblige", "motivate", "inspire", "tempt", "nominate", "pay", "see", "hear", "find", "believe"}
    | {"implore", "petition", "dare", "trick", "pick", "assign", "task", "commission", "send", "like", "challenge"}
    | {"consider", "know", "show", "report", "allege", "suppose", "assume", "think", "mean", "schedule", "bring", "name"}
)  # fmt: skip


def subject(verb: Token, depth: int = 0) -> tuple[Token, bool] | None:
    """Return the subject of a verb and whether the verb is passive; ``None`` if it has none.

    If the verb has no subject of its own, the one that it shares is found through relative clauses, coordination,
    control ("urged Moscow to ...") and clauses behind a preposition. ``depth`` bounds that search.
    """
    if depth > _MAX_DEPTH:
        return None
    own = _own_subject(verb)
    if own is not None:
        return own
    if verb.dep_ in ("acl", "relcl") and dependencies.is_infinitive(verb):
        return _whose_purpose(verb, depth)
    unlabelled = misparsed_subjects.unlabelled(verb)
    if unlabelled is not None:
        return unlabelled, False
    passive = dependencies.has_passive_auxiliary(verb)
    argued = misparsed_subjects.argued_about(verb)
    if argued is not None:
        return argued, False
    aside = misparsed_subjects.beside(verb)
    if aside is not None:
        return subject(aside, depth + 1) if dependencies.is_verb(aside) else (aside, False)
    if verb.dep_ in dependencies.RELATIVE or verb.dep_ == "acl":
        return verb.head, passive or verb.tag_ == "VBN"
    if verb.dep_ == "conj" and dependencies.is_verb(verb.head):
        return _coordinated_subject(verb, depth, passive=passive)
    if (
        verb.dep_ == "ccomp"
        and not dependencies.is_infinitive(verb)
        and verbs.lemma(verb.head.text, verb.head.tag_) in verbs.reporting().values()
    ):
        return None  # "analysts estimated cost ...": whoever estimates does not do what the clause says
    if verb.dep_ in _SHARING and dependencies.is_verb(verb.head):
        return _controlled_subject(verb, depth, passive=passive)
    if verb.dep_ == "xcomp" and verb.head.dep_ in ("acomp", "attr") and dependencies.is_ranked(verb.head):
        return _subject_above(verb.head.head, depth, passive=passive)  # "became the sixth to die"
    if dependencies.adjective(verb) is not None:
        return _subject_above(verb.head.head, depth, passive=passive)
    if verb.dep_ == "pcomp" and verb.head.dep_ == "prep" and dependencies.is_verb(verb.head.head):
        return _prepositional_subject(verb, depth, passive=passive)
    return None


def _own_subject(verb: Token) -> tuple[Token, bool] | None:
    """Return the subject among the verb's children; for a relative pronoun its antecedent."""
    if verb.dep_ == "pcomp" and verb.head.lower_ == "of" and dependencies.is_infinitive(verb):
        return None  # "took advantage of the chaos to seize ...": "chaos" is not the subject of "seize"
    for child in verb.children:
        if child.lower_ in dependencies.NEGATIONS:
            continue  # "You don’t need to say": taken for a subject by a parser that has seen "don't" alone
        if child.dep_ in dependencies.ACTIVE or child.dep_ in dependencies.PASSIVE:
            # A participle without auxiliary is passive, also if its noun is labelled nsubj: "Heron, launched in 2021".
            passive = child.dep_ in dependencies.PASSIVE or (
                _is_bare_participle(verb) and (verb.i - child.i > 1 or _lacks_auxiliary(verb, child))
            )
            if child.lower_ in dependencies.RELATIVE_PRONOUNS and verb.dep_ in dependencies.RELATIVE:
                return _antecedent(verb.head, child), passive
            return _last_named(_behind_dateline(child, verb), verb), passive
    return None


def _last_named(noun: Token, verb: Token) -> Token:
    """Return the name right behind a noun that a parser took for a subject of its own: "Group" in "the spyware maker NSO Group was sold"."""
    for other in verb.lefts:
        second = other.dep_ in dependencies.ACTIVE | dependencies.PASSIVE and other.i > noun.i
        if (
            second
            and other.tag_ == "NNP"
            and noun.tag_ == "NN"
            and other.left_edge.i == noun.right_edge.i + 1
        ):
            return other
    return noun


def _behind_dateline(noun: Token, verb: Token) -> Token:
    """Return the subject of a verb whose parser took what opens the sentence for it: "Holm" in "OSLO, Norway - Holm signed ..."."""
    opens = dependencies.sentence(verb)[0]
    if noun.i - opens > _DATELINE:
        return noun
    marks = [
        token.i
        for token in verb.doc[noun.i + 1 : min(verb.i, opens + 2 * _DATELINE)]
        if token.text in _DASHES
    ]
    if not marks or any(token.tag_.startswith("VB") for token in verb.doc[opens : marks[-1]]):
        return noun
    inside = [token for token in verb.doc[marks[-1] + 1 : verb.i] if token.tag_.startswith("NN")]
    heads = [token for token in inside if token.head.i <= marks[-1] or token.head.i == verb.i]
    return heads[0] if heads and len(marks) == 1 else noun


def _lacks_auxiliary(verb: Token, noun: Token) -> bool:
    """Return whether a participle with a subject of its own leaves out the auxiliary of the verb before: "two were killed and 40 injured"."""
    return (
        verb.dep_ == "conj"
        and noun.tag_ == "CD"
        and not any(child.dep_ in dependencies.OBJECT for child in verb.rights)
        and dependencies.has_passive_auxiliary(verb.head)
    )


def _is_bare_participle(verb: Token) -> bool:
    """Return whether a verb is a past participle without auxiliary."""
    return verb.tag_ == "VBN" and not any(child.dep_ == "aux" for child in verb.lefts)


def _subject_above(head: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject of another verb, with the voice of this one."""
    found = subject(head, depth + 1)
    return (found[0], passive) if found else None


def _coordinated_subject(verb: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject that a verb shares with the one it is coordinated with."""
    found = subject(_coordinated(verb, depth), depth + 1)
    if found is None:
        return None
    # A finite verb has its own voice ("was arrested and said ..."); a participle shares the auxiliary.
    return found[0], passive or (not _finite(verb) and found[1] and verb.tag_ == "VBN")


def _coordinated(verb: Token, depth: int) -> Token:
    """Return the verb with which another one is coordinated: not the one beside it that has another form, or a subject in another number.

    "Banned" in "banned Acme from bidding and barred its banks", "agree" in "many firms agree that Norway gained and support the plan".
    """
    beside = above = verb.head
    for _ in range(_MAX_DEPTH):
        if _is_alike(above, verb, depth):
            return above
        above = above.head.head if above.dep_ == "pcomp" else above.head
        if not dependencies.is_verb(above):
            break
    return beside


def _is_alike(main: Token, verb: Token, depth: int) -> bool:
    """Return whether a verb may have a second one beside it: a finite one has a finite one, with a subject in its number."""
    number = _number(verb)
    finite = any(child.tag_ in _FINITE for child in main.lefts if child.dep_ == "aux")
    modal = any(child.tag_ == "MD" for child in main.lefts)
    if verb.tag_ in ("VBD", "VBZ", "VBP") and main.tag_ in ("VB", "VBG") and (modal or not finite):
        return False  # "fears that demand could grow and wants a deal"
    found = subject(main, depth + 1) if number is not None else None
    if found is None or found[0].tag_ not in ("NN", "NNP", "NNS", "NNPS"):
        return True
    several = found[0].tag_ in ("NNS", "NNPS") or any(dependencies.joined(found[0]))
    return several == (number == "plural")


def _number(verb: Token) -> str | None:
    """Return the number of a verb's subject by its form or its auxiliary, ``None`` if they do not tell."""
    auxiliaries = [child for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
    if verb.tag_ == "VB" and not auxiliaries and verb.head.tag_ not in ("VB", "MD"):
        return "plural"  # taken for an infinitive beside a finite verb
    for form in (verb, *auxiliaries):
        if form.tag_ == "VBZ" or form.lower_ == "was":
            return "singular"
        if form.tag_ == "VBP" or form.lower_ == "were":
            return "plural"
    return None


def _controlled_subject(verb: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject of a clause that the main verb controls: its object, or else its subject."""
    if verb.dep_ == "xcomp":
        addressed = [noun for word, noun in dependencies.prepositional(verb.head) if word in ("to", "on")]
        if addressed and verbs.lemma(verb.head.text) in ("appeal", "call"):
            return addressed[0], passive  # "appealed to members to return"
        for child in verb.head.children:
            if child.dep_ in dependencies.OBJECT and not _is_means(verb):
                return child, passive  # object control: "urged Moscow to ..."
    head = verb.head
    if (
        verb.dep_ == "advcl"
        and verb.tag_ == "VBG"
        and (head.dep_ in _BELOW or (head.dep_ == "relcl" and verb.lower_ in verbs.reporting()))
        and dependencies.is_verb(verb.sent.root)
    ):
        head = verb.sent.root  # "rejected claims that ..., calling them ...": belongs to the main verb
    # A participle before the main clause may be taken for a past tense: "Challenged on the remark, he denied it".
    leads = verb.tag_ == "VBD" and verb.i < head.i
    bare = verb.dep_ == "advcl" and (_is_bare_participle(verb) or leads)
    return _subject_above(head, depth, passive=passive or bare)


def _is_means(verb: Token) -> bool:
    """Return whether the object above an infinitive is what is needed for it: "used the money to hire"."""
    governor = verb.head
    return dependencies.is_infinitive(verb) and verbs.lemma(governor.text, governor.tag_) not in _CONTROLLING


def _prepositional_subject(verb: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject of a gerund behind a preposition: the object of a verb of blame, or else the subject."""
    main = verb.head.head
    blamed = dependencies.objects(main)
    if (
        blamed
        and verbs.lemma(main.text) in dependencies.BLAMING
        and verb.head.lower_ in ("of", "for", "from")
    ):
        return blamed[0], passive
    return _subject_above(main, depth, passive=passive)


def _antecedent(noun: Token, relative: Token) -> Token:
    """Return the antecedent of a relative pronoun: "crew" in "the crew of the trawler Rosalind, who ...", "Holm" in "Holm, not Lund, who ..."."""
    before = noun.left_edge.i - 1
    if noun.dep_ == "appos" and before > noun.head.i and noun.doc[before].lower_ == "not":
        noun = noun.head
    above = noun.head.head
    of = noun.dep_ == "pobj" and noun.head.lower_ == "of"
    return (
        above
        if of
        and relative.lower_ == "who"
        and inflection.singular(above.text) in verbs.people()
        and inflection.singular(noun.text) not in verbs.people()
        else noun
    )


def _whose_purpose(verb: Token, depth: int) -> tuple[Token, bool] | None:
    """Return the subject of an infinitive at a noun: whoever makes "an agreement to share"; "first" in "the first to sign"."""
    noun = verb.head
    if dependencies.is_ranked(noun):
        if noun.dep_ == "attr" and dependencies.is_verb(noun.head):
            return _subject_above(noun.head, depth, passive=dependencies.has_passive_auxiliary(verb))
        return noun, dependencies.has_passive_auxiliary(verb)
    for _ in range(3):
        if noun.dep_ != "pobj" or noun.head.lower_ != "of":
            break
        noun = noun.head.head
    if noun.dep_ not in dependencies.OBJECT or verbs.lemma(noun.head.text, noun.head.tag_) not in _OWNING:
        return None
    found = subject(noun.head, depth + 1)
    return (
        (found[0], dependencies.has_passive_auxiliary(verb)) if found is not None and not found[1] else None
    )


def _finite(verb: Token) -> bool:
    """Return whether a verb is in a finite form, by its Penn tag."""
    return verb.tag_ in ("VBD", "VBZ", "VBP")


def reporting_subject(pronoun: Token) -> Token | None:
    """Return the subject of the reporting verb above a pronoun's clause: "company" in "the company said it had agreed"."""
    verb = pronoun.head
    for _ in range(4):
        if not dependencies.is_verb(verb) or verb.dep_ not in ("ccomp", "conj"):
            return None
        above = verb.head
        if verb.dep_ == "ccomp" and verbs.lemma(above.text, above.tag_) in verbs.indirect_reporting():
            found = subject(above)
            return found[0] if found is not None and not found[1] and found[0] is not pronoun else None
        verb = above
    return None
