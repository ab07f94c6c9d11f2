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
_TOGETHER = 6  # maximum number of events from one verb with coordinated participants


class _Candidate(NamedTuple):
    event: Event
    rank: float


class _Action(NamedTuple):
    """The action of one verb with its participants, before filtering and ranking."""

    verb: Token
    action: str
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
    """Events of a document's parsed paragraphs, in text order.

    Keeps the :data:`LIMIT` highest-ranked ones; events of the paragraphs in ``leads`` rank higher.
    """
    first = set(leads)
    candidates: list[_Candidate] = []
    for k, parsed in sorted(parses.items()):
        reader = _ParagraphEvents(text, parsed, entities, published, leads=k in first)
        for event, weight in reader.events():
            candidates.append(_Candidate(event, weight + (2 if k in first else 0)))
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
        """Events of the paragraph, each with its rank."""
        found = []
        parsed = self._parsed
        for k, tag in enumerate(parsed.tags):
            if parsed.quoted[k] or not tag.startswith("VB"):
                continue
            action_found = self._deed(parsed.doc[k])
            result = self._event(action_found) if action_found is not None else None
            if result is not None:
                found += self._shared(parsed.doc[k], *result)
        return found

    def _shared(self, verb: Token, event: Event, weight: float) -> list[tuple[Event, float]]:
        """The event repeated for each coordinated actor and each coordinated target."""
        who = subjects.subject(verb)
        objects = dependencies.objects(verb)
        if who is None:
            return [(event, weight)]
        done_to: Token | None = who[0] if who[1] else objects[0] if objects else None
        doing: Token | None = dependencies.agent(verb) if who[1] else who[0]
        actors = self._participants.together(doing) if doing is not None and event.actor else []
        targets = self._participants.together(done_to) if done_to is not None and event.target else []
        shared = [
            (msgspec.structs.replace(event, actor=actor, target=target), weight)
            for actor in dict.fromkeys([event.actor, *(a for a in actors if a != event.target)])
            for target in dict.fromkeys([event.target, *(t for t in targets if t != event.actor)])
        ]
        return shared[:_TOGETHER]

    def _deed(self, verb: Token) -> _Action | None:
        """The action of ``verb``, or ``None`` if it is no action or has no participant."""
        if verb.dep_ in ("aux", "auxpass", "amod", "compound", "punct"):
            return None
        action, kind = _action(verb)
        who = subjects.subject(verb)
        if kind is None or who is None:
            return None
        head, passive = who
        objects = dependencies.objects(verb)
        if passive:
            by = dependencies.agent(verb)
            actor = self._participants.party(by) if by is not None else None
            target = self._participants.party(head)
        else:
            actor = self._participants.party(head)
            target = self._participants.target(objects[0]) if objects else None
            if actor is None:
                return None
        place, indirect = self._around(verb, objects, action, kind)
        action_found = _Action(verb, action, kind, head, passive, actor, target, place)
        acted = head if passive else objects[0] if objects else None
        class_by_object = self._alone(action_found) if acted is None else self._narrowed(action_found, acted)
        if class_by_object is None:
            return None
        if class_by_object.target is None and not class_by_object.passive:
            class_by_object = class_by_object._replace(target=indirect)
        if (
            class_by_object.kind == "say"
            and class_by_object.target is not None
            and class_by_object.target.entity is None
        ):
            class_by_object = class_by_object._replace(target=None)
        return class_by_object

    def _alone(self, action_found: _Action) -> _Action | None:
        """The deed of a verb without an object."""
        broken = verbs.class_by_subject(action_found.action, action_found.head.text)
        kind = broken or (None if action_found.action in verbs.transitive() else action_found.kind)
        if kind is None:
            return None
        amount = dependencies.amount(action_found.verb) if kind == "trade" else None
        target = Participant(self._participants.written(*amount), None) if amount is not None else None
        if broken is not None:  # "talks collapsed": it is done to them, nobody says by whom
            return action_found._replace(kind=kind, actor=None, target=action_found.actor, passive=True)
        return action_found._replace(kind=kind, target=target)

    def _narrowed(self, action_found: _Action, acted: Token) -> _Action | None:
        """The deed, its class by what it is done to."""
        named = self._participants.named(acted)
        person = named is not None and named.label == "PERSON"
        site = named is not None and named.label in PLACES
        kind = verbs.class_by_object(
            action_found.action, action_found.kind, acted.lower_, person=person, place=site
        )
        return action_found._replace(kind=kind) if kind is not None else None

    def _event(self, action_found: _Action) -> tuple[Event, float] | None:
        """The deed's record and weight, if it says enough."""
        verb = action_found.verb
        sentence = self._parsed.span_of(verb.sent.start, verb.sent.end - 1)
        meant = modality.of(verb)
        ahead = meant in word_lists.FUTURE_MODALITIES
        when, date = event_time.time(self._text, self._parsed, verb, sentence, self._published, ahead=ahead)
        if (
            action_found.kind == "move"
            and verb.dep_ in dependencies.RELATIVE
            and verb.tag_ in ("VBZ", "VBP")
            and meant == modality.ASSERTED
        ):
            return None  # "who drives for a small firm": what somebody does, not what happened
        if not self._tells(action_found, action_found.place or when):
            return None
        start, end = self._parsed.span_of(verb.i, verb.i)
        event = Event(
            action=action_found.action,
            kind=action_found.kind,
            start=start,
            end=end,
            sentence_start=sentence[0],
            sentence_end=sentence[1],
            actor=action_found.actor.name if action_found.actor else None,
            target=action_found.target.name if action_found.target else None,
            place=action_found.place,
            time=when,
            time_normalised=date,
            negated=dependencies.negated(verb)
            or any(child.lower_ in word_lists.ALMOST_ADVERBS for child in verb.children),
            modality=meant,
        )
        weight = 0.0 if action_found.kind == "say" else 1.0
        weight += sum(
            party is not None and party.entity is not None
            for party in (action_found.actor, action_found.target)
        )
        weight += (action_found.place is not None) * 0.5 + (when is not None) * 0.5
        return event, weight

    def _around(
        self, verb: Token, objects: Sequence[Token], action: str, kind: str
    ) -> tuple[str | None, Participant | None]:
        """The place, and whom a preposition names as the other side."""
        own = action.rpartition(" ")[2]  # "before" in "appear before magistrates"
        place: str | None = None
        party: Participant | None = None
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
                    party is None
                    and (
                        word == own
                        or (
                            word in word_lists.TARGET_PREPOSITIONS
                            and (word != "at" or kind in word_lists.CLASSES_WITH_AT)
                        )
                    )
                    and head is verb
                ):
                    party = self._participants.party(noun)
                    place = place or (where if word == own else None)
        return place, party

    def _tells(self, action_found: _Action, circumstance: str | None) -> bool:
        """Does the deed say enough to be worth a record? ``circumstance`` is where or when it was."""
        kind, actor, target = action_found.kind, action_found.actor, action_found.target
        known = any(party is not None and party.entity is not None for party in (actor, target))
        if kind == "say":
            return known and target is not None and actor is not None
        if action_found.passive:
            return target is not None and (
                known or circumstance is not None or self._leads or kind in word_lists.ALWAYS_REPORTED_CLASSES
            )
        if kind in word_lists.ALWAYS_REPORTED_CLASSES and (target is not None or circumstance is not None):
            return True
        able = self._participants.acts(action_found.head)
        whole = actor is not None and (target is not None or kind in word_lists.INTRANSITIVE_CLASSES)
        if whole and (circumstance is not None or able or self._leads):
            return True
        if able and circumstance is not None:
            return True
        return known and (
            target is not None or circumstance is not None or kind in word_lists.INTRANSITIVE_CLASSES
        )


def _action(verb: Token) -> tuple[str, str | None]:
    """The lemma, with a particle, and the class of the action; no class for what is no action."""
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
