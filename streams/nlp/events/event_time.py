"""Event time: the time expression of a sentence that belongs to a verb."""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Sequence

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions
from streams.records import StatedTime, times

_MAX_DEPTH = 12  # maximum dependency steps from a time expression up to its verb
_MAX_CLAUSES = 3  # clauses above a verb whose time it may share
# Prepositions between a verb and what a day owns: it happened "in Tuesday's raid"; not "after Tuesday's raid".
_WITHIN = frozenset({"in", "during", "at", "amid"})
# First words of times up to which something is meant to be done: "to finish the bridge by 2019".
_AHEAD = ("by", "before", "until", "next", "tomorrow", "later")
_ANY_DAY = "9"  # later than any day in ISO 8601


def in_sentence(text: str, parsed: ParsedParagraph, sentence: tuple[int, int]) -> list[re.Match[str]]:
    """Return the time expressions of a sentence, a range of ``text``, that are outside of quotations; those that own something, too."""
    return [
        match
        for match in time_expressions.within(text, *sentence, owning=True)
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

    It is the nearest one in the verb's clause, else that of a clause which it shares it with: "In 1998 they blew up the embassy, killing
    two", "set himself on fire on Sunday to protest", "left to join Volvo in 2019". ``found`` are the expressions of the sentence, by
    :func:`in_sentence`; ``ahead`` says that the event lay in the future.
    """
    if not found:
        return None, None
    attachment = _Attachment(found, parsed)
    best = attachment.of(verb, published, ahead=ahead)
    if best is None:
        return None, None
    meant = time_expressions.normalise(best, published, ahead=ahead)
    return time_expressions.bare(best.group()), times.stated(meant) if meant else None


class _Attachment:
    """The time expressions of a sentence, by the verbs that they belong to."""

    def __init__(self, found: Sequence[re.Match[str]], parsed: ParsedParagraph) -> None:
        self._found = [match for match in found if not time_expressions.owns(match)]
        self._owning = [match for match in found if time_expressions.owns(match)]
        self._parsed = parsed

    def of(self, verb: Token, published: datetime.date | None, *, ahead: bool) -> re.Match[str] | None:
        """Return the time of a verb."""
        own = self._own(verb) or self._shared(verb) or self._of_twin(verb)
        if not own and not ahead:
            own = self._of_purpose(verb, published)
        above = verb
        for _ in range(_MAX_CLAUSES if not own else 0):
            if not _shares_time(above, ahead=ahead):
                break
            above = above.head
            own = self._own(above) or self._shared(above)
            if own:
                break
        at = self._parsed.starts[verb.i]
        return min(own, key=lambda match: abs(match.start() - at), default=None)

    def _own(self, verb: Token) -> list[re.Match[str]]:
        """Return the times in the clause of a verb."""
        return (
            [match for match in self._found if self._belongs(verb, match.start())]
            or [match for match in self._found if self._leads(match, verb)]
            or [match for match in self._owning if self._is_within(match, verb)]
            or [match for match in self._found if self._is_fronted(match, verb)]
            or [match for match in self._found if self._is_of_antecedent(match, verb)]
        )

    def _leads(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether a time stands right before a verb, or before its "when": "who in 2008, won", "in 2017, when he was shot"."""
        parsed = self._parsed
        first = self._at(match.start()).i
        if verb.tag_ not in ("VBD", "VBN", "VBZ", "VBP"):
            return False
        opens = self._at(match.end()).i
        if opens > verb.i:
            return False
        if opens < verb.i and parsed.lower[opens] == ",":
            opens += 1
        if opens == verb.i:  # not "worries over demand next year, sent prices lower"
            return first > 0 and parsed.lower[first - 1] in (",", *dependencies.RELATIVE_PRONOUNS)
        between = parsed.tags[opens + 1 : verb.i]
        return parsed.lower[opens] == "when" and not any(tag in word_lists.FINITE_TAGS for tag in between)

    def _is_within(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether something of that time is where a verb happened: "attacked in Tuesday's raid", "in the last minutes of ..."."""
        token: Token = self._at(match.start())
        for _ in range(_MAX_DEPTH):
            above = token.head
            if above.i == verb.i:
                return bool(token.dep_ == "prep" and token.lower_ in _WITHIN)
            inner = token.dep_ in ("poss", "pobj", "compound", "nmod", "amod") or (
                token.dep_ == "prep" and token.lower_ in ("of", *_WITHIN)
            )
            if above.i == token.i or not inner:
                return False
            token = above
        return False

    def _is_fronted(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether a time is that of a clause in a phrase at the start of a verb's clause: "In a vote that ended on Friday, they ..."."""
        token: Token = self._at(match.start())
        crossed = 0
        for _ in range(_MAX_DEPTH):
            above = token.head
            if above.i == verb.i:
                before = token.dep_ == "prep" and token.lower_ in _WITHIN and token.i < verb.i
                return bool(before and crossed == 1)
            clause = token.tag_.startswith("VB")
            if above.i == token.i or token.dep_ == "appos" or (clause and token.dep_ not in ("relcl", "acl")):
                return False
            crossed += clause
            token = above
        return False

    def _is_of_antecedent(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether a time is that of the noun that a relative clause is about: "the attack on Sunday that killed two"."""
        token: Token = self._at(match.start())
        if verb.dep_ not in dependencies.RELATIVE or verb.tag_ != "VBD" or token.i > verb.i:
            return False
        case = token.head if token.dep_ == "pobj" else token
        which = any(child.tag_ == "WDT" and child.dep_ in dependencies.ACTIVE for child in verb.lefts)
        return bool(which and case.head.i == verb.head.i and case.dep_ in ("prep", "npadvmod"))

    def _shared(self, verb: Token) -> list[re.Match[str]]:
        """Return the times at the start of a sentence whose first verb shares its subject with this one: "In 1997, she left and founded ..."."""
        main = verb.head
        if verb.dep_ != "conj" or main.tag_ != verb.tag_ or any(c.dep_ == "nsubj" for c in verb.lefts):
            return []
        subject = next((child for child in main.lefts if child.dep_ == "nsubj"), None)
        if subject is None:
            return []
        opens = self._parsed.starts[subject.left_edge.i]
        return [m for m in self._found if m.end() <= opens and self._belongs(main, m.start())]

    def _of_twin(self, verb: Token) -> list[re.Match[str]]:
        """Return the times of the verb right behind "and": "was convicted and sentenced last Thursday"."""
        behind = verb.doc[verb.i + 1 : verb.i + 3]
        if (
            len(behind) < 2
            or behind[0].dep_ != "cc"
            or behind[1].head.i != verb.i
            or behind[1].tag_ != verb.tag_
        ):
            return []
        return [m for m in self._found if self._belongs(behind[1], m.start())]

    def _of_purpose(self, verb: Token, published: datetime.date | None) -> list[re.Match[str]]:
        """Return the times behind what a verb of the past was done for: "beat Hungary to earn a place on Tuesday"; not "by Tuesday"."""
        lemma = verbs.lemma(verb.text, verb.tag_)
        if verb.tag_ != "VBD" or lemma in word_lists.MODALITY_BY_GOVERNOR:
            return []
        last = published.isoformat() if published is not None else _ANY_DAY
        aims = [
            child
            for child in verb.rights
            if child.dep_ in ("advcl", "xcomp") and dependencies.is_infinitive(child)
        ]
        return [
            match
            for match in self._found
            if not match.group().lower().startswith(_AHEAD)
            and (time_expressions.normalise(match, published) or _ANY_DAY) <= last
            and any(self._belongs(aim, match.start()) for aim in aims)
        ]

    def _belongs(self, verb: Token, at: int) -> bool:
        """Return whether the token at code point ``at`` depends on ``verb`` with no other verb between them."""
        token = self._at(at)
        return not _dates_reporting_verb(self._parsed, verb, token.i) and _depends_on(token, verb)

    def _at(self, at: int) -> Token:
        """Return the first token that ends behind a code point of the text."""
        return self._parsed.doc[min(bisect.bisect_right(self._parsed.ends, at), len(self._parsed.ends) - 1)]


def _shares_time(verb: Token, *, ahead: bool) -> bool:
    """Return whether a clause happened when the one above it did: a participle without a subject, an achieved purpose."""
    if any(child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE for child in verb.lefts):
        return False
    if any(child.dep_ == "mark" or child.tag_ == "WRB" for child in verb.lefts):
        return False  # "while visiting", "since leaving"
    if verb.dep_ == "conj":
        return verb.tag_ in ("VBG", "VB") and verb.head.tag_ == verb.tag_
    if verb.tag_ == "VBG":
        having = any(child.lower_ == "having" for child in verb.lefts)
        return verb.dep_ == "advcl" and not having
    return (
        verb.dep_ in ("advcl", "xcomp")
        and not ahead
        and dependencies.is_infinitive(verb)
        and verb.head.tag_ in ("VBD", "VBN")
    )


def _depends_on(token: Token, verb: Token) -> bool:
    """Return whether a token depends on a verb with no other verb and no apposition between them."""
    for _ in range(_MAX_DEPTH):
        if token.i == verb.i:
            return True
        if token.head.i == token.i or token.tag_.startswith("VB") or token.dep_ == "appos":
            return False
        token = token.head
    return False


def _dates_reporting_verb(parsed: ParsedParagraph, verb: Token, k: int) -> bool:
    """Return whether token ``k`` begins a day that dates the reporting verb: "said on Thursday it had agreed"."""
    before = k - 1 - (parsed.lower[k - 1] == "on") if k else -1
    return before >= 0 and verb.i != before and verb.head.i == before and parsed.lower[k - 1] != "that"
