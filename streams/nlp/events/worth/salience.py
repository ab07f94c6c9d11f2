"""How salient an action is: how much its document is about it."""

from __future__ import annotations

from streams.nlp.events import frames, modality, word_lists
from streams.nlp.events.clauses import Action

# Parts of salience; they add up to 1. The values are ours.
_POSITION, _PARTICIPANTS, _KIND = 0.5, 0.3, 0.2
_DECAY = 0.25  # how fast the weight of a paragraph falls with its number
_KIND_WEIGHTS = {
    "say": 0.2,
    frames.OTHER: 0.4,
    **dict.fromkeys(("make", "move", "trade", "support", "examine", "escalate", "aid"), 0.7),
}
_WITHIN = 0.35  # of an entity that a participant's phrase names besides
# Participants without a name, of the classes that are reported without names: "police arrested 14 protesters".
_UNNAMED = 0.25
_UNREAL = 0.8  # factor of what is not asserted
_REPORTED = 0.95  # factor of what somebody says
_CIRCUMSTANCE = 0.02  # for a place; for a time


def salience(action: Action, paragraph: int | None, meant: str, circumstances: int) -> float:
    """Return the salience of an action, between 0 and 1.

    ``paragraph`` is the number of its paragraph, ``None`` for the title; ``meant`` its modality; ``circumstances`` how many of
    place and time it has.
    """
    position = 1.0 if paragraph is None else 0.9 / (1 + _DECAY * paragraph)
    known = [p.entity for p in (action.actor, action.target) if p is not None and p.entity is not None]
    within = any(p.within is not None for p in (action.actor, action.target) if p is not None)
    unnamed = _UNNAMED if action.kind in word_lists.ALWAYS_REPORTED_CLASSES else 0.0
    unnamed = max(unnamed, _WITHIN if within else 0.0)
    value = (
        _POSITION * position
        + _PARTICIPANTS * max((0.5 + entity.salience / 2 for entity in known), default=unnamed)
        + _KIND * _KIND_WEIGHTS.get(action.kind, 1.0)
    )
    if meant != modality.ASSERTED:
        value *= _REPORTED if meant == "reported" else _UNREAL
    return round(min(1.0, value + _CIRCUMSTANCE * circumstances), 3)
