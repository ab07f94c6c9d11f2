"""Speakers of direct quotations by word order, reporting verbs and names alone, for languages without a parser.

A clause beside a quotation that reports speech has a verb of :mod:`streams.nlp.quotes.unparsed.reporting` and, next to it, the
name of who speaks: before or behind the verb, with titles and offices between. Where the clause has a pronoun or, in
languages that leave it out, nothing, the speaker is the one before. A quotation without such a clause has no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import speech
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.unparsed import dialogue, phrases, succession
from streams.nlp.quotes.unparsed.antecedents import Antecedents
from streams.nlp.quotes.unparsed.clause_subjects import ClauseSubjects
from streams.nlp.quotes.unparsed.leading_clauses import LeadingClauses
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import CLAUSE_END, Clause, clause_of, sentence_start
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Quote

_COLON = re.compile(r"[:：]\s*[\"'“”„«»‚‘「『(–—-]*\s*$")
_COMMA = re.compile(r",\s+(?:[—–]\s+)?(?=[^\W\d_])|[.!?…]\s+[—–]\s+(?=[^\W\d_])")
_INCISE_END = re.compile(r"[,.;!?»”]")
_MAX_INCISE = 12  # words of a clause inside the quotation marks
_MAX_BEFORE_VERB = 4  # words between a quotation and the verb that reports it


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
        turns = dialogue.quotations(text, spans, reporting)
        lines = {turn.paragraph for turn in turns}
        marked = [
            q for q in quotations if q.end - q.start <= speech.MAX_CHARACTERS and q.paragraph not in lines
        ]
        self._turns = {turn.start for turn in turns}
        self._quotations = sorted([*marked, *turns])
        self._entities = entities
        self._reporting = reporting
        self._subjects = ClauseSubjects(text, entities, reporting)
        self._antecedents = Antecedents(text, self._quotations, entities, reporting)
        self._leading = LeadingClauses(text, self._subjects, self._antecedents, reporting)
        self._last: Speaker | None = None
        self._dropped = -1  # the last quotation that was no speech
        self._spoken = False  # whether the quotation before has a speaker

    def quotes(self) -> list[Quote]:
        """Return the quotations that are speech."""
        found = []
        for n, quotation in enumerate(self._quotations):
            said = self._text[quotation.start : quotation.end]
            own, reported = self._own(n)
            speaker = own if reported else self._inherited(n) or self._told_of(quotation)
            self._spoken = speaker is not None
            if speaker is not None:
                self._last = speaker
            if quotation.start not in self._turns and (
                speech.is_title(said) or (speaker is None and not reported and self._is_listed(n))
            ):
                self._dropped = n
                continue
            if not (
                quotation.start in self._turns
                or speech.is_speech(said)
                or (own is not None and speech.word_count(said) > 1)
            ) or self._is_named(quotation, reported=reported or speaker is not None):
                self._dropped = n
                continue
            found.append(_record(said, quotation.start, speaker))
        return found

    def _is_named(self, quotation: Quotation, *, reported: bool) -> bool:
        """Return whether words in marks are what the noun before them is called, in languages that write other nouns small.

        Where speech is reported beside them, that takes a list of pronouns to tell a noun from "told her".
        """
        if self._reporting.capitalises or quotation.start in self._turns:
            return False
        if reported and not self._reporting.objects:
            return False
        start = self._spans[quotation.paragraph].start
        return succession.is_named(self._text, start, quotation, self._reporting)

    def _is_listed(self, n: int) -> bool:
        """Return whether a quotation follows in a list on one that is no speech."""
        before = self._quotations[n - 1] if n and self._dropped == n - 1 else None
        return before is not None and succession.is_listed(self._text, before, self._quotations[n])

    def _told_of(self, quotation: Quotation) -> Speaker | None:
        """Return the speaker of the sentence before a quotation that is a sentence: who says something in it, or the person who begins it.

        A quotation that is its paragraph belongs to the paragraph before where that ends with a colon.
        """
        paragraph = self._spans[quotation.paragraph]
        start, end = paragraph.start, quotation.outer_start
        if not self._text[start:end].strip(" —–―-") and quotation.paragraph:
            before = self._spans[quotation.paragraph - 1]
            if self._text[before.end - 1] in ":：":
                return self._leading.introduced(self._clause_before(before.start, before.end), self._last)
            return self._told_before(quotation, before)
        if not succession.is_sentence(self._text, quotation):
            return None
        lead = self._text[start:end].rstrip()
        if not lead.endswith((".", "!", "?")):
            return None
        end = start + len(lead) - 1
        clause = self._clause_before(start, end)
        verbs = clause.verbs(self._reporting)
        if verbs:
            return self._leading.of_verb(clause, verbs[0], self._last)
        rest = self._text[quotation.outer_end : paragraph.end].strip(" .")
        return None if rest else self._subjects.leading(clause, end)

    def _told_before(self, quotation: Quotation, before: Span) -> Speaker | None:
        """Return who says something in the last sentence of the paragraph before a quotation that is a paragraph and a sentence."""
        rest = self._text[quotation.outer_end : self._spans[quotation.paragraph].end].strip(" .")
        if rest or not succession.is_sentence(self._text, quotation):
            return None
        text = self._text[before.start : before.end].rstrip()
        end = before.start + len(text.rstrip(".!?"))
        clause = self._clause_before(before.start, end)
        verbs = clause.verbs(self._reporting)
        return self._leading.of_verb(clause, verbs[0], self._last) if verbs else None

    def _own(self, n: int) -> tuple[Speaker | None, bool]:
        """Return the speaker that the clauses beside a quotation name, and whether one of them reports speech at all."""
        quotation = self._quotations[n]
        paragraph = self._spans[quotation.paragraph]
        low, high = paragraph.start, paragraph.end
        for before in reversed(self._quotations[:n]):
            if before.paragraph != quotation.paragraph:
                break
            if not succession.is_term(self._text, before):
                low = before.outer_end
                break
        for behind in self._quotations[n + 1 :]:
            if behind.paragraph != quotation.paragraph:
                break
            if not succession.is_term(self._text, behind):
                high = behind.outer_start
                break
        if _COLON.search(self._text, low, quotation.outer_start):
            found = (
                self._leading.introduced(self._clause_before(low, quotation.outer_start), self._last)
                or self._after(quotation, high)
                or self._interposed(quotation)
            )
            return found, found is not None or self._is_reported(quotation, low, high)
        found = None
        if self._text[quotation.start].islower():  # a part of the sentence that leads to it
            found = self._leading.speaker(self._clause_before(low, quotation.outer_start), self._last)
        if found is None and not succession.introduces_next(self._text, quotation, high):
            found = self._after(quotation, high)
        found = (
            found
            or self._interposed(quotation)
            or self._leading.speaker(self._clause_before(low, quotation.outer_start), self._last)
        )
        return found, found is not None or self._is_reported(quotation, low, high)

    def _clause_before(self, low: int, end: int) -> Clause:
        """Return the words of the sentence that leads to an offset, from ``low`` on."""
        return clause_of(self._text, sentence_start(self._text, low, end), end)

    def _is_reported(self, quotation: Quotation, low: int, high: int) -> bool:
        """Return whether a reporting verb stands in the clause before or right behind a quotation."""
        end = CLAUSE_END.search(self._text, quotation.outer_end, high)
        behind = clause_of(self._text, quotation.outer_end, end.start() if end is not None else high)
        before = self._clause_before(low, quotation.outer_start)
        near = [verb for verb in behind.verbs(self._reporting) if verb <= _MAX_BEFORE_VERB]
        return bool(near or before.verbs(self._reporting))

    def _inherited(self, n: int) -> Speaker | None:
        """Return the speaker of the quotation before, where this one goes on with it."""
        if not n or self._last is None or not self._spoken:
            return None
        before, this = self._quotations[n - 1], self._quotations[n]
        names = bool(self._subjects.speaking(before.outer_end, this.outer_start))
        return (
            self._last._replace(cue=None)
            if succession.goes_on(self._text, before, this, names=names)
            else None
        )

    def _after(self, quotation: Quotation, high: int) -> Speaker | None:
        """Return the speaker of a clause that follows: "...", said X; "...", X said."""
        end = CLAUSE_END.search(self._text, quotation.outer_end, high)
        if end is not None and end.start() - quotation.outer_end <= 1:
            return None
        clause = clause_of(self._text, quotation.outer_end, end.start() if end is not None else high)
        document = self._subjects.document(clause)
        if document is not None:
            return document
        verb = next(iter(clause.verbs(self._reporting)), None)
        if verb is None:
            return self._subjects.according(clause)
        if verb == 1 and clause.words[0][2] in succession.AND - self._reporting.auxiliaries:
            return None  # "..." und versicherte, X sei ...: the subject stands before the quotation
        if verb > _MAX_BEFORE_VERB and not self._subjects.is_filled(clause, verb):
            return None
        phrase = phrases.behind(self._text, clause, verb + 1, self._reporting)
        found = self._subjects.subject(clause, verb, before=self._subjects.is_filled(clause, verb))
        if found is not None and self._subjects.is_within(found, phrase):
            found = None
        elif found is not None and self._subjects.is_inverted_by_capitals(clause, verb):
            found = self._subjects.by_capitals(clause, verb)
        found = (
            found
            or self._subjects.by_capitals(clause, verb)
            or self._antecedents.speaker(clause, verb, self._last)
        )
        return found or self._subjects.unnamed(phrase, clause.words[verb])

    def _interposed(self, quotation: Quotation) -> Speaker | None:
        """Return the speaker of a clause inside the quotation marks: "« Nous avons, explique-t-il, tout perdu. »"."""
        if not self._reporting.interposes:
            return None
        for comma in _COMMA.finditer(self._text, quotation.start, quotation.end):
            end = _INCISE_END.search(self._text, comma.end(), quotation.end)
            stop = end.start() if end is not None else quotation.end
            clause = clause_of(self._text, comma.end(), stop)
            verb = next(iter(clause.verbs(self._reporting)), None)
            if verb is None or not self._is_incise(clause, verb):
                continue
            found = self._subjects.subject(clause, verb, before=False) or self._antecedents.speaker(
                clause, verb, self._last
            )
            found = found or self._subjects.unnamed(
                phrases.behind(self._text, clause, verb + 1, self._reporting), clause.words[verb]
            )
            if found is not None:
                return found
        return None

    def _is_incise(self, clause: Clause, verb: int) -> bool:
        """Return whether only auxiliaries and pronouns stand before the verb of a short clause, its subject behind or joined to it."""
        lead = [word for _start, _end, word in clause.words[:verb]]
        joined = {*self._reporting.auxiliaries, *self._reporting.objects, *self._reporting.pronouns, "t"}
        return (
            len(clause.words) <= _MAX_INCISE
            and all(word in joined for word in lead)
            and (not lead or lead[0] not in self._reporting.pronouns)
        )


def _record(said: str, start: int, speaker: Speaker | None) -> Quote:
    if speaker is None:
        return Quote(quote=said, start=start, end=start + len(said))
    return Quote(
        quote=said,
        start=start,
        end=start + len(said),
        speaker=speaker.name,
        speaker_start=speaker.start,
        speaker_end=speaker.end,
        speaker_id=speaker.entity.id if speaker.entity is not None else None,
        cue=speaker.cue,
    )
