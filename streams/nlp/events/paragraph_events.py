"""Events of one paragraph, or of one part of a title: one for each verb of action in the dependency parse."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import (
    frames,
    modality,
    speech_acts,
    values,
    verb_forms,
    word_lists,
)
from streams.nlp.events.classes import choice, evidence
from streams.nlp.events.clauses import Action, ActionFinder
from streams.nlp.events.headlines import headline
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.events.participants.sharing import Sharing
from streams.nlp.events.timing import event_time
from streams.nlp.events.worth import decision, salience
from streams.nlp.events.worth.features import Features, ParagraphFeatures, of_class
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.references.anaphors import Place
from streams.nlp.references.meaning import Meanings
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions
from streams.records import Event, StatedTime

_OPENING = 2  # paragraphs in which somebody is described before being named


class Told(NamedTuple):
    """A candidate for an event, whether it says itself that it will be, and the features of its action."""

    event: Event
    will: bool
    features: Features
    main: bool = False  # whether its verb is the main one of a headline


class ParagraphEvents:
    """Extracts the events of one paragraph, or of one part of a title; ``number`` is that of the paragraph, ``None`` for a title."""

    def __init__(
        self,
        text: str,
        parsed: ParsedParagraph,
        entities: EntityIndex,
        published: datetime.date | None,
        number: int | None,
        *,
        leads: bool,
        references: DefiniteNouns | None = None,
        meanings: Meanings | None = None,
        classes: choice.Chooser | None = None,
    ) -> None:
        self._text = text
        self._parsed = parsed
        opens = number is not None and number < _OPENING
        place = Place.TITLE if number is None else Place.OPENING if opens else Place.TEXT
        self._participants = ParticipantFinder(text, parsed, entities, references, meanings, place)
        self._published = published
        self._number = number
        self._leads = leads
        self._titled = number is None
        self.source = "title" if self._titled else "text"
        self._classes = classes
        self._times: dict[tuple[int, int], list[re.Match[str]]] = {}  # by sentence
        self._asking: dict[int, bool] = {}  # by first token of a sentence
        self._sharing = Sharing(self._participants, is_headline=self._titled)
        self._features = ParagraphFeatures(parsed, self._participants, number, leads=leads)
        self._actions = ActionFinder(parsed, self._participants, is_headline=self._titled)

    def told(self) -> Iterator[Told]:
        """Yield the candidates of the paragraph, one for each pair of coordinated participants."""
        for action in self.actions():
            if self._titled or not decision.is_told_elsewhere(action):
                yield from self._told(action)

    def actions(self) -> Iterator[Action]:
        """Yield the actions of the paragraph's verbs, whether or not they are candidates."""
        parsed = self._parsed
        for k, tag in enumerate(parsed.tags):
            if parsed.quoted[k] or (parsed.claimed[k] and not self._is_chosen(k)):
                continue
            if not (tag.startswith("VB") or (self._titled and headline.is_mistagged(parsed.doc[k]))):
                continue
            if not self._titled and self._asks_or_advises(parsed.doc[k]):
                continue
            action = self._actions.action(parsed.doc[k], unclassified=self._leads)
            if action is not None:
                yield action if self._titled else speech_acts.with_said(action, self._participants)

    def _told(self, action: Action) -> Iterator[Told]:
        """Yield the candidates of an action."""
        will = any(child.tag_ == "MD" for child in action.verb.lefts)
        sure = self._titled and self._is_sure(action.verb)
        chosen: choice.Chosen | None = None
        main = self._is_chosen(action.verb.i)
        for one in self._sharing.shared(action):
            event, kept = self._event(one)
            if event is None:
                continue
            chosen = chosen or self._class(action)
            if chosen is not None and chosen.kind != event.kind:
                event = _classed(event, chosen.kind)
            features = {**self._features.of(one, event.modality), **of_class(event.kind, chosen)}
            if kept:
                features["rules"] = 1.0
            if sure:
                features["title_sure"] = 1.0
            yield Told(event, event.modality == "future" and will, features, main)

    def _is_chosen(self, at: int) -> bool:
        """Return whether a token is the main verb of a headline."""
        return self._parsed.main is not None and self._parsed.main.at == at

    def _class(self, action: Action) -> choice.Chosen | None:
        if self._classes is None:
            return None
        return self._classes.choose(self.evidence(action), action.kind)

    def evidence(self, action: Action) -> evidence.Evidence:
        """Return what speaks for the class of an action of this paragraph."""
        return evidence.of(action, self._participants.named)

    def start_of(self, action: Action) -> int:
        """Return the offset of an action's verb into the text."""
        start: int = self._parsed.starts[action.verb.i]
        return start

    def _is_sure(self, verb: Token) -> bool:
        """Return whether a verb is the main one of its sentence, in the form in which the text has it."""
        start, end = self._parsed.span_of(verb.i, verb.i)
        return (
            verb.dep_ == "ROOT" and verb.tag_ in ("VBZ", "VBD", "VBP") and self._text[start:end] == verb.text
        )

    def _asks_or_advises(self, verb: Token) -> bool:
        """Return whether a verb's sentence is a question, or speaks to the reader outside of quotations."""
        first, end = dependencies.sentence(verb)
        if first not in self._asking:
            words, quoted = self._parsed.lower, self._parsed.quoted
            asks = words[end - 1] == "?" and not quoted[end - 1]
            self._asking[first] = asks or any(
                words[k] in ("you", "your") and not quoted[k] for k in range(first, end)
            )
        return self._asking[first]

    def _event(self, action: Action) -> tuple[Event | None, bool]:
        """Return the record of an action, ``None`` if it is no candidate for one, and whether the rules would keep it."""
        verb = action.verb
        first, behind = dependencies.sentence(verb)
        opens, closes = self._parsed.span_of(first, behind - 1)
        sentence = (opens, min(closes, self._parsed.span.end))  # a title was given a full stop
        meant = self._modality(verb, action.kind)
        present = verb_forms.is_present(verb_forms.finite(verb))
        ahead = meant in word_lists.FUTURE_MODALITIES or (
            present and not self._titled and verb.dep_ not in ("xcomp", "acl", "pcomp")
        )
        when, date = event_time.time(
            self._times_in(sentence), self._parsed, verb, self._published, ahead=ahead
        )
        if meant == modality.ASSERTED and present and when is not None and self._is_ahead(verb, when, date):
            meant = "future"  # "is stepping down in May", "lands in Oslo later on Friday"
        circumstances = (action.place is not None) + (when is not None)
        kept = decision.is_worth(
            action,
            self._participants,
            self._number,
            meant,
            circumstance=circumstances > 0,
            leads=self._leads,
        )
        if not kept and not decision.is_candidate(
            action, self._participants, meant, titled=self._titled, leads=self._leads
        ):
            return None, False
        start, end = self._parsed.span_of(verb.i, verb.i)
        code = frames.code(action.lemma, action.kind)
        money = self._money(action)
        counted = action.affected if action.counted else None
        dead = action.head if action.affected is None else counted
        named = self._participants.named(dead) if dead is not None else None
        hurt = values.casualties(action.lemma, dead, person=named is not None and named.label == "PERSON")
        event = Event(
            source=self.source,
            action=verb_forms.with_prefix(verb, action.lemma),
            kind=action.kind,
            plover=code.plover,
            cameo=code.cameo,
            start=start,
            end=end,
            sentence_start=sentence[0],
            sentence_end=sentence[1],
            actor=_name(action.actor),
            actor_id=_id(action.actor),
            target=_name(action.target),
            target_id=_id(action.target),
            place=_name(action.place),
            place_id=_id(action.place),
            time=when,
            time_normalised=date.at if date else None,
            time_precision=date.precision if date else None,
            negated=verb_forms.is_negated(verb),
            modality=meant,
            amount=money.amount if money is not None else None,
            currency=money.currency if money is not None else None,
            killed=hurt.killed,
            injured=hurt.injured,
            count=values.number(counted) if counted is not None else None,
            salience=salience.salience(action, self._number, meant, circumstances),
        )
        return event, kept

    def _is_ahead(self, verb: Token, when: str, date: StatedTime | None) -> bool:
        """Return whether the time of a verb in the present lies behind the publication of its text."""
        if verb_forms.is_later(verb, when):
            return True
        if self._published is None:
            return not self._titled and time_expressions.may_come(when)
        return date is not None and date.at[:10] > self._published.isoformat()

    def _times_in(self, sentence: tuple[int, int]) -> list[re.Match[str]]:
        if sentence not in self._times:
            self._times[sentence] = event_time.in_sentence(self._text, self._parsed, sentence)
        return self._times[sentence]

    def _modality(self, verb: Token, kind: str) -> str:
        if self._titled and headline.is_coming(verb):
            return "future"
        if self._titled and headline.is_use(verb):
            return modality.ASSERTED
        meant = modality.of(verb, won=kind == "win")
        return "reported" if meant == modality.ASSERTED and self._parsed.claimed[verb.i] else meant

    def _money(self, action: Action) -> values.Money | None:
        phrase = values.money(action.verb, action.affected)
        if phrase is None:
            return None
        start, end = self._parsed.span_of(*phrase)
        while self._text[end : end + 1].isalpha():  # a tokenizer parts "28.5" and "m"
            end += 1
        return values.money_in(self._text[start:end], weighs=action.lemma in word_lists.WEIGHING_VERBS)


def _classed(event: Event, kind: str) -> Event:
    """Return the event in a class, with the class' codes."""
    code = frames.code(event.action, kind)
    return replace(event, kind=kind, plover=code.plover, cameo=code.cameo)


def _name(participant: Participant | None) -> str | None:
    return participant.name if participant is not None else None


def _id(participant: Participant | None) -> str | None:
    """Return the id of the entity that a participant is, ``None`` also for a name that only the title has."""
    entity = participant.entity if participant is not None else None
    return (entity.id or None) if entity is not None else None
