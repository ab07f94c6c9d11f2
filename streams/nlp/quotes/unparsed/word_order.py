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
from streams.nlp.quotes.unparsed import dialogue, phrases
from streams.nlp.quotes.unparsed.antecedents import Antecedents
from streams.nlp.quotes.unparsed.clause_subjects import ClauseSubjects, named_speaker
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import CLAUSE_END, Clause, clause_of, sentence_start
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Quote

_COLON = re.compile(r"[:：]\s*[\"'“”„«»‚‘「『(–—-]*\s*$")
_COMMA = re.compile(r",\s+(?:[—–]\s+)?(?=[^\W\d_])|[!?…]\s+[—–]\s+(?=[^\W\d_])")
_INCISE_END = re.compile(r"[,.;!?»”]")
_MAX_INCISE = 12  # words of a clause inside the quotation marks
_MAX_BEFORE_VERB = 4  # words between a quotation and the verb that reports it
_MAX_TAG = 6  # words of a paragraph's beginning that only names the speaker
# "And", in the languages of the data files.
_AND = frozenset({"und", "et", "y", "e", "en", "och", "og", "i", "ja", "și", "и", "та", "і"})
_SENTENCE_ENDS = ".!?…。！？,"


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
        self._last: Speaker | None = None
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
            if quotation.start not in self._turns and speech.is_title(said):
                continue
            if not (
                quotation.start in self._turns
                or speech.is_speech(said)
                or (own is not None and speech.word_count(said) > 1)
            ):
                continue
            found.append(_record(said, quotation.start, speaker))
        return found

    def _told_of(self, quotation: Quotation) -> Speaker | None:
        """Return the only person of the sentence before a quotation that is a sentence and ends its paragraph, if that person begins it."""
        paragraph = self._spans[quotation.paragraph]
        said = self._text[quotation.start : quotation.end]
        rest = self._text[quotation.outer_end : paragraph.end].strip(" .")
        lead = self._text[paragraph.start : quotation.outer_start].rstrip()
        if rest or not said[0].isupper() or said[-1] not in ".!?…" or not lead.endswith((".", "!", "?")):
            return None
        end = paragraph.start + len(lead) - 1
        start = sentence_start(self._text, paragraph.start, end)
        return self._subjects.leading(clause_of(self._text, start, end), end)

    def _own(self, n: int) -> tuple[Speaker | None, bool]:
        """Return the speaker that the clauses beside a quotation name, and whether one of them reports speech at all."""
        quotation = self._quotations[n]
        paragraph = self._spans[quotation.paragraph]
        low, high = paragraph.start, paragraph.end
        for before in reversed(self._quotations[:n]):
            if before.paragraph != quotation.paragraph:
                break
            if not self._is_term(before):
                low = before.outer_end
                break
        if n + 1 < len(self._quotations) and self._quotations[n + 1].paragraph == quotation.paragraph:
            high = self._quotations[n + 1].outer_start
        if _COLON.search(self._text, low, quotation.outer_start):
            found = (
                self._introduced(low, quotation)
                or self._after(quotation, high)
                or self._interposed(quotation)
            )
            return found, found is not None or self._is_reported(quotation, low, high)
        found = None if self._introduces_next(quotation, high) else self._after(quotation, high)
        found = found or self._interposed(quotation) or self._before(low, quotation)
        return found, found is not None or self._is_reported(quotation, low, high)

    def _is_reported(self, quotation: Quotation, low: int, high: int) -> bool:
        """Return whether a reporting verb stands in the clause before or right behind a quotation."""
        end = CLAUSE_END.search(self._text, quotation.outer_end, high)
        behind = clause_of(self._text, quotation.outer_end, end.start() if end is not None else high)
        before = clause_of(
            self._text, sentence_start(self._text, low, quotation.outer_start), quotation.outer_start
        )
        near = [verb for verb in behind.verbs(self._reporting) if verb <= _MAX_BEFORE_VERB]
        return bool(near or before.verbs(self._reporting))

    def _inherited(self, n: int) -> Speaker | None:
        """Return the speaker of the quotation before, where this one continues it or is a sentence right behind it."""
        if not n or self._last is None or not self._spoken:
            return None
        before, this = self._quotations[n - 1], self._quotations[n]
        said = self._text[this.start : this.end]
        between = self._text[before.outer_end : this.outer_start]
        stop = said[-1] if said[-1] in _SENTENCE_ENDS else self._text[this.outer_end : this.outer_end + 1]
        begins = not between[sentence_start(between, 0, len(between)) :].strip(" \t\n—–―-")
        goes_on = this.continues or (
            before.paragraph == this.paragraph
            and (_is_interposed(between) or (said[0].isupper() and stop in _SENTENCE_ENDS and begins))
            and len(CLAUSE_END.findall(between)) <= 1
        )
        return self._last._replace(cue=None) if goes_on else None

    def _after(self, quotation: Quotation, high: int) -> Speaker | None:
        """Return the speaker of a clause that follows: "...", said X; "...", X said."""
        end = CLAUSE_END.search(self._text, quotation.outer_end, high)
        if end is not None and end.start() - quotation.outer_end <= 1:
            return None
        clause = clause_of(self._text, quotation.outer_end, end.start() if end is not None else high)
        verb = next(iter(clause.verbs(self._reporting)), None)
        if verb is None:
            return self._subjects.according(clause)
        if verb == 1 and clause.words[0][2] in _AND - self._reporting.auxiliaries:
            return None  # "..." und versicherte, X sei ...: the subject stands before the quotation
        if verb > _MAX_BEFORE_VERB and not self._subjects.is_filled(clause, verb):
            return None
        found = (
            self._subjects.subject(clause, verb, before=self._subjects.is_filled(clause, verb))
            or self._subjects.by_capitals(clause, verb)
            or self._antecedents.speaker(clause, verb, self._last)
        )
        return found or self._subjects.unnamed(
            phrases.behind(self._text, clause, verb + 1, self._reporting), clause.words[verb]
        )

    def _is_term(self, quotation: Quotation) -> bool:
        """Return whether words in marks are a name or a term within their sentence: 'the founder of "New Home" said: ...'."""
        said = self._text[quotation.start : quotation.end]
        return speech.word_count(said) < speech.MINIMUM_WORDS and said[-1] not in _SENTENCE_ENDS

    def _introduces_next(self, quotation: Quotation, high: int) -> bool:
        """Return whether what stands between a quotation that ends its sentence and the next one leads to that with a colon."""
        between = self._text[quotation.outer_end : high].rstrip()
        ends = self._text[quotation.end - 1] in ".!?…"
        return ends and between.endswith(":") and CLAUSE_END.search(between) is None

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

    def _introduced(self, low: int, quotation: Quotation) -> Speaker | None:
        """Return the speaker of what stands before a colon: X said: "..."; said X: "..."; X: "..."."""
        clause = clause_of(
            self._text, sentence_start(self._text, low, quotation.outer_start), quotation.outer_start
        )
        verbs = clause.verbs(self._reporting)
        if verbs:
            found = self._speaker_before(clause, verbs[-1])
            if found is not None:
                return found
        if 0 < len(clause.words) <= _MAX_TAG:
            named = self._subjects.speaking(clause.words[0][0], quotation.outer_start)
            if named and named[-1][1] == clause.words[-1][1]:
                return named_speaker(named[-1], None)
        return self._subjects.according(clause) or self._subjects.leading(clause, quotation.outer_start)

    def _before(self, low: int, quotation: Quotation) -> Speaker | None:
        """Return the speaker of a sentence that leads to a quotation: X said that "..."; according to X, "..."."""
        clause = clause_of(
            self._text, sentence_start(self._text, low, quotation.outer_start), quotation.outer_start
        )
        verbs = clause.verbs(self._reporting)
        if not verbs:
            return self._subjects.according(clause)
        return self._speaker_before(clause, verbs[-1])

    def _speaker_before(self, clause: Clause, verb: int) -> Speaker | None:
        """Return the speaker of a clause that leads to a quotation: a name, whom a pronoun stands for, or a noun phrase."""
        pronoun = self._subjects.has_pronoun(clause, verb)
        found = None
        if not pronoun:
            found = self._subjects.subject(clause, verb, before=True)
        behind = phrases.behind(self._text, clause, verb + 1, self._reporting)
        # "Dennoch betont der Leiter: ...": where pronouns may be left out it would be the object.
        inverted = verb <= 1 and not self._reporting.drops_pronouns
        subordinate = clause.words[0][2] in self._reporting.subordinates
        if behind is not None and subordinate and self._subjects.is_behind_comma(clause, verb):
            named = self._subjects.subject(clause, verb, before=False)
            return named or self._subjects.unnamed(behind, clause.words[verb])
        unnamed = phrases.before(self._text, clause, verb, self._reporting) if found is None else None
        if found is None and not pronoun and unnamed is None:
            found = self._subjects.subject(clause, verb, before=False)
        return (
            found
            or self._antecedents.speaker(clause, verb, self._last)
            or self._subjects.unnamed(unnamed or (behind if inverted else None), clause.words[verb])
        )


def _is_interposed(between: str) -> bool:
    """Return whether a clause between two quotations parts one sentence: "...", he says, "..."."""
    return between.lstrip(" \"'”’»“").startswith(",") and between.rstrip(" \"'“„«‘").endswith((",", "—", "–"))


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
