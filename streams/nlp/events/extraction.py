"""Event extraction: who did what to whom, where and when, one event per verb of action in the dependency parse."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from streams.nlp.entities.coreference import Directory
from streams.nlp.entities.mention_boundaries import PLACES
from streams.nlp.events import event_time, modality, word_lists
from streams.nlp.events.participants import Parties, Party
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import Frame
from streams.records import Event

#: Maximum number of events per document.
LIMIT = 40
_TOGETHER = 6  # maximum number of events from one verb with coordinated participants


class _Candidate(NamedTuple):
    event: Event
    rank: float


class _Deed(NamedTuple):
    """The action of one verb with its participants, before filtering and ranking."""

    verb: Token
    action: str
    kind: str
    head: Token  # its grammatical subject
    passive: bool
    actor: Party | None
    target: Party | None
    place: str | None


def extract(
    text: str,
    frames: Mapping[int, Frame],
    people: Directory,
    published: datetime.date | None,
    leads: Iterable[int] = (),
) -> list[Event]:
    """Events of a document's parsed paragraphs, in text order.

    Keeps the :data:`LIMIT` highest-ranked ones; events of the paragraphs in ``leads`` rank higher.
    """
    first = set(leads)
    candidates: list[_Candidate] = []
    for k, frame in sorted(frames.items()):
        reader = _Reader(text, frame, people, published, leads=k in first)
        for event, weight in reader.events():
            candidates.append(_Candidate(event, weight + (2 if k in first else 0)))
    best = sorted(candidates, key=lambda c: -c.rank)[:LIMIT]
    return sorted((c.event for c in best), key=lambda e: e.start)


class _Reader:
    """Extracts the events of one paragraph."""

    def __init__(
        self, text: str, frame: Frame, people: Directory, published: datetime.date | None, *, leads: bool
    ) -> None:
        self._text = text
        self._frame = frame
        self._parties = Parties(text, frame, people)
        self._published = published
        self._leads = leads

    def events(self) -> list[tuple[Event, float]]:
        """Events of the paragraph, each with its rank."""
        found = []
        frame = self._frame
        for k, tag in enumerate(frame.tags):
            if frame.quoted[k] or not tag.startswith("VB"):
                continue
            deed = self._deed(frame.doc[k])
            result = self._event(deed) if deed is not None else None
            if result is not None:
                found += self._shared(frame.doc[k], *result)
        return found

    def _shared(self, verb: Token, event: Event, weight: float) -> list[tuple[Event, float]]:
        """The event repeated for each coordinated actor and each coordinated target."""
        who = dependencies.subject(verb)
        objects = dependencies.objects(verb)
        if who is None:
            return [(event, weight)]
        done_to: Token | None = who[0] if who[1] else objects[0] if objects else None
        doing: Token | None = dependencies.agent(verb) if who[1] else who[0]
        actors = self._parties.together(doing) if doing is not None and event.actor else []
        targets = self._parties.together(done_to) if done_to is not None and event.target else []
        shared = [
            (msgspec.structs.replace(event, actor=actor, target=target), weight)
            for actor in dict.fromkeys([event.actor, *(a for a in actors if a != event.target)])
            for target in dict.fromkeys([event.target, *(t for t in targets if t != event.actor)])
        ]
        return shared[:_TOGETHER]

    def _deed(self, verb: Token) -> _Deed | None:
        """The action of ``verb``, or ``None`` if it is no action or has no participant."""
        if verb.dep_ in ("aux", "auxpass", "amod", "compound", "punct"):
            return None
        action, kind = _action(verb)
        who = dependencies.subject(verb)
        if kind is None or who is None:
            return None
        head, passive = who
        objects = dependencies.objects(verb)
        if passive:
            by = dependencies.agent(verb)
            actor = self._parties.party(by) if by is not None else None
            target = self._parties.party(head)
        else:
            actor = self._parties.party(head)
            target = self._parties.target(objects[0]) if objects else None
            if actor is None:
                return None
        place, indirect = self._around(verb, objects, action, kind)
        deed = _Deed(verb, action, kind, head, passive, actor, target, place)
        acted = head if passive else objects[0] if objects else None
        narrowed = self._alone(deed) if acted is None else self._narrowed(deed, acted)
        if narrowed is None:
            return None
        if narrowed.target is None and not narrowed.passive:
            narrowed = narrowed._replace(target=indirect)
        if narrowed.kind == "say" and narrowed.target is not None and narrowed.target.entity is None:
            narrowed = narrowed._replace(target=None)
        return narrowed

    def _alone(self, deed: _Deed) -> _Deed | None:
        """The deed of a verb without an object."""
        broken = verbs.said_of(deed.action, deed.head.text)
        kind = broken or (None if deed.action in verbs.transitive() else deed.kind)
        if kind is None:
            return None
        amount = dependencies.amount(deed.verb) if kind == "trade" else None
        target = Party(self._parties.written(*amount), None) if amount is not None else None
        if broken is not None:  # "talks collapsed": it is done to them, nobody says by whom
            return deed._replace(kind=kind, actor=None, target=deed.actor, passive=True)
        return deed._replace(kind=kind, target=target)

    def _narrowed(self, deed: _Deed, acted: Token) -> _Deed | None:
        """The deed, its class by what it is done to."""
        named = self._parties.named(acted)
        person = named is not None and named.label == "PERSON"
        site = named is not None and named.label in PLACES
        kind = verbs.narrowed(deed.action, deed.kind, acted.lower_, person=person, place=site)
        return deed._replace(kind=kind) if kind is not None else None

    def _event(self, deed: _Deed) -> tuple[Event, float] | None:
        """The deed's record and weight, if it says enough."""
        verb = deed.verb
        sentence = self._frame.span_of(verb.sent.start, verb.sent.end - 1)
        meant = modality.of(verb)
        ahead = meant in word_lists.AHEAD
        when, date = event_time.time(self._text, self._frame, verb, sentence, self._published, ahead=ahead)
        if (
            deed.kind == "move"
            and verb.dep_ in dependencies.RELATIVE
            and verb.tag_ in ("VBZ", "VBP")
            and meant == modality.ASSERTED
        ):
            return None  # "who drives for a small firm": what somebody does, not what happened
        if not self._tells(deed, deed.place or when):
            return None
        start, end = self._frame.span_of(verb.i, verb.i)
        event = Event(
            action=deed.action,
            kind=deed.kind,
            start=start,
            end=end,
            sentence_start=sentence[0],
            sentence_end=sentence[1],
            actor=deed.actor.name if deed.actor else None,
            target=deed.target.name if deed.target else None,
            place=deed.place,
            time=when,
            time_normalised=date,
            negated=dependencies.negated(verb)
            or any(child.lower_ in word_lists.NEARLY for child in verb.children),
            modality=meant,
        )
        weight = 0.0 if deed.kind == "say" else 1.0
        weight += sum(party is not None and party.entity is not None for party in (deed.actor, deed.target))
        weight += (deed.place is not None) * 0.5 + (when is not None) * 0.5
        return event, weight

    def _around(
        self, verb: Token, objects: Sequence[Token], action: str, kind: str
    ) -> tuple[str | None, Party | None]:
        """The place, and whom a preposition names as the other side."""
        own = action.rpartition(" ")[2]  # "before" in "appear before magistrates"
        place: str | None = None
        party: Party | None = None
        for head in (verb, *objects[:1]):
            for word, noun in dependencies.prepositional(head):
                if self._frame.quoted[noun.i]:
                    continue
                last = word.rsplit(" ", 1)[-1]
                where = self._parties.place(noun)
                if (
                    place is None
                    and last in word_lists.PLACE_WORDS
                    and where is not None
                    and (last not in ("to", "from") or head is verb)
                ):
                    place = where
                elif (
                    party is None
                    and (
                        word == own
                        or (word in word_lists.TARGET_WORDS and (word != "at" or kind in word_lists.AIMING))
                    )
                    and head is verb
                ):
                    party = self._parties.party(noun)
                    place = place or (where if word == own else None)
        return place, party

    def _tells(self, deed: _Deed, circumstance: str | None) -> bool:
        """Does the deed say enough to be worth a record? ``circumstance`` is where or when it was."""
        kind, actor, target = deed.kind, deed.actor, deed.target
        known = any(party is not None and party.entity is not None for party in (actor, target))
        if kind == "say":
            return known and target is not None and actor is not None
        if deed.passive:
            return target is not None and (
                known or circumstance is not None or self._leads or kind in word_lists.GRAVE
            )
        if kind in word_lists.GRAVE and (target is not None or circumstance is not None):
            return True
        able = self._parties.acts(deed.head)
        whole = actor is not None and (target is not None or kind in word_lists.ALONE)
        if whole and (circumstance is not None or able or self._leads):
            return True
        if able and circumstance is not None:
            return True
        return known and (target is not None or circumstance is not None or kind in word_lists.ALONE)


def _action(verb: Token) -> tuple[str, str | None]:
    """The lemma, with a particle, and the class of the action; no class for what is no action."""
    lemma = verbs.lemma(verb.text, verb.tag_)
    classes = verbs.kinds()
    for child in verb.children:
        action = f"{lemma} {child.lower_}"
        if child.dep_ in ("prt", "prep", "advmod", "acomp", "oprd") and action in classes:
            return action, classes[action]
    particle = next((child.lower_ for child in verb.children if child.dep_ == "prt"), None)
    if particle is not None:
        return f"{lemma} {particle}", None  # "hold out" means another thing than "hold"
    if lemma in verbs.soft():
        return lemma, None
    return lemma, classes.get(lemma)
