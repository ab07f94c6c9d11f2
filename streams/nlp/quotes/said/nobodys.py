"""Whether an English passage in marks is nobody's words, by the words right around it: an example, a term in brackets, imagined speech."""

from __future__ import annotations

from collections.abc import Collection

from streams.nlp.syntax import dependencies
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_MARKS = frozenset({'"', "“", "”", "„", "‘", "’", "'", "«", "»", "``", "''"})
_MAX_TERM = 3  # words of a term in brackets
_EXAMPLES = frozenset({"e.g.", "i.e.", "e.g", "i.e", "eg", "ie", "eg.", "ie."})
_REFLEXIVE = frozenset({"yourself", "yourselves", "oneself"})
_ANYBODY = frozenset({"you", "anybody", "anyone", "everybody", "everyone", "nobody", "one"})


def is_nobodys(parsed: ParsedParagraph, n: int, forms: Collection[str]) -> bool:
    """Return whether quotation ``n`` of a paragraph has no speaker, whoever is named around it; ``forms`` are those of reporting verbs.

    It is an example ("(e.g., “boats”)"), a term or an abbreviation in brackets ("limits (“UM”)"), the name of what somebody said it on
    ("said on “Today”"), or what the reader may say ("makes you exclaim “...”", "ask yourself: “...?”").
    """
    first, behind = parsed.ranges[n]
    words = [k for k in range(first, behind) if parsed.lower[k][:1].isalnum()]
    before = first - 1
    while before >= 0 and parsed.lower[before] in _MARKS:
        before -= 1
    if before < 0 or not words:
        return False
    if len(words) <= _MAX_TERM and in_brackets(parsed, first, behind):
        return True
    if len(words) == 1 and parsed.tags[before] == "IN" and parsed.lower[before] != "that":
        return True
    while before > 0 and parsed.lower[before] in (",", ":"):
        before -= 1
    return parsed.lower[before] in _EXAMPLES or _is_imagined(parsed, before, forms)


def in_brackets(parsed: ParsedParagraph, first: int, behind: int) -> bool:
    """Return whether nothing but the quotation of these tokens stands in a pair of brackets."""
    low, high = first - 1, behind
    while low >= 0 and parsed.lower[low] in _MARKS:
        low -= 1
    while high < len(parsed.lower) and parsed.lower[high] in _MARKS:
        high += 1
    return low >= 0 and high < len(parsed.lower) and parsed.lower[low] == "(" and parsed.lower[high] == ")"


def _is_imagined(parsed: ParsedParagraph, before: int, forms: Collection[str]) -> bool:
    """Return whether the verb that ends at token ``before`` is what anybody might say: "makes you exclaim", "asking yourself"."""
    if parsed.quoted[before]:
        return False
    reflexive = parsed.lower[before] in _REFLEXIVE
    verb = before - 1 if reflexive else before
    if verb < 0 or parsed.lower[verb] not in forms or not parsed.tags[verb].startswith("VB"):
        return False
    subjects = [child.lower_ for child in parsed.doc[verb].lefts if child.dep_ in dependencies.ACTIVE]
    return reflexive or bool(_ANYBODY.intersection(subjects))
