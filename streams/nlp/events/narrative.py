"""How a text tells of things: how much in the past, as what happened is, where guides are in the present; which words are its verbs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from streams.nlp.syntax import verbs
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_FEWEST_VERBS = 10  # finite verbs, below which their share says nothing


def share_of_past(parses: Iterable[ParsedParagraph]) -> float:
    """Return the share of a text's finite verbs outside of quotations that are in the past or perfect; 1 if there are too few."""
    past = present = 0
    for parsed in parses:
        for k, (tag, quoted) in enumerate(zip(parsed.tags, parsed.quoted, strict=True)):
            if quoted or tag not in ("VBD", "VBZ", "VBP"):
                continue
            perfect = parsed.lower[k] in ("has", "have") and "VBN" in parsed.tags[k + 1 : k + 4]
            past += tag == "VBD" or perfect
            present += tag != "VBD" and not perfect
    return past / (past + present) if past + present >= _FEWEST_VERBS else 1.0


class WordUse(NamedTuple):
    """The words of a text that are verbs in it, by their lemmas, and those that are nouns, in lower case."""

    verbs: frozenset[str]
    nouns: frozenset[str]

    @classmethod
    def of(cls, parses: Iterable[ParsedParagraph]) -> WordUse:
        """Return how parsed paragraphs use words."""
        found: set[str] = set()
        nouns: set[str] = set()
        for parsed in parses:
            for word, tag in zip(parsed.lower, parsed.tags, strict=True):
                if tag.startswith("VB"):
                    found.add(verbs.lemma(word, tag))
                elif tag.startswith("NN"):
                    nouns.add(word)
        return cls(frozenset(found), frozenset(nouns))
