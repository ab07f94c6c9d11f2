"""What speaks for the class of an action: lists and frames, what the verb mostly tells, what stands with it, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from streams.nlp.events import frames
from streams.nlp.events.classes import typical
from streams.nlp.events.clauses import Action
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.records import Entity

Named = Callable[[Token], Entity | None]
_PARTIES = frozenset({"PEOPLE", "ORGANISATION", "PERSON", "ORG", "GPE", "NORP"})
# What each kind of evidence counts: few actions have one pair of classes, all have one class of the rules.
_RULES, _TYPICAL, _PAIRS, _NEAR = 1.5, 1.0, 0.5, 0.4
_VERB, _NOUN, _WITH, _BESIDE = 1.0, 0.7, 0.5, 0.4
# Children of a verb whose words count: particles, negations, auxiliaries and what completes its sense.
_COMPLETING = frozenset({"prt", "neg", "advmod", "aux", "mark", "dobj", "acomp", "oprd"})


class Evidence(NamedTuple):
    """The evidence of one action."""

    values: Mapping[str, float]
    words: tuple[str, str | None, str | None]  # lower case: the verb's lemma, heads of object and subject
    others: tuple[str, ...]  # nouns behind the verb's prepositions, lower case
    sentence: tuple[str, ...]  # words of the sentence, lower case
    framed: bool = False  # whether a frame holds, or the verb is listed with its particle


def of(action: Action, named: Named) -> Evidence:
    """Return the evidence of an action; ``named`` returns the entity of a noun phrase."""
    verb, affected = action.verb, action.affected
    acting = dependencies.agent(verb) if action.passive else action.head
    object_kinds, subject_kinds = (_kinds(noun, named) for noun in (affected, acting))
    values = dict.fromkeys(_rules(action), _RULES)
    values |= _typical(action, object_kinds)
    near = [f"object {kind}" for kind in object_kinds] + [f"subject {kind}" for kind in subject_kinds]
    near += [f"with {word}" for word, _noun in dependencies.prepositional(verb)]
    near += [f"child {child.dep_}" for child in verb.children]
    near += [f"tag {verb.tag_}", f"clause {verb.dep_}"]
    values |= dict.fromkeys(near, _NEAR)
    words = (verbs.repeated(verbs.lemma(verb.text, verb.tag_)), _word(affected), _word(acting))
    behind = dependencies.prepositional(verb)
    values |= _worded(action, words[1], [word for word, _noun in behind])
    framed = action.chosen == "frame" or (action.chosen == "list" and " " in action.lemma)
    return Evidence(values, words, tuple(noun.lower_ for _word, noun in behind), _sentence(verb), framed)


def _worded(action: Action, noun: str | None, prepositions: list[str]) -> dict[str, float]:
    """Return the verb, its object and what completes it as they are written, alone and together."""
    lemma = action.lemma
    values = {f"verb {lemma}": _VERB, f"verb alone {lemma.partition(' ')[0]}": _VERB}
    values |= {f"noun {noun}": _NOUN, f"verb {lemma}, noun {noun}": _NOUN}
    values |= {f"verb {lemma} with {word}": _WITH for word in prepositions}
    children = (child for child in action.verb.children if child.dep_ in _COMPLETING)
    return values | {f"{child.dep_} {child.lower_}": _BESIDE for child in children}


def _sentence(verb: Token) -> tuple[str, ...]:
    first, end = dependencies.sentence(verb)
    return tuple(word.lower_ for word in verb.doc[first:end] if word.is_alpha)


def _word(noun: Token | None) -> str | None:
    return None if noun is None else noun.lower_


def _rules(action: Action) -> Iterator[str]:
    yield f"rule {action.kind}"
    yield f"chosen {action.chosen}"
    yield f"rule {action.kind} by {action.chosen}"


def _kinds(noun: Token | None, named: Named) -> list[str]:
    """Return what frames call a noun phrase, without its words."""
    if noun is None:
        return ["nothing"]
    return sorted(kind for kind in frames.kinds_of(noun, named(noun), named) if kind.isupper())


def _typical(action: Action, object_kinds: list[str]) -> dict[str, float]:
    """Return what the verb mostly tells with such an object, alone and beside what the rules say."""
    known = typical.of(action.lemma)
    values = {}
    if known is None:
        known = typical.of(action.lemma.partition(" ")[0]) if " " in action.lemma else None
        if known is None:
            return {"typical unknown": _TYPICAL, f"typical unknown, rule {action.kind}": _TYPICAL}
        values["typical without particle"] = _TYPICAL
    if object_kinds == ["nothing"]:
        kind = known.alone
    else:
        kind = known.of_thing if _PARTIES.isdisjoint(object_kinds) else known.of_party
    if kind == typical.UNUSED:
        used = (one for one in (known.of_thing, known.of_party, known.alone) if one != typical.UNUSED)
        kind = next(used, frames.OTHER)
        values["typical of another use"] = _TYPICAL
    values[f"typical {kind}"] = _TYPICAL
    if kind == action.kind:
        values["typical as rule"] = _TYPICAL
    values[f"typical {kind}, rule {action.kind}"] = _PAIRS
    values[f"typical {kind}, chosen {action.chosen}"] = _PAIRS
    values |= {f"typical of a use {one}": _PAIRS for one in known}
    return values
