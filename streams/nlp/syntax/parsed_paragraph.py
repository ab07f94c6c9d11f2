"""Sentences as a parser should see them: what is said inside long quotations left out.

A long quotation is somebody else's sentences in the middle of ours. Shortened to its first words and its last
mark, the sentence around it parses faster and better ("... ," said the minister, who ...).
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEEP = 3  # words of a long quotation that stay, to show how it begins
_SHORT = 8  # words up to which a quotation stays whole: it is part of the sentence around it


_PENN = {
    "VERB": "VBD", "AUX": "VBD", "NOUN": "NN", "PROPN": "NNP", "PRON": "PRP", "DET": "DT", "ADJ": "JJ", "NUM": "CD",
    "ADV": "RB", "ADP": "IN",
}  # fmt: skip


class Frame:
    """A parsed paragraph without the inside of its long quotations."""

    def __init__(
        self,
        span: Span,
        doc: Doc,
        kept: Sequence[int],
        starts: Sequence[int],
        ends: Sequence[int],
        quotations: Sequence[Quotation],
    ) -> None:
        self.span = span
        self.doc: Any = doc
        self.starts = [starts[k] for k in kept]  # offsets into the text, by token of the frame
        self.ends = [ends[k] for k in kept]
        strings = doc.vocab.strings
        english = doc.lang_ == "en"
        coded = doc.to_array(["ORTH", "TAG" if english else "POS"]).tolist()
        self.words: list[str] = [strings[orth] for orth, _tag in coded]
        self.lower: list[str] = [word.lower() for word in self.words]
        #: Penn tags; of a model in Universal Dependencies the nearest ones.
        self.tags: list[str] = [strings[tag] for _orth, tag in coded]
        if not english:
            self.tags = [_PENN.get(tag, tag) for tag in self.tags]
        self.quotations = tuple(quotations)
        self.quoted = [False] * len(kept)  # is the token inside a quotation?
        self.ranges: list[tuple[int, int]] = []  # first token and the one behind the last, by quotation
        at = 0
        for quotation in quotations:
            while at < len(kept) and self.ends[at] <= quotation.start:
                at += 1
            first = at
            while at < len(kept) and self.starts[at] < quotation.end:
                self.quoted[at] = True
                at += 1
            self.ranges.append((first, at))

    def span_of(self, first: int, last: int) -> tuple[int, int]:
        """Where the tokens ``first`` to ``last``, inclusive, stand in the text."""
        return self.starts[first], self.ends[last]


def skeleton(
    doc: Doc, span: Span, quotations: Sequence[Quotation], skip: int = 0
) -> tuple[Doc, list[int], list[int], list[int]]:
    """An unparsed frame: its doc, the tokens of ``doc`` that it keeps, and all tokens' offsets into the text.

    The first ``skip`` characters, a dateline, are left out.
    """
    from spacy.tokens import Doc as SpacyDoc

    coded = doc.to_array(["ORTH", "IDX", "LENGTH", "SPACY"]).tolist()
    starts = [span.start + at for _orth, at, _length, _space in coded]
    ends = [span.start + at + length for _orth, at, length, _space in coded]
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
    if len(kept) == size:
        return doc, kept, starts, ends
    strings = doc.vocab.strings
    short = SpacyDoc(
        doc.vocab, words=[strings[coded[k][0]] for k in kept], spaces=[bool(coded[k][3]) for k in kept]
    )
    return short, kept, starts, ends
