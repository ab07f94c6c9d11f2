"""Turns of dialogue set with dashes: "— No me voy —dijo Ana Sol—. Me quedo.", "– Vi stannar, säger Anna Berg."

A line that begins with a dash is direct speech only if a clause that reports speech follows in it, since lists begin
with dashes too. Spanish, Russian and Polish set the clause behind a dash, the Nordic languages and French behind a comma.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import WORD
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span

_OPENING = re.compile(r"[—–―‒-]\s*(?=[^\W\d_]|[¿¡«„“\"…])")
# Where a reporting clause may begin: behind a dash, or behind the comma or mark that ends the speech.
_CUT = re.compile(r"\s*[,.!?…]*\s*(?:\s[—–―-]\s*|[—―]\s*)(?=[^\W\d_])|(?<=[^\W\d_]),\s+|[!?…]\s+")
_RESUMED = re.compile(r"[.,:;]?\s*[—–―]\s*[.,:;]?\s*(?=[^\s.,;:])|\s-\s+(?=\w)")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2})[.!?…](?:\s+|$)")
_MAX_BEFORE_VERB = 1  # words between the cut and the verb: an auxiliary
_MARKS = ",.;: \t"


def quotations(text: str, spans: Sequence[Span], reporting: Reporting) -> list[Quotation]:
    """Return the turns of dialogue in these paragraphs, each with a clause that reports it, in order."""
    found: list[Quotation] = []
    for k, span in enumerate(spans):
        if _OPENING.match(text, span.start, span.end):
            found += _turn(text, k, span, reporting)
    return found


def _turn(text: str, k: int, span: Span, reporting: Reporting) -> list[Quotation]:
    """Return the speech of one line, cut at its reporting clauses; nothing without such a clause."""
    opening = _OPENING.match(text, span.start, span.end)
    found: list[Quotation] = []
    start = opening.end() if opening is not None else span.end
    at = start
    while at < span.end:
        cut = _CUT.search(text, at, span.end)
        if cut is None:
            break
        at = max(cut.end(), at + 1)
        if cut.start() <= start or not _reports(text, cut.end(), span.end, reporting):
            continue
        found.append(_quotation(text, start, cut.start(), cut.end(), k))
        resumed = _RESUMED.search(text, cut.end(), span.end)
        if resumed is None:
            return found
        start = at = resumed.end()
    if found and start < span.end and found[-1].outer_end < start:
        found.append(_quotation(text, start, span.end, span.end, k))
    return found


def _quotation(text: str, start: int, end: int, outer: int, k: int) -> Quotation:
    """Return a turn; its outer end is where the reporting clause begins."""
    while end < outer and text[end] in "!?…":
        end += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Quotation(start, end, start, outer, k)


def _reports(text: str, start: int, end: int, reporting: Reporting) -> bool:
    """Return whether a clause that reports speech begins at an offset: its first or second word is a verb of speech in lower case."""
    for n, word in enumerate(WORD.finditer(text, start, min(end, start + 40))):
        if n > _MAX_BEFORE_VERB:
            return False
        if not word.group().islower():
            return False
        if word.group() in reporting.verbs:
            return (
                n == 0 or text[start : word.start()].split()[0] in reporting.auxiliaries | reporting.objects
            )
    return False
