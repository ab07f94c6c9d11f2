"""Parsed paragraphs in which long quotations are shortened before parsing.

A long quotation embeds other sentences in the reporting sentence. If only its first words and its last token are kept,
the sentence around it ("...," said the minister, who ...) is parsed faster and more accurately.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.nlp.syntax import hyphenated_words
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEEP = 3  # tokens kept from the start of a long quotation
_IOB = {1: "I", 3: "B"}  # spaCy's codes of where a token stands in an entity
_SHORT = 8  # maximum tokens of a quotation that is kept whole, as part of the sentence around it

# Universal part of speech -> nearest Penn tag.
_PENN = {
    "VERB": "VBD", "AUX": "VBD", "NOUN": "NN", "PROPN": "NNP", "PRON": "PRP", "DET": "DT", "ADJ": "JJ", "NUM": "CD",
    "ADV": "RB", "ADP": "IN",
}  # fmt: skip


class MainVerb(NamedTuple):
    """The main verb of a headline: its token, and whether it is passive."""

    at: int
    passive: bool


class ParsedParagraph:
    """A parsed paragraph with long quotations shortened. All lists are indexed by token of :attr:`doc`."""

    def __init__(
        self,
        span: Span,
        doc: Doc,
        kept: Sequence[int],
        starts: Sequence[int],
        ends: Sequence[int],
        quotations: Sequence[Quotation],
        main: MainVerb | None = None,
        claims: Sequence[Quotation] = (),
    ) -> None:
        """``main`` is the main verb of a headline, ``claims`` are those of its words that are another's and part of its sentence."""
        self.span = span
        self.main = main
        self.doc: Any = doc
        self.starts = [starts[k] for k in kept]  # offsets into the document's text
        self.ends = [ends[k] for k in kept]
        strings = doc.vocab.strings
        english = doc.lang_ == "en"
        coded = doc.to_array(["ORTH", "TAG" if english else "POS"]).tolist()
        self.words: list[str] = [strings[orth] for orth, _tag in coded]
        self.lower: list[str] = [word.lower() for word in self.words]
        #: Penn tags; for models with Universal Dependencies the nearest ones.
        self.tags: list[str] = [strings[tag] for _orth, tag in coded]
        if not english:
            self.tags = [_PENN.get(tag, tag) for tag in self.tags]
        self.quotations = tuple(quotations)
        self.quoted = [False] * len(kept)  # whether the token is inside a quotation
        self.ranges: list[tuple[int, int]] = []  # token range of each quotation, end exclusive
        at = 0
        for quotation in quotations:
            while at < len(kept) and self.ends[at] <= quotation.start:
                at += 1
            first = at
            while at < len(kept) and self.starts[at] < quotation.end:
                self.quoted[at] = True
                at += 1
            self.ranges.append((first, at))
        #: Whether the token is a headline's in another's words.
        self.claimed = [
            any(claim.start <= start < claim.end for claim in claims)
            for start in (self.starts if claims else ())
        ] or [False] * len(kept)

    def span_of(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets into the text of the tokens ``first`` to ``last``, inclusive."""
        return self.starts[first], self.ends[last]


class ShortenedParagraph(NamedTuple):
    """An unparsed paragraph with long quotations cut out, and the offsets of its tokens in the document's text."""

    doc: Doc
    kept: list[int]  # indices, among the tokens of the whole paragraph, of those in ``doc``
    starts: list[int]  # of all tokens of the whole paragraph, in code points
    ends: list[int]


def shorten(
    doc: Doc, span: Span, quotations: Sequence[Quotation], skip: int = 0, unmarked: Sequence[Quotation] = ()
) -> ShortenedParagraph:
    """Return the paragraph to parse: of a long quotation only the first words and the last token are kept.

    ``doc`` is the whole paragraph, tokenised; its first ``skip`` characters (a dateline) are left out, and so are the marks of ``unmarked``.
    """
    table = doc.to_array(["ORTH", "IDX", "LENGTH"])
    coded = table.tolist()
    starts = [span.start + at for _orth, at, _length in coded]
    ends = [span.start + at + length for _orth, at, length in coded]
    kept: list[int] = []
    k = bisect.bisect_left(starts, span.start + skip)
    size = len(starts)
    for quotation in quotations:
        while k < size and starts[k] < quotation.start:
            kept.append(k)
            k += 1
        first = k
        while k < size and starts[k] < quotation.end:
            k += 1
        if k - first <= _SHORT:
            kept += range(first, k)
        else:
            kept += [*range(first, first + _KEEP), k - 1]
    kept += range(k, size)
    if unmarked:
        marks = [(q.outer_start, q.start) for q in unmarked] + [(q.end, q.outer_end) for q in unmarked]
        kept = [k for k in kept if not any(first <= starts[k] and ends[k] <= last for first, last in marks)]
    hyphens = (table[:, 0] == doc.vocab.strings[hyphenated_words.HYPHEN]).nonzero()[0].tolist()
    whole = hyphenated_words.spans(doc, hyphens) if hyphens and doc.lang_ == "en" else {}
    if len(kept) == size and not whole:
        return ShortenedParagraph(doc, kept, starts, ends)
    return _made_whole(doc, kept, starts, ends, whole)


def _made_whole(
    doc: Doc, kept: Sequence[int], starts: list[int], ends: list[int], whole: Mapping[int, int]
) -> ShortenedParagraph:
    """Return the kept tokens of a paragraph as one to parse, each of the ``whole`` words (first token -> last) as one token."""
    from spacy.tokens import Doc as SpacyDoc

    tokens = set(kept)
    whole = {first: last for first, last in whole.items() if tokens.issuperset(range(first, last + 1))}
    tokens.difference_update(k for first, last in whole.items() for k in range(first + 1, last + 1))
    kept = sorted(tokens)
    strings = doc.vocab.strings
    table = doc.to_array(["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"]).tolist()
    words = [strings[orth] for orth, *_ in table]
    spaces = [bool(space) for _orth, space, *_ in table]
    for first, last in whole.items():
        words[first], spaces[first], ends[first] = doc[first : last + 1].text, spaces[last], ends[last]
    labels = ["O" if not label else f"{_IOB[iob]}-{strings[label]}" for *_, iob, label in table]
    short = SpacyDoc(
        doc.vocab,
        words=[words[k] for k in kept],
        spaces=[spaces[k] for k in kept],
        ents=[labels[k] for k in kept],
    )
    return ShortenedParagraph(short, kept, starts, ends)
