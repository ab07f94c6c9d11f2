"""Event classes of verbs that mean several things, chosen by what stands with them, and the codes of classes in published schemes.

The frames are in ``data/frames.toml``, the codes of PLOVER and CAMEO in ``data/plover.toml``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from streams.nlp import data
from streams.nlp.entities import gazetteer
from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.records import Entity

#: The class of an action that is none of the others.
OTHER = "other"
#: What a frame calls that which is no event.
NO_EVENT = "none"

_ANY, _NONE = "ANY", "NONE"
_QUESTION_TAGS = ("WRB", "WP", "WDT")
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_PEOPLE = frozenset({"PERSON", "NORP"})
_CURRENCY_SIGNS = frozenset({"$", "£", "€", "¥"})


class Clause(NamedTuple):
    """What stands with a verb: noun phrases by their heads."""

    lemma: str
    subject: Token | None
    object: Token | None  # of a passive: its subject
    prepositional: Sequence[tuple[str, Token]]
    clause: frozenset[str] = frozenset({_NONE})  # what a condition may call its clause


class _Frame(NamedTuple):
    kind: str
    conditions: Mapping[str, frozenset[str]]  # "object", "subject" or a preposition -> what may stand there


@functools.cache
def _frames() -> Mapping[str, tuple[_Frame, ...]]:
    """Return the frames of each verb, by lemma, in order."""
    table = data.table("frames")
    groups = {name: frozenset(data.words(row)) for name, row in table["nouns"].items()}

    def listed(value: str) -> frozenset[str]:
        words = data.words(value)
        return frozenset().union(*(groups[w[1:]] if w.startswith("@") else {w} for w in words))

    return {
        lemma: tuple(
            _Frame(row["class"], {place: listed(value) for place, value in row.items() if place != "class"})
            for row in rows
        )
        for lemma, rows in table["frames"].items()
    }


def lemmas() -> Iterable[str]:
    """Return the lemmas of the verbs that have frames."""
    return _frames().keys()


def choose(clause: Clause, kind: str | None, named: Callable[[Token], Entity | None]) -> str | None:
    """Return the event class of a verb in a clause, ``None`` if it is no event.

    ``kind`` is the class of a verb that has no frames; ``named`` returns the entity of a noun phrase.
    """
    frames = _frames().get(clause.lemma)
    if frames is None:
        return kind
    kinds: dict[int, frozenset[str]] = {}

    def matches(noun: Token | None, wanted: frozenset[str]) -> bool:
        if noun is None:
            return _NONE in wanted
        if noun.i not in kinds:
            kinds[noun.i] = kinds_of(noun, named(noun), named)
        return not wanted.isdisjoint(kinds[noun.i])

    for frame in frames:
        if all(_holds(clause, place, wanted, matches) for place, wanted in frame.conditions.items()):
            return None if frame.kind == NO_EVENT else frame.kind
    return OTHER


def _holds(
    clause: Clause,
    place: str,
    wanted: frozenset[str],
    matches: Callable[[Token | None, frozenset[str]], bool],
) -> bool:
    if place == "object":
        return matches(clause.object, wanted)
    if place == "subject":
        return matches(clause.subject, wanted)
    if place == "clause":
        return not wanted.isdisjoint(clause.clause)
    return any(
        word.rpartition(" ")[2] == place and matches(noun, wanted) for word, noun in clause.prepositional
    )


def clause_of(verb: Token) -> frozenset[str]:
    """Return what a condition may call the clause of a verb: the lemma of its infinitive and ``TO``, ``QUESTION``, or ``NONE``."""
    found: set[str] = set()
    for child in verb.rights:
        if child.dep_ not in ("xcomp", "ccomp") or not dependencies.is_verb(child):
            continue
        if dependencies.is_infinitive(child):
            found |= {"TO", verbs.lemma(child.text, child.tag_)}
        asks = (inner.lower_ in ("whether", "if") or inner.tag_ in _QUESTION_TAGS for inner in child.lefts)
        if any(asks):
            found.add("QUESTION")
    return frozenset(found or {_NONE})


def kinds_of(noun: Token, entity: Entity | None, named: Callable[[Token], Entity | None]) -> frozenset[str]:
    """Return all that a frame may call a noun phrase: its noun, the label of its name, kinds of things."""
    lower = noun.lower_
    if entity is not None:
        found = {_ANY, entity.label}
        if entity.label in _PEOPLE:
            found.add("PEOPLE")
        if entity.label in _PLACES:
            found.add("PLACE")
        if entity.label in ("ORG", "GPE"):
            found.add("ORGANISATION")
        if (
            not noun.text[:1].isupper() or noun.text.isupper()
        ):  # "its Kettering plant": the noun counts as well
            found |= {lower, inflection.singular(lower)}
        return frozenset(found)
    single = inflection.singular(lower)
    found = {_ANY, lower, single}
    if lower in word_lists.QUANTITY_NOUNS:  # "dozens of protesters"
        for _of, counted in dependencies.prepositional(noun):
            found |= kinds_of(counted, named(counted), named)
    if {lower, single} & verbs.people() or lower in word_lists.PERSONAL_PRONOUNS or lower in ("who", "they"):
        found |= {"PEOPLE"}
    if {lower, single} & gazetteer.english().impersonal:
        found.add("ORGANISATION")
    if (
        noun.tag_ == "CD"
        or lower.endswith(("th", "first", "second", "third"))
        or lower in ("hundreds", "thousands", "dozens")
        or (
            lower == "scores" and any(word == "of" for word, _ in dependencies.prepositional(noun))
        )  # not "the highest scores"
    ):
        found |= {"NUMBER", "PEOPLE"}
    if lower in ("percent", "%", "cent", "pct", "points"):
        found.add("PERCENT")
    if noun.ent_type_ == "MONEY" or any(child.text[-1:] in _CURRENCY_SIGNS for child in noun.lefts):
        found.add("MONEY")
        found -= {"PEOPLE", "NUMBER"}
    return frozenset(found)


class Code(NamedTuple):
    """The type of PLOVER and the root code of CAMEO ("01" to "20") of an event; ``None`` where a scheme has none."""

    plover: str | None
    cameo: str | None


@functools.cache
def code(lemma: str, kind: str) -> Code:
    """Return the codes of an event by its verb (lemma, with its particle) and its class.

    >>> code("investigate", "accuse"), code("win", "win")
    (Code(plover='ACCUSE', cameo='09'), Code(plover=None, cameo=None))
    """
    table = data.table("plover")
    own = table["verbs"].get(lemma, ("", "", ""))
    plover, cameo = own[1:] if own[0] == kind else table["classes"].get(kind, ("", ""))
    return Code(plover or None, cameo or None)
