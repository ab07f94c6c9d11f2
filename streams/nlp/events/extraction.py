"""Event extraction: who did what to whom, where and when, one event per verb of action in the dependency parse."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import PLACES
from streams.nlp.events import event_time, modality, word_lists
from streams.nlp.events.participants import Participant, ParticipantFinder
from streams.nlp.syntax import dependencies, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event

#: Maximum number of events per document.
LIMIT = 40
_MAX_COORDINATED = 6  # maximum number of events from one verb with coordinated participants


# Ranks of events, relative to 1 for an action and for each participant that is an entity. The values are ours.
_LEAD_RANK = 2  # in one of the paragraphs at the start of the document
_CIRCUMSTANCE_RANK = 0.5  # a place; a time


class _Candidate(NamedTuple):
    event: Event
    rank: float


class _Action(NamedTuple):
    """The action of one verb with its participants, before filtering and ranking."""

    verb: Token
    lemma: str  # with its particle, if any
    kind: str
    head: Token  # its grammatical subject
    passive: bool
    actor: Participant | None
    target: Participant | None
    place: str | None


def extract(
    text: str,
    parses: Mapping[int, ParsedParagraph],
    entities: EntityIndex,
    published: datetime.date | None,
    leads: Iterable[int] = (),
) -> list[Event]:
    """Return the events of a document's parsed paragraphs, in text order.

    ``parses`` maps the index of a paragraph to its parse, ``published`` resolves relative dates. Keeps the :data:`LIMIT` highest-ranked ones; events of the paragraphs in ``leads`` rank higher.
    """
    first = set(leads)
    candidates: list[_Candidate] = []
    for k, parsed in sorted(parses.items()):
        extractor = _ParagraphEvents(text, parsed, entities, published, leads=k in first)
        for event, weight in extractor.events():
            candidates.append(_Candidate(event, weight + (_LEAD_RANK if k in first else 0)))
    best = sorted(candidates, key=lambda c: -c.rank)[:LIMIT]
    return sorted((c.event for c in best), key=lambda e: e.start)


class _ParagraphEvents:
    """Extracts the events of one paragraph."""

    def __init__(
        self,
        text: str,
        parsed: ParsedParagraph,
        entities: EntityIndex,
        published: datetime.date | None,
        *,
        leads: bool,
    ) -> None:
        self._text = text
        self._parsed = parsed
        self._participants = ParticipantFinder(text, parsed, entities)
        self._published = published
        self._leads = leads

    def events(self) -> list[tuple[Event, float]]:
        """Return the events of the paragraph, each with its rank."""
        found = []
        parsed = self._parsed
        for k, tag in enumerate(parsed.tags):
            if parsed.quoted[k] or not tag.startswith("VB"):
                continue
            action = self._action(parsed.doc[k])
            result = self._event(action) if action is not None else None
            if result is not None:
                found += self._shared(parsed.doc[k], *result)
        return found

    def _shared(self, verb: Token, event: Event, weight: float) -> list[tuple[Event, float]]:
        """Return the event once for each pair of coordinated actors and targets."""
        found = subjects.subject(verb)
        objects = dependencies.objects(verb)
        if found is None:
            return [(event, weight)]
        head, passive = found
        target_head: Token | None = head if passive else objects[0] if objects else None
        actor_head: Token | None = dependencies.agent(verb) if passive else head
        actors = self._participants.coordinated(actor_head) if actor_head is not None and event.actor else []
        targets = (
            self._participants.coordinated(target_head) if target_head is not None and event.target else []
        )
        shared = [
            (msgspec.structs.replace(event, actor=actor, target=target), weight)
            for actor in dict.fromkeys([event.actor, *(a for a in actors if a != event.target)])
            for target in dict.fromkeys([event.target, *(t for t in targets if t != event.actor)])
        ]
        return shared[:_MAX_COORDINATED]

    def _action(self, verb: Token) -> _Action | None:
        """Return the action of a verb, or ``None`` if it reports none or has no participant."""
        if verb.dep_ in ("aux", "auxpass", "amod", "compound", "punct"):
            return None
        lemma, kind = _lemma_and_class(verb)
        found = subjects.subject(verb)
        if kind is None or found is None:
            return None
        head, passive = found
        objects = dependencies.objects(verb)
        if passive:
            by = dependencies.agent(verb)
            actor = self._participants.participant(by) if by is not None else None
            target = self._participants.participant(head)
        else:
            actor = self._participants.participant(head)
            target = self._participants.target(objects[0]) if objects else None
            if actor is None:
                return None
        place, indirect = self._place_and_indirect_target(verb, objects, lemma, kind)
        action = _Action(verb, lemma, kind, head, passive, actor, target, place)
        affected = head if passive else objects[0] if objects else None
        classified = self._without_object(action) if affected is None else self._with_object(action, affected)
        if classified is None:
            return None
        if classified.target is None and not classified.passive:
            classified = classified._replace(target=indirect)
        if classified.kind == "say" and classified.target is not None and classified.target.entity is None:
            classified = classified._replace(target=None)
        return classified

    def _without_object(self, action: _Action) -> _Action | None:
        """Return the action of a verb without an object, classified by its subject; ``None`` if it is no event."""
        unaccusative = verbs.class_by_subject(action.lemma, action.head.text)
        kind = unaccusative or (None if action.lemma in verbs.transitive() else action.kind)
        if kind is None:
            return None
        amount = dependencies.amount(action.verb) if kind == "trade" else None
        target = Participant(self._participants.written(*amount), None) if amount is not None else None
        if unaccusative is not None:  # "talks collapsed": the subject is the target, and the actor is unknown
            return action._replace(kind=kind, actor=None, target=action.actor, passive=True)
        return action._replace(kind=kind, target=target)

    def _with_object(self, action: _Action, affected: Token) -> _Action | None:
        """Return the action classified by its object; ``None`` if the two are no event."""
        named = self._participants.named(affected)
        person = named is not None and named.label == "PERSON"
        site = named is not None and named.label in PLACES
        kind = verbs.class_by_object(action.lemma, action.kind, affected.lower_, person=person, place=site)
        return action._replace(kind=kind) if kind is not None else None

    def _event(self, action: _Action) -> tuple[Event, float] | None:
        """Return the record of an action and its rank; ``None`` if it says too little."""
        verb = action.verb
        sentence = self._parsed.span_of(verb.sent.start, verb.sent.end - 1)
        meant = modality.of(verb)
        ahead = meant in word_lists.FUTURE_MODALITIES
        when, date = event_time.time(self._text, self._parsed, verb, sentence, self._published, ahead=ahead)
        if (
            action.kind == "move"
            and verb.dep_ in dependencies.RELATIVE
            and verb.tag_ in ("VBZ", "VBP")
            and meant == modality.ASSERTED
        ):
            return None  # "who drives for a small firm": what somebody does, not what happened
        if not self._is_informative(action, action.place or when):
            return None
        start, end = self._parsed.span_of(verb.i, verb.i)
        event = Event(
            action=action.lemma,
            kind=action.kind,
            start=start,
            end=end,
            sentence_start=sentence[0],
            sentence_end=sentence[1],
            actor=action.actor.name if action.actor else None,
            target=action.target.name if action.target else None,
            place=action.place,
            time=when,
            time_normalised=date.at if date else None,
            time_precision=date.precision if date else None,
            negated=dependencies.negated(verb)
            or any(child.lower_ in word_lists.ALMOST_ADVERBS for child in verb.children),
            modality=meant,
        )
        weight = 0.0 if action.kind == "say" else 1.0
        weight += sum(
            participant is not None and participant.entity is not None
            for participant in (action.actor, action.target)
        )
        weight += _CIRCUMSTANCE_RANK * ((action.place is not None) + (when is not None))
        return event, weight

    def _place_and_indirect_target(
        self, verb: Token, objects: Sequence[Token], lemma: str, kind: str
    ) -> tuple[str | None, Participant | None]:
        """Return the place of an action, and the target that a preposition introduces ("met with X")."""
        own = lemma.rpartition(" ")[2]  # "before" in "appear before magistrates"
        place: str | None = None
        indirect: Participant | None = None
        for head in (verb, *objects[:1]):
            for word, noun in dependencies.prepositional(head):
                if self._parsed.quoted[noun.i]:
                    continue
                last = word.rsplit(" ", 1)[-1]
                where = self._participants.place(noun)
                if (
                    place is None
                    and last in word_lists.PLACE_PREPOSITIONS
                    and where is not None
                    and (last not in ("to", "from") or head is verb)
                ):
                    place = where
                elif (
                    indirect is None
                    and (
                        word == own
                        or (
                            word in word_lists.TARGET_PREPOSITIONS
                            and (word != "at" or kind in word_lists.CLASSES_WITH_AT)
                        )
                    )
                    and head is verb
                ):
                    indirect = self._participants.participant(noun)
                    place = place or (where if word == own else None)
        return place, indirect

    def _is_informative(self, action: _Action, circumstance: str | None) -> bool:
        """Return whether an action says enough for a record; ``circumstance`` is its place or time."""
        kind, actor, target = action.kind, action.actor, action.target
        known = any(
            participant is not None and participant.entity is not None for participant in (actor, target)
        )
        if kind == "say":
            return known and target is not None and actor is not None
        if action.passive:
            return target is not None and (
                known or circumstance is not None or self._leads or kind in word_lists.ALWAYS_REPORTED_CLASSES
            )
        if kind in word_lists.ALWAYS_REPORTED_CLASSES and (target is not None or circumstance is not None):
            return True
        able = self._participants.is_agentive(action.head)
        whole = actor is not None and (target is not None or kind in word_lists.INTRANSITIVE_CLASSES)
        if whole and (circumstance is not None or able or self._leads):
            return True
        if able and circumstance is not None:
            return True
        return known and (
            target is not None or circumstance is not None or kind in word_lists.INTRANSITIVE_CLASSES
        )


def _lemma_and_class(verb: Token) -> tuple[str, str | None]:
    """Return the lemma of a verb, with its particle, and its event class; ``None`` if it is no action."""
    lemma = verbs.lemma(verb.text, verb.tag_)
    classes = verbs.event_classes()
    for child in verb.children:
        action = f"{lemma} {child.lower_}"
        if child.dep_ in ("prt", "prep", "advmod", "acomp", "oprd") and action in classes:
            return action, classes[action]
    particle = next((child.lower_ for child in verb.children if child.dep_ == "prt"), None)
    if particle is not None:
        return f"{lemma} {particle}", None  # "hold out" means another thing than "hold"
    if lemma in verbs.excluded():
        return lemma, None
    return lemma, classes.get(lemma)
