"""The rules of the correction of English mentions, each with what switches it off."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from streams.nlp.entities import gazetteer, label_evidence, lineups, mention_boundaries, mentions, teams
from streams.nlp.text import dateline, truecase


@dataclasses.dataclass(frozen=True)
class Rule:
    """A rule: its name, and what stands in for (module, name) without it; or lists of the gazetteer that are emptied."""

    name: str
    replaced: tuple[tuple[object, str, Any], ...] = ()
    emptied: tuple[str, ...] = ()


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


def _never(*_: Any, **__: Any) -> bool:
    return False


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _one_part(_paragraph: Any, mention: Any, _gaz: Any) -> list[Any]:
    return [mention]


def _untrimmed(_paragraph: Any, mention: Any, _gaz: Any) -> tuple[int, int]:
    return mention.start, mention.end


def _second(_paragraph: Any, found: Any, *_: Any) -> Any:
    return list(found)


def _evidence(name: str, replacement: Callable[..., Any]) -> tuple[tuple[object, str, Any], ...]:
    return ((label_evidence.LabelEvidence, name, replacement),)


RULES = (
    Rule("truecased headlines", ((truecase.Casing, "apply", lambda _self, line: line),)),
    Rule("dateline", ((dateline, "find", _nothing),)),
    Rule("cut at dashes, lists, owners", ((mention_boundaries, "_parts", _one_part),)),
    Rule("trimmed ends", ((mention_boundaries, "trim", _untrimmed),)),
    Rule("words that are no names", emptied=("not_names",)),
    Rule("titles", emptied=("titles",)),
    Rule("roles", emptied=("roles",)),
    Rule("given names", emptied=("given_names",)),
    Rule("ends of organisations", emptied=("organisation_ends",)),
    Rule("particles", emptied=("particles",)),
    Rule("nouns for organisations and places before", _evidence("_described", _nothing)),
    Rule("known names: label", emptied=("firm",)),
    Rule("line-ups", ((lineups, "is_lineup", _never),)),
    Rule("cities as teams", ((teams, "label", _second),)),
    Rule("only sure names elsewhere", ((mentions, "_sure", _same),)),
    Rule("words beside a name", _evidence("contexts", _nothing)),
    Rule("words of a name", _evidence("relate", _nothing)),
    Rule("parts of full names", _evidence("share", _nothing)),
    Rule("one label a name", _evidence("decide", lambda _self: {})),
    Rule("names missed elsewhere", ((mentions, "_match", lambda *_: (0, "")),)),
)


@contextmanager
def without(rules: tuple[Rule, ...]) -> Iterator[None]:
    """Context in which the corrections are made without some rules."""
    english = gazetteer.english()
    lists: dict[str, Any] = {}
    for rule in rules:
        lists |= {name: type(getattr(english, name))() for name in rule.emptied}
    less = english._replace(**lists)
    with ExitStack() as stack:
        stack.enter_context(_replaced(gazetteer, "english", lambda: less))
        for rule in rules:
            for place, name, value in rule.replaced:
                stack.enter_context(_replaced(place, name, value))
        yield


@contextmanager
def _replaced(place: object, name: str, value: Any) -> Iterator[None]:
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)
