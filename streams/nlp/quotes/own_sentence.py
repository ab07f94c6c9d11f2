"""The speaker whom the sentence around a quotation names, by name tags, word order and dependencies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import (
    adjacent_speaker,
    document_authors,
    sentence_context,
    speech,
)
from streams.nlp.quotes.pronouns import PREPOSITIONS, Cue
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.said import statements, unsaid
from streams.nlp.quotes.speakers import SpeakerResolver
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text.quotation_marks import Quotation

_MAX_WEAK_DISTANCE = 6  # tokens between a quotation and a verb that mostly means something else
# What parts a quotation from a clause that does not report it: "... was “fair” because the model learns ...".
_CLAUSE_ENDS = frozenset(
    {".", ";", "!", "?", "because", "although", "though", "while", "when", "if", "since", "unless"}
)
_TRANSCRIPT = re.compile(r"([A-Z][A-Z.’' -]{1,40}):\s")


# Subjects that introduce no words of theirs: "there is one rule: “...”".
_NOT_INTRODUCING = frozenset({"there", "it", "this", "that", "which", "what", "these", "those", "who", "one"})
# Verbs (lemmas) of what somebody does whose words are those of who reports it: "claims that Acme wants to be “...”".
_PERCEIVING = frozenset({"want", "see", "know", "feel", "seek"})
# Verbs (lemmas) whose object is a question of nobody's.
_POSING = frozenset({"answer", "want", "hope", "address", "raise"})


class OwnSentence:
    """Finds the speakers that the sentences around the quotations of one document name."""

    def __init__(self, text: str, entities: EntityIndex, resolver: SpeakerResolver) -> None:
        self._text = text
        self._entities = entities
        self._resolver = resolver

    def speaker(self, parsed: ParsedParagraph, cues: Sequence[Cue], n: int) -> Speaker | None:
        """Return the speaker that the sentence around quotation ``n`` of the paragraph names, ``None`` if there is none.

        Tried in order: a name tag or signature, word order after and before the quotation, the dependency parse.
        """
        first, behind = parsed.ranges[n]
        if first == behind:
            return None  # the quotation stood in a dateline, which is not parsed
        quotation = parsed.quotations[n]
        said = self._text[quotation.start : quotation.end]
        tag = self._transcript(quotation, said) or self._name_tag(parsed, first)
        if tag is not None:
            return tag
        if unsaid.is_put_to_somebody(parsed, first):
            return None
        signed = adjacent_speaker.signature(parsed, behind)
        if signed is not None:
            start, end = parsed.span_of(*signed)
            named = self._entities.within(start, end)
            person = any(entity.label == "PERSON" for _a, _b, entity in named)
            if person or any(a <= start for a, _b, _entity in named):
                whole = person or not any(word.islower() for word in self._text[named[-1][1] : end].split())
                return self._resolver.at(parsed, *signed, None, inverted=whole)
            return Speaker(" ".join(self._text[start:end].split()), start, end)
        remark = document_authors.of_remark(parsed, first) or document_authors.of_words(parsed, first)
        if remark is not None:
            return self._resolver.speaker(parsed, *remark, cues)
        low = parsed.ranges[n - 1][1] if n else 0
        high = parsed.ranges[n + 1][0] if n + 1 < len(parsed.ranges) else len(parsed.starts)
        ends_open = said[-1] not in ".…。" and self._has_comma(parsed, n)
        after = self._right_after(parsed, cues, n, high, ends_open=ends_open)
        goes_on = sentence_context.continues_with_verb(parsed, behind, high)
        asks = said[-1] in "?!" and self._text[: quotation.outer_start].rstrip()[-1:] in (":", ",")
        if after is not None and ends_open and not goes_on and not asks:
            return after
        before = self._right_before(parsed, cues, first, low) or self._before(parsed, cues, n)
        if asks and before is not None:
            return before  # "Holm asked Winter: “...?” Winter said no"
        after = after or self._after(parsed, cues, behind, high, only_adjacent=not ends_open)
        if after is None and before is None:
            return self._with_any_verb(parsed, n, high) or self._introducing(parsed, first, said)
        return after if after is not None and (before is None or (ends_open and not goes_on)) else before

    def _with_any_verb(self, parsed: ParsedParagraph, n: int, high: int) -> Speaker | None:
        """Return who stands with a verb of no list behind a sentence that ends in a comma: "We go," Holm clarified."""
        quotation, (first, behind) = parsed.quotations[n], parsed.ranges[n]
        said = self._text[quotation.start : quotation.end]
        comma = said.endswith(",") or self._text[quotation.outer_end : quotation.outer_end + 1] == ","
        begins = said[0].isupper() and sentence_context.sentence_start(parsed, first) >= first - 1
        if not (comma and begins) or speech.word_count(said) < speech.MINIMUM_WORDS or speech.is_title(said):
            return None
        found = adjacent_speaker.with_any_verb(parsed, behind, high, self._resolver.entity_finder(parsed))
        return self._resolver.from_word_order(parsed, found, ()) if found is not None else None

    def _introducing(self, parsed: ParsedParagraph, first: int, said: str) -> Speaker | None:
        """Return the subject of the clause that a colon ends before a sentence, whatever its verb: "Holm shared her view: “...”"."""
        colon = sentence_context.colon_before(parsed, first)
        if colon is None or not said[0].isupper() or speech.word_count(said) < speech.MINIMUM_WORDS:
            return None
        start = sentence_context.sentence_start(parsed, first)
        nouns = [
            parsed.doc[k]
            for k in range(start, colon)
            if parsed.doc[k].dep_ == "nsubj" and not parsed.quoted[k] and k < parsed.doc[k].head.i < colon
        ]
        if not nouns or nouns[0].lower_ in statements.OWN_VOICE | _NOT_INTRODUCING:
            return None
        if any(tag[:2] in ("VB", "TO") for tag in parsed.tags[start : nouns[0].i]):
            return None  # "a chance to help teams understand: “...”"
        speaker = self._resolver.speaker(parsed, nouns[0], None)
        if speaker is None or not statements.can_speak(nouns[0], speaker):
            return None
        named = speaker.entity is not None and speaker.entity.label in ("PERSON", "ORG")
        return speaker if named or speaker.entity is None else None

    def _transcript(self, quotation: Quotation, said: str) -> Speaker | None:
        """Return the speaker of a transcript inside the quotation marks: "SMITH: We go."."""
        match = _TRANSCRIPT.match(said)
        if match is None or _TRANSCRIPT.match(said, match.end()):
            return None  # "NET: TCP: count the retries"
        start, end = quotation.start + match.start(1), quotation.start + match.end(1)
        entity = self._entities.at(start, end)
        return Speaker(entity.text if entity is not None else match.group(1), start, end, None, entity)

    def _name_tag(self, parsed: ParsedParagraph, first: int) -> Speaker | None:
        """Return the speaker of a paragraph that starts with a name, a colon and the quotation: SMITH: "We go."."""
        if not 2 <= first <= 8:
            return None
        lead = self._text[parsed.span.start : parsed.starts[first]].rstrip(" \"“„«'‘")
        if not lead.endswith(":") or any(parsed.tags[k].startswith("VB") for k in range(first)):
            return None
        entity = self._entities.at(parsed.span.start, parsed.span.start + len(lead))
        if entity is None or entity.label not in ("PERSON", "ORG"):
            return None
        return Speaker(entity.text, parsed.span.start, parsed.span.start + len(lead) - 1, None, entity)

    def _right_after(
        self, parsed: ParsedParagraph, cues: Sequence[Cue], n: int, high: int, *, ends_open: bool
    ) -> Speaker | None:
        found = adjacent_speaker.after(
            parsed,
            parsed.ranges[n][1],
            high,
            self._resolver.words.forms,
            self._resolver.entity_finder(parsed),
            self._resolver.words.auxiliaries,
        )
        if found is None:
            return None
        inverted = found.verb < found.first and parsed.words[found.verb].islower()
        if not inverted and not ends_open:
            return None
        if inverted and not self._resolver.is_core(parsed.words[found.verb]) and self._is_subject(parsed, n):
            return None
        return self._resolver.from_word_order(parsed, found, cues)

    def _is_subject(self, parsed: ParsedParagraph, n: int) -> bool:
        """Return whether a few words without a mark at their end may be the subject of the verb behind: "the “gap year” taught Holm"."""
        first, behind = parsed.ranges[n]
        quotation = parsed.quotations[n]
        said = self._text[quotation.start : quotation.end]
        goes_on = self._text[quotation.outer_end : quotation.outer_end + 1] == " " and said[-1].isalnum()
        return (
            goes_on
            and first > 0
            and parsed.tags[behind - 1].startswith("NN")
            and speech.word_count(said) < speech.MINIMUM_WORDS
        )

    def _has_comma(self, parsed: ParsedParagraph, n: int) -> bool:
        """Return whether quotation ``n`` ends as before ", Holm said": with a mark, or where none is set and no new sentence begins."""
        quotation = parsed.quotations[n]
        rest = self._text[quotation.outer_end : quotation.outer_end + 2]
        goes_on = rest[:1] in tuple(",;—–-") or rest.lstrip()[:1].islower()
        marked = not self._text[quotation.end - 1].isalnum() or goes_on
        before = parsed.ranges[n][0] - 1
        while before >= 0 and not parsed.lower[before][:1].isalnum():
            before -= 1
        forms = self._resolver.words.forms
        return marked or before < 0 or parsed.lower[before] not in forms

    def _right_before(
        self, parsed: ParsedParagraph, cues: Sequence[Cue], first: int, low: int
    ) -> Speaker | None:
        found = adjacent_speaker.before(
            parsed, first, low, self._resolver.words.forms, self._resolver.entity_finder(parsed)
        )
        speaker = self._resolver.from_word_order(parsed, found, cues) if found is not None else None
        if speaker is None or found is None or _is_person(speaker):
            return speaker
        k = sentence_context.token_at(parsed, speaker.start) - 1
        while k > low and parsed.lower[k] in ("the", "a", "an"):
            k -= 1
        person = next((c.speaker for c in cues if c.token == found.verb and _is_person(c.speaker)), None)
        return person if person is not None and parsed.lower[k] in PREPOSITIONS else speaker

    def _after(
        self, parsed: ParsedParagraph, cues: Sequence[Cue], behind: int, high: int, *, only_adjacent: bool
    ) -> Speaker | None:
        """Return the speaker after a quotation, by dependencies: "...," said X; "...," X said; "..." according to X."""
        cue = next((cue for cue in cues if behind <= cue.token < high), None)
        if cue is None:
            return None
        low = min(cue.token, sentence_context.token_at(parsed, cue.speaker.start))
        gap = range(behind, max(behind, low))
        words = sum(parsed.lower[k].isalpha() for k in gap)
        ends = any(
            parsed.lower[k] in _CLAUSE_ENDS and not adjacent_speaker.is_of_title(parsed, k) for k in gap
        )
        if ends or cue.token - low > 25 or sentence_context.is_gerund(parsed, cue.token):
            return None
        if (
            (words > 6 and not sentence_context.is_tail(parsed, cue, low))
            or (cue.weak and words > 1)
            or (only_adjacent and (words or not sentence_context.is_reporting_tail(parsed, cue, behind)))
        ):
            return None
        return cue.speaker

    def _before(self, parsed: ParsedParagraph, cues: Sequence[Cue], n: int) -> Speaker | None:
        """Return the speaker before a quotation, by dependencies: X said: "..."; X told Y that the plan was "...".

        Uses the nearest reporting verb that governs the quotation, else the nearest before it in its sentence.
        """
        first, behind = parsed.ranges[n]
        start = sentence_context.sentence_start(parsed, first)
        own = [cue for cue in cues if start <= cue.token < first]
        if own and own[-1].lemma in _POSING and _asks_itself(parsed, first):
            return None  # "to answer the question: “...?”"
        above = sentence_context.ancestors(parsed, first)
        over = [cue for cue in own if cue.token in above]
        strong = [cue for cue in over if not cue.weak]
        clause = sum(parsed.lower[k][:1].isalnum() for k in range(first, behind)) >= speech.MINIMUM_WORDS
        thought = over[-1].lemma not in self._resolver.words.naming if clause and over else False
        if (
            strong
            and over[-1].weak
            and not self._resolver.is_core(over[-1].speaker.cue)
            and (thought or over[-1].lemma in _PERCEIVING)
        ):
            return strong[-1].speaker  # "claims that Acme wants to be “...”"
        blamed = sentence_context.blaming(parsed, over[-1].token) if over else None
        if blamed is not None:
            return next((cue.speaker for cue in own if cue.token == blamed), None)
        if over and not (over[-1].weak and own[-1].token > over[-1].token and not own[-1].weak):
            return over[-1].speaker
        near = [
            cue
            for cue in own
            if parsed.tags[cue.token] != "VB" and (not cue.weak or first - cue.token <= _MAX_WEAK_DISTANCE)
        ]
        return near[-1].speaker if near else None


def _is_person(speaker: Speaker) -> bool:
    return speaker.entity is not None and speaker.entity.label == "PERSON"


def _asks_itself(parsed: ParsedParagraph, first: int) -> bool:
    """Return whether "the question" stands right before the quotation at token ``first``."""
    row = [k for k in range(max(0, first - 4), first) if parsed.lower[k].isalpha()]
    return bool(row) and parsed.lower[row[-1]] in ("question", "questions")
