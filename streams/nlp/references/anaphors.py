"""Words that stand for somebody or something that a document names: "she", "the governor", "the company", a headline's "Man"."""

from __future__ import annotations

import enum
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.quotes.definite.organisation_nouns import is_body
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

PRONOUNS = frozenset({"he", "him", "she", "her"})
#: What an anaphor is: a pronoun; a noun for a person, an organisation or a place behind "the", "this" or "that"; one in a headline; a
#: person behind "a" in the opening of a text.
KINDS = ("he", "him", "she", "her", "the person", "the body", "the place", "titled person", "titled body",
         "titled place", "a person")  # fmt: skip
#: Labels of the names that an anaphor of each kind may stand for.
LABELS = {
    kind: frozenset({"GPE", "LOC"})
    if kind.endswith("place")
    else frozenset({"ORG", "GPE", "FAC"})
    if kind.endswith("body")
    else frozenset({"PERSON"})
    for kind in KINDS
}
_PLACES = frozenset({"country", "nation", "state", "city", "town", "village", "island", "province", "region", "county", "district",
                     "kingdom", "republic", "capital", "territory", "continent", "archipelago", "municipality"})  # fmt: skip
_DEFINITE = frozenset({"the", "this", "that"})
_TAGS = frozenset({"NN", "NNP", "JJ"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_OBJECTS = frozenset({"dobj", "pobj", "dative", "agent"})
_UNSAYING = frozenset(
    {"the", "a", "an", "this", "that", "of", "in", "on", "and", "for", "to", "by", "with", "at", "from"}
)


class Place(enum.Enum):
    """Where a paragraph is: it opens the text, stands in it, or is part of the title."""

    OPENING = "opening"
    TEXT = "text"
    TITLE = "title"


class Anaphor(NamedTuple):
    """Words that may stand for a name, with where they and their head begin (code points), the noun or pronoun, and the other words that say something."""

    kind: str
    start: int
    end: int
    at: int
    noun: str
    words: tuple[str, ...]
    titled: bool
    before: frozenset[str] = frozenset()  # words before the noun


def read(parsed: ParsedParagraph, head: Token, place: Place = Place.TEXT) -> Anaphor | None:
    """Return the anaphor whose head is a token of a paragraph, ``None`` if it is none."""
    titled = place is Place.TITLE
    if parsed.quoted[head.i] or head.dep_ not in _SUBJECTS | _OBJECTS:
        return None
    start, end = parsed.starts[head.i], parsed.ends[head.i]
    if head.tag_ == "PRP":
        pronoun = head.lower_
        return Anaphor(pronoun, start, end, start, pronoun, (), titled) if pronoun in PRONOUNS else None
    if head.tag_ not in _TAGS:
        return None
    first, last = dependencies.phrase(head)
    opening = parsed.lower[first]
    if opening in _DEFINITE and first < head.i:
        article = "the"
    elif titled and head.tag_ == "NN":
        article = "titled"
    elif place is Place.OPENING and opening in ("a", "an") and head.dep_ in _SUBJECTS:
        article = "a"
    else:
        return None
    kind = f"{article} {noun_kind(head.lower_)}"
    if kind not in KINDS:
        return None
    at, (start, end) = start, parsed.span_of(first, last)
    words = tuple(
        parsed.lower[k]
        for k in range(first, last + 1)
        if k != head.i and parsed.lower[k].replace("-", "").isalnum() and parsed.lower[k] not in _UNSAYING
    )
    before = frozenset(parsed.lower[first : head.i])
    return Anaphor(kind, start, end, at, head.lower_, words, titled, before)


def noun_kind(noun: str) -> str:
    """Return what a noun (lower case) is for: "person", "body", "place", or "" for anything else."""
    if noun in _PLACES:
        return "place"
    if is_body(noun):
        return "body"
    people = noun in gazetteer.english().roles or noun in verbs.people()
    return "person" if people or noun.endswith(("man", "woman", "-year-old")) else ""
