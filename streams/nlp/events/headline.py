"""Headlines: the title of a document as text of its own, and the grammar of headlines.

In a headline events are in the present tense, "is" and "are" are left out ("Five killed in crash"), a comma stands for
"and" ("Hollande, Putin meet"), and an infinitive is the future ("Mexico to fight tariffs").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.text.segments import Span

#: Maximum characters of a title that is analysed.
LONGEST = 300
_SHORTEST_PART = 3  # words of a part that may be a sentence
# What parts a title: a colon, a bar, a dash between spaces, an ellipsis.
_PARTS = re.compile(r"\s*(?:[|•;]|:(?=\s)|\s[–—-]\s|\.\.\.|…)\s*")


def parts(title: str) -> list[Span]:
    """Return the parts of a title that may be sentences: "Laos poisonings: hostel bosses held" has two, and the first is too short.

    >>> [("Budget 2026 | Sars to hire debt collectors")[a:b] for a, b in parts("Budget 2026 | Sars to hire debt collectors")]
    ['Sars to hire debt collectors']
    """
    if len(title) > LONGEST:
        return []
    return [span for span in _split(title) if len(title[span.start : span.end].split()) >= _SHORTEST_PART]


def _split(title: str) -> Iterator[Span]:
    start = 0
    for match in _PARTS.finditer(title):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, len(title))


def is_told(verb: Token, lemma: str, *, main: bool) -> bool:
    """Return whether a verb tells the fact of a headline although no list of actions has it: "campaigns brace for a sprint".

    ``main`` says that the verb is the main one. Verbs of being and thinking tell none, nor do questions, lists and advice.
    """
    first = verb.doc[verb.sent.start].lower_
    if first in word_lists.UNTELLING_OPENINGS or first.isdigit() or verb.doc[verb.sent.end - 1].text == "?":
        return False
    if lemma in word_lists.HEADLINE_STATES:
        return False
    return main or is_use(verb)


def is_use(verb: Token) -> bool:
    """Return whether an infinitive is what something was used for: "spot" in "scientists use a telescope to spot water"."""
    head = verb.head
    return (
        verb.dep_ in ("xcomp", "advcl")
        and dependencies.is_infinitive(verb)
        and head.dep_ == "ROOT"
        and verbs.lemma(head.text, head.tag_) == "use"
    )


def subject(verb: Token, lemma: str) -> tuple[Token, bool] | None:
    """Return the subject of a verb in a headline and whether the verb is passive; ``None`` if it has none."""
    if _is_coming(verb):
        if not dependencies.objects(verb) and lemma not in word_lists.HEADLINE_INTRANSITIVES:
            return None  # "ten keyboards to buy"
        return verb.head, dependencies.has_passive_auxiliary(verb)
    found = subjects.subject(verb)
    if found is None:
        return None
    head, passive = found
    return head, passive or _lacks_auxiliary(verb, lemma)


def is_mistagged(token: Token) -> bool:
    """Return whether a token that is tagged as a noun is a verb of a headline: one with a subject, "police detain owner"."""
    return (
        token.tag_ in ("NN", "NNS")
        and token.lower_ in verbs.all_forms()
        and any(child.dep_ in dependencies.ACTIVE for child in token.lefts)
    )


def is_coming(verb: Token) -> bool:
    """Return whether a verb is an infinitive that stands for the future: "fight" in "Mexico to fight tariffs"."""
    return _is_coming(verb) or (dependencies.is_infinitive(verb) and verb.dep_ == "ROOT")


def _is_coming(verb: Token) -> bool:
    head = verb.head
    return (
        verb.dep_ in ("relcl", "acl", "xcomp", "advcl")
        and dependencies.is_infinitive(verb)
        and head.dep_ == "ROOT"
        and head.tag_.startswith("NN")
    )


def _lacks_auxiliary(verb: Token, lemma: str) -> bool:
    """Return whether a past form is a passive without its auxiliary: no object, and a verb that has one when it is active."""
    return (
        verb.tag_ in ("VBD", "VBN")
        and lemma in word_lists.HEADLINE_PASSIVES
        and not dependencies.objects(verb)
        and not any(child.dep_ in ("aux", "ccomp", "xcomp") for child in verb.children)
    )


def coordinated(head: Token) -> list[Token]:
    """Return the noun before a comma that shares the verb of ``head``: "Hollande" in "Hollande, Putin meet"."""
    comma = head.left_edge.i - 1
    if comma < 1 or head.doc[comma].text != ",":
        return []
    before = head.doc[comma - 1]
    return [before] if before.tag_.startswith("NN") and comma - 1 < 4 else []
