"""Speakers of direct quotations by word order, reporting verbs and names alone, for languages without a parser.

A clause beside a quotation that reports speech has a verb of :mod:`streams.nlp.quotes.reporting` and, next to it, the
name of who speaks: before or behind the verb, with titles and offices between. Where the clause has a pronoun or, in
languages that leave it out, nothing, the speaker is the one before. A quotation without such a clause has no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import speech
from streams.nlp.quotes.reporting import Reporting
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Entity, Quote

_WORD = re.compile(r"[^\W_]+")
# A full stop ends a clause where no abbreviation or initial stands before it.
_CLAUSE_END = re.compile(r"[!?;…。！？]|(?<![\W_][^\W\d_])(?<![\W_][^\W\d_][^\W\d_])\.(?=\s|$)")
_COLON = re.compile(r"[:：]\s*[\"'“”„«»‚‘「『(–—-]*\s*$")
# A name that is the first part of a compound does not speak: "Usyk-Promoter".
_COMPOUND = re.compile(r"[-‐–][^\W\d_]")
_MAX_BEFORE_VERB = 4  # words between a quotation and the verb that reports it
_MAX_OFFICE = 14  # words of title and office between a verb and the name
_MAX_ORGANISATION = (
    1  # the same, where the name is no person's: farther off, it is a part of the office, or told
)
_MAX_SOURCE = 5  # words between "according to" and the name
_MAX_TAG = 6  # words of a paragraph's beginning that only names the speaker
_MAX_LEAD = 25  # characters, an office or an adverb, before a name that begins its sentence
_MAX_PRONOUN = 600  # characters back to which a pronoun may reach
_SPEAKING = ("PERSON", "ORG")
_SENTENCE_ENDS = ".!?…。！？,"


class _Clause(NamedTuple):
    """Words beside a quotation, with their offsets in the text."""

    words: list[tuple[int, int, str]]  # start, end, lower case

    def verbs(self, reporting: Reporting) -> list[int]:
        """Return the indices of the reporting verbs."""
        return [k for k, (_start, _end, word) in enumerate(self.words) if word in reporting.verbs]


class _Speaker(NamedTuple):
    """A speaker, by the words that name them."""

    entity: Entity
    start: int
    end: int
    cue: str | None


def attribute(
    text: str,
    spans: Sequence[Span],
    quotations: Sequence[Quotation],
    entities: EntityIndex,
    reporting: Reporting,
) -> list[Quote]:
    """Return the direct quotations of a document, with their speakers where the text names them, in order."""
    return _Document(text, spans, quotations, entities, reporting).quotes()


class _Document:
    """The quotations of a document and what is known of its speakers so far."""

    def __init__(
        self,
        text: str,
        spans: Sequence[Span],
        quotations: Sequence[Quotation],
        entities: EntityIndex,
        reporting: Reporting,
    ) -> None:
        self._text = text
        self._spans = spans
        self._quotations = [q for q in quotations if q.end - q.start <= speech.MAX_CHARACTERS]
        self._entities = entities
        self._reporting = reporting
        self._last: _Speaker | None = None
        self._spoken = False  # whether the quotation before has a speaker

    def quotes(self) -> list[Quote]:
        """Return the quotations that are speech."""
        found = []
        for n, quotation in enumerate(self._quotations):
            said = self._text[quotation.start : quotation.end]
            own, reported = self._own(n)
            speaker = own if reported else self._inherited(n)
            self._spoken = speaker is not None
            if speaker is not None:
                self._last = speaker
            if speech.is_title(said) or not (
                speech.is_speech(said) or (own is not None and speech.word_count(said) > 1)
            ):
                continue
            found.append(_record(said, quotation.start, speaker))
        return found

    def _own(self, n: int) -> tuple[_Speaker | None, bool]:
        """Return the speaker that the clauses beside a quotation name, and whether one of them reports speech at all."""
        quotation = self._quotations[n]
        paragraph = self._spans[quotation.paragraph]
        low, high = paragraph.start, paragraph.end
        if n and self._quotations[n - 1].paragraph == quotation.paragraph:
            low = self._quotations[n - 1].outer_end
        if n + 1 < len(self._quotations) and self._quotations[n + 1].paragraph == quotation.paragraph:
            high = self._quotations[n + 1].outer_start
        if _COLON.search(self._text, low, quotation.outer_start):
            found = self._introduced(low, quotation) or self._after(quotation, high)
            return found, found is not None or self._is_reported(quotation, low, high)
        found = self._after(quotation, high) or self._before(low, quotation)
        return found, found is not None or self._is_reported(quotation, low, high)

    def _is_reported(self, quotation: Quotation, low: int, high: int) -> bool:
        """Return whether a reporting verb stands in the clause before or right behind a quotation."""
        end = _CLAUSE_END.search(self._text, quotation.outer_end, high)
        behind = self._clause(quotation.outer_end, end.start() if end is not None else high)
        before = self._clause(self._sentence(low, quotation.outer_start), quotation.outer_start)
        near = [verb for verb in behind.verbs(self._reporting) if verb <= _MAX_BEFORE_VERB]
        return bool(near or before.verbs(self._reporting))

    def _inherited(self, n: int) -> _Speaker | None:
        """Return the speaker of the quotation before, where this one continues it or is a sentence right behind it."""
        if not n or self._last is None or not self._spoken:
            return None
        before, this = self._quotations[n - 1], self._quotations[n]
        said = self._text[this.start : this.end]
        between = self._text[before.outer_end : this.outer_start]
        goes_on = this.continues or (
            before.paragraph == this.paragraph
            and (_is_interposed(between) or (said[0].isupper() and said[-1] in _SENTENCE_ENDS))
            and len(_CLAUSE_END.findall(between)) <= 1
        )
        return self._last._replace(cue=None) if goes_on else None

    def _after(self, quotation: Quotation, high: int) -> _Speaker | None:
        """Return the speaker of a clause that follows: "...", said X; "...", X said."""
        end = _CLAUSE_END.search(self._text, quotation.outer_end, high)
        if end is not None and end.start() - quotation.outer_end <= 1:
            return None
        clause = self._clause(quotation.outer_end, end.start() if end is not None else high)
        verb = next(iter(clause.verbs(self._reporting)), None)
        if verb is None:
            return self._according(clause)
        if verb > _MAX_BEFORE_VERB and not self._is_filled(clause, verb):
            return None
        return self._subject(clause, verb, before=self._is_filled(clause, verb)) or self._unnamed(
            clause, verb
        )

    def _is_filled(self, clause: _Clause, verb: int) -> bool:
        """Return whether a name begins a clause and only it, its office and adverbs stand before the verb."""
        if not verb:
            return False
        found = self._speaking(clause.words[0][0], clause.words[verb][0])
        return bool(found) and verb <= _MAX_OFFICE

    def _introduced(self, low: int, quotation: Quotation) -> _Speaker | None:
        """Return the speaker of what stands before a colon: X said: "..."; said X: "..."; X: "..."."""
        clause = self._clause(self._sentence(low, quotation.outer_start), quotation.outer_start)
        verbs = clause.verbs(self._reporting)
        if verbs:
            found = self._subject(clause, verbs[-1], before=True) or self._subject(
                clause, verbs[-1], before=False
            )
            return found or self._unnamed(clause, verbs[-1])
        if 0 < len(clause.words) <= _MAX_TAG:
            named = self._speaking(clause.words[0][0], quotation.outer_start)
            if named and named[-1][1] == clause.words[-1][1]:
                return _Speaker(named[-1][2], named[-1][0], named[-1][1], None)
        return self._according(clause)

    def _before(self, low: int, quotation: Quotation) -> _Speaker | None:
        """Return the speaker of a sentence that leads to a quotation: X said that "..."; according to X, "..."."""
        clause = self._clause(self._sentence(low, quotation.outer_start), quotation.outer_start)
        verbs = clause.verbs(self._reporting)
        if not verbs:
            return self._according(clause)
        return self._subject(clause, verbs[-1], before=True) or self._subject(clause, verbs[-1], before=False)

    def _subject(self, clause: _Clause, verb: int, *, before: bool) -> _Speaker | None:
        """Return the name before a verb, nearest first, or behind it: a person, else an organisation close by."""
        start, end, cue = clause.words[verb]
        if before:
            found = self._speaking(clause.words[max(0, verb - _MAX_OFFICE)][0], start)[::-1]
        else:
            last = min(len(clause.words) - 1, verb + _MAX_OFFICE)
            found = self._speaking(end, clause.words[last][1])
            if any(
                word in self._reporting.pronouns for _start, _end, word in clause.words[verb + 1 : verb + 3]
            ):
                return None
        people = [one for one in found if one[2].label == "PERSON"]
        chosen = people[:1] or [
            one for one in found[:1] if self._words_between(clause, verb, one) <= _MAX_ORGANISATION
        ]
        if not chosen:
            return None
        return _Speaker(chosen[0][2], chosen[0][0], chosen[0][1], cue)

    def _unnamed(self, clause: _Clause, verb: int) -> _Speaker | None:
        """Return whom a pronoun beside the verb stands for, or the verb alone where the language leaves it out."""
        start, end, cue = clause.words[verb]
        near = [clause.words[k] for k in (verb - 1, verb + 1, verb + 2) if 0 <= k < len(clause.words)]
        pronoun = next((word for word in near if word[2] in self._reporting.pronouns), None)
        rest = len(clause.words) - verb - 1
        if pronoun is None and not (self._reporting.drops_pronouns and verb <= 1 and rest <= 1):
            return None
        known = self._topic(start)
        if known is None:
            return None
        at = pronoun or (start, end, cue)
        return known._replace(start=at[0], end=at[1], cue=cue)

    def _topic(self, end: int) -> _Speaker | None:
        """Return whom a pronoun means: the last person who spoke or whom a sentence began with since, else any person before."""
        anybody: _Speaker | None = None
        for start, stop, entity in self._entities.before(end):
            if start < end - _MAX_PRONOUN:
                break
            if entity.label != "PERSON" or any(q.start <= start < q.end for q in self._quotations):
                continue
            one = _Speaker(entity, start, stop, None)
            if self._last is not None and (self._last.start >= start or self._last.entity == entity):
                break
            if self._sentence(max(0, start - _MAX_PRONOUN), start) + _MAX_LEAD >= start or self._begins_line(
                start
            ):
                return one
            anybody = anybody or one
        return self._last if self._last is not None and self._last.entity.label == "PERSON" else anybody

    def _begins_line(self, start: int) -> bool:
        return "\n" in self._text[max(0, start - _MAX_LEAD) : start]

    def _according(self, clause: _Clause) -> _Speaker | None:
        """Return the name behind a preposition that reports: "according to X"."""
        row = " ".join(word for _start, _end, word in clause.words)
        for phrase in self._reporting.according:
            at = f" {row} ".find(f" {phrase} ")
            if at < 0:
                continue
            first = len(row[:at].split())
            last = min(len(clause.words) - 1, first + len(phrase.split()) + _MAX_SOURCE)
            found = self._speaking(clause.words[first][0], clause.words[last][1])
            if found:
                return _Speaker(found[0][2], found[0][0], found[0][1], phrase)
        return None

    def _speaking(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Return the mentions between two offsets of what can speak."""
        if start >= end:
            return []
        return [
            one
            for one in self._entities.within(start, end)
            if one[2].label in _SPEAKING and one[0] >= start and not _COMPOUND.match(self._text, one[1])
        ]

    def _words_between(self, clause: _Clause, verb: int, mention: tuple[int, int, Entity]) -> int:
        low, high = sorted((clause.words[verb][0], mention[0]))
        return sum(low < start < high for start, _end, _word in clause.words)

    def _sentence(self, low: int, end: int) -> int:
        """Return where the sentence that leads to an offset begins."""
        start = low
        for match in _CLAUSE_END.finditer(self._text, low, end):
            start = match.end()
        return start

    def _clause(self, start: int, end: int) -> _Clause:
        return _Clause(
            [
                (m.start(), m.end(), m.group().lower())
                for m in _WORD.finditer(self._text, start, max(start, end))
            ]
        )


def _is_interposed(between: str) -> bool:
    """Return whether a clause between two quotations parts one sentence: "...", he says, "..."."""
    return between.lstrip(" \"'”’»“").startswith(",") and between.rstrip(" \"'“„«‘").endswith((",", "—", "–"))


def _record(said: str, start: int, speaker: _Speaker | None) -> Quote:
    if speaker is None:
        return Quote(quote=said, start=start, end=start + len(said))
    return Quote(
        quote=said,
        start=start,
        end=start + len(said),
        speaker=speaker.entity.text,
        speaker_start=speaker.start,
        speaker_end=speaker.end,
        speaker_id=speaker.entity.id,
        cue=speaker.cue,
    )
