"""Phrases and clauses of a verb that may be what is acted upon, where its object is none or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token

_NOUNS = dependencies.OBJECT | {"attr", "oprd", "dative", "npadvmod"}
_BESIDE = frozenset({"acomp", "advmod", "prt"})  # words of a verb that have phrases of their own
_CLAUSES = frozenset({"xcomp", "ccomp", "pcomp"})


class Candidate(NamedTuple):
    """A phrase or clause that may be the target of a verb."""

    way: str  # dependency labels and preposition between the verb and it: "prep to", "clause xcomp"
    head: Token
    participant: Participant


def of(verb: Token, participants: ParticipantFinder) -> list[Candidate]:
    """Return the candidates of a verb in the order of its dependants."""
    found = []
    for way, noun in _nouns(verb):
        is_object = noun.dep_ in dependencies.OBJECT
        participant = participants.target(noun) if is_object else participants.participant(noun)
        if participant is not None:
            found.append(Candidate(way, noun, participant))
    clause = _clause(verb)
    meant = participants.clause(verb) if clause is not None else None
    if clause is not None and meant is not None:
        found.append(Candidate(f"clause {clause.dep_}", clause, meant))
    return found


def _nouns(verb: Token) -> Iterator[tuple[str, Token]]:
    """Yield the nouns that hang on a verb, with the way to each."""
    for word, noun in dependencies.prepositional(verb):
        if noun.dep_ == "pobj":
            yield f"prep {word}", noun
    for child in verb.children:
        if child.dep_ in _NOUNS and child.tag_ not in ("IN", "TO"):
            yield child.dep_, child
        elif child.dep_ in _BESIDE:
            for word, noun in dependencies.prepositional(child):
                yield f"{child.dep_} prep {word}", noun


def _clause(verb: Token) -> Token | None:
    """Return the first verb that a verb governs, directly or behind a preposition."""
    for child in verb.rights:
        below = child.children if child.dep_ == "prep" else (child,)
        for inner in below:
            if inner.dep_ in _CLAUSES and inner.tag_.startswith("VB"):
                return inner
    return None
