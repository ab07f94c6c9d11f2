"""Queries on dependency trees: subjects, objects, agents, noun phrases.

Supports the labels of spaCy's English models (ClearNLP) and Universal Dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streams.nlp.syntax import verbs

# spaCy's Token, whose attributes are untyped.
Token = Any

ACTIVE = frozenset({"nsubj", "csubj"})
PASSIVE = frozenset({"nsubjpass", "csubjpass", "nsubj:pass"})
OBJECT = frozenset({"dobj", "obj"})
RELATIVE = frozenset({"relcl", "acl:relcl"})
_SHARING = frozenset({"xcomp", "advcl", "acl", "ccomp", "pcomp"})
_BELOW = frozenset({"acl", "ccomp", "relcl"})
_OUTSIDE = frozenset(
    {"relcl", "acl:relcl", "appos", "acl", "advcl", "punct", "parataxis", "dep", "ccomp", "meta"}
)
_MAX_DEPTH = 4  # clauses between a verb and the subject it shares
_RANKS = frozenset({"first", "second", "third", "last", "latest", "next", "only"})
# Verbs whose subject is also that of an infinitive at their object: "reached a deal to ...", not "feared a plan to ...".
_OWNING = frozenset(
    {"sign", "announce", "present", "reach", "take", "make", "have", "unveil", "strike", "adopt", "launch", "start"}
    | {"seek", "propose", "outline", "publish", "win", "lose", "get", "form", "conclude", "approve", "give", "use"}
)  # fmt: skip
# Verbs whose object is the subject of the gerund: "accused Assad of starting", "stopped the crew from leaving".
BLAMING = frozenset(
    {
        "accuse",
        "blame",
        "charge",
        "suspect",
        "convict",
        "condemn",
        "criticise",
        "criticize",
        "praise",
        "thank",
        "fine",
    }
    | {"stop", "prevent", "ban", "bar", "keep", "arrest", "jail", "sentence"}
)
_COMING = frozenset({"due", "set", "likely", "unlikely", "ready", "certain", "poised", "bound", "sure"})
_WHO = frozenset({"who", "which", "that", "whom", "qui", "que"})


def is_verb(token: Token) -> bool:
    """Return whether a token is a verb, by its Penn tag or its universal part of speech."""
    tag = token.tag_
    return tag.startswith("VB") or token.pos_ in ("VERB", "AUX")


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
    if verb.dep_ in ("acl", "relcl") and is_infinitive(verb):
        return _whose_purpose(verb, depth)
    unlabelled = _unlabelled(verb)
    if unlabelled is not None:
        return unlabelled, False
    passive = has_passive_auxiliary(verb)
    if verb.dep_ in RELATIVE or verb.dep_ == "acl":
        return verb.head, passive or verb.tag_ == "VBN"
    if verb.dep_ == "conj" and is_verb(verb.head):
        return _coordinated_subject(verb, depth, passive=passive)
    if verb.dep_ in _SHARING and is_verb(verb.head):
        return _controlled_subject(verb, depth, passive=passive)
    if adjective(verb) is not None:
        return _subject_above(verb.head.head, depth, passive=passive)
    if verb.dep_ == "pcomp" and verb.head.dep_ == "prep" and is_verb(verb.head.head):
        return _prepositional_subject(verb, depth, passive=passive)
    return None


def _own_subject(verb: Token) -> tuple[Token, bool] | None:
    """Return the subject among the verb's children; for a relative pronoun its antecedent."""
    if verb.dep_ == "pcomp" and verb.head.lower_ == "of" and is_infinitive(verb):
        return None  # "took advantage of the chaos to seize ...": "chaos" is not the subject of "seize"
    for child in verb.children:
        if child.dep_ in ACTIVE or child.dep_ in PASSIVE:
            # A participle without auxiliary is passive, also if its noun is labelled nsubj: "Heron, launched in 2021".
            passive = child.dep_ in PASSIVE or (_is_bare_participle(verb) and verb.i - child.i > 1)
            if child.lower_ in _WHO and verb.dep_ in RELATIVE:
                return _antecedent(verb.head, child), passive
            return child, passive
    return None


def _is_bare_participle(verb: Token) -> bool:
    """Return whether a verb is a past participle without auxiliary."""
    return verb.tag_ == "VBN" and not any(child.dep_ == "aux" for child in verb.lefts)


def _subject_above(head: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject of another verb, with the voice of this one."""
    found = subject(head, depth + 1)
    return (found[0], passive) if found else None


def _coordinated_subject(verb: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject that a verb shares with the one it is coordinated with."""
    found = subject(verb.head, depth + 1)
    if found is None:
        return None
    # A finite verb has its own voice ("was arrested and said ..."); a participle shares the auxiliary.
    return found[0], passive if _finite(verb) else found[1] and verb.tag_ == "VBN"


def _controlled_subject(verb: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject of a clause that the main verb controls: its object, or else its subject."""
    if verb.dep_ == "xcomp":
        addressed = [noun for word, noun in prepositional(verb.head) if word in ("to", "on")]
        if addressed and verbs.lemma(verb.head.text) in ("appeal", "call"):
            return addressed[0], passive  # "appealed to members to return"
        for child in verb.head.children:
            if child.dep_ in OBJECT:
                return child, passive  # object control: "urged Moscow to ..."
    head = verb.head
    if verb.dep_ == "advcl" and verb.tag_ == "VBG" and head.dep_ in _BELOW and is_verb(verb.sent.root):
        head = verb.sent.root  # "rejected claims that ..., calling them ...": belongs to the main verb
    return _subject_above(
        head, depth, passive=passive or (verb.dep_ == "advcl" and _is_bare_participle(verb))
    )


def _prepositional_subject(verb: Token, depth: int, *, passive: bool) -> tuple[Token, bool] | None:
    """Return the subject of a gerund behind a preposition: the object of a verb of blame, or else the subject."""
    main = verb.head.head
    blamed = objects(main)
    if blamed and verbs.lemma(main.text) in BLAMING and verb.head.lower_ in ("of", "for", "from"):
        return blamed[0], passive
    return _subject_above(main, depth, passive=passive)


def _antecedent(noun: Token, relative: Token) -> Token:
    """Return the antecedent of a relative pronoun: "crew" in "the crew of the trawler Rosalind, who ..."."""
    above = noun.head.head
    of = noun.dep_ == "pobj" and noun.head.lower_ == "of"
    return above if of and relative.lower_ == "who" and verbs.singular(above.text) in verbs.people() else noun


def adjective(verb: Token) -> Token | None:
    """Return the modal adjective that governs a verb: "due" in "is due to appear", "likely" in "are likely to sign"."""
    head = verb.head
    says = verb.dep_ == "xcomp" and head.dep_ in ("acomp", "oprd") and head.lower_ in _COMING
    return head if says and is_verb(head.head) else None


def joined(noun: Token, limit: int = 5) -> list[Token]:
    """Return up to ``limit`` nouns coordinated with this one by "and", or with its apposition ("the king, Olaf, and the queen")."""
    found: list[Token] = []
    waiting = [noun, *(child for child in noun.children if child.dep_ == "appos")]
    while waiting and len(found) < limit:
        here = waiting.pop(0)
        either = any(child.dep_ == "cc" and child.lower_ != "and" for child in here.children)
        for child in here.children:
            if child.dep_ == "conj" and child.tag_.startswith("NN") and not either:
                found.append(child)
                waiting.append(child)
    return found


def reporter(pronoun: Token) -> Token | None:
    """Return the subject of the reporting verb above a pronoun's clause: "company" in "the company said it had agreed"."""
    verb = pronoun.head
    for _ in range(4):
        if not is_verb(verb) or verb.dep_ not in ("ccomp", "conj"):
            return None
        above = verb.head
        if verb.dep_ == "ccomp" and verbs.lemma(above.text, above.tag_) in verbs.core():
            found = subject(above)
            return found[0] if found is not None and not found[1] and found[0] is not pronoun else None
        verb = above
    return None


def _unlabelled(verb: Token) -> Token | None:
    """Return a subject that the parser mislabelled: the conjunct before "accepted" in "..., and the unions accepted",
    or the proper noun before a finite verb."""
    noun = verb.head
    if verb.dep_ == "acl" and verb.tag_ == "VBN" and noun.dep_ == "conj" and is_verb(noun.head):
        return noun if noun.i == verb.i - 1 else None
    if verb.dep_ == "advcl" and verb.tag_ in ("VBD", "VBZ") and verb.i > verb.sent.start:
        before = verb.nbor(-1)
        return before if before.tag_ == "NNP" else None
    return None


def is_infinitive(verb: Token) -> bool:
    """Return whether a verb is an infinitive with "to"."""
    return any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.lefts)


def is_ranked(noun: Token) -> bool:
    """Return whether a noun has an ordinal or the like ("the first woman"): it is then the subject of an infinitive."""
    return noun.lower_ in _RANKS or any(child.lower_ in _RANKS for child in noun.children)


def _whose_purpose(verb: Token, depth: int) -> tuple[Token, bool] | None:
    """Return the subject of an infinitive at a noun: whoever makes "an agreement to share"; "first" in "the first to sign"."""
    noun = verb.head
    if is_ranked(noun):
        return noun, has_passive_auxiliary(verb)
    for _ in range(3):
        if noun.dep_ != "pobj" or noun.head.lower_ != "of":
            break
        noun = noun.head.head
    if noun.dep_ not in OBJECT or verbs.lemma(noun.head.text, noun.head.tag_) not in _OWNING:
        return None
    found = subject(noun.head, depth + 1)
    return (found[0], has_passive_auxiliary(verb)) if found is not None and not found[1] else None


def _finite(verb: Token) -> bool:
    """Return whether a verb is in a finite form, by its Penn tag."""
    return verb.tag_ in ("VBD", "VBZ", "VBP")


def has_passive_auxiliary(verb: Token) -> bool:
    """Return whether a verb has a passive auxiliary ("was", "been", "got")."""
    return any(child.dep_ in ("auxpass", "aux:pass") for child in verb.children)


def objects(verb: Token) -> list[Token]:
    """Return the direct objects of a verb; for a relative pronoun the antecedent."""
    return [
        verb.head if child.lower_ in _WHO and verb.dep_ in RELATIVE else child
        for child in verb.children
        if child.dep_ in OBJECT
    ]


def agent(verb: Token) -> Token | None:
    """Return the agent of a passive verb ("by ..."), or ``None``."""
    for child in verb.children:
        if child.dep_ == "agent":
            for inner in child.children:
                if inner.dep_ == "pobj":
                    return inner
        elif child.dep_ == "obl:agent":
            return child
    return None


def prepositional(verb: Token) -> Iterator[tuple[str, Token]]:
    """Yield the prepositional phrases of a verb, as (preposition, noun)."""
    for child in verb.children:
        if child.dep_ in ("prep", "dative") and child.tag_ in ("IN", "TO", "RP"):
            for inner in child.children:
                if inner.dep_ == "pobj":
                    yield child.lower_, inner
                elif inner.dep_ == "prep":
                    for last in inner.children:
                        if last.dep_ == "pobj":
                            yield f"{child.lower_} {inner.lower_}", last
        elif child.dep_ == "dative":
            yield "to", child
        elif child.dep_ in ("obl", "obl:mod", "obl:arg", "iobj"):
            case = next((inner.lower_ for inner in child.children if inner.dep_ == "case"), "")
            yield case, child


def phrase(head: Token, limit: int = 12) -> tuple[int, int]:
    """Return the first and last token of the noun phrase of ``head``, without relative clauses and appositions.

    A phrase of more than ``limit`` tokens is cut to those before the head.
    """
    first = last = head.i
    for child in head.lefts:
        if child.dep_ not in _OUTSIDE and child.dep_ not in ("cc", "conj", "preconj"):
            first = min(first, child.left_edge.i)
    reach = head.i
    for child in head.rights:
        if child.dep_ in _OUTSIDE or child.dep_ in ("cc", "conj") or child.left_edge.i > reach + 1:
            break
        if (
            child.dep_ in ("prep", "nmod")
            and child.lower_ not in ("of", "for", "from", "at", "in", "with")
            and child.dep_ == "prep"
        ):
            break
        if child.dep_ == "prep" and any(inner.dep_ == "pcomp" for inner in child.children):
            break  # "accused the pilots of striking"
        reach = _without_clauses(child)
        last = max(last, reach)
    if last - first >= limit:
        last = head.i
        first = max(first, head.i - limit)
    return first, last


def _without_clauses(token: Token) -> int:
    """Return the last token of a subtree that precedes its first relative clause or apposition."""
    last = int(token.right_edge.i)
    for inner in token.doc[token.i + 1 : last + 1]:
        if inner.dep_ in RELATIVE or (inner.dep_ == "appos" and inner.left_edge.i > inner.head.i + 1):
            last = min(last, inner.left_edge.i - 1)
    while last > token.i and token.doc[last].is_punct:
        last -= 1
    return max(last, int(token.i))


def negated(verb: Token) -> bool:
    """Return whether a verb is negated: by "not", "never" and the like, or by "no" at its subject or object."""
    parties = [child for child in verb.children if child.dep_ in ACTIVE | PASSIVE | OBJECT]
    if any(noun.lower_ in ("nobody", "none") for noun in parties):
        return True
    return any(child.lower_ in ("no", "neither") for noun in parties for child in noun.lefts) or any(
        child.dep_ == "neg"
        or child.lower_ in ("not", "n't", "never", "n’t", "pas", "jamais", "neither", "nor")
        for child in verb.children
    )


def amount(verb: Token) -> tuple[int, int] | None:
    """Return the first and last token of an amount of change ("6 percent", "by 60 percent"), or ``None``."""
    for child in verb.children:
        noun = child
        if child.dep_ == "prep" and child.lower_ == "by":
            noun = next((inner for inner in child.children if inner.dep_ == "pobj"), child)
        if noun is child and child.dep_ not in ("npadvmod", "dobj", "advmod"):
            continue
        if any(inner.tag_ == "CD" for inner in noun.lefts) and noun.lower_ in (
            "percent",
            "%",
            "cent",
            "points",
        ):
            return noun.left_edge.i, noun.i
    return None
