"""What somebody does by saying something: warns, announces, admits, claims. What is said is the target."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.events.clauses import Action
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant


def with_said(action: Action, participants: ParticipantFinder) -> Action:
    """Return an action of the text with the clause that it says as its target: "the dam may break" in "warned that the dam may break".

    One that is said to somebody keeps that target: "warned Holm that the dam may break". Other actions are returned as they are.
    """
    if action.kind != "say" or action.passive or action.lemma not in word_lists.SPEECH_ACTS:
        return action
    if action.lemma == "report" and action.actor is not None and _is_medium(action.actor):
        return action
    said, words = participants.said(action.verb)
    if said is None:
        return action
    if action.affected is None or action.target is None:
        return action._replace(target=words, indirect=None, said=said)
    return action._replace(said=said)


def _is_medium(who: Participant) -> bool:
    """Return whether a participant is a newspaper, an agency or the like: "The Oslo Times"."""
    return not word_lists.MEDIA_WORDS.isdisjoint(who.name.lower().split())
