"""Whom a pronoun that speaks stands for, by who spoke before and what may be "he", "it" and "they"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from streams.nlp.entities import gazetteer
from streams.nlp.quotes import document_authors
from streams.nlp.quotes.references import MAX_DISTANCE, References, Speaker
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import Lexicon

PREPOSITIONS = frozenset({"of", "for", "at", "from", "in", "with", "on"})
_POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}
_FORMS = {"he": frozenset({"he", "his", "him"}), "she": frozenset({"she", "her", "hers"})}
_GOING_ON = frozenset({"continued", "continues"})  # verbs of who spoke before
_NEAR_LINES = 2  # line breaks between a speaker and the "they" of the next paragraph


#: Returns the speaker whom a noun of a paragraph names, with a reporting word.
Named = Callable[[ParsedParagraph, Token, str | None], Speaker | None]


class Cue(NamedTuple):
    """A reporting word of a paragraph (token index) with its speaker."""

    token: int
    speaker: Speaker
    weak: bool
    lemma: str


class Pronouns:
    """Finds whom the pronouns of one document stand for."""

    def __init__(self, text: str, references: References, words: Lexicon) -> None:
        self._text = text
        self._references = references
        self._words = words
        self._english = "according" in words.according

    def is_one(self, word: str) -> bool:
        """Return whether a word is a pronoun that may speak, or says whose statement speaks: "he", "his"."""
        return word in self._words.pronouns or (self._english and word in _POSSESSIVES)

    def going_on(self, pronoun: str, cue: str | None, last: Speaker | None, at: int) -> Speaker | None:
        """Return the last speaker for "he" or "she" that goes on: "..., he continued"."""
        if last is None or cue not in _GOING_ON or pronoun not in self._words.personal:
            return None
        near = at - MAX_DISTANCE <= last.start < at
        person = last.entity is not None and last.entity.label == "PERSON"
        return last if near and person and self._may_be(last, pronoun) else None

    def antecedent(
        self,
        parsed: ParsedParagraph,
        pronoun: Token,
        so_far: Sequence[Cue],
        last: Speaker | None,
        named: Named,
    ) -> Speaker | None:
        """Return the antecedent of a pronoun, or ``None`` if it is ambiguous.

        Tried in order: a speaker reported earlier in the paragraph; for "he" and "she" whom the sentences before are about
        (:class:`References`), for "they" and "it" the subject of the sentence before, else the last speaker, in the paragraph before.
        ``named`` returns the speaker that a noun names.
        """
        word = _POSSESSIVES.get(pronoun.lower_, pronoun.lower_) if self._english else pronoun.lower_
        personal = word in self._words.personal
        if not personal and not (self._english and word in ("they", "it")):
            return None
        begun = self._sentence_before(parsed, pronoun, word, so_far, named) if word in _FORMS else None
        if begun is not None:
            return begun
        for cue in _outermost_first(parsed, so_far):
            speaker = cue.speaker
            if speaker.start >= parsed.starts[pronoun.i] or speaker.name.lower() in self._words.pronouns:
                continue
            if self._may_be(speaker, word):
                return speaker
        if personal:
            return self._references.person(word, parsed.starts[pronoun.i], last)
        before = self._subject_before(parsed, pronoun, word, named)
        if before is not None:
            return before
        near = (
            last is not None and self._text.count("\n", last.start, parsed.starts[pronoun.i]) <= _NEAR_LINES
        )
        return last if last is not None and near and self._may_be(last, word) else None

    def _sentence_before(
        self, parsed: ParsedParagraph, pronoun: Token, word: str, so_far: Sequence[Cue], named: Named
    ) -> Speaker | None:
        """Return the person who begins the sentence before that of "he" or "she", if nobody speaks in it and the quotation names no other "he".

        That is a name or an office: "Ida Holm shared his view. “We go,” she added", "The minister toured the town. He said".
        """
        k = pronoun.sent.start - 1
        while k >= 0 and (parsed.quoted[k] or not parsed.doc[k].is_alpha):
            k -= 1
        if k < 0 or any(parsed.doc[k].sent.start <= cue.token <= k for cue in so_far if not cue.weak):
            return None
        said = {parsed.lower[n] for n in range(k + 1, pronoun.i) if parsed.quoted[n]}
        if not said.isdisjoint(_FORMS[word]):
            return None  # "Ida Holm won again. “She is the best,” she said"
        sentence = parsed.doc[k].sent
        noun = next((child for child in sentence.root.lefts if child.dep_ in dependencies.ACTIVE), None)
        if noun is None or parsed.quoted[noun.i] or noun.tag_ not in ("NN", "NNP"):
            return None
        if any(child.dep_ == "conj" for child in noun.children):
            return None
        speaker = named(parsed, noun, None)
        if speaker is None or not self._may_be(speaker, word):
            return None
        if not said.isdisjoint(speaker.name.lower().split()):
            return None  # "Ida Holm won again. “Ida is the best,” she said"
        definite = noun.tag_ == "NN" and noun.left_edge.lower_ == "the"
        return speaker if speaker.entity is not None or definite else None

    def _subject_before(
        self, parsed: ParsedParagraph, pronoun: Token, word: str, named: Named
    ) -> Speaker | None:
        """Return the subject of the sentence before that of "they" or "it", or of its own main clause, if it agrees."""
        sentence = pronoun.sent
        above = [sentence] if pronoun.i > sentence.root.i else []
        if sentence.start > 0 and not parsed.quoted[sentence.start - 1]:
            above.append(parsed.doc[sentence.start - 1].sent)
        for one in above:
            noun = next((child for child in one.root.lefts if child.dep_ in dependencies.ACTIVE), None)
            if noun is None or noun is pronoun or parsed.quoted[noun.i] or not noun.tag_.startswith("NN"):
                continue
            several = noun.tag_ in ("NNS", "NNPS") or any(child.dep_ == "conj" for child in noun.children)
            speaker = named(parsed, noun, None)
            if speaker is None:
                continue
            if speaker.entity is not None and speaker.entity.label == "PERSON":
                if word != "they" or not several:
                    continue
                speaker = self._together(parsed, noun, speaker)
            organised = speaker.entity is not None and speaker.entity.label in ("ORG", "NORP", "GPE")
            if (
                organised
                or (word == "they" and several)
                or (word == "it" and document_authors.is_document(noun))
            ):
                return speaker
        return None

    def _together(self, parsed: ParsedParagraph, noun: Token, speaker: Speaker) -> Speaker:
        """Return the speaker that a person and those joined to the name are: "Evans and his colleagues"."""
        last = max((child.i for child in noun.children if child.dep_ == "conj"), default=noun.i)
        start, end = parsed.span_of(noun.left_edge.i, last)
        return Speaker(" ".join(self._text[start:end].split()), speaker.start, speaker.end, None, None)

    def _may_be(self, speaker: Speaker, pronoun: str) -> bool:
        """Return whether a pronoun may stand for a speaker, by what they are."""
        person = speaker.entity is not None and speaker.entity.label == "PERSON"
        if person and speaker.entity is not None and self._references.differs(speaker.entity, pronoun):
            return False
        if pronoun == "it":
            return not person and speaker.name.lower() not in self._words.pronouns
        if pronoun == "they":
            return speaker.name.lower() not in self._words.pronouns
        return person or (speaker.entity is None and self.is_person(speaker))

    def is_person(self, speaker: Speaker) -> bool:
        """Return whether a speaker without a name is a single person: "a mother of three", not a company, a paper or a plural."""
        head = _noun(speaker.name)
        if not self._english:
            return not head.endswith("s") and head not in gazetteer.english().impersonal
        return head.endswith("-year-old") or head in verbs.people() or head in gazetteer.english().roles

    def is_people(self, speaker: Speaker) -> bool:
        """Return whether a speaker without a name is several people: "union leaders in Leeds"."""
        head = _noun(speaker.name)
        single = inflection.singular(head)
        return (
            self._english
            and single != head
            and (single in verbs.people() or single in gazetteer.english().roles)
        )


def _noun(name: str) -> str:
    """Return the noun of a phrase, in lower case: "leaders" of "union leaders in Leeds"."""
    words = name.lower().split()
    end = next((k for k, word in enumerate(words) if word in PREPOSITIONS), len(words))
    return words[end - 1] if end else ""


def _outermost_first(parsed: ParsedParagraph, cues: Sequence[Cue]) -> list[Cue]:
    """Return cues by sentence, the last sentence first, and in a sentence who reports that others spoke before these.

    Whom "according to" names comes behind them.
    """
    return sorted(
        cues, key=lambda cue: (-parsed.doc[cue.token].sent.start, cue.lemma == "according", cue.token)
    )
