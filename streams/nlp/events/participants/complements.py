"""Phrases behind the object of a verb that say what it is: "adherence to the limits", "an effort to save the moa"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from streams.nlp.events import word_lists
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions

# Bounds; the values are ours.
_MAX_NAME = 120  # characters of an object with what is behind it
_MAX_COMPLEMENTED = 16  # tokens of an object with the phrases behind it
_MAX_CLAUSE = 24  # of a clause that is the object
_RELATIVE_TAGS = frozenset({"WDT", "WP", "WP$", "WRB"})  # tags of what opens a relative clause
_PAUSES = frozenset({",", ";", ":", "-", "–", "—", "--"})  # where a clause ends that says which one
_UNITS = frozenset({"minute", "hour", "day", "week", "month", "year", "decade"})
_BEFORE_TIMES = frozenset({"IN", "TO", ",", "CD", "DT", "RBR", "JJ"})  # tags of what leads to a time
_CLOCK = re.compile(r"\d ?(?:[ap]\.?m\b|o['’]clock)", re.IGNORECASE)  # "5 a.m."


class Complements:
    """Adds to the objects of a parsed paragraph what stands behind them; ``written`` returns the text of tokens."""

    def __init__(self, parsed: ParsedParagraph, written: Callable[[int, int], str]) -> None:
        self._parsed = parsed
        self._written = written

    def added(self, head: Token, participant: Participant, verb: Token | None = None) -> Participant:
        """Return a participant with the phrases behind it that say what it is: "adherence to the limits", "sanctions on Iran".

        ``verb`` is the one that the participant belongs to: the phrase in which it stands says nothing more.
        """
        first, last = dependencies.phrase(head)
        end = last
        behind = [*head.rights, *(head.head.rights if head.dep_ in dependencies.OBJECT else ())]
        if verb is not None and any(
            child.left_edge.i <= verb.i <= child.right_edge.i for child in head.rights
        ):
            return participant  # "the team that found them"
        for child in sorted(behind, key=lambda token: token.i):
            apart = _names_some(child) and self._parsed.lower[end + 1 : end + 2] == [","]
            begins = child.left_edge.i == end + 1 + apart
            reach = dependencies.without_clauses(child) if begins else end
            if reach - first >= _MAX_COMPLEMENTED or any(self._parsed.quoted[end + 1 : reach + 1]):
                break
            if begins and self._is_complement(child, head):
                end = reach
        end = self._purpose_end(head, first, end)
        bare = first + 1 >= last
        end = self._clause_end(head, first, end, bare=bare) if last == end else end
        behind_it = self._parsed.lower[end + 1 : end + 2]
        if behind_it == [")"] and self._written(first, end).count("(") > self._written(first, end).count(")"):
            end += 1
        called = self._called(self._parsed.doc[end])
        if bare and end == last == head.i and participant.name and not called:
            shared = self._shared_with_conjunct(head)
            return participant._replace(name=f"{participant.name} {shared}") if shared else participant
        if (end == last and not called) or not participant.name:
            return participant
        if not self._written(first, last).endswith(participant.name):
            return participant
        name = f"{participant.name}{self._written(first, end)[len(self._written(first, last)) :]}{called}"
        return participant._replace(name=name) if len(name) <= _MAX_NAME else participant

    def _purpose_end(self, head: Token, first: int, end: int) -> int:
        """Return the last token of the infinitive right behind an object that says what it is for, ``end`` if there is none: "an effort
        to save the moa". Of a long one it is that of its object."""
        meant = head.lower_ in word_lists.INTENTION_NOUNS
        new = end == head.i and any(child.lower_ in ("a", "an") for child in head.lefts)
        above = head.head.rights if head.dep_ in dependencies.OBJECT else ()
        for verb in (*head.rights, *above):
            if verb.left_edge.i != end + 1 or not dependencies.is_infinitive(verb):
                continue
            behind = ("advcl",) if meant or new else ()
            asked = (
                ("xcomp",) if dependencies.has_passive_auxiliary(verb) else ()
            )  # "ordered it to be closed"
            if verb.dep_ not in (("acl", "relcl") if verb.head.i == head.i else (*behind, *asked)):
                continue
            objects = dependencies.objects(verb)
            core = dependencies.phrase(objects[0])[1] if objects else verb.right_edge.i
            whole = dependencies.without_clauses(verb)
            if objects:
                whole = self._before_time(core, whole)
            for reach in (whole, core, *(verb.i for _ in asked)):
                quoted = any(self._parsed.quoted[end + 1 : reach + 1])
                if verb.i <= reach < first + _MAX_COMPLEMENTED and not quoted:
                    return int(reach)
        return end

    def _before_time(self, first: int, last: int) -> int:
        """Return the last of some tokens before a time: "Oslo" in "buy Acme of Oslo on Monday"; ``last`` if there is none."""
        if not time_expressions.TIME.search(self._written(first, last)):
            return last
        while last > first and time_expressions.TIME.search(self._written(first, last)):
            last -= 1
        while last > first and (
            self._parsed.tags[last] in _BEFORE_TIMES
            or inflection.singular(self._parsed.lower[last]) in _UNITS
        ):
            last -= 1
        return last

    def _called(self, noun: Token) -> str:
        """Return " called X" of a noun whose clause says what somebody calls it: "a feature it is calling “Flyby”"."""
        for clause in noun.rights:
            if (
                clause.dep_ not in dependencies.RELATIVE
                or verbs.lemma(clause.text, clause.tag_) not in word_lists.NAMING_VERBS
            ):
                continue
            for child in clause.rights:
                if child.dep_ in ("dobj", "oprd", "attr") and child.left_edge.i <= clause.i + 2:
                    return f" called {self._written(*dependencies.phrase(child))}"
        return ""

    def _shared_with_conjunct(self, head: Token) -> str | None:
        """Return "of X" of the noun behind "and" that belongs to both: "the owner and the manager of the hostel"."""
        for other in head.rights:
            if other.dep_ != "conj" or other.left_edge.i != head.i + 2 or other.tag_ != head.tag_:
                continue
            for case in other.rights:
                if case.lower_ == "of" and case.dep_ == "prep" and case.i == other.i + 1:
                    return self._written(case.i, dependencies.without_clauses(case))
        return None

    def _clause_end(self, head: Token, first: int, end: int, *, bare: bool) -> int:
        """Return the last token of the clause right behind a noun that says which one it is, ``end`` if there is none:
        "assertion that exports rose", "video showing the rescue", "profits that beat forecasts"."""
        for clause in head.rights:
            if clause.left_edge.i != end + 1 or clause.dep_ not in ("acl", "relcl", "ccomp"):
                continue
            opens = clause.left_edge
            said = clause.dep_ == "acl" and (opens.lower_ == "that" or opens.tag_ in ("VBG", "VBN"))
            said = said and (bare or opens.tag_ != "VBN")
            gap = not dependencies.objects(clause) or head.lower_ in word_lists.CLAIM_NOUNS
            led = opens.tag_ in _RELATIVE_TAGS or opens.lower_ == "that"
            if clause.dep_ == "relcl":  # "the console that it sells", "the console it sells"
                which = led or (gap and _is_statement(clause))
            else:
                which = bare and _is_statement(clause)  # "the fact there was an end"
            comma = next((child.i for child in clause.rights if _is_pause(child)), None)
            whole = dependencies.without_clauses(clause)
            for reach in (whole if comma is None else min(whole, comma - 1), _own_end(clause)):
                quoted = any(self._parsed.quoted[end + 1 : reach + 1])
                longest = _MAX_CLAUSE if which else _MAX_COMPLEMENTED
                fits = reach < first + longest and len(self._written(first, reach)) <= _MAX_NAME
                if (said or which) and clause.i < reach and fits and not quoted:
                    return reach
        return end

    def clause(self, verb: Token) -> Participant | None:
        """Return the infinitive or gerund that is the object of a verb, as a participant: "use force" in "threatened to use force"."""
        for child in verb.rights:
            inner = child
            if child.dep_ == "prep" and child.lower_ in ("to", "on", "against"):
                inner = next((below for below in child.children if below.dep_ == "pcomp"), child)
            if inner.dep_ not in ("xcomp", "pcomp") or inner.tag_ not in ("VB", "VBG"):
                continue
            if inner.tag_ == "VB" and not dependencies.is_infinitive(inner):
                continue
            first = inner.i
            passive = [
                aux.i
                for aux in inner.lefts
                if aux.dep_ == "auxpass" or (aux.tag_ in ("VB", "VBG") and aux.i < inner.i)
            ]
            first = min([first, *passive])
            for reach in _ends(inner):
                name = self._written(first, reach)
                if any(child.dep_ == "neg" for child in inner.lefts):
                    name = f"not {name}"  # "decided not to recommend charges"
                if (
                    reach - first < _MAX_COMPLEMENTED
                    and reach > first
                    and not any(self._parsed.quoted[first : reach + 1])
                ):
                    return Participant(name) if len(name) <= _MAX_NAME else None
        return None

    def statement(self, verb: Token) -> Participant | None:
        """Return the clause that is the object of a verb: "exports had fallen" in "denied that exports had fallen", "whether the ban
        stands" in "will rule on whether the ban stands"."""
        return next((words for _inner, words in self._statements(verb)), None)

    def said(self, verb: Token) -> tuple[Token | None, Participant | None]:
        """Return the verb of the clause that a verb of speech says, and the clause; ``None`` for both if there is none, or not enough of it
        that can be told: "the test was" of "claims that the test was “a success”"."""
        for inner, words in self._statements(verb):
            own = inner.right_edge.i == inner.i or not words.name.endswith(inner.text)
            return (inner, words) if own else (None, None)
        return None, None

    def _statements(self, verb: Token) -> Iterator[tuple[Token, Participant]]:
        """Yield the clauses that are the object of a verb, by their verbs."""
        for child in verb.rights:
            inner = child
            if child.dep_ == "prep" and child.lower_ in ("on", "over", "about"):
                inner = next((below for below in child.children if below.dep_ == "pcomp"), child)
            if inner.dep_ not in ("ccomp", "pcomp") or not _is_statement(inner) or inner.left_edge.i < verb.i:
                continue
            first = inner.left_edge.i
            first += self._parsed.lower[first] == "that"
            first += self._parsed.lower[first] == ","  # "that, before it closed, the mill ..."
            for reach in _ends(inner):
                whole = inner.i <= reach < first + _MAX_CLAUSE and not any(
                    self._parsed.quoted[first : reach + 1]
                )
                name = self._written(first, reach)
                if whole and len(name) <= _MAX_NAME:
                    yield inner, Participant(name)
                    break

    def _is_complement(self, child: Token, head: Token) -> bool:
        """Return whether a preposition behind an object, of its own or of its verb, belongs to what is acted upon."""
        if child.dep_ == "prep" and _names_some(child):
            return True
        if child.dep_ not in ("prep", "dative") or child.lower_ not in word_lists.COMPLEMENT_PREPOSITIONS:
            return False
        noun = next((inner for inner in child.children if inner.dep_ == "pobj"), None)
        if noun is None:
            return False
        if child.lower_ == "on" and (noun.ent_type_ in ("DATE", "TIME") or noun.lower_ == "occasion"):
            return False  # "watched the show on Fridays"
        phrase = self._written(child.i, dependencies.without_clauses(child))
        counted = any(left.tag_ == "CD" or left.lower_ in ("a", "an", "several") for left in noun.lefts)
        if child.lower_ == "for" and counted and inflection.singular(noun.lower_) in _UNITS:
            return False  # "a deal for about a month"
        if time_expressions.TIME.search(phrase) or _CLOCK.search(phrase):
            return False
        return child.head is head or child.lower_ in word_lists.VERB_COMPLEMENT_PREPOSITIONS


def _names_some(case: Token) -> bool:
    """Return whether a preposition names some of its noun: "groups including Acme", "firms, such as Vega"."""
    if case.head.tag_ not in ("NNS", "NNPS", "CD"):
        return False  # "attended the ceremony including Norway"
    such = case.lower_ == "as" and case.left_edge.lower_ == "such"
    return (case.lower_ in ("including", "like") or such) and any(
        token.tag_ in ("NNP", "NNPS") for token in case.doc[case.i + 1 : case.right_edge.i + 1]
    )


def _ends(verb: Token) -> list[int]:
    """Return where the clause of a verb may end, the longest first: with all of it, before its first comma, with its object."""
    whole = dependencies.without_clauses(verb)
    comma = next((token.i for token in verb.doc[verb.i : whole + 1] if token.text == ","), whole + 1)
    return [whole, comma - 1, _own_end(verb)]


def _is_pause(token: Token) -> bool:
    """Return whether a token is a comma or a dash, and no hyphen."""
    return token.text in _PAUSES and (token.text != "-" or bool(token.doc[token.i - 1].whitespace_))


def _is_statement(clause: Token) -> bool:
    """Return whether a clause at a noun is one with a finite verb and a subject of its own."""
    finite = clause.tag_ in word_lists.FINITE_TAGS or any(
        aux.tag_ in word_lists.FINITE_TAGS or (aux.lower_ == "be" and aux.dep_ == "auxpass")
        for aux in clause.lefts
        if aux.dep_ in ("aux", "auxpass")
    )
    finite = finite and not dependencies.is_infinitive(clause)  # but "ordered it be closed"
    subject = any(
        child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE | {"expl"}
        and child.tag_ not in ("WP", "WDT")
        for child in clause.lefts
    )
    return finite and subject


def _own_end(verb: Token) -> int:
    """Return the last token of the object of a verb, or the verb itself."""
    objects = dependencies.objects(verb)
    return max([int(verb.i), *(dependencies.phrase(noun)[1] for noun in objects)])
