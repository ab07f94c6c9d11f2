"""Queries on dependency trees: objects, agents, prepositional phrases, noun phrases, negation.

Subjects are found in :mod:`streams.nlp.syntax.subjects`.

Supports the labels of spaCy's English models (ClearNLP) and Universal Dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# spaCy's Token, whose attributes are untyped.
Token = Any

_SENTENCES = "streams.sentences"  # key of a doc's data: the sentence of each token
ACTIVE = frozenset({"nsubj", "csubj"})
PASSIVE = frozenset({"nsubjpass", "csubjpass", "nsubj:pass"})
OBJECT = frozenset({"dobj", "obj"})
RELATIVE = frozenset({"relcl", "acl:relcl"})
_OUTSIDE = frozenset(
    {"relcl", "acl:relcl", "appos", "acl", "advcl", "punct", "parataxis", "dep", "ccomp", "meta"}
)
_RANKS = frozenset(
    {"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
    | {"last", "latest", "next", "only"}
)
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
    | {"stop", "prevent", "ban", "bar", "keep", "block", "deter", "arrest", "jail", "sentence"}
)
_COMING = frozenset({"due", "set", "likely", "unlikely", "ready", "certain", "poised", "bound", "sure"})
#: Adverbs that negate a verb.
NEGATIONS = frozenset({"not", "n't", "n’t", "never", "pas", "jamais"})
RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom", "qui", "que"})


def is_verb(token: Token) -> bool:
    """Return whether a token is a verb, by its Penn tag or its universal part of speech."""
    tag = token.tag_
    return tag.startswith("VB") or token.pos_ in ("VERB", "AUX")


def sentence(token: Token) -> tuple[int, int]:
    """Return the first token of a token's sentence and the one behind its last, kept for each doc: ``Token.sent`` takes 3 µs."""
    data = token.doc.user_data
    if _SENTENCES not in data:
        data[_SENTENCES] = [
            bounds
            for span in token.doc.sents
            for bounds in [(span.start, span.end)] * (span.end - span.start)
        ]
    found: tuple[int, int] = data[_SENTENCES][token.i]
    return found


def adjective(verb: Token) -> Token | None:
    """Return the modal adjective that governs a verb: "due" in "is due to appear", "likely" in "are likely to sign"."""
    head = verb.head
    says = verb.dep_ == "xcomp" and head.dep_ in ("acomp", "oprd") and head.lower_ in _COMING
    return head if says and is_verb(head.head) else None


def joined(noun: Token, limit: int = 5) -> list[Token]:
    """Return up to ``limit`` nouns coordinated with this one by "and", or with its apposition ("the king, Olaf, and the queen").

    Offices that belong to one name are none: "Ida Holm, a director of Acme and head of a retailer".
    """
    found: list[Token] = []
    waiting = [
        noun,
        *(child for child in noun.children if child.dep_ == "appos" and not _is_apart(noun, child)),
    ]
    while waiting and len(found) < limit:
        here = waiting.pop(0)
        either = any(child.dep_ == "cc" and child.lower_ != "and" for child in here.children)
        for child in here.children:
            office = here is not noun and noun.tag_ == "NNP" and child.tag_ in ("NN", "NNS")
            if child.dep_ == "conj" and child.tag_.startswith("NN") and not either and not office:
                waiting.append(child)
                if not any(inner.dep_ in ("neg", "mark") for inner in child.lefts):
                    found.append(child)  # not "world" in "in the country, if not the world"
    return _by_name(noun, found)


def _by_name(noun: Token, others: list[Token]) -> list[Token]:
    """Return nouns coordinated with one, a plural noun right before a name as that name: "Ida Holm" in "and researchers Ida Holm"."""
    asides = (child for child in noun.children if child.dep_ == "appos")
    names = {other.left_edge.i: other for other in (*asides, *others) if other.tag_ == "NNP"}
    named = (names.get(other.i + 1, other) if other.tag_ == "NNS" else other for other in others)
    return list(dict.fromkeys(named))


def _is_apart(noun: Token, apposition: Token) -> bool:
    """Return whether what a parser took for an apposition stands behind a gerund: "a following by covering two firms: Acme and Vega"."""
    return any(token.dep_ == "pcomp" for token in noun.doc[noun.i + 1 : apposition.left_edge.i])


def is_infinitive(verb: Token) -> bool:
    """Return whether a verb is an infinitive with "to"."""
    return any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.lefts)


def is_ranked(noun: Token) -> bool:
    """Return whether a noun has an ordinal or the like ("the first woman"): it is then the subject of an infinitive."""
    return noun.lower_ in _RANKS or any(child.lower_ in _RANKS for child in noun.children)


def has_subject(verb: Token) -> bool:
    """Return whether a verb has a subject of its own."""
    return any(child.dep_ in ACTIVE or child.dep_ in PASSIVE for child in verb.lefts)


def has_passive_auxiliary(verb: Token) -> bool:
    """Return whether a verb has a passive auxiliary ("was", "been", "got")."""
    return any(child.dep_ in ("auxpass", "aux:pass") for child in verb.children)


def objects(verb: Token) -> list[Token]:
    """Return the direct objects of a verb; for a relative pronoun the antecedent; "Vega" in "found Vega guilty"."""
    found = [
        verb.head if child.lower_ in RELATIVE_PRONOUNS and verb.dep_ in RELATIVE else child
        for child in verb.children
        if child.dep_ in OBJECT
    ]
    small = (child for child in verb.children if child.dep_ == "ccomp" and child.tag_ == "JJ")
    return found or [noun for clause in small for noun in clause.lefts if noun.dep_ in ACTIVE]


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

    A phrase of more than ``limit`` tokens is cut to those before the head, with the noun right behind "of" if it is short: "hundreds of
    thousands of files" of "hundreds of thousands of files about the wars that ...".
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
        if child.lower_ == "for" and any(inner.ent_type_ in ("DATE", "TIME") for inner in child.children):
            break  # "to sign a deal for about a month"
        reach = without_clauses(child)
        last = max(last, reach)
    if last - first >= limit:
        first = max(first, head.i - limit)
        last = _counted_end(head, limit - (head.i - first))
    return first, last


def _counted_end(head: Token, limit: int) -> int:
    """Return the last token of the noun right behind "of" behind a noun, without what is behind it if that makes more than ``limit`` tokens."""
    of = next((child for child in head.rights if child.lower_ == "of" and child.i == head.i + 1), None)
    noun = next((inner for inner in of.rights if inner.dep_ == "pobj"), None) if of is not None else None
    ends = (phrase(noun)[1], int(noun.i)) if noun is not None else ()
    return next((end for end in ends if end - head.i < limit), int(head.i))


def without_clauses(token: Token) -> int:
    """Return the last token of a subtree that precedes its first relative clause or apposition."""
    last = int(token.right_edge.i)
    for inner in token.doc[token.i + 1 : last + 1]:
        if inner.dep_ in RELATIVE or (inner.dep_ == "appos" and inner.left_edge.i > inner.head.i + 1):
            last = min(last, inner.left_edge.i - 1)
    while last > token.i and token.doc[last].is_punct and token.doc[last].text != "%":
        last -= 1
    if last > token.i and token.doc[last].tag_ == "CC":
        last = _behind_conjunction(token, last)
    return max(last, int(token.i))


def _behind_conjunction(token: Token, at: int) -> int:
    """Return the last of the nouns right behind "and" that a parser cut off, or what is before it: "Holm" in "the model and actress Ida Holm"."""
    last = at
    while last + 1 < len(token.doc) and token.doc[last + 1].tag_.startswith("NN"):
        last += 1
    return last if last > at else at - 1 - token.doc[at - 1].is_punct


def negated(verb: Token) -> bool:
    """Return whether a verb is negated: by "not", "never" and the like, or by "no" at its subject or object."""
    parties = [child for child in verb.children if child.dep_ in ACTIVE | PASSIVE | OBJECT]
    if any(noun.lower_ in ("nobody", "none") for noun in parties):
        return True
    if any(child.lower_ == "neither" for noun in parties for child in noun.children):
        return True  # "neither the House nor the Senate has ..."
    if any(child.lower_ == "longer" and child.nbor(-1).lower_ == "no" for child in verb.children if child.i):
        return True  # "is no longer built"
    return any(
        child.lower_ in ("no", "neither") and child.dep_ == "det" and not compares(child)
        for noun in parties
        for child in noun.lefts
    ) or any(
        (((child.dep_ == "neg" and not compares(child)) or child.lower_ in NEGATIONS) and not _adds(child))
        or child.lower_ in ("neither", "nor")
        for child in verb.children
    )


def _adds(word: Token) -> bool:
    """Return whether "not" only says that there is more: "not only sells it", "is not just selling"."""
    behind = word.i + 1
    return behind < len(word.doc) and word.doc[behind].lower_ in (
        "only",
        "just",
        "merely",
        "simply",
        "solely",
    )


def compares(no: Token) -> bool:
    """Return whether "no" belongs to a comparison: "no less than $21 million"."""
    behind = no.i + 1
    return (
        no.lower_ == "no"
        and behind < len(no.doc)
        and no.doc[behind].lower_ in ("less", "fewer", "more", "later", "longer")
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
