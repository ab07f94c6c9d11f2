"""Speakers of direct quotations by word order, reporting verbs and names alone, for languages without a parser.

A clause beside a quotation that reports speech has a verb of :mod:`streams.nlp.quotes.reporting` and, next to it, the
name of who speaks: before or behind the verb, with titles and offices between. Where the clause has a pronoun or, in
languages that leave it out, nothing, the speaker is the one before. A quotation without such a clause has no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import speech
from streams.nlp.quotes.antecedents import Antecedents
from streams.nlp.quotes.reporting import Reporting
from streams.nlp.quotes.reporting_clause import CLAUSE_END, Clause, Speaker, clause_of, sentence_start
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Entity, Quote

_COLON = re.compile(r"[:：]\s*[\"'“”„«»‚‘「『(–—-]*\s*$")
# A name that is the first part of a compound does not speak: "Usyk-Promoter".
_COMPOUND = re.compile(r"[-‐–][^\W\d_]")
_MAX_BEFORE_VERB = 4  # words between a quotation and the verb that reports it
_MAX_OFFICE = 14  # words of title and office between a verb and the name
_MAX_ORGANISATION = (
    1  # the same, where the name is no person's: farther off, it is a part of the office, or told
)
_MAX_SOURCE = 5  # words between "according to" and the name
_MAX_APPOSITION = 2  # words between a comma behind the verb and the name: ", Frau Anna Sommer"
_MAX_AUXILIARY = 4  # letters of an auxiliary between a comma and the verb: ", a déclaré"
_MAX_TAG = 6  # words of a paragraph's beginning that only names the speaker
# "That", in the languages of the data files.
_CONJUNCTIONS = frozenset(
    {"que", "dass", "daß", "что", "che", "dat", "att", "at", "że", "že", "că", "да", "що", "qu", "että"}
)
_SPEAKING = ("PERSON", "ORG")
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
        self._quotations = [q for q in quotations if q.end - q.start <= speech.MAX_CHARACTERS]
        self._entities = entities
        self._reporting = reporting
        self._antecedents = Antecedents(text, self._quotations, entities, reporting)
        self._last: Speaker | None = None
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

    def _own(self, n: int) -> tuple[Speaker | None, bool]:
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
        begins = not between[sentence_start(between, 0, len(between)) :].strip()
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
            return self._according(clause)
        if verb > _MAX_BEFORE_VERB and not self._is_filled(clause, verb):
            return None
        return self._subject(clause, verb, before=self._is_filled(clause, verb)) or self._antecedents.speaker(
            clause, verb, self._last
        )

    def _is_filled(self, clause: Clause, verb: int) -> bool:
        """Return whether a name begins a clause and only it, its office and adverbs stand before the verb."""
        if not verb:
            return False
        found = self._speaking(clause.words[0][0], clause.words[verb][0])
        return bool(found) and verb <= _MAX_OFFICE

    def _introduced(self, low: int, quotation: Quotation) -> Speaker | None:
        """Return the speaker of what stands before a colon: X said: "..."; said X: "..."; X: "..."."""
        clause = clause_of(
            self._text, sentence_start(self._text, low, quotation.outer_start), quotation.outer_start
        )
        verbs = clause.verbs(self._reporting)
        if verbs:
            found = self._subject(clause, verbs[-1], before=True) or self._subject(
                clause, verbs[-1], before=False
            )
            return found or self._antecedents.speaker(clause, verbs[-1], self._last)
        if 0 < len(clause.words) <= _MAX_TAG:
            named = self._speaking(clause.words[0][0], quotation.outer_start)
            if named and named[-1][1] == clause.words[-1][1]:
                return Speaker(named[-1][2], named[-1][0], named[-1][1], None)
        return self._according(clause)

    def _before(self, low: int, quotation: Quotation) -> Speaker | None:
        """Return the speaker of a sentence that leads to a quotation: X said that "..."; according to X, "..."."""
        clause = clause_of(
            self._text, sentence_start(self._text, low, quotation.outer_start), quotation.outer_start
        )
        verbs = clause.verbs(self._reporting)
        if not verbs:
            return self._according(clause)
        return (
            self._subject(clause, verbs[-1], before=True)
            or self._subject(clause, verbs[-1], before=False)
            or self._antecedents.speaker(clause, verbs[-1], self._last)
        )

    def _subject(self, clause: Clause, verb: int, *, before: bool) -> Speaker | None:
        """Return the name before a verb, nearest first, or behind it: a person, else an organisation close by."""
        _start, end, cue = clause.words[verb]
        if before:
            found = self._names_before(clause, verb)
        else:
            last = min(len(clause.words) - 1, verb + _MAX_OFFICE)
            found = [
                one
                for one in self._speaking(end, clause.words[last][1])
                if self._is_subject_behind(end, one[0])
            ]
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
        return Speaker(chosen[0][2], chosen[0][0], chosen[0][1], cue)

    def _names_before(self, clause: Clause, verb: int) -> list[tuple[int, int, Entity]]:
        """Return the names before a verb, nearest first.

        Where the verb stands behind the comma of an aside, the first one: "Anna Sommer, die Paul Winter kennt, sagte".
        """
        start = clause.words[verb][0]
        near = self._speaking(clause.words[max(0, verb - _MAX_OFFICE)][0], start)[::-1]
        if self._is_inverted(clause, verb):
            return []
        if not self._is_behind_aside(clause, verb):
            return near
        people = [one for one in self._speaking(clause.words[0][0], start) if one[2].label == "PERSON"]
        for one, following in zip(people, [*people[1:], None], strict=False):
            if (
                following is None or following[0] > one[1] + 2
            ):  # "La hija de Bond, Karen Jankel, que ..., dijo"
                return [one, *near]
        return near

    def _is_inverted(self, clause: Clause, verb: int) -> bool:
        """Return whether a verb stands right behind the comma after another clause, its subject behind it: "als Sommer kam, sagte Winter"."""
        if not verb or "," not in self._text[clause.words[verb - 1][1] : clause.words[verb][0]]:
            return False
        return any(one[2].label == "PERSON" for one in self._right_behind(clause, verb))

    def _right_behind(self, clause: Clause, verb: int) -> list[tuple[int, int, Entity]]:
        """Return the names within two words behind a verb, none if a conjunction stands there: "tuiteó que Winter ..."."""
        behind = clause.words[verb + 1 : verb + 3]
        if not behind or any(word in _CONJUNCTIONS for _start, _end, word in behind):
            return []
        return self._speaking(clause.words[verb][1], behind[-1][1])

    def _is_behind_aside(self, clause: Clause, verb: int) -> bool:
        """Return whether a comma stands before a verb, or before its auxiliary, that is not the comma after another clause."""
        if verb < 2:
            return False
        start = clause.words[verb][0]
        if self._right_behind(clause, verb):
            return False
        word = clause.words[verb - 1]
        if "," not in self._text[word[1] : start] and word[1] - word[0] <= _MAX_AUXILIARY:
            start, word = word[0], clause.words[verb - 2]
            if clause.words[verb - 1][2] not in self._reporting.auxiliaries:
                return False
        return "," in self._text[word[1] : start]

    def _is_subject_behind(self, end: int, name: int) -> bool:
        """Return whether a name behind a verb that ends at ``end`` may be its subject: before any comma, or as an apposition right behind one."""
        comma = self._text.rfind(",", end, name)
        return comma < 0 or len(clause_of(self._text, comma, name).words) <= _MAX_APPOSITION

    def _according(self, clause: Clause) -> Speaker | None:
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
                return Speaker(found[0][2], found[0][0], found[0][1], phrase)
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

    def _words_between(self, clause: Clause, verb: int, mention: tuple[int, int, Entity]) -> int:
        low, high = sorted((clause.words[verb][0], mention[0]))
        return sum(low < start < high for start, _end, _word in clause.words)


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
        speaker=speaker.entity.text,
        speaker_start=speaker.start,
        speaker_end=speaker.end,
        speaker_id=speaker.entity.id,
        cue=speaker.cue,
    )
