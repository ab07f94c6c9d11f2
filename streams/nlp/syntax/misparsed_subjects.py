"""Subjects that a parser mislabelled, or gave to another verb."""

from __future__ import annotations

from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token

# Prepositions whose noun is seldom who speaks in the participle behind it.
_ASIDE = frozenset({"on", "in", "to", "against", "at"})


# Nouns for what somebody lodges to ask for something.
_LODGED = frozenset(
    {
        "paper",
        "papers",
        "petition",
        "lawsuit",
        "suit",
        "motion",
        "complaint",
        "letter",
        "bill",
        "application",
        "appeal",
    }
)


# Prepositions whose noun does what the gerund right behind it says.
_ARGUED = frozenset({"against", "about", "of", "without"})


# Words that open a clause before the main one.
_OPENING = frozenset(
    {"after", "before", "when", "while", "as", "since", "because", "although", "though", "once"}
)


def unlabelled(verb: Token) -> Token | None:
    """Return a subject that the parser mislabelled: the conjunct before "accepted" in "..., and the unions accepted",
    or the proper noun before a finite verb."""
    noun = verb.head
    swallowed = _behind_clause(verb)
    if swallowed is not None:
        return swallowed
    if verb.dep_ == "acl" and verb.tag_ == "VBN" and noun.dep_ == "conj" and dependencies.is_verb(noun.head):
        return noun if noun.i == verb.i - 1 else None
    auxiliary = next((child for child in verb.lefts if child.dep_ in ("aux", "auxpass")), None)
    if (
        verb.dep_ in ("advcl", "ccomp")
        and auxiliary is not None
        and auxiliary.tag_ in ("VBZ", "VBP", "VBD", "MD")
    ):
        before = auxiliary.nbor(-1) if auxiliary.i > dependencies.sentence(verb)[0] else auxiliary
        return before if before.tag_.startswith("NN") else None  # "claim its operations are destroying homes"
    if verb.dep_ == "advcl" and verb.tag_ in ("VBD", "VBZ") and verb.i > dependencies.sentence(verb)[0]:
        before = verb.nbor(-1)
        return before if before.tag_ == "NNP" else None
    return _before_main(verb, auxiliary or verb) if verb.dep_ == "ROOT" else None


def _before_main(verb: Token, finite: Token) -> Token | None:
    """Return the name right before a main verb that a parser took for the end of a clause before it: "Putin" in "As they discuss Ukraine,
    Putin and Hollande are holding talks"."""
    if finite.tag_ not in ("VBZ", "VBP", "VBD", "MD") or finite.i == verb.sent.start:
        return None
    noun = finite.nbor(-1)
    if noun.tag_ != "NNP" or noun.ent_type_ in ("DATE", "TIME"):
        return None
    while noun.dep_ in ("appos", "conj") and not any(
        token.text == "," for token in noun.doc[noun.head.i + 1 : noun.left_edge.i]
    ):
        noun = noun.head
    first = noun.left_edge.i
    clause = any(token.tag_.startswith("VB") for token in noun.doc[verb.sent.start : first])
    return noun if clause and noun.doc[first - 1].text == "," else None


def _behind_clause(verb: Token) -> Token | None:
    """Return the name behind an opening clause that a parser took for the main one and gave the subject of this verb: "Acme" in
    "After Ida Holm left the firm in May, Acme, its owner, promised to ..."."""
    main = verb.head
    if verb.dep_ != "advcl" or verb.tag_ not in ("VBD", "VBZ") or main.dep_ != "ROOT" or main.i > verb.i:
        return None
    marks = [child for child in main.lefts if child.dep_ in ("mark", "advmod") and child.lower_ in _OPENING]
    if not marks or marks[0].i != main.sent.start or any(child.dep_ == "mark" for child in verb.lefts):
        return None
    for token in reversed(verb.doc[main.i + 1 : verb.i]):
        joined = token.dep_ in ("conj", "appos", "npadvmod") and token.left_edge.i > main.i + 1
        if joined and token.tag_ in ("NNP", "NNPS") and token.doc[token.left_edge.i - 1].text == ",":
            return token
    return None


def argued_about(verb: Token) -> Token | None:
    """Return the noun between a preposition and a gerund, which does what the gerund says: "Acme" in "argued against Acme working with them"."""
    if verb.dep_ not in ("advcl", "pcomp") or verb.tag_ != "VBG" or verb.i == dependencies.sentence(verb)[0]:
        return None
    noun = verb.nbor(-1)
    case = noun.head
    beside = case.i if verb.dep_ == "pcomp" else case.head.i
    between = noun.dep_ == "pobj" and case.lower_ in _ARGUED and verb.head.i == beside
    return noun if between and noun.tag_.startswith("NN") else None


def beside(verb: Token) -> Token | None:
    """Return the verb or noun that a participle of speech belongs to, rather than to the noun before it.

    "posted" in "posted on a site accusing the firm", "suit" in "a suit against the firm accusing it", "lodged" in "lodged papers seeking
    a review"; ``None`` elsewhere.
    """
    noun = verb.head
    if verb.dep_ != "acl" or verb.tag_ != "VBG":
        return None
    kind = verbs.event_classes().get(verbs.lemma(verb.text))
    if noun.dep_ in dependencies.OBJECT and inflection.singular(noun.lower_) in _LODGED:
        return noun.head if kind in ("accuse", "request") and dependencies.is_verb(noun.head) else None
    case = noun.head
    if noun.dep_ != "pobj" or case.lower_ not in _ASIDE:
        return None
    return case.head if kind in ("accuse", "say", "request") else None
