"""Quotation attribution: direct and indirect quotations with their speakers, by rules over word order and dependencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import indirect_speech, sentence_context, signed_lines, speech
from streams.nlp.quotes.own_sentence import OwnSentence
from streams.nlp.quotes.pronouns import Cue
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.said import nobodys, plausible, statements, unsaid
from streams.nlp.quotes.signed_lines import Signed
from streams.nlp.quotes.speakers import SpeakerResolver
from streams.nlp.syntax import subjects
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Quote

_SENTENCE_ENDS = ".!?…。！？"
_UNSIGNED = Signed(None, behind=False)
_NEUTRAL = frozenset({"it", "this", "that", "which", "these", "those"})
_MAX_INDIRECT_WORDS = 60  # words of the longest indirect quotation


class Attribution:
    """Finds the speakers of one document's quotations, paragraph by paragraph."""

    def __init__(
        self,
        text: str,
        spans: Sequence[Span],
        parses: Mapping[int, ParsedParagraph],
        entities: EntityIndex,
        quotations: Sequence[Quotation],
        language: str,
    ) -> None:
        self._text = text
        self._spans = spans
        self._parses = parses
        self._entities = entities
        self._resolver = SpeakerResolver(text, entities, quotations, lexicon(language))
        self._sentences = OwnSentence(text, entities, self._resolver)
        self._english = language == "en"
        self._spoken = False  # whether the quotation before has a speaker
        self._quotations: dict[int, list[Quotation]] = {}
        for quotation in quotations:
            if quotation.end - quotation.start <= speech.MAX_CHARACTERS:
                self._quotations.setdefault(quotation.paragraph, []).append(quotation)

    def quotes(self) -> list[Quote]:
        """Return the direct and indirect quotations, in text order."""
        found: list[Quote] = []
        for k in sorted({*self._quotations, *self._parses}):
            found += self._paragraph(k, self._quotations.get(k, ()))
        continuing = {q.start for row in self._quotations.values() for q in row if q.continues}
        return speech.with_later_speakers(
            sorted(found, key=lambda quote: (quote.start, quote.end)), continuing
        )

    def _paragraph(self, k: int, quotations: Sequence[Quotation]) -> list[Quote]:
        """Return the quotations of paragraph ``k`` and remember its last speaker for the next paragraphs."""
        parsed = self._parses.get(k)
        if parsed is None:
            return speech.quotes_without_speakers(self._text, quotations)
        cues = self._resolver.cues(parsed)
        found: list[Quote] = []
        previous: Speaker | None = None
        for n, quotation in enumerate(quotations):
            if sentence_context.is_modifier(parsed, n):
                continue
            nobodys_own = self._english and nobodys.is_nobodys(parsed, n, self._resolver.words.forms)
            own = self._sentences.speaker(parsed, cues, n) if not nobodys_own else None
            if own is not None and own.start < quotation.start < own.end:
                own = None  # "Using the term “quick sail” has become common to describe"
            asked = own is None and (nobodys_own or unsaid.is_put_to_somebody(parsed, parsed.ranges[n][0]))
            speaker = own
            if not asked:
                signed = self._signed(k, quotation) if len(quotations) == 1 and own is None else _UNSIGNED
                inherited = None if signed.behind else self._inherited_speaker(k, parsed, cues, n, previous)
                speaker = own or inherited or signed.speaker
            if speaker is not None and self._english:
                saying = self._resolver.is_saying(speaker.cue)
                speaker = speaker if plausible.is_spoken(parsed, n, speaker, cues, saying=saying) else None
            quote = self._quote(quotation, speaker, attributed=own is not None and speaker is not None)
            if quote is not None and speaker is not None:
                self._resolver.remember(_reporter(parsed, cues, speaker), k)
                previous = speaker
            if quote is not None:
                self._spoken = quote.speaker is not None
                found.append(quote)
        found += self._indirect(parsed, cues, found)
        introduces = self._text[self._spans[k].end - 1] == ":"
        strong = [cue for cue in cues if not cue.weak or introduces]
        if not found and not strong and introduces:
            self._introduced(k, parsed)
        elif strong and not quotations:
            main = _main(parsed, strong)
            speaker = main.speaker
            noun = (
                statements.speaking_token(parsed, main) if introduces and parsed.doc.lang_ == "en" else None
            )
            if self._resolver.may_go_on(speaker) or (
                noun is not None and statements.can_speak(noun, speaker)
            ):
                self._resolver.remember(speaker, k)
        return found

    def _introduced(self, k: int, parsed: ParsedParagraph) -> None:
        """Remember the subject of a paragraph that ends in a colon without a reporting verb: it speaks in the next one.

        So does the name that begins a line without a verb: "Ida Holm, head of research:".
        """
        roots = [token for token in parsed.doc if token.dep_ == "ROOT"]
        found = subjects.subject(roots[-1]) if roots else None
        if found is None and not any(tag.startswith(("VB", "MD")) for tag in parsed.tags):
            named = self._entities.within(parsed.span.start, parsed.span.start + 1)
            if named and named[0][2].label in ("PERSON", "ORG"):
                start, end, entity = named[0]
                self._resolver.remember(Speaker(entity.text, start, end, None, entity), k)
        if found is not None and not found[1]:
            speaker = self._resolver.speaker(parsed, found[0], None)
            if speaker is not None and statements.can_speak(found[0], speaker):
                self._resolver.remember(speaker, k)

    def _quote(self, quotation: Quotation, speaker: Speaker | None, *, attributed: bool) -> Quote | None:
        """Return the record of a quotation, ``None`` if it is no speech; ``attributed``: its own sentence names the speaker."""
        said = self._text[quotation.start : quotation.end]
        words = speech.word_count(said)
        if speech.is_title(said):
            return None
        if speaker is None:
            return (
                Quote(quote=said, start=quotation.start, end=quotation.end)
                if words >= speech.MINIMUM_WORDS
                else None
            )
        sentence = said[0].isupper() and said[-1] in _SENTENCE_ENDS + ","
        own_voice = self._text[speaker.start : speaker.end].lower() in statements.OWN_VOICE
        if self._text[speaker.start : speaker.end].lower() in _NEUTRAL and speaker.name.lower() in _NEUTRAL:
            speaker, attributed = None, False
        if speaker is None:
            return (
                Quote(quote=said, start=quotation.start, end=quotation.end)
                if words >= speech.MINIMUM_WORDS
                else None
            )
        if own_voice and (words < speech.MINIMUM_WORDS or not self._resolver.is_core(speaker.cue)):
            return (
                Quote(quote=said, start=quotation.start, end=quotation.end)
                if words >= speech.MINIMUM_WORDS
                else None
            )
        led = attributed and words > 1 and not self._resolver.is_weak(speaker.cue)
        if words < speech.MINIMUM_WORDS and not sentence and not led:
            return None
        return _quote(said, quotation.start, speaker, direct=True)

    def _inherited_speaker(
        self, k: int, parsed: ParsedParagraph, cues: Sequence[Cue], n: int, previous: Speaker | None
    ) -> Speaker | None:
        """Return the speaker of a quotation whose sentence names none: the previous speaker, or a person in the sentence before."""
        quotation = parsed.quotations[n]
        said = self._text[quotation.start : quotation.end]
        sentence = said[0].isupper() and said[-1] in _SENTENCE_ENDS
        if speech.word_count(said) < speech.MINIMUM_WORDS and not sentence:
            return None
        if self._english and nobodys.in_brackets(parsed, *parsed.ranges[n]):
            return None  # "a view of skills (“I know boats”)"
        if previous is not None:
            since = self._spoke_since(parsed, cues, n) if sentence and self._english else None
            if since is not None:
                return since
            goes_on = not said[0].islower() or self._is_in_sentence(parsed, n)
            return previous._replace(cue=None) if goes_on else None
        alone = quotation.outer_start - self._spans[k].start <= 1
        if not alone:
            return self._subject_before(parsed, cues, n) if sentence else None
        last = self._resolver.last
        headline = said[-1].isalnum() and quotation.outer_end == self._spans[k].end
        if last is None or (headline and not quotation.continues):
            return None
        if not (self._spoken if quotation.continues else self._resolver.last_paragraph == k - 1):
            return None
        return last._replace(cue=None)

    def _spoke_since(self, parsed: ParsedParagraph, cues: Sequence[Cue], n: int) -> Speaker | None:
        """Return the person of the sentence before quotation ``n`` that reports something else: "“...”, Winter said. Holm said it was law. “...”"."""
        low, first = parsed.ranges[n - 1][1], parsed.ranges[n][0]
        own = [cue for cue in cues if low <= cue.token < first and not cue.weak]
        if own and unsaid.is_negated(parsed.doc[own[-1].token]):
            return None  # "He did not suggest that."
        begins = parsed.doc[own[-1].token].sent.start if own else 0
        if not own or low >= begins or not any(t.is_sent_start for t in parsed.doc[low + 1 : begins + 1]):
            return None
        speaker = _main(parsed, own).speaker
        person = speaker.entity is not None and speaker.entity.label == "PERSON"
        return speaker._replace(cue=None) if person else None

    def _signed(self, k: int, quotation: Quotation) -> Signed:
        """Return what the lines beside paragraph ``k`` say of its speaker, if the quotation fills it."""
        span = self._spans[k]
        whole = quotation.outer_start - span.start <= 1 and span.end - quotation.outer_end <= 1
        ends = self._text[quotation.end - 1] in _SENTENCE_ENDS
        return (
            signed_lines.beside(self._text, self._spans, k, self._entities) if whole and ends else _UNSIGNED
        )

    def _is_in_sentence(self, parsed: ParsedParagraph, n: int) -> bool:
        """Return whether quotation ``n`` stands in the same sentence as the one before it."""
        low, high = parsed.ranges[n - 1][1], parsed.ranges[n][0]
        return not any(parsed.lower[k] in (".", "!", "?", ";") for k in range(low, high))

    def _subject_before(self, parsed: ParsedParagraph, cues: Sequence[Cue], n: int) -> Speaker | None:
        """Return the person in the sentence before a quotation that is a sentence of its own.

        This is the last speaker reported in that sentence, else its subject.
        """
        first, behind = parsed.ranges[n]
        start = sentence_context.sentence_start(parsed, first)
        rest = [
            k for k in range(behind, len(parsed.lower)) if parsed.lower[k].isalpha() and not parsed.quoted[k]
        ]
        if start < first - 1 or rest:
            return None
        sentence = next((t.sent.start for t in reversed(parsed.doc[:first]) if t.is_alpha), first)
        saying = [
            cue.speaker
            for cue in cues
            if sentence <= cue.token < first and not cue.weak and cue.speaker.entity
        ]
        if saying:
            entity = saying[-1].entity
            return saying[-1]._replace(cue=None) if entity is not None and entity.label == "PERSON" else None
        for token in reversed(parsed.doc[:first]):
            if token.dep_ == "nsubj" and token.head.dep_ == "ROOT" and not parsed.quoted[token.i]:
                speaker = self._resolver.speaker(parsed, token, None)
                if speaker is not None and speaker.entity is not None and speaker.entity.label == "PERSON":
                    return speaker
                return None
        return None

    def _indirect(self, parsed: ParsedParagraph, cues: Sequence[Cue], direct: Sequence[Quote]) -> list[Quote]:
        """Return the indirect quotations of a paragraph that overlap no direct one."""
        found: list[Quote] = []
        for cue in cues:
            bounds = indirect_speech.span(parsed, cue) if not cue.weak else None
            if bounds is None:
                continue
            start, end = bounds
            if any(quote.start < end and start < quote.end for quote in (*direct, *found)):
                continue
            said = self._text[start:end]
            if not speech.MINIMUM_WORDS <= speech.word_count(said) <= _MAX_INDIRECT_WORDS:
                continue
            if not self._english or plausible.is_phrase(cue.speaker):
                found.append(_quote(said, start, cue.speaker, direct=False))
        return found


def _quote(said: str, start: int, speaker: Speaker, *, direct: bool) -> Quote:
    return Quote(
        quote=said,
        start=start,
        end=start + len(said),
        direct=direct,
        speaker=speaker.name,
        speaker_start=speaker.start,
        speaker_end=speaker.end,
        speaker_id=speaker.entity.id if speaker.entity is not None else None,
        cue=speaker.cue,
    )


def _main(parsed: ParsedParagraph, cues: Sequence[Cue]) -> Cue:
    """Return the first cue of the last sentence that has one: "added" in "He added that some deny it"."""
    sentence = parsed.doc[cues[-1].token].sent
    return next(cue for cue in cues if cue.token >= sentence.start)


def _reporter(parsed: ParsedParagraph, cues: Sequence[Cue], speaker: Speaker) -> Speaker:
    """Return who reports what a speaker said, else the speaker: "Holm" in "Holm said that Winter had told her: ..."."""
    own = next((cue for cue in cues if cue.speaker == speaker), None)
    if own is None:
        return speaker
    verb = parsed.doc[own.token]
    while verb.dep_ in ("ccomp", "conj") and verb.head is not verb:
        verb = verb.head
        outer = next((cue for cue in cues if cue.token == verb.i and not cue.weak), None)
        if outer is not None and outer.speaker.entity is not None:
            return outer.speaker
    return speaker
