"""The clause beside a quotation that reports speech: its words and verbs."""

from __future__ import annotations

import re
from typing import NamedTuple

from streams.nlp.quotes.unparsed.reporting import Reporting

WORD = re.compile(r"[^\W_]+")
# A full stop ends a clause where no abbreviation ("Dr.") or initial stands before it.
CLAUSE_END = re.compile(r"[!?;…。！？]|(?<![\W_][^\W\d_])(?<![\W_][^\W\d_a-zà-ÿа-яё][^\W\d_])\.(?=\s|$)")


class Clause(NamedTuple):
    """Words beside a quotation, with their offsets in the text."""

    words: list[tuple[int, int, str]]  # start, end, lower case

    def verbs(self, reporting: Reporting) -> list[int]:
        """Return the indices of the reporting verbs."""
        return [k for k, (_start, _end, word) in enumerate(self.words) if word in reporting.verbs]


def clause_of(text: str, start: int, end: int) -> Clause:
    """Return the words of ``text[start:end]``."""
    return Clause(
        [(m.start(), m.end(), m.group().lower()) for m in WORD.finditer(text, start, max(start, end))]
    )


def sentence_start(text: str, low: int, end: int) -> int:
    """Return where the sentence that leads to ``end`` begins, not before ``low``."""
    start = low
    for match in CLAUSE_END.finditer(text, low, end):
        start = match.end()
    return start
