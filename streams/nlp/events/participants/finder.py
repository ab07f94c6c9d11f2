"""Participants of events: noun phrases of a parsed paragraph, resolved to names and entities."""

from __future__ import annotations

import functools
import re

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import word_lists
from streams.nlp.events.participants import pronouns, quantifiers, quoted_phrases
from streams.nlp.events.participants.antecedents import AntecedentFinder
from streams.nlp.events.participants.complements import Complements
from streams.nlp.events.participants.definite import DefiniteReader
from streams.nlp.events.participants.noun_names import NounNames
from streams.nlp.events.participants.participant import Participant
from streams.nlp.events.participants.places import PlaceFinder
from streams.nlp.events.participants.pronouns import PronounReader
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.references import anaphors
from streams.nlp.references.anaphors import Anaphor, Place
from streams.nlp.references.meaning import Meanings
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions
from streams.records import Entity

_UNQUOTED = str.maketrans("", "", '"“”„«»‘')
_CLOSING = re.compile(r"(?<!s)['’](?=\s|$)")  # a single mark that closes a quotation, and is no apostrophe

# The rest of a compound, or of an amount, that a tokenizer cut in two: "ex-minister", "$28.5m".
_BROKEN = re.compile(r"[-‐‑]\w+|[a-z]+", re.IGNORECASE)

_HYPHENS = ("-", "‐", "‑")
_DASHES = frozenset({"-", "–", "—", "--"})
_LEADING = frozenset(
    {"DT", "PRP$", "WDT", "WP", "WP$"}
)  # tags of what opens a noun phrase and is no part of a name
_NO_NOUNS = frozenset({"WDT", "WP", "WP$", "PRP$", "POS", "WRB", "EX"})

# Bounds of the search; the values are ours.
_MIN_NAME, _MAX_NAME = 2, 120  # characters of a participant that is no entity
_MAX_RECIPIENT_DISTANCE = 12  # tokens from an object to "to X"


class ParticipantFinder:
    """Finds the participants of events in one parsed paragraph, by noun phrase; ``places`` finds where they happen."""

    def __init__(
        self,
        text: str,
        parsed: ParsedParagraph,
        entities: EntityIndex,
        references: DefiniteNouns | None = None,
        meanings: Meanings | None = None,
        place: Place = Place.TEXT,
    ) -> None:
        self._meanings = meanings
        self._place = place
        self._meant: dict[int, Participant | None] = {}  # by token of an anaphor
        self._text = text
        #: Returns the text of the tokens from a first to a last one. No method: helpers that hold one would make a cycle, in which the
        #: parsed docs of a batch wait for the garbage collector.
        self.written = functools.partial(_written, text, parsed)
        self._definite = DefiniteReader(parsed, entities, references, self.written)
        self._parsed = parsed
        self._entities = entities
        self._names = NounNames(parsed, entities)
        self.places = PlaceFinder(text, parsed, entities)
        self._complements = Complements(parsed, self.written)
        self._antecedents = AntecedentFinder(parsed, entities, self._names)
        self._pronouns = PronounReader(parsed, entities, self._names, self._antecedents, references)

    def participant(self, head: Token) -> Participant | None:
        """Return the noun phrase of ``head`` as a participant: its entity if the head is one, else the words of the phrase.

        Pronouns and descriptions are resolved. ``None`` if the phrase cannot be a participant.
        """
        if self._meanings is None:
            return self._by_rules(head)
        if head.i not in self._meant:
            anaphor = anaphors.read(self._parsed, head, self._place) if self._may_refer(head) else None
            if anaphor is None:
                return self._by_rules(head)
            self._meant[head.i] = self._by_meaning(head, anaphor, self._meanings)
        return self._meant[head.i]

    def _may_refer(self, head: Token) -> bool:
        """Return whether a noun has no name of its own, and no apposition with one."""
        named = self.named(head)
        return named is None or named.label == "NORP"

    def _by_meaning(self, head: Token, anaphor: Anaphor, meanings: Meanings) -> Participant | None:
        """Return what an anaphor stands for, else what rules say, but no name that is too improbable."""
        found = self._by_rules(head)
        rule = found.entity if found is not None else None
        meant = meanings.meant(anaphor, rule, ruled=found is not None, barred=self._barred(head))
        if meant is not None:
            return Participant(meant.text, meant)
        if rule is None or rule.label == "NORP":
            return found
        return self._by_rules(head, resolving=False) if anaphor.noun not in anaphors.PRONOUNS else None

    def _by_rules(self, head: Token, *, resolving: bool = True) -> Participant | None:
        """Return the noun phrase of ``head`` as a participant by rules; nouns for a name are left as they are without ``resolving``."""
        parsed = self._parsed
        if head.lower_ in word_lists.NEUTRAL_PRONOUNS | {"them"} and not parsed.quoted[head.i]:
            antecedent = self._neutral(head)
            return self.participant(antecedent) if antecedent is not None else None
        company = resolving and self._antecedents.stands_for_name(head)
        meant = self._antecedents.named_before(head) if company else None
        if meant is not None:
            return Participant(meant.text, meant)
        if parsed.quoted[head.i]:
            return self._quoted(head)
        if quantifiers.is_bare(head) or head.tag_ in _NO_NOUNS:
            return None
        noun = head.tag_.startswith("VB") and head.dep_ in dependencies.OBJECT  # "intensified screening"
        if head.tag_.startswith(("VB", "CD", "SYM")) and not (noun or quantifiers.counts(head)):
            return None
        if head.lower_ in word_lists.FRAGMENT_NOUNS or self.places.ends_list(head, self.named(head)):
            return None
        named = self.named(head)
        if named is not None and named.label == "NORP" and head.tag_ not in ("NNPS", "NNS"):
            described = self._definite.entity(head, *dependencies.phrase(head)) if resolving else None
            named = described or named  # "the Belgian"
        if named is not None:
            several = named.label == "NORP" and head.tag_ in ("NNPS", "NNS")  # "Montana Republicans"
            owned = self._names.owned(head, named) or self._names.whole(head, named)
            name = self.written(*owned) if owned is not None else named.text
            return Participant(self._before(head) if several else name.removeprefix("the "), named)
        if head.lower_ in word_lists.PERSONAL_PRONOUNS:
            return self._person(head)
        if head.ent_type_ in ("DATE", "TIME", "PERCENT") and not quantifiers.is_of_something(head):
            return None
        first, last = dependencies.phrase(head)
        meant = self._definite.entity(head, first, last) if resolving else None
        if meant is not None and meant is not self._barred(head):
            return Participant(meant.text, meant)
        counted = quantifiers.counted(head) if last == head.i else None
        if counted is not None and (head.ent_type_ == "PERCENT" or head.lower_ in word_lists.QUANTIFIERS):
            last = dependencies.phrase(counted)[1]
        for child in head.rights:  # "the device company JumpCloud"
            if child.dep_ == "appos" and child.left_edge.i == last + 1 and child.tag_ == "NNP":
                last = child.i
        first = self._trimmed(first, head.i)
        if any(parsed.quoted[k] for k in range(first, last + 1)) and last > head.i:
            last = head.i
        start, end = parsed.span_of(first, last)
        name = self.written(first, last)
        broken = _BROKEN.match(self._text, end)
        if broken is not None and last == head.i:
            name += broken.group()
        if name.count("(") > name.count(")"):
            name = name[: name.rindex("(")].rstrip()
        cut = name[:1] in _HYPHENS
        if cut or not _MIN_NAME <= len(name) <= _MAX_NAME or time_expressions.is_time(name):
            return None
        inside = self._entities.within(start, end)
        return Participant(name, within=inside[0][2] if inside else None)

    def _quoted(self, head: Token) -> Participant | None:
        """Return a work whose name is quoted, or an object in quotation marks that nobody speaks."""
        named = self._entities.at(self._parsed.starts[head.i], self._parsed.ends[head.i])
        if named is not None and named.label in word_lists.WORK_LABELS:
            return Participant(named.text, named)
        phrase = quoted_phrases.tokens(self._parsed, head)
        name = self.written(self._trimmed(phrase[0], head.i), phrase[1]) if phrase is not None else ""
        return Participant(name, within=named) if _MIN_NAME <= len(name) <= _MAX_NAME else None

    def _trimmed(self, first: int, head: int) -> int:
        """Return the first token of a noun phrase without article, relative pronoun and what a parser took in from before a dash: "sales"
        in "carmakers fared well - sales jumped"."""
        doc, tags = self._parsed.doc, self._parsed.tags
        for k in range(first + 1, head):
            if doc[k].text in _DASHES and doc[k - 1].whitespace_ and not tags[k - 1].startswith("NN"):
                first = k + 1
        for k in range(head - 1, first, -1):  # "the mill was closed and local police"
            if tags[k] in word_lists.FINITE_TAGS:
                first = next((j + 1 for j in range(head - 1, k, -1) if tags[j] in ("CC", ",")), first)
                break
        first += first < head and self._parsed.lower[first] in word_lists.OPENING_WORDS
        while first < head and (
            (tags[first] in _LEADING and not dependencies.compares(doc[first])) or doc[first].is_punct
        ):
            first += 1
        return first

    def _before(self, head: Token) -> str:
        """Return the words of a noun phrase up to its noun, without the article."""
        first = dependencies.phrase(head)[0]
        while first < head.i and self._parsed.doc[first].tag_ in ("DT", "PRP$", "CD"):
            first += 1
        return self.written(first, head.i)

    def words(self, head: Token) -> Participant | None:
        """Return a participant as the text has it, whomever a description may stand for: "governor" in "resigned as governor"."""
        return self._by_rules(head, resolving=False)

    def whole(self, head: Token, verb: Token | None = None) -> Participant | None:
        """Return a participant with what says which one: "the team led by Ida Holm", "an end to the strike" in "called for an end to
        the strike". ``verb`` is the one that it belongs to."""
        participant = self.participant(head)
        if participant is None or participant.entity is not None:
            return participant
        return self._complements.added(self.meant_by(head), participant, verb)

    def target(self, head: Token, verb: Token) -> Participant | None:
        """Return the object of a verb, with its recipient if that is an entity: "a draft treaty to the Commission"."""
        participant = self.participant(head)
        if participant is not None and verbs.lemma(head.head.text) in dependencies.BLAMING:
            if participant.entity is None:
                participant = participant._replace(name=participant.name.partition(" for ")[0])
            name, _of, accusation = participant.name.partition(" of ")
            participant = (
                participant._replace(name=name)
                if accusation.partition(" ")[0].endswith("ing")
                else participant
            )
        if participant is None or participant.entity is not None:
            return participant
        for word, noun in dependencies.prepositional(head):
            against = self.participant(noun) if word == "against" and noun.i > head.i else None
            if against is not None and " against " not in participant.name:
                return Participant(f"{participant.name} against {against.name}", within=against.entity)
        for word, noun in (*dependencies.prepositional(head), *dependencies.prepositional(head.head)):
            receiver = self._names.receiver(noun) if word == "to" and noun.i > head.i else None
            if (
                receiver is not None
                and receiver.label in word_lists.RECIPIENT_LABELS
                and noun.i - head.i < _MAX_RECIPIENT_DISTANCE
            ):
                name = participant.name.partition(" to ")[0]
                return Participant(f"{name} to {self._together(noun, receiver)}", within=receiver)
        return self._complements.added(head, participant, verb)

    def _together(self, noun: Token, receiver: Entity) -> str:
        """Return a recipient and those joined to it: "Acme, Vega and Ida Holm"."""
        others = [self.participant(other) for other in dependencies.joined(noun)]
        names = [
            receiver.text,
            *(other.name for other in others if other is not None and other.entity is not None),
        ]
        names = list(dict.fromkeys(names))
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

    def clause(self, verb: Token) -> Participant | None:
        """Return the infinitive or gerund that is the object of a verb: "use force" in "threatened to use force"."""
        return self._complements.clause(verb) or self._complements.statement(verb)

    def said(self, verb: Token) -> tuple[Token | None, Participant | None]:
        """Return the verb of what a verb of speech says, and its clause: "the dam may break" in "warned that the dam may break"."""
        return self._complements.said(verb)

    def coordinated(self, head: Token) -> list[Participant]:
        """Return the noun phrases coordinated with ``head`` by "and"."""
        others = dependencies.joined(head)
        behind = [other.right_edge.i + 1 for other in others]
        tags = self._parsed.tags
        if (
            others
            and others[0].i > head.head.i
            and any(k < len(tags) and tags[k] in word_lists.FINITE_TAGS for k in behind)
        ):
            return []  # "discussed Ukraine, Putin and Hollande met": another sentence begins there
        participants = [self.whole(other) for other in others]
        return [participant for participant in participants if participant is not None]

    def named(self, head: Token) -> Entity | None:
        """Return the entity that ``head`` or its apposition names: "the minister, Ana Lopez"."""
        return self._names.named(head)

    def meant_by(self, head: Token) -> Token:
        """Return the noun that a pronoun "they" or "it" stands for, ``head`` itself if it is no such pronoun."""
        if head.lower_ not in word_lists.NEUTRAL_PRONOUNS or self._parsed.quoted[head.i]:
            return head
        antecedent = self._neutral(head)
        return antecedent if antecedent is not None else head

    def _neutral(self, pronoun: Token) -> Token | None:
        """Return the noun that "it", "they" or "them" stands for."""
        return self._antecedents.neutral(pronoun) or self._pronouns.thing(pronoun)

    def is_agentive(self, head: Token) -> bool:
        """Return whether a participant can act: a person, an organisation or an office, by its entity or its noun."""
        return self._names.is_agentive(head)

    def _person(self, pronoun: Token) -> Participant | None:
        """Return the person that "he", "she", "him" or "her" refers to, ``None`` if it is ambiguous."""
        meant = self._pronouns.person(pronoun, self._barred(pronoun))
        if isinstance(meant, Entity):
            return Participant(meant.text, meant)
        return self.participant(meant) if meant is not None else None

    def _barred(self, head: Token) -> Entity | None:
        """Return the entity that acts in the clause in which a noun or pronoun is an object."""
        acting = pronouns.acting_in(head)
        who = self.participant(acting) if acting is not None else None
        return who.entity if who is not None else None


def _written(text: str, parsed: ParsedParagraph, first: int, last: int) -> str:
    """Return the text of the tokens, without quotation marks."""
    start, end = parsed.span_of(first, last)
    return _CLOSING.sub("", " ".join(text[start:end].translate(_UNQUOTED).split()))
