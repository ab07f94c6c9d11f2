"""Who said what: quotations, direct and indirect, with their speakers, from the sentences around them."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streams.nlp import beside, data, grammar, verbs
from streams.nlp.entities import Directory
from streams.nlp.frames import Frame
from streams.nlp.grammar import Token
from streams.nlp.marks import Quotation
from streams.nlp.segments import Span
from streams.records import Entity, Quote

_WORDS = re.compile(r"\w+(?:[’'-]\w+)*")
_STOPS = ".!?…。！？"
_MINIMUM = 4  # words from which a quotation is one by itself; shorter ones need somebody who says it
_LONGEST = 8_000  # code points; what is longer is a mark that was never closed
_INDIRECT = 60  # words of the longest indirect quotation
_TITLE_LABELS = frozenset({"WORK_OF_ART", "PRODUCT", "EVENT", "LAW"})


_IMPLAUSIBLE = frozenset(
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


class Speaker(NamedTuple):
    """Somebody who says something: as named at ``start``..``end``, and by what name the document knows them."""

    name: str
    start: int
    end: int
    cue: str | None = None
    entity: Entity | None = None


class Cue(NamedTuple):
    """A reporting word in a frame, and whose it is."""

    token: int
    speaker: Speaker
    weak: bool
    lemma: str


def by_marks(text: str, spans: Sequence[Span], quotations: Sequence[Quotation]) -> list[Quote]:
    """Direct quotations by punctuation alone: no speakers, for any language. Scare quotes and titles are left out."""
    return [
        Quote(quote=text[q.start : q.end], start=q.start, end=q.end)
        for q in quotations
        if q.end - q.start <= _LONGEST and is_speech(text, q)
    ]


def is_speech(text: str, quotation: Quotation) -> bool:
    """Long enough and built like a sentence: not a scare quote, not a title."""
    said = text[quotation.start : quotation.end]
    return _size(said) >= _MINIMUM and not is_title(said)


def _size(said: str) -> int:
    """Words, with two characters of a script without spaces for one."""
    wide = sum("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in said)
    return wide // 2 if wide > len(said) // 3 else len(_WORDS.findall(said))


def is_title(said: str) -> bool:
    """Is every word of weight capitalised, as in the title of a film or a programme?"""
    row = _WORDS.findall(said)
    if len(row) < 2 or len(row) > 12 or said[-1] in "!?":
        return False
    rest = [word for word in row[1:] if len(word) > 3]
    return bool(rest) and all(word[0].isupper() for word in rest) and row[0][0].isupper()


class Attribution:
    """Finds the speakers of one document's quotations, paragraph by paragraph."""

    def __init__(
        self, text: str, spans: Sequence[Span], frames: Mapping[int, Frame], people: Directory, language: str
    ) -> None:
        self._text = text
        self._spans = spans
        self._frames = frames
        self._people = people
        self._words = lexicon(language)
        self._last: Speaker | None = None  # who spoke last
        self._last_paragraph = -9
        self._roles: dict[str, tuple[Entity, int]] = {}
        self._cues: dict[int, list[Cue]] = {}

    def all(self, quotations: Sequence[Quotation]) -> list[Quote]:
        """Direct and indirect quotations in the order of the text."""
        by_paragraph: dict[int, list[Quotation]] = {}
        for quotation in quotations:
            if quotation.end - quotation.start <= _LONGEST:
                by_paragraph.setdefault(quotation.paragraph, []).append(quotation)
        result: list[Quote] = []
        for k in range(len(self._spans)):
            if k in by_paragraph or k in self._frames:
                result += self._paragraph(k, by_paragraph.get(k, []))
        return sorted(result, key=lambda q: (q.start, q.end))

    def _paragraph(self, k: int, quotations: Sequence[Quotation]) -> list[Quote]:
        frame = self._frames.get(k)
        cues = self.cues(k)
        found: list[Quote] = []
        previous: Speaker | None = None
        for n, quotation in enumerate(quotations):
            beside = self._beside(frame, cues, quotations, n) if frame is not None else None
            speaker = beside or self._carried(k, quotations, n, previous, cues)
            if speaker is not None:
                previous = speaker
            quote = self._quote(quotation, speaker, attributed=beside is not None)
            if quote is not None:
                found.append(quote)
                if speaker is not None:
                    self._last, self._last_paragraph = speaker, k
        if frame is not None:
            found += self._indirect(frame, cues, found)
            if cues and not quotations:
                strong = [cue for cue in cues if not cue.weak]
                if strong:
                    self._last, self._last_paragraph = strong[-1].speaker, k
        return found

    def _quote(self, quotation: Quotation, speaker: Speaker | None, *, attributed: bool) -> Quote | None:
        said = self._text[quotation.start : quotation.end]
        size = _size(said)
        if is_title(said) and not (attributed and size >= _MINIMUM and said[-1] in _STOPS + ","):
            return None
        if speaker is None:
            if size < _MINIMUM:
                return None
            return Quote(quote=said, start=quotation.start, end=quotation.end)
        sentence = said[0].isupper() and said[-1] in _STOPS + ","
        if size < _MINIMUM and not sentence and not (attributed and size > 1):
            return None
        return Quote(
            quote=said,
            start=quotation.start,
            end=quotation.end,
            speaker=speaker.name,
            speaker_start=speaker.start,
            speaker_end=speaker.end,
            cue=speaker.cue,
        )

    # Who stands beside a quotation.

    def _beside(
        self, frame: Frame, cues: Sequence[Cue], quotations: Sequence[Quotation], n: int
    ) -> Speaker | None:
        first, behind = frame.ranges[n]
        quotation = quotations[n]
        said = self._text[quotation.start : quotation.end]
        tag = self._name_tag(frame, first)
        if tag is not None:
            return tag
        low = frame.ranges[n - 1][1] if n else 0
        high = frame.ranges[n + 1][0] if n + 1 < len(frame.ranges) else len(frame.starts)
        signed = beside.signature(frame, behind)
        if signed is not None:
            return self._speaker_at(frame, *signed, None)
        ends_open = said[-1] not in ".…。"
        after = self._right_after(frame, behind, high, ends_open=ends_open)
        if after is not None and ends_open:
            return after
        before = self._right_before(frame, first, low) or self._before(frame, cues, first, low)
        after = after or self._after(frame, cues, behind, high, only_adjacent=not ends_open)
        if after is not None and (before is None or ends_open):
            return after
        return before

    def _right_after(self, frame: Frame, behind: int, high: int, *, ends_open: bool) -> Speaker | None:
        reporter = beside.after(frame, behind, high, self._words.forms, self._namer(frame))
        if reporter is None:
            return None
        if not ends_open and not (reporter.verb < reporter.first and frame.words[reporter.verb].islower()):
            return None
        return self._reporter(frame, reporter)

    def _right_before(self, frame: Frame, first: int, low: int) -> Speaker | None:
        reporter = beside.before(frame, first, low, self._words.forms, self._namer(frame))
        return self._reporter(frame, reporter) if reporter is not None else None

    def _namer(self, frame: Frame) -> beside.Named:
        def named(first: int, last: int) -> int | None:
            if first > last:
                return None
            inside = self._people.within(*frame.span_of(first, last))
            ends = [b for _a, b, entity in inside if entity.label not in ("NORP", "LANGUAGE")]
            return bisect.bisect_left(frame.ends, ends[-1]) if ends else None

        return named

    def _reporter(self, frame: Frame, reporter: beside.Reporter) -> Speaker | None:
        cue = frame.words[reporter.verb]
        if reporter.first == reporter.last and frame.lower[reporter.first] in self._words.pronouns:
            return self.speaker(frame, frame.doc[reporter.first], cue)
        return self._speaker_at(
            frame, reporter.first, reporter.last, cue, inverted=reporter.verb < reporter.first
        )

    def _speaker_at(
        self, frame: Frame, first: int, last: int, cue: str | None, *, inverted: bool = False
    ) -> Speaker | None:
        """The speaker that these tokens name: the entity at their end, or the whole phrase."""
        start, end = frame.span_of(first, last)
        inside = [m for m in self._people.within(start, end) if m[2].label not in ("NORP", "LANGUAGE")]
        if inverted:
            people = [m for m in inside if m[2].label == "PERSON"]
            inside = people[:1] or inside
        for a, b, entity in reversed(inside):
            if inverted or b >= frame.starts[last]:
                return Speaker(entity.text, a, b, cue, entity)
        name = self._text[start:end]
        return Speaker(" ".join(name.split()), start, end, cue) if any(c.isalpha() for c in name) else None

    def _name_tag(self, frame: Frame, first: int) -> Speaker | None:
        """ "SMITH: "We go." ": a name, a colon, the quotation, at the start of a paragraph."""
        if not 2 <= first <= 8:
            return None
        lead = self._text[frame.span.start : frame.starts[first]].rstrip(" \"“„«'‘")
        if not lead.endswith(":") or any(frame.doc[k].tag_.startswith("VB") for k in range(first)):
            return None
        entity = self._people.at(frame.span.start, frame.span.start + len(lead))
        if entity is None or entity.label not in ("PERSON", "ORG"):
            return None
        return Speaker(entity.text, frame.span.start, frame.span.start + len(lead) - 1, None, entity)

    def _after(
        self, frame: Frame, cues: Sequence[Cue], behind: int, high: int, *, only_adjacent: bool
    ) -> Speaker | None:
        """ "...," said X / "...," X said / "..." according to X."""
        for cue in cues:
            if cue.token < behind or cue.token >= high:
                continue
            low = min(cue.token, self._token_at(frame, cue.speaker.start))
            gap = [frame.doc[i] for i in range(behind, low)]
            wordy = sum(t.is_alpha for t in gap)
            stopped = any(t.text in (".", ";", "!", "?") for t in gap)
            if stopped or (only_adjacent and (wordy or not self._is_tail(frame, cue, behind))):
                return None
            if wordy > 6 or (cue.weak and wordy > 1):
                return None
            if cue.token > low and cue.token - low > 25:
                return None
            return cue.speaker
        return None

    def _is_tail(self, frame: Frame, cue: Cue, behind: int) -> bool:
        """Behind a full stop: is what follows only "he said", and not a new sentence with a quotation of its own?"""
        after = [frame.doc[i] for i in range(behind, len(frame.starts))]
        end = next((n for n, t in enumerate(after) if t.text in (".", "!", "?", ":")), len(after))
        return (
            end <= 8
            and not (end < len(after) and after[end].text == ":")
            and cue.token < behind + end
            and not after[0].is_title
        )

    def _before(self, frame: Frame, cues: Sequence[Cue], first: int, low: int) -> Speaker | None:
        """X said: "..." / X told Y that the plan was "..." / X, who called it "..."."""
        best: Cue | None = None
        start = self._sentence_start(frame, first)
        for cue in cues:
            if cue.token >= first or cue.token < start:
                continue
            gap = first - cue.token
            if cue.weak and gap > 6:
                continue
            best = cue
        return best.speaker if best is not None else None

    def _sentence_start(self, frame: Frame, first: int) -> int:
        """The first token of the sentence that leads into the quotation at ``first``, by punctuation."""
        k = first - 1
        while k >= 0:
            text = frame.doc[k].text
            if text in (".", "!", "?") and not frame.quoted[k] and k < first - 1:
                return k + 1
            if frame.quoted[k] and text in (".", "!", "?"):
                following = frame.doc[k + 2].text if k + 2 < first else ""
                if following[:1].isupper() and k + 2 < first and not frame.quoted[k + 2]:
                    return k + 2
                if k + 2 >= first:
                    return first
            k -= 1
        return 0

    def _token_at(self, frame: Frame, offset: int) -> int:
        for k, start in enumerate(frame.starts):
            if start >= offset:
                return k
        return len(frame.starts)

    def _carried(
        self, k: int, quotations: Sequence[Quotation], n: int, previous: Speaker | None, cues: Sequence[Cue]
    ) -> Speaker | None:
        """A quotation with nobody beside it: the speech of the one before goes on."""
        quotation = quotations[n]
        said = self._text[quotation.start : quotation.end]
        if _size(said) < _MINIMUM and not (said[0].isupper() and said[-1] in _STOPS):
            return None
        if previous is not None:
            return previous._replace(cue=None)
        span = self._spans[k]
        alone = quotation.outer_start - span.start <= 1
        if self._last is None or not alone:
            return None
        if quotation.continues or self._last_paragraph == k - 1:
            return self._last._replace(cue=None)
        return None

    # Cues.

    def cues(self, k: int) -> list[Cue]:
        """The reporting words of a paragraph outside its quotations, with who they belong to."""
        if k not in self._cues:
            frame = self._frames.get(k)
            self._cues[k] = self._find_cues(frame) if frame is not None else []
        return self._cues[k]

    def _find_cues(self, frame: Frame) -> list[Cue]:
        found = []
        for token in frame.doc:
            if frame.quoted[token.i]:
                continue
            lower = token.lower_
            lemma = self._words.forms.get(lower)
            if lemma is not None and grammar.is_verb(token):
                cue = self._verb_cue(frame, token, lemma)
                if cue is not None:
                    found.append(cue)
            elif lower in self._words.according:
                cue = self._according(frame, token)
                if cue is not None:
                    found.append(cue)
        return found

    def _verb_cue(self, frame: Frame, token: Token, lemma: str) -> Cue | None:
        found = grammar.subject(token)
        if found is None:
            return None
        head, passive = found
        if head.lower_ in _IMPLAUSIBLE:
            return None
        if passive or frame.quoted[head.i]:
            by = grammar.agent(token)
            if by is None:
                return None
            head = by
        speaker = self.speaker(frame, head, token.text)
        return Cue(token.i, speaker, lemma in self._words.weak, lemma) if speaker is not None else None

    def _according(self, frame: Frame, token: Token) -> Cue | None:
        doc = frame.doc
        if token.lower_ == "according":
            k = token.i + 1
            if k >= len(doc) or doc[k].lower_ != "to":
                return None
            nouns = [t for t in doc[k].children if t.dep_ == "pobj"]
        else:
            nouns = [token.head] if token.dep_ == "case" else []
        if not nouns or frame.quoted[nouns[0].i]:
            return None
        speaker = self.speaker(frame, nouns[0], token.text if token.lower_ != "according" else "according to")
        return Cue(token.i, speaker, False, "according") if speaker is not None else None

    def speaker(self, frame: Frame, head: Token, cue: str) -> Speaker | None:
        """Who the noun phrase of ``head`` names, resolved as far as the document says."""
        first, last = grammar.phrase(head)
        start, end = frame.span_of(first, last)
        own = self._people.within(frame.starts[head.i], frame.ends[head.i])
        for a, b, entity in own:
            if entity.label not in ("NORP", "DATE"):
                return Speaker(entity.text, a, b, cue, entity)
        apposed = [child for child in head.children if child.dep_ == "appos" and not frame.quoted[child.i]]
        for child in apposed:
            for a, b, entity in self._people.within(frame.starts[child.i], frame.ends[child.i]):
                if entity.label == "PERSON":
                    return Speaker(entity.text, a, b, cue, entity)
        lower = head.lower_
        name = self._text[start:end]
        if lower in self._words.pronouns:
            meant = self._antecedent(frame, head)
            if meant is not None:
                return Speaker(meant.text, start, end, cue, meant)
            return Speaker(name, start, end, cue)
        if not any(c.isalpha() for c in name) or (head.pos_ == "NUM" and not head.is_alpha):
            return None
        return Speaker(name, start, end, cue)

    def _antecedent(self, frame: Frame, pronoun: Token) -> Entity | None:
        """Whom "he" or "she" means: the person named last, if no other person stands between."""
        if pronoun.lower_ not in self._words.he and pronoun.lower_ not in self._words.she:
            return None
        at = frame.starts[pronoun.i]
        near = [e for a, b, e in self._people.before(at, 12) if e.label == "PERSON" and at - b < 600]
        if self._last is not None and self._last.entity is not None and self._last.entity.label == "PERSON":
            since = [e for a, b, e in self._people.before(at) if e.label == "PERSON" and a > self._last.start]
            if all(e is self._last.entity for e in since):
                return self._last.entity
        if near and all(e is near[0] for e in near[:2]):
            return near[0]
        return None

    def _indirect(self, frame: Frame, cues: Sequence[Cue], direct: Sequence[Quote]) -> list[Quote]:
        """What somebody is reported to have said, in the writer's words."""
        found = []
        for cue in cues:
            if cue.weak:
                continue
            span = (
                self._according_clause(frame, cue) if cue.lemma == "according" else self._clause(frame, cue)
            )
            if span is None:
                continue
            start, end = span
            if any(q.start < end and start < q.end for q in direct):
                continue
            said = self._text[start:end]
            if not _MINIMUM <= _size(said) <= _INDIRECT:
                continue
            speaker = cue.speaker
            found.append(
                Quote(
                    quote=said,
                    start=start,
                    end=end,
                    direct=False,
                    speaker=speaker.name,
                    speaker_start=speaker.start,
                    speaker_end=speaker.end,
                    cue=speaker.cue,
                )
            )
        return found

    def _clause(self, frame: Frame, cue: Cue) -> tuple[int, int] | None:
        verb = frame.doc[cue.token]
        clause = next((c for c in verb.children if c.dep_ == "ccomp"), None)
        if clause is None or frame.quoted[clause.i]:
            return None
        first, last = clause.left_edge.i, clause.right_edge.i
        if first <= verb.i <= last:
            return None
        while first < last and (frame.doc[first].dep_ == "mark" or frame.doc[first].is_punct):
            first += 1
        while last > first and frame.doc[last].is_punct:
            last -= 1
        return frame.span_of(first, last)

    def _according_clause(self, frame: Frame, cue: Cue) -> tuple[int, int] | None:
        token = frame.doc[cue.token]
        sentence = token.sent
        low, high = token.left_edge.i, token.right_edge.i
        first, last = (high + 1, sentence.end - 1) if low == sentence.start else (sentence.start, low - 1)
        while first < last and frame.doc[first].is_punct:
            first += 1
        while last > first and frame.doc[last].is_punct:
            last -= 1
        return frame.span_of(first, last) if first < last else None


class Lexicon(NamedTuple):
    """A language's words around quotations."""

    forms: Mapping[str, str]
    weak: frozenset[str]
    according: frozenset[str]
    pronouns: frozenset[str]
    he: frozenset[str]
    she: frozenset[str]


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The words for a language; empty ones where there is no list."""
    table = data.table("reporting")
    pronouns = table["pronouns"]
    if language == "en":
        return Lexicon(
            forms=verbs.reporting(),
            weak=verbs.weak_reporting(),
            according=frozenset({"according"}),
            pronouns=frozenset(data.words(pronouns["en"])),
            he=frozenset(data.words(pronouns["he"])),
            she=frozenset(data.words(pronouns["she"])),
        )
    nothing: frozenset[str] = frozenset()
    return Lexicon({}, nothing, nothing, nothing, nothing, nothing)
