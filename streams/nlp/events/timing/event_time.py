"""Event time: the time expression of a sentence that belongs to a verb."""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Sequence

from streams.nlp.events import word_lists
from streams.nlp.events.timing import time_scope
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions
from streams.records import StatedTime, times

_MAX_CLAUSES = 3  # clauses above a verb whose time it may share
# Prepositions between a verb and what a day owns: it happened "in Tuesday's raid"; not "after Tuesday's raid".
_WITHIN = frozenset({"in", "during", "at", "amid"})
# First words of times up to which something is meant to be done: "to finish the bridge by 2019".
_AHEAD = ("by", "before", "until", "next", "tomorrow", "later")
# Prepositions of what lies on the other side of what is told: its time is another one.
_SIDES = frozenset({"since", "before", "until", "till"})
_HAVE = frozenset({"have", "has", "had", "'ve", "’ve", "'s", "’s"})
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
    meant = time_expressions.normalise(best, published, ahead=ahead and not time_scope.is_done(verb, best))
    return time_expressions.bare(best.group()), times.stated(meant) if meant else None


class _Attachment:
    """The time expressions of a sentence, by the verbs that they belong to."""

    def __init__(self, found: Sequence[re.Match[str]], parsed: ParsedParagraph) -> None:
        self._parsed = parsed
        self._found = [m for m in found if not time_expressions.owns(m) and not self._is_named(m)]
        self._owning = [match for match in found if time_expressions.owns(match)]

    def of(self, verb: Token, published: datetime.date | None, *, ahead: bool) -> re.Match[str] | None:
        """Return the time of a verb."""
        own = self._own(verb) or self._shared(verb) or self._of_twin(verb) or self._of_companion(verb)
        if not own and not ahead:
            own = self._of_purpose(verb, published)
        above = verb
        for _ in range(_MAX_CLAUSES if not own else 0):
            if not time_scope.shares_time(above, ahead=ahead):
                break
            above = above.head.head if above.dep_ == "pcomp" else above.head
            own = self._own(above) or self._shared(above)
            if own:
                break
        own = [match for match in own if not self._is_since(match, verb)]
        if ahead and time_scope.is_to_come(verb):
            own = [match for match in own if not time_expressions.is_past(match, published)]
        at = self._parsed.starts[verb.i]
        return min(own, key=lambda match: abs(match.start() - at), default=None)

    def _is_named(self, match: re.Match[str]) -> bool:
        """Return whether a day is part of a name: "the Sunday Telegraph"."""
        last: Token = self._at(match.end() - 1)
        name = last.dep_ == "compound" and last.head.i == last.i + 1 and last.head.tag_ in ("NNP", "NNPS")
        return bool(match["weekday"] and name)

    def _is_since(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether a verb happened, or did not, since a time, and not then: "the first win since 2011", "not met since then"."""
        token: Token = self._at(match.start())
        ends: int = self._at(match.end() - 1).i
        since = False
        for _ in range(time_scope.MAX_DEPTH):
            since = since or token.lower_ == "since"
            if token.lower_ in _SIDES and token.dep_ == "prep" and self._is_of_thing(token, ends):
                return True  # "since its launch last year", "before the vote in May"
            if token.i == verb.i or token.head.i == token.i:
                break
            token = token.head
        perfect = any(child.lower_ in _HAVE for child in verb.lefts)
        return since and token.i == verb.i and (not perfect or dependencies.negated(verb))

    @staticmethod
    def _is_of_thing(case: Token, ends: int) -> bool:
        """Return whether a preposition is that of a thing, and not of the time that ends with token ``ends``."""
        noun = next((child for child in case.rights if child.dep_ == "pobj"), None)
        told = dependencies.is_verb(case.head)  # not "in testimony before Congress in May"
        return told and noun is not None and noun.i < ends and noun.ent_type_ not in ("DATE", "TIME")

    def _own(self, verb: Token) -> list[re.Match[str]]:
        """Return the times in the clause of a verb."""
        return (
            [match for match in self._found if self._belongs(verb, match.start())]
            or [match for match in self._found if self._leads(match, verb)]
            or [match for match in self._found if self._opens(match, verb)]
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

    def _opens(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether a time stands between "and" and the subject of a verb: "They left, and in 1645 the house was opened"."""
        subject = next((child for child in verb.lefts if child.dep_ in time_scope.SUBJECTS), None)
        first, behind = self._at(match.start()).i, self._at(match.end()).i
        if subject is None or not first or self._parsed.lower[first - 1] not in ("and", "but", ";"):
            return False
        behind += self._parsed.lower[behind] == ","
        return bool(behind == subject.left_edge.i)

    def _is_within(self, match: re.Match[str], verb: Token) -> bool:
        """Return whether something of that time is where a verb happened: "attacked in Tuesday's raid", "in the last minutes of ..."."""
        token: Token = self._at(match.start())
        for _ in range(time_scope.MAX_DEPTH):
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
        for _ in range(time_scope.MAX_DEPTH):
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
        """Return the times at the start of a sentence whose first verb this one is joined to: "In 1997, she left and founded ..."."""
        main = verb.head
        own = any(child.dep_ == "nsubj" for child in verb.lefts)
        if verb.dep_ != "conj" or main.tag_ != verb.tag_ or (own and verb.tag_ != "VBD"):
            return []
        subject = next((child for child in main.lefts if child.dep_ in time_scope.SUBJECTS), None)
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

    def _of_companion(self, verb: Token) -> list[re.Match[str]]:
        """Return the times of the clause that says when a verb happened, or of that which it says this of: "said on Monday as he signed"."""
        others = [child for child in verb.rights if time_scope.accompanies(child)]
        if time_scope.accompanies(verb):
            others.append(verb.head)
        return [match for other in others for match in self._own(other)]

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
        return not time_scope.dates_reporting_verb(self._parsed, verb, token.i) and time_scope.depends_on(
            token, verb
        )

    def _at(self, at: int) -> Token:
        """Return the first token that ends behind a code point of the text."""
        return self._parsed.doc[min(bisect.bisect_right(self._parsed.ends, at), len(self._parsed.ends) - 1)]
