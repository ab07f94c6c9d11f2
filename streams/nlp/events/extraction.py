"""Event extraction: who did what to whom, where and when, one event per verb of action in the dependency parse."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import (
    event_time,
    frames,
    headline,
    modality,
    narrative,
    retold,
    salience,
    values,
    verb_forms,
    word_lists,
)
from streams.nlp.events.clauses import Action, ActionFinder
from streams.nlp.events.participants.finder import Participant, ParticipantFinder
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event, StatedTime

#: Maximum number of events per document.
LIMIT = 40
# A line that names another article: "Read more: ...", "SEE ALSO | ...".
_ELSEWHERE = re.compile(
    r"(?:(?:(?:also|must)[ -])?(?:read|see|watch|listen|explore)(?: (?:more|also|next|now|here|this))?|more|related(?: \w+)?"
    r"|recommended(?: \w+)?|don.t miss|editor.s picks?)\s?[:|»>]",
    re.IGNORECASE,
)
# Classes of a title's events that only news has: a word of a guide's title is soon taken for a verb.
_OF_NEWS_ONLY = frozenset({"other", "make", "trade", "win", "yield", "attack", "decide"})
_TITLE_PAST = 0.28  # share of a text's verbs in the past from which on it has them
_MAX_COORDINATED = 6  # maximum number of events from one verb with coordinated participants


class Title(NamedTuple):
    """A document's title: its text, its parsed parts and the entities of the document that it names, by offsets into it."""

    text: str
    parses: Sequence[ParsedParagraph]
    entities: EntityIndex


def extract(
    text: str,
    parses: Mapping[int, ParsedParagraph],
    entities: EntityIndex,
    published: datetime.date | None,
    leads: Iterable[int] = (),
    title: Title | None = None,
    floor: float = salience.FLOOR,
) -> list[Event]:
    """Return the events of a document's title and of its parsed paragraphs, in this order.

    ``parses`` maps the index of a paragraph to its parse, ``published`` resolves relative dates, ``leads`` are the opening
    paragraphs. Of the text's events whose salience is at least ``floor`` the :data:`LIMIT` most salient are kept, and
    one of those that say the same.
    """
    first = set(leads)
    reported: list[narrative.Told] = []
    for k, parsed in sorted(parses.items()):
        if _ELSEWHERE.match(text, parsed.span.start):
            continue
        reported += _ParagraphEvents(text, parsed, entities, published, k, leads=k in first).told()
    past = narrative.share_of_past(parses.values())
    titled, left = retold.in_title(
        _of_title(title, published, past),
        [one.event for one in reported],
        frozenset(id(one.event) for one in reported if one.will),
    )
    new = {id(event) for event in left}
    told = [
        event for event in narrative.of_news(reported, past) if event.salience >= floor and id(event) in new
    ]
    best = sorted(retold.distinct(told), key=lambda event: -event.salience)[: LIMIT - min(LIMIT, len(titled))]
    return [*titled, *sorted(best, key=lambda event: event.start)]


def _of_title(title: Title | None, published: datetime.date | None, past: float) -> list[Event]:
    """Return the events of a title; those that a word makes that may be a noun only if enough of the text is in the ``past``."""
    if title is None:
        return []
    found: list[Event] = []
    for parsed in title.parses:
        paragraph = _ParagraphEvents(title.text, parsed, title.entities, published, None, leads=True)
        found += [
            one.event
            for one in paragraph.told()
            if past >= _TITLE_PAST or one.sure or one.event.kind not in _OF_NEWS_ONLY
        ]
    telling = {event.sentence_start for event in found if event.kind != "say" or event.target is not None}
    return retold.distinct(
        event
        for event in found
        if event.target is not None or event.kind != "say" or event.sentence_start not in telling
    )


class _ParagraphEvents:
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
    ) -> None:
        self._text = text
        self._parsed = parsed
        self._participants = ParticipantFinder(text, parsed, entities)
        self._published = published
        self._number = number
        self._leads = leads
        self._titled = number is None
        self._times: dict[tuple[int, int], list[re.Match[str]]] = {}  # by sentence
        self._actions = ActionFinder(parsed, self._participants, is_headline=self._titled)

    def told(self) -> Iterator[narrative.Told]:
        """Yield the events of the paragraph, one for each pair of coordinated participants."""
        parsed = self._parsed
        for k, tag in enumerate(parsed.tags):
            if parsed.quoted[k] or not (
                tag.startswith("VB") or (self._titled and headline.is_mistagged(parsed.doc[k]))
            ):
                continue
            action = self._actions.action(parsed.doc[k], unclassified=self._leads)
            if action is not None and (self._titled or not self._asks_or_advises(action.verb)):
                shared = [self._event(one) for one in self._shared(action)]
                past, sure = verb_forms.is_past(action.verb), self._is_sure(action.verb)
                will = any(child.tag_ == "MD" for child in action.verb.lefts)
                for event in shared:
                    if event is not None and (
                        sure or not self._titled or event.kind != "other" or event.target
                    ):
                        yield narrative.Told(event, past, sure, event.modality == "future" and will)

    def _is_sure(self, verb: Token) -> bool:
        """Return whether a verb is the main one of its sentence, in the form in which the text has it."""
        start, end = self._parsed.span_of(verb.i, verb.i)
        return (
            verb.dep_ == "ROOT" and verb.tag_ in ("VBZ", "VBD", "VBP") and self._text[start:end] == verb.text
        )

    def _asks_or_advises(self, verb: Token) -> bool:
        """Return whether a verb's sentence is a question, or speaks to the reader outside of quotations."""
        words, quoted = self._parsed.lower, self._parsed.quoted
        if words[verb.sent.end - 1] == "?" and not quoted[verb.sent.end - 1]:
            return True
        return any(
            words[k] in ("you", "your") and not quoted[k] for k in range(verb.sent.start, verb.sent.end)
        )

    def _shared(self, action: Action) -> list[Action]:
        """Return the action once for each pair of coordinated actors and targets."""
        actor_head = dependencies.agent(action.verb) if action.passive else action.head
        actors = self._others(actor_head) if action.actor is not None and actor_head is not None else []
        targets = (
            self._others(action.affected) if action.target is not None and action.affected is not None else []
        )
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
        more = headline.coordinated(head) if self._titled else []
        return [
            *self._participants.coordinated(self._participants.meant_by(head)),
            *(found for found in map(self._participants.participant, more) if found is not None),
        ]

    def _event(self, action: Action) -> Event | None:
        """Return the record of an action; ``None`` if it says too little."""
        verb = action.verb
        opens, closes = self._parsed.span_of(verb.sent.start, verb.sent.end - 1)
        sentence = (opens, min(closes, self._parsed.span.end))  # a title was given a full stop
        meant = self._modality(verb)
        ahead = meant in word_lists.FUTURE_MODALITIES or (
            not self._titled and verb_forms.is_present(verb) and verb.dep_ == "ROOT"
        )
        when, date = event_time.time(
            self._times_in(sentence), self._parsed, verb, self._published, ahead=ahead
        )
        if meant == modality.ASSERTED and verb_forms.is_present(verb) and _is_after(date, self._published):
            meant = "future"  # "is stepping down in May"
        circumstances = (action.place is not None) + (when is not None)
        if not salience.is_worth(
            action,
            self._participants,
            self._number,
            meant,
            circumstance=circumstances > 0,
            leads=self._leads,
        ):
            return None
        start, end = self._parsed.span_of(verb.i, verb.i)
        code = frames.code(action.lemma, action.kind)
        money = self._money(verb)
        counted = action.affected if action.counted else None
        dead = action.head if action.affected is None else counted
        named = self._participants.named(dead) if dead is not None else None
        hurt = values.casualties(action.lemma, dead, person=named is not None and named.label == "PERSON")
        return Event(
            source="title" if self._titled else "text",
            action=action.lemma,
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

    def _times_in(self, sentence: tuple[int, int]) -> list[re.Match[str]]:
        if sentence not in self._times:
            self._times[sentence] = event_time.in_sentence(self._text, self._parsed, sentence)
        return self._times[sentence]

    def _modality(self, verb: Token) -> str:
        if self._titled and headline.is_coming(verb):
            return "future"
        if self._titled and headline.is_use(verb):
            return modality.ASSERTED
        return modality.of(verb)

    def _money(self, verb: Token) -> values.Money | None:
        phrase = values.money(verb)
        if phrase is None:
            return None
        start, end = self._parsed.span_of(*phrase)
        return values.money_in(self._text[start:end])


def _is_after(date: StatedTime | None, published: datetime.date | None) -> bool:
    """Return whether a time begins after the day of publication."""
    return date is not None and published is not None and date.at[:10] > published.isoformat()


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
    names = {_name(first), _name(opposite)}
    kept: list[Participant | None] = [first]
    for other in others:
        if other.name not in names:
            names.add(other.name)
            kept.append(other)
    return kept


def _name(participant: Participant | None) -> str | None:
    return participant.name if participant is not None else None


def _id(participant: Participant | None) -> str | None:
    """Return the id of the entity that a participant is, ``None`` also for a name that only the title has."""
    entity = participant.entity if participant is not None else None
    return (entity.id or None) if entity is not None else None
