"""Whether a text tells what happened, and which of its events are kept if it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streams.nlp.events import modality
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event

# On 50 pages of news, 20 of features and 40 of guides that were read.
_NARRATIVE = 0.38  # share of finite verbs in the past from which on a text tells what happened
_FEWEST_VERBS = 10  # finite verbs, below which that share says nothing
_SALIENT = 0.5  # salience of an event in the past that another text may have without a time
# The same of the finite verbs of events. On 45 pages of guides and 68 of news.
_NARRATIVE_EVENTS, _FEWEST_EVENTS = 0.4, 4


class Told(NamedTuple):
    """An event, and whether its verb is in the past, ``None`` if it is not finite."""

    event: Event
    past: bool | None
    sure: bool = False  # of a title: whether its main verb is one as it is written
    will: bool = False  # whether it has "will"
    kept: bool = True  # whether the rules find it worth a record
    features: Mapping[str, float] = {}  # of its action, where they are wanted


def share_of_past(parses: Iterable[ParsedParagraph]) -> float:
    """Return the share of a text's finite verbs outside of quotations that are in the past or perfect; 1 if there are too few."""
    past = present = 0
    for parsed in parses:
        for k, (tag, quoted) in enumerate(zip(parsed.tags, parsed.quoted, strict=True)):
            if quoted or tag not in ("VBD", "VBZ", "VBP"):
                continue
            perfect = parsed.lower[k] in ("has", "have") and "VBN" in parsed.tags[k + 1 : k + 4]
            past += tag == "VBD" or perfect
            present += tag != "VBD" and not perfect
    return past / (past + present) if past + present >= _FEWEST_VERBS else 1.0


def of_news(told: Sequence[Told], past: float) -> list[Event]:
    """Return the events, of a text that is not told in the past only those that are, or that have a time.

    Guides, tips and descriptions of products are in the present: what "drivers sign" or "a mouse promises" is no event. Of a text with
    less than its share ``past`` of verbs in the past only facts with a time or two names are kept.
    """
    if past < _NARRATIVE:
        return [one.event for one in told if _stands_alone(one)]
    finite = [one.past for one in told if one.past is not None]
    if len(finite) < _FEWEST_EVENTS or sum(finite) >= _NARRATIVE_EVENTS * len(finite):
        return [one.event for one in told]
    return [one.event for one in told if one.past or one.event.time_normalised is not None]


def _stands_alone(one: Told) -> bool:
    """Return whether an event says enough without a story around it: what happened, with a time or two names."""
    event = one.event
    named = event.actor_id is not None and event.target_id is not None
    dated = event.time_normalised is not None and one.past is not False
    told = named or dated or (bool(one.past) and event.salience >= _SALIENT)
    return event.modality in (modality.ASSERTED, "reported") and told
