"""Speakers named directly before or after a quotation, found by word order: ", said X", "X, the mayor, told Y", "X said:".

Next to a quotation, word order is more reliable than the dependency parse, because the parser sees only part of
the sentence. Speakers further away are found from the parse (:mod:`streams.nlp.quotes.attribution`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_QUOTE_PUNCTUATION = frozenset("\"'“”‘’«»„,`–—―-…") | {"''", "``", "--", "...", "?", "!"}
_STOPS = frozenset({".", ";", "?", "!", ":", "\n"})
_CLOSING = frozenset({'"', "'", "”", "’", "»", "“", "''"})
_ASIDE_OPENERS = (",", "(", "—", "–", "--")
_ASIDE_CLOSERS = (",", ")", "—", "–", "--")
_DASHES = frozenset({"—", "–", "-", "--", "―", "~"})
_MAX_SIGNATURE = 8  # words of a name with a title
_MAX_SIGNED = 16  # words of a name with the office behind it
_ADVERBS_AND_AUXILIARIES = frozenset(
    {"also", "then", "later", "has", "had", "have", "recently", "once", "now", "still", "just",
     "often", "already", "further", "simply", "even", "reportedly", "famously", "repeatedly", "flatly",
     "quickly", "bluntly", "angrily", "quietly", "publicly", "again", "earlier", "subsequently",
     "previously", "himself", "herself", "is", "was"}
)  # fmt: skip
_INVERTED_PRONOUNS = frozenset({"-il", "-elle", "-ils", "-elles", "-t-il", "-t-elle", "t-il", "t-elle"})
_SUBJECTS = frozenset({"he", "she", "they", "it", "i", "we"} | _INVERTED_PRONOUNS)
_MAX_NAME = 6  # words of a name between commas
_MAX_PHRASE = 14  # words of the noun phrase that names a speaker
_MAX_ASIDE = 45  # words between the commas after a name: "X, the long-serving head of Y, said"
# Words behind an inverted verb that end the name of its subject.
_PHRASE_ENDS = frozenset(
    {",", "(", "—", "–", "--", "who", "in", "on", "during", "after", "about", "when", "as", "at", "to", "by"}
)
_NO_NOUN = frozenset({"IN", "TO", "WRB", "WDT"})  # tags of words that begin no noun phrase
_CLAUSE_OPENERS = frozenset(
    {"that", "which", "because", "but", "when", "while", "although", "though", "if", "as", "so",
     "after", "before", "since", "and", "or"}
)  # fmt: skip


class AdjacentSpeaker(NamedTuple):
    """A speaker found by word order: name in tokens ``first`` to ``last`` (inclusive), reporting word at ``verb``."""

    first: int
    last: int
    verb: int


#: Maps an inclusive token range to the last token of the last speaker-capable entity in it, or ``None``.
LastEntityToken = Callable[[int, int], int | None]


def after(
    parsed: ParsedParagraph,
    behind: int,
    high: int,
    forms: Mapping[str, str],
    named: LastEntityToken,
    auxiliaries: frozenset[str] = frozenset(),
) -> AdjacentSpeaker | None:
    """Return the speaker whose clause directly follows a quotation, ``None`` if there is none.

    The quotation ends before token ``behind``; tokens from ``high`` on belong to the next one. ``forms`` maps the forms of
    reporting verbs to lemmas, ``auxiliaries`` are those that may precede them ("a déclaré" in French).
    """
    k = behind
    lower = parsed.lower
    while k < high and lower[k] in _QUOTE_PUNCTUATION:
        k += 1
    if k >= high or lower[k] in _STOPS:
        return None
    verb = k
    while verb + 1 < min(high, k + 3) and lower[verb] in auxiliaries:
        verb += 1
    if auxiliaries and verb + 1 < high and lower[verb] in _INVERTED_PRONOUNS and lower[verb + 1] in forms:
        return AdjacentSpeaker(verb, verb, verb + 1)  # "a-t-il déclaré"
    if verb > k and lower[verb] in forms:
        k = verb
    if lower[k] in forms and parsed.tags[k] == "VBG":
        return None  # "..., saying Leeds was": the clause continues without naming a speaker
    if lower[k] in forms and k + 1 < high and not parsed.quoted[k]:
        return _inverted(parsed, k, high, named)
    if lower[k] in _SUBJECTS:
        said = _reporting_verb(parsed, k + 1, high, forms)
        return AdjacentSpeaker(k, k, said) if said is not None else None
    return _phrase_then_verb(parsed, k, high, forms, named)


def before(
    parsed: ParsedParagraph, first: int, low: int, forms: Mapping[str, str], named: LastEntityToken
) -> AdjacentSpeaker | None:
    """Return the speaker whose clause directly precedes a quotation ("X said:"), ``None`` if there is none.

    The quotation begins at token ``first``; tokens before ``low`` belong to the one before it.
    """
    k = first - 1
    lower = parsed.lower
    while k >= low and (lower[k] in _QUOTE_PUNCTUATION or lower[k] == ":"):
        k -= 1
    if k < low or lower[k] not in forms or parsed.tags[k] not in ("VBD", "VBZ", "VBP", "NNS"):
        return _inverted_before(parsed, k, low, forms, named)
    last = k - 1
    while last >= low and lower[last] in _ADVERBS_AND_AUXILIARIES:
        last -= 1
    if last < low:
        return None
    if lower[last] in _SUBJECTS:
        return AdjacentSpeaker(last, last, k)
    start = last
    while start > low and named(start - 1, last) == last and named(start, last) != last:
        start -= 1
    begins = start
    while begins > low and named(begins - 1, begins - 1) == last:
        begins -= 1
    if (
        begins > low + 1
        and lower[begins - 1] in ("of", "at", "from")
        and named(low, begins - 2) == begins - 2
    ):
        start = begins - 2  # "Ida Holm of Acme said": who is before the preposition
        while start > low and named(start - 1, start - 1) == begins - 2:
            start -= 1
    return AdjacentSpeaker(start, last, k) if named(start, last) == last else None


def with_any_verb(
    parsed: ParsedParagraph, behind: int, high: int, named: LastEntityToken
) -> AdjacentSpeaker | None:
    """Return the speaker who stands directly behind a quotation with a finite verb, whatever it means: ", Holm clarified"."""
    k = behind
    while k < high and parsed.lower[k] in _QUOTE_PUNCTUATION:
        k += 1
    if k >= high:
        return None
    if parsed.lower[k] in ("he", "she"):
        last: int | None = k
    else:
        last = next((end for end in range(k, min(high, k + 4)) if named(k, end) == end), None)
        while last is not None and last + 1 < high and named(k, last + 1) == last + 1:
            last += 1
    if last is None or last + 1 >= high or parsed.tags[last + 1] not in ("VBD", "VBZ"):
        return None
    return AdjacentSpeaker(k, last, last + 1)


def is_of_title(parsed: ParsedParagraph, k: int) -> bool:
    """Return whether token ``k`` is the full stop of a title before a name: "Sgt. Winter"."""
    return parsed.lower[k] == "." and k > 0 and f"{parsed.words[k - 1]}." in gazetteer.english().titles


def signature(parsed: ParsedParagraph, behind: int) -> tuple[int, int] | None:
    """Return the first and last token of the name that signs a quotation, or ``None``.

    Before it stands a dash, or a colon ("...": Acme Bank); behind it the paragraph ends, or a comma and the office of the name follow.
    """
    k = behind
    while k < len(parsed.lower) and parsed.lower[k] in _CLOSING:
        k += 1
    if k >= len(parsed.lower) or (parsed.lower[k] not in _DASHES and parsed.lower[k] != ":"):
        return None
    first, end = k + 1, len(parsed.lower) - 1
    while end > first and parsed.lower[end] in (".", ","):
        end -= 1
    comma = next((n for n in range(first, end) if parsed.lower[n] == ","), None)
    last = comma - 1 if comma is not None and end - first <= _MAX_SIGNED else end
    if first > last or last - first > _MAX_SIGNATURE or not parsed.words[first][:1].isupper():
        return None
    row = range(first, end + 1)
    if any(parsed.tags[n] in ("VBD", "VBZ", "VBP", "MD") and parsed.words[n].islower() for n in row):
        return None
    small = [word for word in parsed.words[first : last + 1] if not word[:1].isupper() and word[:1].isalpha()]
    return (first, last) if len(small) <= 2 else None


def _phrase_then_verb(
    parsed: ParsedParagraph, k: int, high: int, forms: Mapping[str, str], named: LastEntityToken
) -> AdjacentSpeaker | None:
    """Return the speaker of a clause that begins with a noun phrase at token ``k``: ", the mayor, who ..., said"."""
    lower = parsed.lower
    end = k
    while (
        end < high
        and end - k <= _MAX_PHRASE
        and (lower[end] not in _STOPS or parsed.tags[end] == "NNP" or is_of_title(parsed, end))
        and lower[end] not in _ASIDE_OPENERS
    ):
        # "write" is a noun to the parser in "Holm and Winter write."
        ends = end > k and lower[end + 1 : end + 2] in (["."], [","]) and named(k, end - 1) == end - 1
        ends = ends and "IN" not in parsed.tags[k:end]  # no "under the name of the Vega show."
        if lower[end] in forms and end > k and (ends or parsed.tags[end] in ("VBD", "VBZ", "VBP", "VBN")):
            last = end - 1
            while last > k and lower[last] in _ADVERBS_AND_AUXILIARIES:
                last -= 1
            return AdjacentSpeaker(k, last, end) if _nominal(parsed, k, last) else None
        end += 1
    if end < high and lower[end] in _ASIDE_OPENERS and named(k, end - 1) == end - 1:
        said = _verb_after_aside(parsed, end, high, forms)
        return AdjacentSpeaker(k, end - 1, said) if said is not None else None
    if end < high and lower[end] == "," and lower[k] in ("the", "its", "their", "his", "her", "a", "an"):
        return _name_in_aside(parsed, end + 1, high, forms, named)
    return None


def _name_in_aside(
    parsed: ParsedParagraph, first: int, high: int, forms: Mapping[str, str], named: LastEntityToken
) -> AdjacentSpeaker | None:
    """Return the speaker whose name is set between commas behind the office: ", the UN envoy, Ida Holm, told reporters"."""
    comma = next((k for k in range(first, min(high, first + _MAX_NAME)) if parsed.lower[k] == ","), None)
    if comma is None or comma == first or named(first, comma - 1) != comma - 1:
        return None
    said = _reporting_verb(parsed, comma + 1, high, forms)
    return AdjacentSpeaker(first, comma - 1, said) if said is not None else None


def _inverted_before(
    parsed: ParsedParagraph, k: int, low: int, forms: Mapping[str, str], named: LastEntityToken
) -> AdjacentSpeaker | None:
    """Return the speaker of an inverted clause that begins a sentence: "Said Jones: ..."."""
    for verb in range(k - 1, max(low, k - 5) - 1, -1):
        begins = verb == low or not parsed.lower[verb - 1][:1].isalnum()
        if (
            begins
            and parsed.lower[verb] in forms
            and parsed.words[verb][:1].isupper()
            and named(verb + 1, k) == k
        ):
            return AdjacentSpeaker(verb + 1, k, verb)
    return None


def _inverted(
    parsed: ParsedParagraph, verb: int, high: int, named: LastEntityToken
) -> AdjacentSpeaker | None:
    first = verb + 1
    lower = parsed.lower
    if parsed.tags[first] == "IN" and parsed.doc.lang_ == "en":
        return None  # "... reported by the public"
    last = first
    while last + 1 < high and last - first < _MAX_PHRASE:
        following = lower[last + 1]
        if following in _STOPS or following in _PHRASE_ENDS or parsed.tags[last + 1] in ("VBD", "VBG", "VBZ"):
            break
        last += 1
    if lower[first] in _SUBJECTS:
        return AdjacentSpeaker(first, first, verb)
    if named(first, last) is None and not _nominal(parsed, first, last):
        return None
    return AdjacentSpeaker(first, last, verb)


def _reporting_verb(parsed: ParsedParagraph, k: int, high: int, forms: Mapping[str, str]) -> int | None:
    limit = min(high, k + 4)
    while k < limit:
        if parsed.lower[k] in forms and parsed.tags[k].startswith("V"):
            return k
        if parsed.lower[k] not in _ADVERBS_AND_AUXILIARIES and parsed.tags[k] != "RB":
            return None
        k += 1
    return None


def _verb_after_aside(parsed: ParsedParagraph, comma: int, high: int, forms: Mapping[str, str]) -> int | None:
    """Return the reporting verb directly after the comma, bracket or dash that closes an aside opened at ``comma``."""
    for k in range(comma + 1, min(high, comma + _MAX_ASIDE)):
        if parsed.lower[k] in _STOPS:
            return None
        if parsed.lower[k - 1] in _ASIDE_CLOSERS and k - 1 > comma:
            verb = _reporting_verb(parsed, k, high, forms)
            if verb is not None:
                return verb
    return None


def _nominal(parsed: ParsedParagraph, first: int, last: int) -> bool:
    """Return whether the tokens can be a noun phrase: no finite verb, no word that begins a clause, nothing quoted."""
    if parsed.doc.lang_ == "en" and parsed.tags[first] in _NO_NOUN:
        return False  # "with a drop having been noted"
    for k in range(first, last + 1):
        if (
            parsed.lower[k] == "and"
            and first < k < last
            and parsed.tags[first] == "NNP"
            and parsed.tags[k - 1][:2] == "NN"
        ):
            continue  # "Holm and her team"
        if (
            (parsed.tags[k] in ("VBD", "VBZ", "VBP", "MD", "TO", "WP", "WRB") and (k > first or k == last))
            or parsed.lower[k] in _CLAUSE_OPENERS
            or parsed.quoted[k]
        ):
            return False
    return parsed.tags[last][:2] in ("NN", "PR", "DT", "JJ", "CD", "VB")
