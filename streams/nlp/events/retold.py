"""Events that are told more than once in a document, in its title and its text or twice in its text: each is kept once.

The one that is kept gets what only the other says: who, where, when, how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from streams.nlp.events import frames
from streams.records import Event

# Classes in which different verbs with the same participants mean different events: "build", "close" and "open" a mine.
_LOOSE = frozenset({frames.OTHER, "say", "make", "trade", "move", "request", "decide", "agree", "appoint"})
_OPENING = 700  # code points of a text in which the fact of its title is told again, with names
_FIRST = 200  # code points in which a text tells it with other words
_UNREAL = frozenset({"future", "possible", "required", "denied"})
#: The fields of an event that another telling of it may fill, in groups: where the first one is empty, all are taken.
_FILLED = (
    ("actor", "actor_id"),
    ("target", "target_id", "count"),
    ("place", "place_id"),
    ("time", "time_normalised", "time_precision"),
    ("amount", "currency"),
    ("killed",),
    ("injured",),
)
_PARTIES = (*_FILLED[:2], *_FILLED[4:])
_SMALL = frozenset(
    {"the", "a", "an", "of", "in", "for", "and", "to", "on", "at", "with", "its", "their", "his", "her"}
)


def in_title(
    titled: Sequence[Event], text: Sequence[Event], coming: frozenset[int] = frozenset()
) -> tuple[list[Event], list[Event]]:
    """Return the events of the title, with what the text says of them besides, and those of the text that are no repetition.

    ``text`` are the events of the opening paragraphs and of the rest, in order; the first that tells what the title tells fills its
    gaps. ``coming`` are the ``id()`` of those that say themselves that they will be.
    """
    left = list(text)
    whole = []
    for event in titled:
        others = []
        for other in left:
            if not _is_same(event, other, titled=True):
                others.append(other)
                continue
            if event.modality == "asserted" and id(other) in coming:
                event = replace(event, modality="future")  # "Band reunites for tour": it will
            event = _filled(event, other)
        left = others
        whole.append(event)
    return whole, left


def distinct(events: Iterable[Event]) -> list[Event]:
    """Return the events without those that say again what a more salient one says, in the same order.

    Of two the one with a time is kept. Place and time remain those of its own sentence.
    """
    kept: dict[int, Event] = {}
    found = list(events)
    for at in sorted(range(len(found)), key=lambda k: -found[k].salience):
        event = found[at]
        same = next((k for k, one in kept.items() if _is_same(one, event, titled=False)), None)
        if same is None:
            kept[at] = event
        else:
            first, again = kept[same], event
            if first.time is None and again.time is not None:  # a time is one of the event's own sentence
                first, again = again, first
            kept[same] = replace(_filled(first, again, _PARTIES), salience=kept[same].salience)
    return [kept[at] for at in sorted(kept)]


def _is_same(one: Event, other: Event, *, titled: bool) -> bool:
    """Return whether two events are the same one; ``titled`` says that the first is of the title, which leaves much out."""
    if one.negated != other.negated or one.kind != other.kind or not _agree_in_time(one, other):
        return False
    if one.action != other.action and one.kind in _LOOSE:
        return False
    if (
        not titled
        and (one.modality in _UNREAL or other.modality in _UNREAL)
        and one.modality != other.modality
    ):
        return False
    actors = _is_shared(one.actor, one.actor_id, other.actor, other.actor_id, loose=titled)
    targets = _is_shared(one.target, one.target_id, other.target, other.target_id, loose=titled)
    if titled and one.action == other.action:
        if other.start < _OPENING:  # "Man arrested": he who is named in the first paragraphs
            actors = actors or (None if actors is False and one.actor_id is None else actors)
            targets = targets or (None if targets is False and one.target_id is None else targets)
        lone = other.start < _FIRST or (
            other.start < _OPENING and one.actor is None and other.target is not None
        )
        return actors is not False and targets is not False and bool(actors or targets or lone)
    if one.action != other.action:
        return bool(actors and targets)
    if actors is False or targets is False:
        return False
    named = (actors and one.actor_id is not None) or (targets and one.target_id is not None)
    both_whole = one.actor is None or other.actor is None or actors
    return bool(
        both_whole
        and (targets or (one.target is None and other.target is None))
        and (named or (actors and targets))
    )


def _agree_in_time(one: Event, other: Event) -> bool:
    """Return whether the times of two events may be the same one: a day lies in its month and year."""
    if one.time_normalised is None or other.time_normalised is None:
        return True
    if one.time_precision == other.time_precision:
        return one.time_normalised == other.time_normalised
    size = 4 if "year" in (one.time_precision, other.time_precision) else 7
    return "week" in (one.time_precision, other.time_precision) or (
        one.time_normalised[:size] == other.time_normalised[:size]
    )


def _is_shared(
    name: str | None, entity: str | None, other: str | None, entity2: str | None, *, loose: bool
) -> bool | None:
    """Return whether two participants are the same, ``None`` if one of them is not told.

    ``loose`` takes entities for the same of which one has the other's name ("Norfolk", "Norfolk Southern").
    """
    if name is None or other is None:
        return None
    if entity is not None and entity2 is not None and (entity == entity2 or not loose):
        return entity == entity2
    first, second = _words(name), _words(other)
    return bool(first and second) and (first <= second or second <= first)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.strip(".,’'").lower().removesuffix("s") for word in name.split()) - _SMALL


def _filled(event: Event, other: Event, groups: Sequence[tuple[str, ...]] = _FILLED) -> Event:
    """Return an event with what only another telling of it says, of some groups of fields."""
    more: dict[str, object] = {}
    for group in groups:
        if getattr(event, group[0]) is None and getattr(other, group[0]) is not None:
            more.update({field: getattr(other, field) for field in group})
    for field in ("actor", "target"):
        if getattr(event, f"{field}_id") is None and getattr(other, f"{field}_id") is not None:
            more[field], more[f"{field}_id"] = getattr(other, field), getattr(other, f"{field}_id")
    return replace(event, **more) if more else event
