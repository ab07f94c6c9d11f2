"""Reporting cues with their speakers, and resolution of speakers named by a pronoun or a title."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import adjacent_speaker
from streams.nlp.syntax import dependencies, subjects
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import Lexicon
from streams.nlp.text.quotation_marks import Quotation
from streams.records import Entity

_MAX_APPOSITION_GAP = (
    3  # code points after a title within which the name begins: "said the minister, Ana Lopez"
)
_MAX_PRONOUN_DISTANCE = 600  # code points back to which a pronoun may reach
_PREPOSITIONS = frozenset({"of", "for", "at", "from", "in", "with", "on"})
_MUTE_LABELS = frozenset({"NORP", "LANGUAGE", "EVENT", "LAW"})  # labels of entities that cannot speak
_NON_SPEAKERS = frozenset(
    [
        "anybody",
        "anyone",
        "everybody",
        "everyone",
        "nobody",
        "somebody",
        "someone",
        "you",
        "them",
        "us",
        "me",
        "one",
        "it",
        "that",
        "which",
        "what",
        "this",
        "who",
        "all",
        "nothing",
        "something",
        "none",
        "people",
        "others",
        "another",
        "there",
    ]
)


_NO_PARAGRAPH = -9  # before any speaker: adjacent to no paragraph


class Speaker(NamedTuple):
    """A speaker: the resolved ``name``, and the offsets of the words that name them in the text (code points)."""

    name: str
    start: int
    end: int
    cue: str | None = None
    entity: Entity | None = None


class Cue(NamedTuple):
    """A reporting word of a paragraph (token index) with its speaker."""

    token: int
    speaker: Speaker
    weak: bool
    lemma: str


class SpeakerResolver:
    """Resolves the speakers of one document; remembers the last one, to resolve later pronouns."""

    def __init__(
        self, text: str, entities: EntityIndex, quotations: Sequence[Quotation], words: Lexicon
    ) -> None:
        self._text = text
        self._entities = entities
        self._quoted = [(q.start, q.end) for q in quotations]
        self.words = words
        self.last: Speaker | None = None
        self.last_paragraph = _NO_PARAGRAPH

    def remember(self, speaker: Speaker, paragraph: int) -> None:
        """Store ``speaker`` as the last one; ``paragraph`` is the index of the paragraph."""
        self.last, self.last_paragraph = speaker, paragraph

    def cues(self, parsed: ParsedParagraph) -> list[Cue]:
        """Return the reporting words outside quotations with their speakers, in text order."""
        found: list[Cue] = []
        for k, lower in enumerate(parsed.lower):
            if parsed.quoted[k]:
                continue
            lemma = self.words.forms.get(lower)
            cue: Cue | None = None
            if lemma is not None and parsed.tags[k].startswith("VB"):
                cue = self._verb(parsed, parsed.doc[k], lemma, found)
            elif lower in self.words.according:
                cue = self._according(parsed, parsed.doc[k])
            if cue is not None:
                found.append(cue)
        return found

    def _verb(self, parsed: ParsedParagraph, token: Token, lemma: str, so_far: Sequence[Cue]) -> Cue | None:
        """Return the cue of a reporting verb; ``None`` if it has no subject that can speak."""
        found = subjects.subject(token)
        if found is None:
            return None
        head, passive = found
        if head.lower_ in _NON_SPEAKERS:
            return None
        if passive or parsed.quoted[head.i]:
            by = dependencies.agent(token)
            if by is None:
                return None
            head = by
        speaker = self.speaker(parsed, head, token.text, so_far)
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
            if entity.label not in _MUTE_LABELS:
                return Speaker(entity.text, a, b, cue, entity)
        for child in head.children:
            if child.dep_ != "appos" or parsed.quoted[child.i]:
                continue
            for a, b, entity in self._entities.within(parsed.starts[child.i], parsed.ends[child.i]):
                close = child.left_edge.i == head.i + 1 and entity.label not in _MUTE_LABELS
                if entity.label == "PERSON" or close:
                    return Speaker(entity.text, a, b, cue, entity)
        first, last = dependencies.phrase(head)
        start, end = parsed.span_of(first, last)
        name = " ".join(self._text[start:end].split())
        if head.lower_ in self.words.pronouns:
            meant = self._antecedent(parsed, head, so_far)
            if meant is not None:
                return Speaker(meant.name, start, end, cue, meant.entity)
            return Speaker(name, start, end, cue)
        if not any(c.isalpha() for c in name) or (head.tag_ == "CD" and not head.is_alpha):
            return None
        return Speaker(name, start, end, cue)

    def at(
        self, parsed: ParsedParagraph, first: int, last: int, cue: str | None, *, inverted: bool = False
    ) -> Speaker | None:
        """Return the speaker named by tokens ``first`` to ``last``: the entity at their end, or else the whole phrase."""
        start, end = parsed.span_of(first, last)
        inside = [m for m in self._entities.within(start, end) if m[2].label not in _MUTE_LABELS]
        if inverted:
            people = [m for m in inside if m[2].label == "PERSON"]
            inside = people[:1] or inside
        for a, b, entity in reversed(inside):
            if inverted or b >= parsed.starts[last]:
                return Speaker(entity.text, a, b, cue, entity)
        if inverted and not inside:
            aside = self._entities.within(end, end + _MAX_APPOSITION_GAP)[:1]
            for a, b, entity in aside:
                if entity.label == "PERSON" and self._text[end:a] in (", ", " "):
                    return Speaker(entity.text, a, b, cue, entity)
        name = " ".join(self._text[start:end].split())
        return Speaker(name, start, end, cue) if any(c.isalpha() for c in name) else None

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
        """A function that finds the last token of an entity within a token range of ``frame``."""

        def named(first: int, last: int) -> int | None:
            if first > last:
                return None
            inside = self._entities.within(*parsed.span_of(first, last))
            ends = [b for _a, b, entity in inside if entity.label not in _MUTE_LABELS]
            return bisect.bisect_left(parsed.ends, ends[-1]) if ends else None

        return named

    def _antecedent(self, parsed: ParsedParagraph, pronoun: Token, so_far: Sequence[Cue]) -> Speaker | None:
        """Return the antecedent of "he" or "she", or ``None`` if it is ambiguous.

        Tried in order: a speaker reported earlier in the paragraph; the only person named in it; the last speaker,
        if nobody else was named since outside quotations; the only person named within ``_MAX_PRONOUN_DISTANCE`` code points.
        """
        if pronoun.lower_ not in self.words.personal:
            return None
        for cue in reversed(so_far):
            speaker = cue.speaker
            if speaker.start >= parsed.starts[pronoun.i] or speaker.name.lower() in self.words.pronouns:
                continue
            if (speaker.entity is None and not self._is_impersonal(speaker)) or (
                speaker.entity is not None and speaker.entity.label == "PERSON"
            ):
                return speaker
        at = parsed.starts[pronoun.i]
        near = [m for m in self._entities.before(at) if m[2].label == "PERSON" and not self._inside(m[0])]
        here = {id(m[2]): m for m in near if m[0] >= parsed.span.start}
        if len(here) == 1:
            a, b, only = next(iter(here.values()))
            return Speaker(only.text, a, b, None, only)
        if self.last is not None and self.last.name.lower() not in self.words.pronouns:
            person = self.last.entity is not None and self.last.entity.label == "PERSON"
            since = [m[2] for m in near if m[0] > self.last.start]
            if (person or self.last.entity is None) and all(e is self.last.entity for e in since):
                return self.last
        close = [m[2] for m in near if at - m[1] < _MAX_PRONOUN_DISTANCE][:2]
        if close and all(e is close[0] for e in close):
            return Speaker(close[0].text, near[0][0], near[0][1], None, close[0])
        return None

    @staticmethod
    def _is_impersonal(speaker: Speaker) -> bool:
        """Return whether a name is a company, an office, a newspaper or a plural, to which "he" or "she" cannot refer."""
        words = speaker.name.lower().split()
        end = next((k for k, word in enumerate(words) if word in _PREPOSITIONS), len(words))
        head = words[end - 1] if end else ""
        plural = head.endswith("s") and not head.endswith(("ss", "us")) and head.isalpha()
        return head in gazetteer.english().impersonal or plural

    def _inside(self, offset: int) -> bool:
        """Return whether ``offset`` (code points) lies inside a quotation."""
        k = bisect.bisect_right(self._quoted, (offset, 1 << 60)) - 1
        return k >= 0 and self._quoted[k][0] <= offset < self._quoted[k][1]
