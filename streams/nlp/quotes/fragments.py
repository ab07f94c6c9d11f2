"""Words in quotation marks that are part of the writer's own noun phrase, and so nobody's speech."""

from __future__ import annotations

from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_MAX_TERM = 3  # words of a term in marks: a "fare history" graph


def is_modifier(parsed: ParsedParagraph, n: int) -> bool:
    """Return whether quotation ``n`` of a paragraph only modifies the noun behind it: "an “active control” design"."""
    first, behind = parsed.ranges[n]
    row = [k for k in range(first, behind) if parsed.lower[k][:1].isalnum()]
    if not row or len(row) > _MAX_TERM:
        return False
    k = behind
    while k < len(parsed.lower) and parsed.lower[k] in ('"', "”", "’", "'", "»", "''"):
        k += 1
    before = first - 1
    while before >= 0 and not parsed.lower[before][:1].isalnum():
        before -= 1
    if k >= len(parsed.lower) or before < 0:
        return False
    determined = parsed.tags[before] in ("DT", "PRP$", "JJ", "POS")
    return determined and parsed.tags[k] in ("NN", "NNS") and parsed.words[k].islower()
