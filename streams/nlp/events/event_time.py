"""When what a verb tells was: which of a sentence's expressions of time belongs to it."""

from __future__ import annotations

import datetime

from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import Frame
from streams.nlp.text import time_expressions

_DEPTH = 12  # of the way from a word up to its verb


def time(
    text: str,
    frame: Frame,
    verb: Token,
    sentence: tuple[int, int],
    published: datetime.date | None,
    *,
    ahead: bool,
) -> tuple[str | None, str | None]:
    """The expression of time at the verb, as written and as a date: in its clause, the nearest one; else the
    sentence's only one. ``sentence`` is where it lies in ``text``, in code points; ``ahead`` says that the event was still to come.
    """
    found = time_expressions.within(text, *sentence)
    if not found:
        return None, None
    at = frame.starts[verb.i]
    own = [m for m in found if _belongs(frame, verb, m.start())]
    when = next((child for child in verb.children if child.lower_ == "when"), None)
    if not own and when is not None:  # "on Thursday evening, when ..."
        opens = frame.starts[when.i]
        own = [m for m in found if m.end() <= opens <= m.end() + 2]
    found = [m for m in found if not m.group().lower().startswith("since")]
    if not own and (len(found) != 1 or verb.head is not verb):
        return None, None
    best = min(own or found, key=lambda m: abs(m.start() - at))
    return time_expressions.bare(best.group()), time_expressions.normalise(best, published, ahead=ahead)


def _belongs(frame: Frame, verb: Token, at: int) -> bool:
    """Does what stands at ``at`` hang on this verb, with no other verb between?"""
    for k in range(verb.sent.start, verb.sent.end):
        if frame.ends[k] > at:
            return not _is_of_telling(frame, verb, k) and _hangs(frame.doc[k], verb)
    return False


def _hangs(token: Token, verb: Token) -> bool:
    for _ in range(_DEPTH):
        if token.i == verb.i:
            return True
        if token.head is token or token.tag_.startswith("VB") or token.dep_ == "appos":
            return False
        token = token.head
    return False


def _is_of_telling(frame: Frame, verb: Token, k: int) -> bool:
    """Does token ``k`` begin the day in "said on Thursday it had agreed", which is when it was said?"""
    before = k - 1 - (frame.lower[k - 1] == "on") if k else -1
    return before >= 0 and verb.i != before and verb.head.i == before and frame.lower[k - 1] != "that"
