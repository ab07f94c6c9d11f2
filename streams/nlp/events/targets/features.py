"""Features of phrases that may be the target of an action (:mod:`streams.nlp.events.targets.choice`).

Names are those of the weights in ``data/targets.toml``. Each is 1 where it holds.
"""

from __future__ import annotations

from streams.nlp.events.clauses import Action
from streams.nlp.events.participants.participant import Participant
from streams.nlp.events.targets.candidates import Candidate

_NEAR = (1, 3, 6, 12, 24)  # limits of a distance in tokens


def none(action: Action) -> tuple[str, ...]:
    """Return the features of there being no target."""
    refused = action.affected is not None
    return (
        "none",
        f"none, refused {refused}",
        f"none, kind {action.kind}",
        f"none, lemma {action.lemma}",
        f"none, clause {action.verb.dep_}",
    )


def of(action: Action, one: Candidate) -> tuple[str, ...]:
    """Return the features of a phrase as the target of an action."""
    verb, way, head = action.verb, one.way, one.head
    side = "before" if head.i < verb.i else "behind"
    away = abs(head.i - verb.i)
    names = [
        way,
        f"{way}, kind {action.kind}",
        f"{way}, lemma {action.lemma}",
        f"{way}, label {_label(one.participant)}",
        f"{way}, clause {verb.dep_}",
        f"{way}, passive {action.passive}",
        f"{side}, within {next((limit for limit in _NEAR if away <= limit), 'more')}",
        f"tag {head.tag_}, {head.ent_type_ or 'no'}",
        f"actor {_is_same(one.participant, action.actor)}",
    ]
    if action.place is not None:
        names.append(f"place {_is_same(one.participant, action.place)}")
    return tuple(names)


def _label(participant: Participant) -> str:
    if participant.entity is not None:
        return participant.entity.label
    return "within" if participant.within is not None else "no"


def _is_same(one: Participant, other: Participant | None) -> bool:
    if other is None:
        return False
    known = one.entity is not None and other.entity is not None and one.entity.id == other.entity.id
    return known or one.name == other.name
