"""Phrases behind the object of a verb that say what it is: "adherence to the limits", "an effort to save the moa"."""

from __future__ import annotations

import re
from collections.abc import Callable

from streams.nlp.events import word_lists
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions

# Bounds; the values are ours.
_MAX_NAME = 120  # characters of an object with what is behind it
_MAX_COMPLEMENTED = 16  # tokens of an object with the phrases behind it
_CLOCK = re.compile(r"\d ?(?:[ap]\.?m\b|o['’]clock)", re.IGNORECASE)  # "5 a.m."


class Complements:
    """Adds to the objects of a parsed paragraph what stands behind them; ``written`` returns the text of tokens."""

    def __init__(self, parsed: ParsedParagraph, written: Callable[[int, int], str]) -> None:
        self._parsed = parsed
        self._written = written

    def added(self, head: Token, participant: Participant) -> Participant:
        """Return an object with the phrases behind it that say what it is: "adherence to the limits", "sanctions on Iran"."""
        first, last = dependencies.phrase(head)
        end = last
        behind = [*head.rights, *(head.head.rights if head.dep_ in dependencies.OBJECT else ())]
        for child in sorted(behind, key=lambda token: token.i):
            reach = dependencies.without_clauses(child) if child.left_edge.i == end + 1 else end
            if reach - first >= _MAX_COMPLEMENTED or any(self._parsed.quoted[end + 1 : reach + 1]):
                break
            if child.left_edge.i == end + 1 and self._is_complement(child, head):
                end = reach
        end = self._purpose_end(head, first, end)
        if end == last or not participant.name or not self._written(first, last).endswith(participant.name):
            return participant
        name = f"{participant.name}{self._written(first, end)[len(self._written(first, last)) :]}"
        return participant._replace(name=name) if len(name) <= _MAX_NAME else participant

    def _purpose_end(self, head: Token, first: int, end: int) -> int:
        """Return the last token of the infinitive right behind an object that says what it is for, ``end`` if there is none: "an effort
        to save the moa". Of a long one it is that of its object."""
        if head.lower_ not in word_lists.INTENTION_NOUNS:
            return end
        for verb in head.rights:
            if verb.dep_ != "acl" or verb.left_edge.i != end + 1 or not dependencies.is_infinitive(verb):
                continue
            objects = dependencies.objects(verb)
            core = dependencies.phrase(objects[0])[1] if objects else verb.i
            for reach in (dependencies.without_clauses(verb), core):
                quoted = any(self._parsed.quoted[end + 1 : reach + 1])
                if verb.i <= reach < first + _MAX_COMPLEMENTED and not quoted:
                    return reach
        return end

    def _is_complement(self, child: Token, head: Token) -> bool:
        """Return whether a preposition behind an object, of its own or of its verb, belongs to what is acted upon."""
        if child.dep_ not in ("prep", "dative") or child.lower_ not in word_lists.COMPLEMENT_PREPOSITIONS:
            return False
        noun = next((inner for inner in child.children if inner.dep_ == "pobj"), None)
        if noun is None:
            return False
        phrase = self._written(child.i, dependencies.without_clauses(child))
        if time_expressions.TIME.search(phrase) or _CLOCK.search(phrase):
            return False
        return child.head is head or child.lower_ in word_lists.VERB_COMPLEMENT_PREPOSITIONS
