"""Event time: the time expression of a sentence that belongs to a verb."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions
from streams.records import StatedTime, times

_MAX_DEPTH = 12  # maximum dependency steps from a time expression up to its verb


def in_sentence(text: str, parsed: ParsedParagraph, sentence: tuple[int, int]) -> list[re.Match[str]]:
    """Return the time expressions of a sentence, a range of ``text``, that are outside of quotations."""
    return [
        match
        for match in time_expressions.within(text, *sentence)
        if not any(quotation.start <= match.start() < quotation.end for quotation in parsed.quotations)
    ]


def time(
    found: Sequence[re.Match[str]],
    parsed: ParsedParagraph,
    verb: Token,
    published: datetime.date | None,
    *,
    ahead: bool,
) -> tuple[str | None, StatedTime | None]:
    """Return the time expression of a verb, as written and as the day, week, month or year that it means; ``(None, None)`` if there is none.

    It is the nearest one in the verb's clause, else the only one of the sentence. ``found`` are the expressions of the sentence,
    by :func:`in_sentence`; ``ahead`` says that the event lay in the future.
    """
    if not found:
        return None, None
    at = parsed.starts[verb.i]
    own = [m for m in found if _belongs(parsed, verb, m.start())]
    when = next((child for child in verb.children if child.lower_ == "when"), None)
    if not own and when is not None:  # "on Thursday evening, when ..."
        opens = parsed.starts[when.i]
        own = [m for m in found if m.end() <= opens <= m.end() + 2]
    if not own:
        own = _shared(found, parsed, verb) or _of_twin(found, parsed, verb)
    found = [m for m in found if not m.group().lower().startswith("since")]
    if not own and (len(found) != 1 or verb.head is not verb):
        return None, None
    best = min(own or found, key=lambda m: abs(m.start() - at))
    meant = time_expressions.normalise(best, published, ahead=ahead)
    return time_expressions.bare(best.group()), times.stated(meant) if meant else None


def _shared(found: Sequence[re.Match[str]], parsed: ParsedParagraph, verb: Token) -> list[re.Match[str]]:
    """Return the times at the start of a sentence whose first verb shares its subject with this one: "In 1997, she left and founded ..."."""
    main = verb.head
    if (
        verb.dep_ != "conj"
        or main is verb
        or main.tag_ != verb.tag_
        or any(c.dep_ == "nsubj" for c in verb.lefts)
    ):
        return []
    subject = next((child for child in main.lefts if child.dep_ == "nsubj"), None)
    if subject is None:
        return []
    opens = parsed.starts[subject.left_edge.i]
    return [m for m in found if m.end() <= opens and _belongs(parsed, main, m.start())]


def _of_twin(found: Sequence[re.Match[str]], parsed: ParsedParagraph, verb: Token) -> list[re.Match[str]]:
    """Return the times of the verb right behind "and": "was convicted and sentenced last Thursday"."""
    behind = verb.doc[verb.i + 1 : verb.i + 3]
    if len(behind) < 2 or behind[0].dep_ != "cc" or behind[1].head.i != verb.i or behind[1].tag_ != verb.tag_:
        return []
    return [m for m in found if _belongs(parsed, behind[1], m.start())]


def _belongs(parsed: ParsedParagraph, verb: Token, at: int) -> bool:
    """Return whether the token at code point ``at`` depends on ``verb`` with no other verb between them."""
    for k in range(verb.sent.start, verb.sent.end):
        if parsed.ends[k] > at:
            return not _dates_reporting_verb(parsed, verb, k) and _depends_on(parsed.doc[k], verb)
    return False


def _depends_on(token: Token, verb: Token) -> bool:
    """Return whether a token depends on a verb with no other verb and no apposition between them."""
    for _ in range(_MAX_DEPTH):
        if token.i == verb.i:
            return True
        if token.head is token or token.tag_.startswith("VB") or token.dep_ == "appos":
            return False
        token = token.head
    return False


def _dates_reporting_verb(parsed: ParsedParagraph, verb: Token, k: int) -> bool:
    """Return whether token ``k`` begins a day that dates the reporting verb: "said on Thursday it had agreed"."""
    before = k - 1 - (parsed.lower[k - 1] == "on") if k else -1
    return before >= 0 and verb.i != before and verb.head.i == before and parsed.lower[k - 1] != "that"
