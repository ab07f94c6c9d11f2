"""Reading a dependency tree: subjects, objects, noun phrases. Knows spaCy's English labels and Universal Dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streams.nlp.syntax import verbs

# A token of spaCy's; its attributes are untyped, so we say so once here.
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
_RANKS = frozenset({"first", "second", "third", "last", "latest", "next", "only"})
# Verbs whose subject acts on the purpose that is their object: "reached a deal to ...", not "feared a plan to ...".
_OWNING = frozenset(
    {"sign", "announce", "present", "reach", "take", "make", "have", "unveil", "strike", "adopt", "launch", "start"}
    | {"seek", "propose", "outline", "publish", "win", "lose", "get", "form", "conclude", "approve", "give", "use"}
)  # fmt: skip
# "Accused Assad of starting", "stopped the crew from leaving": whom it is done to acts.
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
    """Is this a verb, by its tag or by its part of speech?"""
    tag = token.tag_
    return tag.startswith("VB") or token.pos_ in ("VERB", "AUX")


def subject(verb: Token, depth: int = 0) -> tuple[Token, bool] | None:
    """Who the verb is said of, and whether it is passive. Looks through conjunction, control and relative clauses."""
    if depth > 4:
        return None
    for child in verb.children:
        if verb.dep_ == "pcomp" and verb.head.lower_ == "of" and is_infinitive(verb):
            break  # "took advantage of the chaos to seize ...": the chaos seizes nothing
        if child.dep_ in ACTIVE or child.dep_ in PASSIVE:
            # "Heron, launched in 2021, ...": a participle alone is passive, whatever a parser calls its noun.
            bare = verb.tag_ == "VBN" and not any(c.dep_ == "aux" for c in verb.lefts)
            passive = child.dep_ in PASSIVE or (bare and verb.i - child.i > 1)
            if child.lower_ in _WHO and verb.dep_ in RELATIVE:
                return _meant(verb.head, child), passive
            return child, passive
    passive = has_passive_auxiliary(verb)
    if verb.dep_ in ("acl", "relcl") and is_infinitive(verb):
        return _whose_purpose(verb, depth)
    unlabelled = _unlabelled(verb)
    if unlabelled is not None:
        return unlabelled, False
    if verb.dep_ in RELATIVE or verb.dep_ == "acl":
        return verb.head, passive or verb.tag_ == "VBN"
    if verb.dep_ == "conj" and is_verb(verb.head):
        found = subject(verb.head, depth + 1)
        # "was arrested and said ...": the second verb has its own voice.
        return (found[0], passive if _finite(verb) else found[1] and verb.tag_ == "VBN") if found else None
    if verb.dep_ in _SHARING and is_verb(verb.head):
        if verb.dep_ == "xcomp":
            addressed = [noun for word, noun in prepositional(verb.head) if word in ("to", "on")]
            if addressed and verbs.lemma(verb.head.text) in ("appeal", "call"):
                return addressed[0], passive  # "appealed to members to return"
            for child in verb.head.children:
                if child.dep_ in OBJECT:
                    return child, passive  # "urged Moscow to ...": whom one urges is to act
        head = verb.head
        asked = verb.dep_ == "advcl" and verb.tag_ == "VBN" and not any(c.dep_ == "aux" for c in verb.lefts)
        if verb.dep_ == "advcl" and verb.tag_ == "VBG" and head.dep_ in _BELOW and is_verb(verb.sent.root):
            head = verb.sent.root  # "rejected claims that ..., calling them ...": whoever rejects calls
        found = subject(head, depth + 1)
        return (found[0], passive or asked) if found else None
    if adjective(verb) is not None:
        found = subject(verb.head.head, depth + 1)
        return (found[0], passive) if found else None
    if verb.dep_ == "pcomp" and verb.head.dep_ == "prep" and is_verb(verb.head.head):
        blamed = objects(verb.head.head)
        if (
            blamed
            and verbs.lemma(verb.head.head.text) in BLAMING
            and verb.head.lower_ in ("of", "for", "from")
        ):
            return blamed[0], passive
        found = subject(verb.head.head, depth + 1)
        return (found[0], passive) if found else None
    return None


def _meant(noun: Token, relative: Token) -> Token:
    """What a relative clause is about: in "the crew of the trawler Rosalind, who ..." the crew."""
    above = noun.head.head
    of = noun.dep_ == "pobj" and noun.head.lower_ == "of"
    return above if of and relative.lower_ == "who" and verbs.singular(above.text) in verbs.people() else noun


def adjective(verb: Token) -> Token | None:
    """The word in "is due to appear", "are likely to sign" that says how the verb is meant."""
    head = verb.head
    says = verb.dep_ == "xcomp" and head.dep_ in ("acomp", "oprd") and head.lower_ in _COMING
    return head if says and is_verb(head.head) else None


def joined(noun: Token, limit: int = 5) -> list[Token]:
    """The nouns that "and" joins to this one, or to the name behind it: "the king, Olaf, and the queen"."""
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
    """Who says what the pronoun is the subject of: "the company" in "the company said it had agreed to ..."."""
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
    """The subject that a parser took for something else: the noun in front of "..., and the unions accepted", the
    name in front of a finite verb."""
    noun = verb.head
    if verb.dep_ == "acl" and verb.tag_ == "VBN" and noun.dep_ == "conj" and is_verb(noun.head):
        return noun if noun.i == verb.i - 1 else None
    if verb.dep_ == "advcl" and verb.tag_ in ("VBD", "VBZ") and verb.i > verb.sent.start:
        before = verb.nbor(-1)
        return before if before.tag_ == "NNP" else None
    return None


def is_infinitive(verb: Token) -> bool:
    """Is there a "to" in front?"""
    return any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.lefts)


def is_ranked(noun: Token) -> bool:
    """Is this "the first woman", "the last": of whom an infinitive says what they did?"""
    return noun.lower_ in _RANKS or any(child.lower_ in _RANKS for child in noun.children)


def _whose_purpose(verb: Token, depth: int) -> tuple[Token, bool] | None:
    """Who is to act in "an agreement to share", "the first to sign": whoever makes the agreement, and the first."""
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
    return verb.tag_ in ("VBD", "VBZ", "VBP")


def has_passive_auxiliary(verb: Token) -> bool:
    """Is there a "was", "been", "got" in front that makes it passive?"""
    return any(child.dep_ in ("auxpass", "aux:pass") for child in verb.children)


def objects(verb: Token) -> list[Token]:
    """Direct objects; in a relative clause what "which" or "whom" stands for."""
    return [
        verb.head if child.lower_ in _WHO and verb.dep_ in RELATIVE else child
        for child in verb.children
        if child.dep_ in OBJECT
    ]


def agent(verb: Token) -> Token | None:
    """Who does it in a passive: "by ..."."""
    for child in verb.children:
        if child.dep_ == "agent":
            for inner in child.children:
                if inner.dep_ == "pobj":
                    return inner
        elif child.dep_ == "obl:agent":
            return child
    return None


def prepositional(verb: Token) -> Iterator[tuple[str, Token]]:
    """Prepositions at a verb, with the nouns behind them."""
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
    """First and last token of the noun phrase of ``head``, without relative clauses, appositions and asides."""
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
    """The last token below this one, in front of the first relative clause or apposition there."""
    last = int(token.right_edge.i)
    for inner in token.doc[token.i + 1 : last + 1]:
        if inner.dep_ in RELATIVE or (inner.dep_ == "appos" and inner.left_edge.i > inner.head.i + 1):
            last = min(last, inner.left_edge.i - 1)
    while last > token.i and token.doc[last].is_punct:
        last -= 1
    return max(last, int(token.i))


def negated(verb: Token) -> bool:
    """Is there a "not", "never", "no longer" at the verb or its auxiliaries, or a "no" at what it is said of?"""
    parties = [child for child in verb.children if child.dep_ in ACTIVE | PASSIVE | OBJECT]
    if any(noun.lower_ in ("nobody", "none") for noun in parties):
        return True
    return any(child.lower_ in ("no", "neither") for noun in parties for child in noun.lefts) or any(
        child.dep_ == "neg"
        or child.lower_ in ("not", "n't", "never", "n’t", "pas", "jamais", "neither", "nor")
        for child in verb.children
    )


def amount(verb: Token) -> tuple[int, int] | None:
    """First and last token of how much something rose or fell: "6 percent", "by 60 percent"."""
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
