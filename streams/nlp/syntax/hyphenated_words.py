"""Hyphenated words that a parser knows as one word: "e-mails", "re-elected".

spaCy's tokenizer parts every hyphenated word. The treebank that its English parsers learn from parts most ("two", "-", "year"), but no word
whose first part is no word of its own (Warner, Bies et al., "English Translation Treebank: Tokenization", LDC, on hyphenated affixes).
Parted, such a word is three nouns or three verbs to a parser, in a sentence that it no longer understands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc

HYPHEN = "-"
#: Prefixes of the treebank's list behind which en_core_web_sm 3.8.0 tags a hyphen as a part of the word, in two of three sentences or more.
PREFIXES = frozenset(
    {"anti", "bi", "bio", "co", "counter", "cross", "de", "e", "ex", "extra", "hyper", "inter", "intra", "macro", "micro"}
    | {"mid", "mini", "multi", "neo", "non", "pan", "post", "pre", "pro", "pseudo", "quasi", "re", "semi", "sub", "super"}
    | {"trans", "tri", "ultra", "un", "vice", "x"}
)  # fmt: skip
_OFFICES = ("co", "ex", "vice")  # prefixes of nouns for people


def people(nouns: Iterable[str]) -> frozenset[str]:
    """Return nouns for people, and each with the prefixes of offices: "founder", "co-founder"."""
    known = frozenset(nouns)
    return known | {f"{prefix}-{noun}" for prefix in _OFFICES for noun in known if " " not in noun}


def spans(doc: Doc, hyphens: list[int]) -> dict[int, int]:
    """Return the first token of each word with a prefix -> its last one. ``hyphens`` are the tokens of a doc that are hyphens.

    A word whose parts belong to different entities, or whose second part alone is a name ("anti-Acme"), is left as it is.
    """
    found: dict[int, int] = {}
    for k in hyphens:
        if not 0 < k < len(doc) - 1 or k - 1 in found.values():
            continue
        prefix, hyphen, rest = doc[k - 1], doc[k], doc[k + 1]
        if prefix.whitespace_ or hyphen.whitespace_ or prefix.lower_ not in PREFIXES:
            continue
        chained = k > 1 and doc[k - 2].text == HYPHEN and not doc[k - 2].whitespace_
        lower = rest.text[0].islower() or (
            prefix.text[0].isupper() and rest.is_alpha and rest.ent_iob_ != "B"
        )
        alike = prefix.ent_type == rest.ent_type and rest.ent_iob_ != "B"
        if lower and alike and not chained:
            found[k - 1] = k + 1
    return found
