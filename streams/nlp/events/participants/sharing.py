"""Participants that share a verb: "France, Spain and Portugal signed" is an action of each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.events import values, verb_forms
from streams.nlp.events.clauses import Action
from streams.nlp.events.headlines import headline
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import agents, dependencies
from streams.nlp.syntax.dependencies import Token

_MAX_COORDINATED = 6  # maximum number of events from one verb with coordinated participants


class Sharing:
    """Parts the actions of one paragraph, or of a headline, by their coordinated participants."""

    def __init__(self, participants: ParticipantFinder, *, is_headline: bool) -> None:
        self._participants = participants
        self._is_headline = is_headline

    def shared(self, action: Action) -> list[Action]:
        """Return the action once for each pair of coordinated actors and targets."""
        actor_head = agents.agent(action.verb) if action.passive else action.head
        actors = self._others(actor_head) if action.actor is not None and actor_head is not None else []
        if actors and actor_head is not None and _are_counted(actor_head, actors):
            action, actors = action._replace(actor=actors[0]), actors[1:]
        acted_upon = action.affected if action.affected is not None else action.indirect
        targets = self._others(acted_upon) if action.target is not None and acted_upon is not None else []
        if actors and not action.passive and verb_forms.is_singular(action.verb):
            action, actors = (
                action._replace(actor=actors[-1]),
                [],
            )  # "the payroll, tax and audit firm Acme has bought ..."
        if len(actors) == 1 and action.affected is not None and action.target is not None:
            both = _each_other(action, actors[0])
            if both is not None:
                return both
        pairs = [
            (actor, target)
            for actor in _unlike(action.actor, actors, action.target)
            for target in _unlike(action.target, targets, action.actor)
        ]
        return [
            action._replace(actor=actor, target=target, counted=action.counted and target == action.target)
            for actor, target in pairs[:_MAX_COORDINATED]
        ]

    def _others(self, head: Token) -> list[Participant]:
        """Return the participants coordinated with ``head``."""
        more = headline.coordinated(head) if self._is_headline else []
        return [
            *self._participants.coordinated(self._participants.meant_by(head)),
            *(found for found in map(self._participants.participant, more) if found is not None),
        ]


def _are_counted(head: Token, others: Sequence[Participant]) -> bool:
    """Return whether people joined to a noun by a parser are those whom it counts: "two senators, Ida Holm and Paul Lund, left"."""
    behind = dependencies.phrase(head)[1] + 1
    names = behind + 1 < len(head.doc) and head.doc[behind].text == "," and head.doc[behind + 1].tag_ == "NNP"
    people = all(one.entity is not None and one.entity.label == "PERSON" for one in others)
    return names and people and head.tag_ in ("NNS", "NNPS") and values.number(head) == len(others)


def _each_other(action: Action, second: Participant) -> list[Action] | None:
    """Return the two actions of "Berg and Lund praised each other's plans", ``None`` for other targets."""
    first, target, noun = action.actor, action.target, action.affected
    owner = next((child for child in noun.lefts if child.dep_ == "poss"), None) if noun is not None else None
    if first is None or target is None or owner is None or owner.lower_ not in ("other", "another"):
        return None
    thing = re.sub(r"^(?:each |one )?(?:an)?other['’]s ", "", target.name)
    return [
        action._replace(actor=one, target=Participant(f"{other.name}'s {thing}", within=other.entity))
        for one, other in ((first, second), (second, first))
    ]


def _unlike(
    first: Participant | None, others: Sequence[Participant], opposite: Participant | None
) -> list[Participant | None]:
    """Return ``first`` and the others, each name once, without the opposite participant."""
    names = {one.name for one in (first, opposite) if one is not None}
    kept: list[Participant | None] = [first]
    for other in others:
        if other.name not in names:
            names.add(other.name)
            kept.append(other)
    return kept
