"""Quotation attribution: direct and indirect quotations with their speakers, by rules over word order and dependencies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from streams.nlp.entities.coreference import Directory
from streams.nlp.quotes import adjacent_speaker, indirect_speech
from streams.nlp.quotes.speakers import Cue, Speaker, SpeakerResolver, lexicon
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.parsed_paragraph import Frame
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Quote

_WORDS = re.compile(r"\w+(?:[’'-]\w+)*")
_STOPS = ".!?…。！？"
_MINIMUM = 4  # words; a shorter quotation counts only when it has a speaker
_LONGEST = 8_000  # code points; anything longer is taken for an unclosed quotation mark
_INDIRECT = 60  # words of the longest indirect quotation
_WEAK_GAP = 6  # tokens between a quotation and a verb that mostly means something else
_TRANSCRIPT = re.compile(r"([A-Z][A-Z.’' -]{1,40}):\s")


def by_marks(text: str, quotations: Sequence[Quotation]) -> list[Quote]:
    """Direct quotations found by punctuation alone, without speakers, in any language; no scare quotes or titles."""
    return [
        Quote(quote=text[q.start : q.end], start=q.start, end=q.end)
        for q in quotations
        if q.end - q.start <= _LONGEST and is_speech(text[q.start : q.end])
    ]


def is_speech(said: str) -> bool:
    """Whether quoted text is speech rather than a scare quote or a title."""
    return size(said) >= _MINIMUM and not is_title(said)


def size(said: str) -> int:
    """Length in words; in scripts without spaces, two characters count as one word."""
    wide = sum("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in said)
    return wide // 2 if wide > len(said) // 3 else len(_WORDS.findall(said))


def is_title(said: str) -> bool:
    """Whether every word of more than three letters is capitalised, as in the title of a film or a programme."""
    row = _WORDS.findall(said)
    if not 2 <= len(row) <= 12 or said[-1] in "!?":
        return False
    rest = [word for word in row[1:] if len(word) > 3]
    return bool(rest) and all(word[0].isupper() for word in rest) and row[0][0].isupper()


class Attribution:
    """Finds the speakers of one document's quotations, paragraph by paragraph."""

    def __init__(
        self,
        text: str,
        spans: Sequence[Span],
        frames: Mapping[int, Frame],
        people: Directory,
        quotations: Sequence[Quotation],
        language: str,
    ) -> None:
        self._text = text
        self._spans = spans
        self._frames = frames
        self._people = people
        self._voices = SpeakerResolver(text, people, quotations, lexicon(language))
        self._quotations: dict[int, list[Quotation]] = {}
        for quotation in quotations:
            if quotation.end - quotation.start <= _LONGEST:
                self._quotations.setdefault(quotation.paragraph, []).append(quotation)

    def all(self) -> list[Quote]:
        """Direct and indirect quotations in the order of the text."""
        found: list[Quote] = []
        for k in sorted({*self._quotations, *self._frames}):
            found += self._paragraph(k, self._quotations.get(k, ()))
        return sorted(found, key=lambda quote: (quote.start, quote.end))

    def _paragraph(self, k: int, quotations: Sequence[Quotation]) -> list[Quote]:
        frame = self._frames.get(k)
        if frame is None:
            return by_marks(self._text, quotations)
        cues = self._voices.cues(frame)
        found: list[Quote] = []
        previous: Speaker | None = None
        for n, quotation in enumerate(quotations):
            own = self._beside(frame, cues, n)
            speaker = own or self._carried(k, frame, cues, n, previous)
            quote = self._quote(quotation, speaker, attributed=own is not None)
            if quote is not None and speaker is not None:
                self._voices.remember(speaker, k)
                previous = speaker
            if quote is not None:
                found.append(quote)
        found += self._indirect(frame, cues, found)
        introduces = self._text[self._spans[k].end - 1] == ":"
        strong = [cue for cue in cues if not cue.weak or introduces]
        if not found and not strong and introduces:
            self._introduced(k, frame)
        elif strong and not quotations:
            self._voices.remember(strong[-1].speaker, k)
        return found

    def _introduced(self, k: int, frame: Frame) -> None:
        """Remember the subject of a paragraph that ends in a colon without a reporting verb: it speaks next."""
        roots = [token for token in frame.doc if token.dep_ == "ROOT"]
        subject = dependencies.subject(roots[-1]) if roots else None
        if subject is not None and not subject[1]:
            speaker = self._voices.speaker(frame, subject[0], None)
            if speaker is not None:
                self._voices.remember(speaker, k)

    def _quote(self, quotation: Quotation, speaker: Speaker | None, *, attributed: bool) -> Quote | None:
        said = self._text[quotation.start : quotation.end]
        words = size(said)
        if is_title(said):
            return None
        if speaker is None:
            return Quote(quote=said, start=quotation.start, end=quotation.end) if words >= _MINIMUM else None
        sentence = said[0].isupper() and said[-1] in _STOPS + ","
        if words < _MINIMUM and not sentence and not (attributed and words > 1):
            return None
        return _quote(said, quotation.start, speaker, direct=True)

    # Speakers in the quotation's own paragraph.

    def _beside(self, frame: Frame, cues: Sequence[Cue], n: int) -> Speaker | None:
        first, behind = frame.ranges[n]
        if first == behind:
            return None  # the quotation stood in a dateline, which is not parsed
        quotation = frame.quotations[n]
        said = self._text[quotation.start : quotation.end]
        tag = self._transcript(quotation, said) or self._name_tag(frame, first)
        if tag is not None:
            return tag
        signed = adjacent_speaker.signature(frame, behind)
        if signed is not None:
            return self._voices.at(frame, *signed, None)
        low = frame.ranges[n - 1][1] if n else 0
        high = frame.ranges[n + 1][0] if n + 1 < len(frame.ranges) else len(frame.starts)
        ends_open = said[-1] not in ".…。"
        after = self._right_after(frame, cues, behind, high, ends_open=ends_open)
        goes_on = _goes_on(frame, behind, high)
        if after is not None and ends_open and not goes_on:
            return after
        before = self._right_before(frame, cues, first, low) or self._before(frame, cues, first)
        after = after or self._after(frame, cues, behind, high, only_adjacent=not ends_open)
        return after if after is not None and (before is None or (ends_open and not goes_on)) else before

    def _transcript(self, quotation: Quotation, said: str) -> Speaker | None:
        """The speaker of a transcript line inside the quotation marks: "SMITH: We go."."""
        match = _TRANSCRIPT.match(said)
        if match is None:
            return None
        start, end = quotation.start + match.start(1), quotation.start + match.end(1)
        entity = self._people.at(start, end)
        return Speaker(entity.text if entity is not None else match.group(1), start, end, None, entity)

    def _name_tag(self, frame: Frame, first: int) -> Speaker | None:
        """The speaker of a paragraph that starts with a name, a colon and the quotation: SMITH: "We go."."""
        if not 2 <= first <= 8:
            return None
        lead = self._text[frame.span.start : frame.starts[first]].rstrip(" \"“„«'‘")
        if not lead.endswith(":") or any(frame.tags[k].startswith("VB") for k in range(first)):
            return None
        entity = self._people.at(frame.span.start, frame.span.start + len(lead))
        if entity is None or entity.label not in ("PERSON", "ORG"):
            return None
        return Speaker(entity.text, frame.span.start, frame.span.start + len(lead) - 1, None, entity)

    def _right_after(
        self, frame: Frame, cues: Sequence[Cue], behind: int, high: int, *, ends_open: bool
    ) -> Speaker | None:
        found = adjacent_speaker.after(
            frame,
            behind,
            high,
            self._voices.words.forms,
            self._voices.namer(frame),
            self._voices.words.auxiliaries,
        )
        if found is None:
            return None
        if not ends_open and not (found.verb < found.first and frame.words[found.verb].islower()):
            return None
        return self._voices.reporter(frame, found, cues)

    def _right_before(self, frame: Frame, cues: Sequence[Cue], first: int, low: int) -> Speaker | None:
        found = adjacent_speaker.before(
            frame, first, low, self._voices.words.forms, self._voices.namer(frame)
        )
        return self._voices.reporter(frame, found, cues) if found is not None else None

    def _after(
        self, frame: Frame, cues: Sequence[Cue], behind: int, high: int, *, only_adjacent: bool
    ) -> Speaker | None:
        """The speaker after a quotation, by dependencies: "...," said X / "...," X said / "..." according to X."""
        cue = next((cue for cue in cues if behind <= cue.token < high), None)
        if cue is None:
            return None
        low = min(cue.token, _token_at(frame, cue.speaker.start))
        gap = range(behind, max(behind, low))
        words = sum(frame.lower[k].isalpha() for k in gap)
        if any(frame.lower[k] in (".", ";", "!", "?") for k in gap) or cue.token - low > 25:
            return None
        if (
            words > 6
            or (cue.weak and words > 1)
            or (only_adjacent and (words or not _is_tail(frame, cue, behind)))
        ):
            return None
        return cue.speaker

    def _before(self, frame: Frame, cues: Sequence[Cue], first: int) -> Speaker | None:
        """The speaker before a quotation, by dependencies: X said: "..." / X told Y that the plan was "...".

        Takes the nearest reporting verb that governs the quotation, else the nearest before it in its sentence.
        """
        start = _sentence_start(frame, first)
        own = [cue for cue in cues if start <= cue.token < first]
        above = _above(frame, first)
        over = [cue for cue in own if cue.token in above]
        if over:
            return over[-1].speaker
        near = [cue for cue in own if not cue.weak or first - cue.token <= _WEAK_GAP]
        return near[-1].speaker if near else None

    def _carried(
        self, k: int, frame: Frame, cues: Sequence[Cue], n: int, previous: Speaker | None
    ) -> Speaker | None:
        """The speaker of a quotation without one of its own: the previous speaker, or a person in the sentence before."""
        quotation = frame.quotations[n]
        said = self._text[quotation.start : quotation.end]
        sentence = said[0].isupper() and said[-1] in _STOPS
        if size(said) < _MINIMUM and not sentence:
            return None
        if previous is not None:
            return previous._replace(cue=None)
        alone = quotation.outer_start - self._spans[k].start <= 1
        if not alone:
            return self._subject_before(frame, cues, n) if sentence else None
        last = self._voices.last
        if last is not None and (quotation.continues or self._voices.last_paragraph == k - 1):
            return last._replace(cue=None)
        return None

    def _subject_before(self, frame: Frame, cues: Sequence[Cue], n: int) -> Speaker | None:
        """The person in the sentence before a quotation that is a sentence of its own.

        Takes the last speaker reported in that sentence, else its subject.
        """
        first, behind = frame.ranges[n]
        start = _sentence_start(frame, first)
        rest = [
            k for k in range(behind, len(frame.lower)) if frame.lower[k].isalpha() and not frame.quoted[k]
        ]
        if start < first - 1 or rest:
            return None
        sentence = next((t.sent.start for t in reversed(frame.doc[:first]) if t.is_alpha), first)
        saying = [
            cue.speaker
            for cue in cues
            if sentence <= cue.token < first and not cue.weak and cue.speaker.entity
        ]
        if saying:
            entity = saying[-1].entity
            return saying[-1]._replace(cue=None) if entity is not None and entity.label == "PERSON" else None
        for token in reversed(frame.doc[:first]):
            if token.dep_ == "nsubj" and token.head.dep_ == "ROOT" and not frame.quoted[token.i]:
                speaker = self._voices.speaker(frame, token, None)
                if speaker is not None and speaker.entity is not None and speaker.entity.label == "PERSON":
                    return speaker
                return None
        return None

    def _indirect(self, frame: Frame, cues: Sequence[Cue], direct: Sequence[Quote]) -> list[Quote]:
        found: list[Quote] = []
        for cue in cues:
            bounds = indirect_speech.span(frame, cue) if not cue.weak else None
            if bounds is None:
                continue
            start, end = bounds
            if any(quote.start < end and start < quote.end for quote in (*direct, *found)):
                continue
            said = self._text[start:end]
            if _MINIMUM <= size(said) <= _INDIRECT:
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
        cue=speaker.cue,
    )


def _above(frame: Frame, first: int) -> set[int]:
    """Indices of the ancestors of the token at ``first`` in the dependency tree."""
    found: set[int] = set()
    if first >= len(frame.lower):
        return found
    token = frame.doc[first]
    while token.head is not token and token.head.i not in found:
        token = token.head
        found.add(token.i)
    return found


def _goes_on(frame: Frame, behind: int, high: int) -> bool:
    """Whether the sentence continues with another verb of the same subject: 'called it "a trap" and demanded', ', saying'."""
    k = next((k for k in range(behind, high) if frame.lower[k].isalnum()), None)
    return k is not None and (frame.lower[k] in ("and", "but") or frame.tags[k] == "VBG")


def _token_at(frame: Frame, offset: int) -> int:
    return next((k for k, start in enumerate(frame.starts) if start >= offset), len(frame.starts))


def _is_tail(frame: Frame, cue: Cue, behind: int) -> bool:
    """Whether a full stop is followed only by a tail such as "he said", not by a sentence with its own quotation."""
    rest = frame.words[behind:]
    end = next((n for n, word in enumerate(rest) if word in (".", "!", "?", ":")), len(rest))
    if end > 8 or (end < len(rest) and rest[end] == ":"):
        return False
    return cue.token < behind + end and not rest[0].istitle()


def _sentence_start(frame: Frame, first: int) -> int:
    """Index of the first token of the sentence that leads into the quotation at ``first``, found by punctuation."""
    for k in range(first - 1, -1, -1):
        if frame.lower[k] not in (".", "!", "?"):
            continue
        if not frame.quoted[k]:
            if k < first - 1:
                return k + 1
        elif k + 2 >= first:
            return first
        elif frame.words[k + 2][:1].isupper() and not frame.quoted[k + 2]:
            return k + 2
    return 0
