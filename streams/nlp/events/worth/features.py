"""Features of candidates for events, from which their probability is told (:mod:`streams.nlp.events.worth.probability`).

Names are those of the weights in ``data/worth.toml``. A feature that is left out is 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from streams.nlp.events import verb_forms
from streams.nlp.events.classes.choice import TOLD, Chosen
from streams.nlp.events.clauses import Action
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event

Features = dict[str, float]

_FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our"})
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "their", "his", "her"})
_COMMON = ("NN", "NNS")
_CLAUSES = frozenset({"ROOT", "conj", "ccomp"})
_FAR = 20.0  # tokens; distances are given as shares of it
_LONG = 40.0  # tokens of a sentence
_WORDS = 5.0  # of a participant
_LARGE = 4.0  # logarithm of the characters of a text
_UNTOLD = 0.28  # share of verbs in the past, below which the title of a text is seldom one of news
#: Beginning of the names of features of classes.
KIND = "kind_"
#: The feature of an action of speech that has the clause which it says, and beginning of the names of those of that clause.
SAID = "said"
# What is said of a class where no weights chose it: means over candidates of news that the weights had not seen.
_UNTOLD_CLASS = {
    "class_none": -4.36,
    "class_sure": 1.9,
    "verb_right": 0.23,
    "verb_worth": 0.28,
    "verb_main": -0.91,
    "verb_good": -0.83,
}
_TINY = 1e-4  # added to probabilities whose logarithms are taken
_ADDRESSED = 0.05  # share of words that are "you" and the like, the most that counts
_YOU = re.compile(r"\b[Yy]ou(?:rs?)?\b")
# Features that count otherwise where rules keep the event.
_WITH_RULES = ("text_past", "event_salience", "event_named", "event_time", "event_both")
#: Limits, beyond each of which a feature counts more or less: its weight is no straight line.
STEPS: Mapping[str, tuple[float, ...]] = {
    "text_past": (0.28, 0.4, 0.5, 0.62, 0.75),
    "text_rules": (0.3, 0.5, 0.7, 0.85),
    "text_length": (0.75, 0.85, 0.95),
    "event_salience": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "actor_length": (0.3, 0.5),
    "target_length": (0.3, 0.5, 0.9, 1.3),
}


class Telling(NamedTuple):
    """How a document tells of things."""

    past: float  # share of its verbs that are in the past
    kept: float  # share of its candidates that rules keep
    characters: int
    dated: bool  # whether its day of publication is known
    candidates: int = 1
    addressed: float = 0.0  # share of its words that address the reader
    page_type: str = "article"


class ParagraphFeatures:
    """Computes the features of the actions of one parsed paragraph, or of a title."""

    def __init__(
        self, parsed: ParsedParagraph, participants: ParticipantFinder, number: int | None, *, leads: bool
    ) -> None:
        self._parsed = parsed
        self._participants = participants
        self._sentences: dict[int, Features] = {}  # by first token
        self._where: Features = {"title": 1.0} if number is None else {"nearness": 1 / (1 + number)}
        if number is not None and leads:
            self._where["leads"] = 1.0

    def of(self, action: Action, meant: str) -> Features:
        """Return the features of an action of the paragraph; ``meant`` is its modality."""
        found = {**self._where, **self._sentence(action.verb), **_verb(action, meant)}
        acting = dependencies.agent(action.verb) if action.passive else action.head
        self._add_party(found, "actor", action.actor, acting, action.verb)
        self._add_party(found, "target", action.target, action.affected, action.verb)
        return found

    def _sentence(self, verb: Token) -> Features:
        """Return what is true of all actions of a sentence."""
        first, end = dependencies.sentence(verb)
        found = self._sentences.get(first)
        if found is None:
            parsed = self._parsed
            found = {
                "sentence_length": (end - first) / _LONG,
                "sentence_verbs": sum(tag.startswith("VB") for tag in parsed.tags[first:end]) / _WORDS,
                "sentence_quotes": float(any(parsed.quoted[first:end])),
                "sentence_first_person": float(not _FIRST_PERSON.isdisjoint(parsed.lower[first:end])),
            }
            self._sentences[first] = found
        return found

    def _add_party(
        self, found: Features, name: str, who: Participant | None, head: Token | None, verb: Token
    ) -> None:
        """Add what a participant is, and how far its noun is from the verb."""
        if head is not None:
            found[f"{name}_distance"] = min(abs(head.i - verb.i) / _FAR, 1.0)
            found[f"{name}_{head.tag_}"] = 1.0
            if head.tag_ in _COMMON and any(child.lower_ in _DEFINITE for child in head.lefts):
                found[f"{name}_definite"] = 1.0
            if self._participants.is_agentive(head):
                found[f"{name}_agentive"] = 1.0
        if who is None:
            found[f"{name}_none"] = 1.0
            return
        found[f"{name}_length"] = (who.name.count(" ") + 1) / _WORDS
        if who.entity is not None:
            found[f"{name}_entity"] = 1.0
            found[f"{name}_{who.entity.label}"] = 1.0
            found[f"{name}_salience"] = who.entity.salience
        elif who.within is not None:
            found[f"{name}_within"] = 1.0
            found[f"{name}_salience"] = who.within.salience


def _verb(action: Action, meant: str) -> Features:
    """Return form, place in the tree and modality of a verb."""
    verb = action.verb
    found = {
        f"tag_{verb.tag_}": 1.0,
        f"modality_{meant}": 1.0,
        f"chosen_{action.chosen}": 1.0,
    }
    if verb.dep_ in _CLAUSES:
        found[f"dep_{verb.dep_}"] = 1.0
    for doubt in action.doubts:
        found[f"doubt_{doubt}"] = 1.0
    past = verb_forms.is_past(verb)
    if past is not None:
        found["past" if past else "present"] = 1.0
    if action.passive:
        found["passive"] = 1.0
    if action.hollow:
        found["hollow"] = 1.0
    if action.said is not None:
        found |= _said(action.lemma, action.said)
    children = {child.dep_ for child in verb.children}
    for clause in ("ccomp", "xcomp", "advcl"):
        if clause in children:
            found[f"has_{clause}"] = 1.0
    if not children.isdisjoint(dependencies.ACTIVE | dependencies.PASSIVE):
        found["own_subject"] = 1.0
    return found


def _said(speaking: str, verb: Token) -> Features:
    """Return what is known of an action of speech, by its lemma, and of the clause that it says, by the verb of that."""
    found = {SAID: 1.0, f"{SAID}_by_{speaking}": 1.0}
    if any(child.tag_ == "MD" for child in verb.lefts):
        found[f"{SAID}_modal"] = 1.0
    if verbs.event_classes().get(verbs.lemma(verb.text, verb.tag_), "say") != "say":
        found[f"{SAID}_action"] = 1.0  # which may well be an event itself
    if any(child.dep_ in dependencies.ACTIVE and child.tag_ == "PRP" for child in verb.lefts):
        found[f"{SAID}_pronoun"] = 1.0
    return found


def addressed(text: str) -> float:
    """Return the share of the words of a text that address the reader.

    >>> addressed("You may bring your dog.")
    0.4
    """
    return len(_YOU.findall(text)) / (text.count(" ") + 1)


def of_class(kind: str, chosen: Chosen | None) -> Features:
    """Return the features of a class: its name, and what the weights that chose it say, the logarithms of the odds that the action is no
    event, that its class is right, and of what else they tell of it."""
    if chosen is None:
        return {f"{KIND}{kind}": 1.0, **_UNTOLD_CLASS}
    found = {f"{KIND}{kind}": 1.0, "class_none": _odds(chosen.none), "class_sure": _odds(chosen.chance)}
    return found | {f"verb_{name}": logit for name, logit in zip(TOLD, chosen.told, strict=True)}


def _odds(chance: float) -> float:
    return math.log((chance + _TINY) / (1 - chance + _TINY))


def of_event(event: Event, told: Telling, *, kept: bool) -> Features:
    """Return the features of an event in its document: what its fields hold, and what the document is; ``kept`` says that rules keep
    it."""
    titled = event.source == "title"
    both = event.actor is not None and event.target is not None
    found = {
        "event_salience": event.salience,
        "event_time": float(event.time is not None),
        "event_place": float(event.place is not None),
        "event_both": float(both),
        "event_named": float(event.actor_id is not None) + float(event.target_id is not None),
        "event_amount": float(event.amount is not None),
        "event_hurt": float(event.killed is not None or event.injured is not None),
        "position": 0.0 if titled else event.start / max(1, told.characters),
        "text_past": told.past,
        "text_rules": told.kept,
        "text_length": math.log10(max(1, told.characters)) / _LARGE,
        "text_dated": float(told.dated),
        "text_candidates": math.log(1 + told.candidates),
        "text_addressed": min(1.0, told.addressed / _ADDRESSED),
        f"page_{told.page_type}": 1.0,
    }
    if kept:
        found |= {f"rules_{name}": found[name] for name in _WITH_RULES}
    if titled and told.past < _UNTOLD:
        found["title_untold"] = 1.0
    return found


def stepped(found: Mapping[str, float]) -> Features:
    """Return features with a further one for each limit of :data:`STEPS` that is passed: ``text_past>0.4``."""
    more = {
        f"{name}>{limit}": 1.0
        for name, limits in STEPS.items()
        for limit in limits
        if found.get(name, 0.0) > limit
    }
    return {**found, **more}
