"""Reporting cues with their speakers, and resolution of speakers named by a pronoun or a title."""

from __future__ import annotations

from collections.abc import Sequence

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import adjacent_speaker, document_authors, speaker_phrases
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.quotes.pronouns import PREPOSITIONS, Cue, Pronouns
from streams.nlp.quotes.references import References, Speaker
from streams.nlp.quotes.said import statements, unsaid
from streams.nlp.syntax import dependencies, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import Lexicon
from streams.nlp.text.quotation_marks import Quotation
from streams.records import Entity

_MAX_APPOSITION_GAP = (
    3  # code points after a title within which the name begins: "said the minister, Ana Lopez"
)
_NON_SPEAKERS = frozenset(
    {"anybody", "anyone", "everybody", "everyone", "nobody", "somebody", "someone", "you", "them",
     "us", "me", "one", "that", "which", "what", "this", "who", "all", "nothing", "something", "none",
     "people", "others", "another", "there", "’s", "'s"}
)  # fmt: skip
# Verbs (lemmas) of conversation, besides those of reports.
_DIALOGUE = frozenset({"ask", "answer", "reply", "write", "shout", "whisper", "joke", "yell", "respond", "cry",
                       "repeat", "tweet"})  # fmt: skip
_VERBS = frozenset({"VB", "VBD", "VBZ", "VBP"})  # tags of what a parser took for a subject
_MAX_SECOND = 8  # code points behind a name within which the second of two begins
_NO_PARAGRAPH = -9  # before any speaker: adjacent to no paragraph


class SpeakerResolver:
    """Resolves the speakers of one document; remembers the last one, to resolve later pronouns."""

    def __init__(
        self, text: str, entities: EntityIndex, quotations: Sequence[Quotation], words: Lexicon
    ) -> None:
        self._text = text
        self._entities = entities
        self._references = References(text, entities, quotations)
        self._nouns = DefiniteNouns(text, entities, self._references)
        self._english = "according" in words.according
        self._pronouns = Pronouns(text, self._references, words)
        self.words = words
        self.last: Speaker | None = None
        self.last_paragraph = _NO_PARAGRAPH

    def remember(self, speaker: Speaker, paragraph: int) -> None:
        """Store ``speaker`` as the last one; ``paragraph`` is the index of the paragraph."""
        self.last, self.last_paragraph = speaker, paragraph

    def may_go_on(self, speaker: Speaker) -> bool:
        """Return whether a speaker of indirect speech may be who speaks in the next paragraph: somebody with a name, or a person."""
        return (
            speaker.entity is not None
            or self._pronouns.is_person(speaker)
            or self._pronouns.is_people(speaker)
        )

    def is_weak(self, cue: str | None) -> bool:
        """Return whether a reporting verb mostly means something else, and does not name things as "call" and "describe" do."""
        lemma = self.words.forms.get(cue.lower()) if cue is not None else None
        return lemma in self.words.weak and lemma not in self.words.naming

    def is_saying(self, cue: str | None) -> bool:
        """Return whether a reporting verb is one of saying, and of no thing that shows something; "according to", too."""
        lemma = self.words.forms.get(cue.lower()) if cue is not None else None
        said = lemma in verbs.indirect_reporting() and lemma not in statements.listed("showing")
        return said or cue == "according to" or lemma in _DIALOGUE

    def is_core(self, cue: str | None) -> bool:
        """Return whether a reporting verb means to say something, and not to show, think or do it; without a verb, too."""
        lemma = self.words.forms.get(cue.lower()) if cue is not None else None
        return cue is None or not self._english or lemma in verbs.indirect_reporting() or lemma in _DIALOGUE

    def cues(self, parsed: ParsedParagraph) -> list[Cue]:
        """Return the reporting words outside quotations with their speakers, in text order."""
        found: list[Cue] = []
        for k, lower in enumerate(parsed.lower):
            if parsed.quoted[k]:
                continue
            lemma = self.words.forms.get(lower)
            cue: Cue | None = None
            if (
                lemma is not None
                and parsed.tags[k].startswith("VB")
                and not speaker_phrases.is_in_name(parsed, k, self._entities)
            ):
                cue = self._verb(parsed, parsed.doc[k], lemma, found)
            elif lower in self.words.according:
                cue = self._according(parsed, parsed.doc[k])
            if cue is not None:
                found.append(cue)
        return found

    def _verb(self, parsed: ParsedParagraph, token: Token, lemma: str, so_far: Sequence[Cue]) -> Cue | None:
        """Return the cue of a reporting verb; ``None`` if it has no subject that can speak."""
        found = subjects.subject(speaker_phrases.main_verb(parsed, token))
        reports = not (self._english and speaker_phrases.is_no_clause(parsed, token))
        if found is None or unsaid.is_unsaid(token) or not reports:
            return None
        above = speaker_phrases.who_tells_of(found[0], token) if self._english else None
        found = (subjects.subject(above) if above is not None else None) or found
        head, passive = found
        if head.lower_ in _NON_SPEAKERS and not speaker_phrases.is_of_some(head):
            return None
        if head.lower_ == "it" and dependencies.is_infinitive(token):
            return None  # "it is important to note that"
        passive = passive or dependencies.has_passive_auxiliary(token)
        if passive or parsed.quoted[head.i]:
            by = dependencies.agent(token)
            if by is None:
                return None
            head = by
        elif self._english:
            head = speaker_phrases.person_above(head, token) or head
            verb = speaker_phrases.main_verb(parsed, token)
            head = speaker_phrases.name_before_verb(parsed, head, verb, self._entities) or head
            head = speaker_phrases.seen_saying(parsed, token, self._entities) or head
            if head.tag_ in _VERBS and not self._entities.within(parsed.starts[head.i], parsed.ends[head.i]):
                return None  # "Keeps saying"
        speaker = self.speaker(parsed, head, token.text, so_far)
        if head.lower_ == "it" and speaker is not None and speaker.name.lower() == "it":
            return None
        return Cue(token.i, speaker, lemma in self.words.weak, lemma) if speaker is not None else None

    def _according(self, parsed: ParsedParagraph, token: Token) -> Cue | None:
        """Return the cue of "according to" or its French equivalents."""
        k = token.i + 1
        cue = token.text
        if cue.lower() == "according":
            if k >= len(parsed.lower) or parsed.lower[k] != "to":
                return None
            nouns = [t for t in parsed.doc[k].children if t.dep_ == "pobj"]
            cue = "according to"
        else:
            nouns = [token.head] if token.dep_ == "case" else []
        if not nouns or parsed.quoted[nouns[0].i]:
            return None
        speaker = self.speaker(parsed, nouns[0], cue)
        return Cue(token.i, speaker, False, "according") if speaker is not None else None

    def speaker(
        self, parsed: ParsedParagraph, head: Token, cue: str | None, so_far: Sequence[Cue] = ()
    ) -> Speaker | None:
        """Return the speaker named by the noun phrase of ``head``, resolved to an entity where possible; else ``None``."""
        for a, b, entity in self._entities.within(parsed.starts[head.i], parsed.ends[head.i]):
            if entity.label not in speaker_phrases.MUTE_LABELS:
                a, b, entity = speaker_phrases.behind_office(parsed, a, b, entity, self._entities)
                return self._both(entity, a, self._entities.within(a, b + _MAX_SECOND), cue) or self._named(
                    entity, a, b, cue
                )
        for child in head.children:
            if child.dep_ != "appos" or parsed.quoted[child.i]:
                continue
            for a, b, entity in self._entities.within(parsed.starts[child.i], parsed.ends[child.i]):
                close = child.left_edge.i == head.i + 1 and entity.label not in speaker_phrases.MUTE_LABELS
                if entity.label == "PERSON" or close:
                    return self._named(entity, a, b, cue)
        author = self._author(parsed, head, cue, so_far)
        if author is not None:
            return author
        first, last = dependencies.phrase(head)
        last = speaker_phrases.with_examples(head, last)
        first = speaker_phrases.without_link(parsed, first, head.i)
        while self._english and last > head.i and parsed.tags[last] in ("CC", "IN"):
            last -= 1  # "the former minister and" of a phrase that was cut
        start, end = parsed.span_of(first, last)
        end += speaker_phrases.hyphenated(self._text, end)
        name = " ".join(self._text[start:end].split())
        if self._pronouns.is_one(head.lower_):
            meant = self._pronouns.going_on(head.lower_, cue, self.last, start)
            meant = meant or self._pronouns.antecedent(parsed, head, so_far, self.last, self.speaker)
            if meant is not None and not speaker_phrases.is_addressed(
                parsed, head, meant.entity, self._entities
            ):
                full = self._references.full(meant.entity) if meant.entity is not None else None
                same = meant.entity is not None and meant.name == meant.entity.text
                return Speaker(full.text if full and same else meant.name, start, end, cue, full)
            return Speaker(name, start, end, cue)
        if not any(c.isalpha() for c in name) or (head.tag_ == "CD" and not head.is_alpha):
            return None
        aside = speaker_phrases.in_commas(self._text, head, end, self._entities) if self._english else None
        return (
            self._named(aside[2], aside[0], aside[1], cue)
            if aside is not None
            else self._described(name, start, end, cue, so_far)
        )

    def at(
        self, parsed: ParsedParagraph, first: int, last: int, cue: str | None, *, inverted: bool = False
    ) -> Speaker | None:
        """Return the speaker named by tokens ``first`` to ``last``: the entity at their end, or else the whole phrase."""
        start, end = parsed.span_of(first, last)
        inside = [
            m for m in self._entities.within(start, end) if m[2].label not in speaker_phrases.MUTE_LABELS
        ]
        owners = [
            m
            for m in inside
            if self._text[m[1] : m[1] + 2] in ("’s", "'s") and m[1] + 2 < end and m[2].label == "PERSON"
        ]
        inside = [m for m in inside if m not in owners]  # "said Holm's lawyer"
        if inverted:
            people = [m for m in inside if m[2].label == "PERSON"]
            inside = speaker_phrases.without_club(self._text, people)[:1] or inside
        owned = inside and inside[-1][2].label != "PERSON"
        if owned and len(inside) > 1 and inside[-2][2].label == "PERSON":
            gap = self._text[inside[-2][1] : inside[-1][0]].split()
            if gap and gap[0] in PREPOSITIONS:  # "Ida Holm of Acme said"
                inside.pop()
                return self._named(inside[-1][2], inside[-1][0], inside[-1][1], cue)
        if inverted and (not inside or inside[-1][2].label != "PERSON"):
            for a, b, entity in self._entities.within(end, end + _MAX_APPOSITION_GAP)[:1]:
                if entity.label == "PERSON" and self._text[end:a] in (", ", " "):
                    return self._named(entity, a, b, cue)
        both = self._both(inside[0][2], inside[0][0], inside, cue) if len(inside) == 2 else None
        if both is not None:
            return both
        for a, b, entity in reversed(inside):
            if inverted or (
                b >= parsed.starts[last]
                and not speaker_phrases.is_owned(parsed, first, a, entity, self._entities)
            ):
                a, b, entity = speaker_phrases.behind_office(parsed, a, b, entity, self._entities)
                return self._named(entity, a, b, cue)
        author = self._author(parsed, speaker_phrases.head_of(parsed, first, last), cue, ())
        if author is not None:
            return author
        name = " ".join(self._text[start:end].split())
        return self._described(name, start, end, cue) if any(c.isalpha() for c in name) else None

    def _author(
        self, parsed: ParsedParagraph, head: Token, cue: str | None, so_far: Sequence[Cue]
    ) -> Speaker | None:
        """Return who speaks through a document: "Acme" of "Acme's statement said"; ``None`` if the text does not name the author."""
        found = document_authors.author(head)
        if found is None or parsed.quoted[found.i] or found.ent_type_ == "DATE" or found.lower_.isdigit():
            return None
        speaker = self.speaker(parsed, found, cue, so_far)
        published = found.dep_ in dependencies.ACTIVE  # "officials issued a statement saying"
        if speaker is None or published or speaker.entity is not None:
            return speaker
        capital = any(word[0].isupper() for word in speaker.name.split())  # "Harbor magazine"
        return speaker if capital and found.tag_.startswith("NN") else None

    def from_word_order(
        self, parsed: ParsedParagraph, found: adjacent_speaker.AdjacentSpeaker, so_far: Sequence[Cue]
    ) -> Speaker | None:
        """Return the speaker for a word-order match from :mod:`streams.nlp.quotes.adjacent_speaker`."""
        cue = parsed.words[found.verb]
        if found.first == found.last and parsed.lower[found.first] in self.words.pronouns:
            earlier = [c for c in so_far if c.token < found.first]
            return self.speaker(parsed, parsed.doc[found.first], cue, earlier)
        return self.at(parsed, found.first, found.last, cue, inverted=found.verb < found.first)

    def entity_finder(self, parsed: ParsedParagraph) -> adjacent_speaker.LastEntityToken:
        """Return a function that finds the last token of an entity that may speak within a token range of a paragraph."""
        return speaker_phrases.entity_finder(parsed, self._entities)

    def _both(
        self, first: Entity, start: int, near: Sequence[tuple[int, int, Entity]], cue: str | None
    ) -> Speaker | None:
        """Return the speaker that a person at an offset and one joined by "and" are together, ``None`` if there is no second one."""
        second = speaker_phrases.joined(self._text, first, start, near) if self._english else None
        if second is None:
            return None
        a, end, other = second
        name = self._references.full(other).text if other is not None else self._text[a:end]
        return Speaker(f"{self._references.full(first).text} and {name}", start, end, cue)

    def _named(self, entity: Entity, start: int, end: int, cue: str | None) -> Speaker:
        """Return a speaker that is an entity, by its full name."""
        entity = self._references.full(entity)
        short = self._english and " " not in entity.text and entity.label in ("PERSON", "ORG")
        written = self._references.written_in_full(entity.text) if short else None
        return Speaker(written or entity.text, start, end, cue, entity)

    def _described(
        self, name: str, start: int, end: int, cue: str | None, so_far: Sequence[Cue] = ()
    ) -> Speaker:
        """Return a speaker without a name: whom "the governor" is, if the text says so, else the words themselves with names in full."""
        if not self._english:
            return Speaker(name, start, end, cue)
        outlet = self._nouns.unknown_outlet(name, start, so_far[-1].speaker if so_far else self.last)
        if outlet is not None:
            return Speaker(outlet, start, end, cue)
        meant = (
            self._nouns.definite(name, start, self.last)
            or self._nouns.author(name, start)
            or self._nouns.office_holder(name)
        )
        if meant is not None:
            return self._named(meant, start, end, cue)
        return Speaker(self._nouns.in_full(name, start), start, end, cue)
