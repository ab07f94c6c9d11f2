"""Who did what to whom, where and when: one event a verb that reports an action, from parsed sentences."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from streams.nlp import eventwords, gazetteer, grammar, times, verbs
from streams.nlp.entities import Directory
from streams.nlp.frames import Frame
from streams.nlp.grammar import Token
from streams.nlp.trimming import PLACES
from streams.records import Entity, Event

#: Events of a document, at most: what a reader of its record can take in.
LIMIT = 40
_TOGETHER = 6  # events that one verb stands for, at most
_UNQUOTED = str.maketrans("", "", '"“”„«»')


class Party(NamedTuple):
    """Who or what takes part, by name, and the entity it is."""

    name: str
    entity: Entity | None


class _Candidate(NamedTuple):
    event: Event
    rank: float


def extract(
    text: str,
    frames: Mapping[int, Frame],
    people: Directory,
    published: datetime.date | None,
    leads: Iterable[int] = (),
) -> list[Event]:
    """The events of a document's parsed paragraphs, in the order of the text; the most telling ones if there are
    more than :data:`LIMIT`. ``leads`` are the paragraphs whose events count most."""
    first = set(leads)
    candidates: list[_Candidate] = []
    for k, frame in sorted(frames.items()):
        reader = _Reader(text, frame, people, published, leads=k in first)
        for event, weight in reader.events():
            candidates.append(_Candidate(event, weight + (2 if k in first else 0)))
    best = sorted(candidates, key=lambda c: -c.rank)[:LIMIT]
    return sorted((c.event for c in best), key=lambda e: e.start)


class _Reader:
    """Reads the events of one paragraph."""

    def __init__(
        self, text: str, frame: Frame, people: Directory, published: datetime.date | None, *, leads: bool
    ) -> None:
        self._text = text
        self._frame = frame
        self._people = people
        self._published = published
        self._leads = leads
        self._impersonal = gazetteer.english().impersonal

    def events(self) -> list[tuple[Event, float]]:
        found = []
        frame = self._frame
        for k, tag in enumerate(frame.tags):
            if frame.quoted[k] or not tag.startswith("VB"):
                continue
            result = self._event(frame.doc[k])
            if result is not None:
                found += self._shared(frame.doc[k], *result)
        return found

    def _shared(self, verb: Token, event: Event, weight: float) -> list[tuple[Event, float]]:
        """The event once for each of those who act together, and for each of those it is done to."""
        who = grammar.subject(verb)
        objects = grammar.objects(verb)
        if who is None:
            return [(event, weight)]
        done_to: Token | None = who[0] if who[1] else objects[0] if objects else None
        doing: Token | None = grammar.agent(verb) if who[1] else who[0]
        actors = self._together(doing) if doing is not None and event.actor else []
        targets = self._together(done_to) if done_to is not None and event.target else []
        shared = [
            (msgspec.structs.replace(event, actor=actor, target=target), weight)
            for actor in dict.fromkeys([event.actor, *(a for a in actors if a != event.target)])
            for target in dict.fromkeys([event.target, *(t for t in targets if t != event.actor)])
        ]
        return shared[:_TOGETHER]

    def _together(self, head: Token) -> list[str]:
        """The names of those that "and" joins to ``head``."""
        others = grammar.joined(head)
        behind = [other.right_edge.i + 1 for other in others]
        tags = self._frame.tags
        if (
            others
            and others[0].i > head.head.i
            and any(k < len(tags) and tags[k] in eventwords.FINITE for k in behind)
        ):
            return []  # "discussed Ukraine, Putin and Hollande met": another sentence begins there
        parties = [self._party(other) for other in others]
        return [party.name for party in parties if party is not None]

    def _event(self, verb: Token) -> tuple[Event, float] | None:
        if verb.dep_ in ("aux", "auxpass", "amod", "compound", "punct"):
            return None
        action, kind = self._action(verb)
        if kind is None:
            return None
        who = grammar.subject(verb)
        if who is None:
            return None
        head, passive = who
        objects = grammar.objects(verb)
        if passive:
            by = grammar.agent(verb)
            actor = self._party(by) if by is not None else None
            target = self._party(head)
        else:
            actor = self._party(head)
            target = self._target(objects[0]) if objects else None
            if actor is None:
                return None
        place, indirect = self._around(verb, objects, action, kind)
        acted = head if passive else objects[0] if objects else None
        if acted is None:
            broken = verbs.said_of(action, head.text)
            kind = broken or (None if action in verbs.transitive() else kind)
            if kind is None:
                return None
            amount = grammar.amount(verb) if kind == "trade" else None
            target = Party(self._written(*amount), None) if amount is not None else None
            if broken is not None:  # "talks collapsed": it is done to them, nobody says by whom
                actor, target, passive = None, actor, True
        if acted is not None:
            named = self._named(acted)
            person = named is not None and named.label == "PERSON"
            site = named is not None and named.label in PLACES
            kind = verbs.narrowed(action, kind, acted.lower_, person=person, place=site)
            if kind is None:
                return None
        if target is None and not passive:
            target = indirect
        if kind == "say":
            target = None if target is None or target.entity is None else target
        sentence = self._sentence(verb)
        modality = self._modality(verb)
        when, date = self._time(verb, *sentence, ahead=modality in eventwords.AHEAD)
        if (
            kind == "move"
            and verb.dep_ in grammar.RELATIVE
            and verb.tag_ in ("VBZ", "VBP")
            and modality == "asserted"
        ):
            return None  # "who drives for a small firm": what somebody does, not what happened
        able = not passive and self._acts(head)
        if not self._tells(kind, actor, target, place or when, passive=passive, able=able):
            return None
        start, end = self._frame.span_of(verb.i, verb.i)
        event = Event(
            action=action,
            kind=kind,
            start=start,
            end=end,
            sentence_start=sentence[0],
            sentence_end=sentence[1],
            actor=actor.name if actor else None,
            target=target.name if target else None,
            place=place,
            time=when,
            time_normalised=date,
            negated=grammar.negated(verb)
            or any(child.lower_ in eventwords.NEARLY for child in verb.children),
            modality=modality,
        )
        weight = 0.0 if kind == "say" else 1.0
        weight += sum(party is not None and party.entity is not None for party in (actor, target))
        weight += (place is not None) * 0.5 + (when is not None) * 0.5
        return event, weight

    def _action(self, verb: Token) -> tuple[str, str | None]:
        """The lemma, with a particle, and the class of the action; no class for what is no action."""
        lemma = verbs.lemma(verb.text, verb.tag_)
        classes = verbs.kinds()
        for child in verb.children:
            if (
                child.dep_ in ("prt", "prep", "advmod", "acomp", "oprd")
                and f"{lemma} {child.lower_}" in classes
            ):
                action = f"{lemma} {child.lower_}"
                return action, classes[action]
        if any(child.dep_ == "prt" for child in verb.children):
            particle = next(child.lower_ for child in verb.children if child.dep_ == "prt")
            return (
                f"{lemma} {particle}",
                None,
            )  # "hold out", "reach out" mean another thing than "hold", "reach"
        if lemma in verbs.soft():
            return lemma, None
        return lemma, classes.get(lemma)

    def _party(self, head: Token) -> Party | None:
        """The noun phrase of ``head`` as a participant: the entity if its head is one, else the phrase."""
        frame = self._frame
        if head.lower_ in eventwords.NEUTRAL and not frame.quoted[head.i]:
            meant = self._subject_meant(head)
            return self._party(meant) if meant is not None else None
        if frame.quoted[head.i]:
            work = self._people.within(frame.starts[head.i], frame.ends[head.i])
            return (
                Party(work[0][2].text, work[0][2]) if work and work[0][2].label in eventwords.WORKS else None
            )
        if head.lower_ in eventwords.NOBODY or head.tag_.startswith("VB") or head.tag_ in ("CD", "WDT", "WP"):
            return None
        named = self._named(head)
        if named is not None:
            return Party(named.text, named)
        if head.lower_ in eventwords.PERSONAL:
            person = self._antecedent(head)
            return Party(person.text, person) if person is not None else None
        if head.ent_type_ in ("DATE", "TIME", "PERCENT"):
            return None
        first, last = grammar.phrase(head)
        while first < last and (frame.doc[first].tag_ in ("DT", "PRP$") or frame.doc[first].is_punct):
            first += 1
        if any(frame.quoted[k] for k in range(first, last + 1)) and last > head.i:
            last = head.i
        start, end = frame.span_of(first, last)
        name = self._written(first, last)
        if not 2 <= len(name) <= 120 or times.is_time(name):
            return None
        inside = self._people.within(start, end)
        return Party(name, inside[0][2] if inside else None)

    def _written(self, first: int, last: int) -> str:
        start, end = self._frame.span_of(first, last)
        return " ".join(self._text[start:end].translate(_UNQUOTED).split())

    def _target(self, head: Token) -> Party | None:
        """A direct object, with the one who gets it if that is an entity: "a draft treaty to the Commission"."""
        party = self._party(head)
        if party is not None and verbs.lemma(head.head.text) in grammar.BLAMING:
            name, _of, deed = party.name.partition(" of ")
            party = Party(name, party.entity) if deed.partition(" ")[0].endswith("ing") else party
        if party is None or party.entity is not None:
            return party
        for word, noun in (*grammar.prepositional(head), *grammar.prepositional(head.head)):
            receiver = self._named(noun) if word == "to" and noun.i > head.i else None
            if receiver is not None and receiver.label in eventwords.RECEIVERS and noun.i - head.i < 12:
                name = party.name.partition(" to ")[0]
                return Party(f"{name} to {receiver.text}", receiver)
        return party

    def _named(self, head: Token) -> Entity | None:
        """The entity that ``head`` names, or an apposition: "the minister, Ana Lopez", "the steel group Acme"."""
        frame = self._frame
        own = self._people.within(frame.starts[head.i], frame.ends[head.i])
        if own:
            return own[0][2]
        for child in head.children:
            if child.dep_ == "appos" and not frame.quoted[child.i]:
                for _a, _b, entity in self._people.within(frame.starts[child.i], frame.ends[child.i]):
                    if entity.label == "PERSON" or child.left_edge.i == head.i + 1:
                        return entity
        return self._named_behind(head)

    def _named_behind(self, head: Token) -> Entity | None:
        """The person in "the prime minister of Sudmark, Anton Reusz", where a parser hangs the name on the country."""
        for child in head.children:
            if child.lower_ != "of" or child.dep_ != "prep":
                continue
            for noun in child.children:
                for last in noun.children:
                    if last.dep_ == "appos" and not self._frame.quoted[last.i] and noun.tag_ == "NNP":
                        named = self._people.within(self._frame.starts[last.i], self._frame.ends[last.i])
                        if named and named[0][2].label == "PERSON":
                            return named[0][2]
        return None

    def _antecedent(self, pronoun: Token) -> Entity | None:
        if pronoun.lower_ == "them":
            return None
        speaker = grammar.reporter(pronoun)
        if speaker is None and pronoun.dep_ in grammar.ACTIVE and pronoun.head.dep_ == "ROOT":
            speaker = self._subject_before(pronoun)  # who the sentence before is about
        if speaker is not None:
            named = self._named(speaker)
            if named is not None and named.label == "PERSON":
                return named
        at = self._frame.starts[pronoun.i]
        near = [e for _a, b, e in self._people.before(at, 8) if e.label == "PERSON" and at - b < 400]
        return near[0] if near and all(e is near[0] for e in near[:2]) else None

    def _subject_meant(self, pronoun: Token) -> Token | None:
        """Whom "it" or "they" names, as a subject: who says so, in "the company said it would ...", or the subject of
        the sentence before, when that is one that the pronoun can stand for."""
        noun = grammar.reporter(pronoun)
        if noun is None and pronoun.dep_ in grammar.ACTIVE | grammar.PASSIVE and pronoun.head.dep_ == "ROOT":
            noun = self._subject_before(pronoun)
        if noun is None or self._frame.quoted[noun.i]:
            return None
        plural = noun.tag_ in ("NNS", "NNPS") or any(grammar.joined(noun))
        named = self._named(noun)
        if pronoun.lower_ == "they":
            return noun if plural and (named is None or named.label in ("ORG", "NORP", "PERSON")) else None
        organised = named.label in ("ORG", "GPE") if named is not None else noun.lower_ in self._impersonal
        return noun if organised and (noun.tag_ not in ("NNS", "NNPS") or named is not None) else None

    def _subject_before(self, pronoun: Token) -> Token | None:
        start = pronoun.sent.start
        if start == 0:
            return None
        root = self._frame.doc[start - 1].sent.root
        if self._frame.quoted[root.i] or not root.tag_.startswith("VB"):
            return None
        found = grammar.subject(root)
        return found[0] if found is not None else None

    def _around(
        self, verb: Token, objects: Sequence[Token], action: str, kind: str
    ) -> tuple[str | None, Party | None]:
        """The place, and whom a preposition names as the other side."""
        own = action.rpartition(" ")[2]  # "before" in "appear before magistrates"
        place: str | None = None
        party: Party | None = None
        for head in (verb, *objects[:1]):
            for word, noun in grammar.prepositional(head):
                if self._frame.quoted[noun.i]:
                    continue
                last = word.rsplit(" ", 1)[-1]
                where = self._place(noun)
                if (
                    place is None
                    and last in eventwords.PLACE_WORDS
                    and where is not None
                    and (last not in ("to", "from") or head is verb)
                ):
                    place = where
                elif (
                    party is None
                    and (
                        word == own
                        or (word in eventwords.TARGET_WORDS and (word != "at" or kind in eventwords.AIMING))
                    )
                    and head is verb
                ):
                    party = self._party(noun)
                    place = place or (where if word == own else None)
        return place, party

    def _place(self, noun: Token) -> str | None:
        start, end = self._frame.starts[noun.i], self._frame.ends[noun.i]
        for _a, _b, entity in self._people.within(start, end):
            if entity.label in PLACES or entity.text.rsplit(" ", 1)[-1].lower() in eventwords.BUILDINGS:
                return entity.text
        for word, inner in grammar.prepositional(noun):
            if word in eventwords.INNER or (word == "of" and noun.lower_ in eventwords.SITES):
                start, end = self._frame.starts[inner.i], self._frame.ends[inner.i]
                named = [e for _a, _b, e in self._people.within(start, end) if e.label in PLACES]
                if named:
                    return named[0].text
        if noun.lower_ not in eventwords.SITES:
            return None
        first, last = grammar.phrase(noun)
        start, end = self._frame.span_of(first, last)
        named = [e for _a, _b, e in self._people.within(start, end) if e.label in PLACES]
        return named[0].text if named else None

    def _tells(
        self,
        kind: str,
        actor: Party | None,
        target: Party | None,
        circumstance: str | None,
        *,
        passive: bool,
        able: bool,
    ) -> bool:
        """Does the event say enough to be worth a record? ``circumstance`` is where or when it was; ``able`` says that
        the actor is a person or an office, named or not."""
        known = [party for party in (actor, target) if party is not None and party.entity is not None]
        if kind == "say":
            return bool(known) and target is not None and actor is not None
        if passive:
            return target is not None and (
                bool(known) or circumstance is not None or self._leads or kind in eventwords.GRAVE
            )
        if kind in eventwords.GRAVE and (target is not None or circumstance is not None):
            return True
        whole = actor is not None and (target is not None or kind in eventwords.ALONE)
        if whole and (circumstance is not None or able or self._leads):
            return True
        if able and circumstance is not None:
            return True
        return bool(known) and (target is not None or circumstance is not None or kind in eventwords.ALONE)

    def _acts(self, head: Token) -> bool:
        """Is this a person or an office, by name or by its noun?"""
        named = self._named(head)
        if named is not None:
            return named.label in eventwords.RECEIVERS
        noun = head.lower_
        return (
            noun in eventwords.PERSONAL
            or noun in eventwords.NEUTRAL
            or noun in self._impersonal
            or verbs.singular(noun) in self._impersonal
            or noun in verbs.people()
            or verbs.singular(noun) in verbs.people()
        )

    def _sentence(self, verb: Token) -> tuple[int, int]:
        sentence = verb.sent
        return self._frame.span_of(sentence.start, sentence.end - 1)

    def _time(self, verb: Token, start: int, end: int, *, ahead: bool) -> tuple[str | None, str | None]:
        """The expression of time at the verb: in its clause, the nearest one; else the sentence's only one."""
        found = times.within(self._text, start, end)
        if not found:
            return None, None
        at = self._frame.starts[verb.i]
        own = [m for m in found if self._belongs(verb, m.start())]
        when = next((child for child in verb.children if child.lower_ == "when"), None)
        if not own and when is not None:  # "on Thursday evening, when ..."
            opens = self._frame.starts[when.i]
            own = [m for m in found if m.end() <= opens <= m.end() + 2]
        found = [m for m in found if not m.group().lower().startswith("since")]
        if not own and not found:
            return None, None
        if not own and len(found) > 1:
            return None, None
        best = min(own or found, key=lambda m: abs(m.start() - at))
        if not own and not self._is_root(verb):
            return None, None
        return times.bare(best.group()), times.normalise(best, self._published, ahead=ahead)

    def _belongs(self, verb: Token, at: int) -> bool:
        """Does what stands at ``at`` hang on this verb, with no other verb between?"""
        frame = self._frame
        for k in range(verb.sent.start, verb.sent.end):
            if frame.ends[k] > at:
                token = frame.doc[k]
                if self._is_of_telling(verb, k):
                    return False
                for _ in range(12):
                    if token.i == verb.i:
                        return True
                    if token.head is token or token.tag_.startswith("VB") or token.dep_ == "appos":
                        return False
                    token = token.head
                return False
        return False

    def _is_of_telling(self, verb: Token, k: int) -> bool:
        """Does token ``k`` begin the day in "said on Thursday it had agreed", which is when it was said?"""
        before = k - 1 - (self._frame.lower[k - 1] == "on") if k else -1
        return (
            before >= 0 and verb.i != before and verb.head.i == before and self._frame.lower[k - 1] != "that"
        )

    def _is_root(self, verb: Token) -> bool:
        return bool(verb.head is verb)

    def _modality(self, verb: Token) -> str:
        adjective = grammar.adjective(verb)
        if adjective is not None:
            return "possible" if adjective.lower_ == "unlikely" else "future"
        for child in verb.children:
            if child.dep_ == "aux" or child.tag_ == "MD":
                lower = child.lower_
                if lower in eventwords.POSSIBLE:
                    return "possible"
                if lower in eventwords.FUTURE:
                    return "future"
                if lower in eventwords.REQUIRED:
                    return "required"
        head = verb.head
        if verb.dep_ == "conj" and verb.tag_ == "VB" and head.tag_ == "VB":
            return self._modality(head)  # "would cap the tax and raise ..."
        if verb.dep_ in ("acl", "ccomp") and head.lower_ in eventwords.CLAIMS:
            refused = verbs.lemma(head.head.text, head.head.tag_) in eventwords.REFUSING
            return "denied" if refused else "reported"
        if verb.dep_ in ("xcomp", "ccomp", "pcomp", "advcl") and head is not verb:
            if verb.dep_ == "pcomp":
                if head.lower_ not in eventwords.GOVERNING:
                    return "asserted"  # "after meeting him"
                head = head.head
            lemma = verbs.lemma(head.text, head.tag_)
            if verb.dep_ == "advcl":
                infinitive = any(c.lower_ == "to" for c in verb.lefts)
                went_on = lemma == "go" and any(child.lower_ == "on" for child in head.children)
                if infinitive and (went_on or lemma in eventwords.ARRIVING) and head.tag_ == "VBD":
                    return "asserted"
                conditional = any(c.lower_ in ("if", "unless", "whether") for c in verb.lefts)
                return "possible" if conditional else "future" if infinitive else "asserted"
            particle = next((c.lower_ for c in head.children if c.dep_ == "prt"), "")
            meant = eventwords.OPERATORS.get(f"{lemma} {particle}".strip()) or eventwords.OPERATORS.get(lemma)
            if lemma in ("be", "have") and not (verb.dep_ == "xcomp" and grammar.is_infinitive(verb)):
                meant = None
            if lemma in eventwords.TELLING and verb.dep_ == "ccomp":
                return "reported"
            if meant == "reported" and verb.dep_ == "xcomp":
                return "asserted"
            if meant is not None:
                if meant == "future" and verb.dep_ == "ccomp" and lemma in ("agree", "decide"):
                    return "asserted"
                return meant
        if verb.dep_ in ("relcl", "acl") and grammar.is_infinitive(verb):
            return "asserted" if grammar.is_ranked(head) else "future"
        return "asserted"
