"""Verbs of speech that tell of nothing said: "declined to say", "urged him to pledge", "did not say", "was asked"."""

from __future__ import annotations

from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_MAX_GOVERNOR = 8  # tokens between "to" and the verb above it, where the parser does not join them
# Verbs (lemmas) whose subject does not do what the infinitive says.
_REFUSING = frozenset({"decline", "refuse", "fail", "hesitate", "forget", "neglect", "omit", "threaten"})
# Verbs (lemmas) before a gerund of what is no longer, or never, said: "stop worrying that".
_ENDING = frozenset({"stop", "avoid", "cease", "quit"})
# Verbs (lemmas) whose object is wanted to speak, and may not have spoken; not "force" and "lead".
_WISHING = frozenset(
    {"urge", "ask", "tell", "order", "press", "beg", "advise", "invite", "encourage", "want", "request", "instruct"}
    | {"implore", "petition", "expect", "challenge", "need", "require", "call", "pressure", "lobby", "push"}
    | {"dare", "allow", "enable", "permit"}
)  # fmt: skip
_BEING = frozenset({"was", "were", "is", "are", "been", "being", "when", "if"})
_MARKS = frozenset({",", ":", '"', "“", "”", "‘", "’", "'", "``", "''", "«", "»"})


def is_unsaid(verb: Token) -> bool:
    """Return whether a verb of speech is an infinitive of what somebody did not say, or was only wanted to say, or a plea of guilt."""
    if verb.lower_.startswith(("plead", "pled")) and any(
        w.lower_ == "guilty" for w in verb.doc[verb.i + 1 : verb.i + 3]
    ):
        return True
    if verb.i == 0:
        return False
    before = verb.nbor(-1)
    if verb.tag_ == "VBG" and (
        before.lower_ in ("from", "without") or verbs.lemma(before.text, before.tag_) in _ENDING
    ):
        return True
    if verb.nbor(-1).lower_ != "to":
        return False
    governor = _governor(verb)
    if governor is None:
        return False
    lemma = verbs.lemma(governor.text, governor.tag_)
    if lemma in _REFUSING:
        return True
    addressed = bool(dependencies.objects(governor)) or dependencies.has_passive_auxiliary(governor)
    # The parser may take the one addressed for the subject of the infinitive: "urged the mayor to say".
    between = any(token.tag_.startswith("NN") for token in verb.doc[governor.i + 1 : verb.i])
    return lemma in _WISHING and (addressed or between)


def is_negated(verb: Token) -> bool:
    """Return whether a verb of speech is negated, other than by "not only": "did not say when", "doesn't tell us that"."""
    before = [token.lower_ for token in verb.doc[max(0, verb.i - 3) : verb.i]]
    return "only" not in before and dependencies.negated(verb)


def is_denied(verb: Token) -> bool:
    """Return whether a negation stands right before a verb of speech and not in what it reports: "cannot claim", not "answered: “No”"."""
    return is_negated(verb) and any(child.dep_ == "neg" for child in verb.lefts)


def is_put_to_somebody(parsed: ParsedParagraph, first: int) -> bool:
    """Return whether the quotation at token ``first`` is the question of an asker whom the sentence leaves out: "she was asked, “..."."""
    k = first - 1
    while k >= 0 and parsed.lower[k] in _MARKS:
        k -= 1
    if k < 0 or parsed.lower[k] != "asked" or parsed.quoted[k]:
        return False
    before = k - 1
    while before >= 0 and parsed.tags[before] == "RB":
        before -= 1
    return before < 0 or parsed.lower[before] in _BEING or parsed.lower[before] in (".", "?", "!")


def _governor(verb: Token) -> Token | None:
    """Return the verb above an infinitive: by the parse, else the nearest before it."""
    if verb.dep_ == "xcomp" and dependencies.is_verb(verb.head) and verb.head.i < verb.i:
        return verb.head
    low = max(verb.sent.start, verb.i - 1 - _MAX_GOVERNOR)
    for token in reversed(verb.doc[low : verb.i - 1]):
        if dependencies.is_verb(token):
            return token
    return None
