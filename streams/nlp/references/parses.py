"""The parsed paragraphs of a document, asked by offset: what function a name has, who the subjects of sentences are, where pronouns stand."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_WITHIN = frozenset({"appos", "compound", "conj", "nmod"})  # labels of nouns that are part of a noun phrase
_NAMING = frozenset({"appos", "compound"})
_GENDERED = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she"}
_SUBJECTS = dependencies.ACTIVE | dependencies.PASSIVE
_MAX_CLIMB = 6
_LIMIT = 200  # tokens within a paragraph, at most, from a verb to its subject


class Parses:
    """The parsed paragraphs of one document. Offsets are code points of its text."""

    def __init__(self, parses: Iterable[ParsedParagraph]) -> None:
        self._parses = sorted((parsed for parsed in parses if parsed.starts), key=lambda one: one.starts[0])
        self._begins = [parsed.starts[0] for parsed in self._parses]
        self._pronouns: list[tuple[int, str]] | None = None
        self._roots: list[tuple[int, Token, ParsedParagraph]] | None = None
        self._subjects: dict[int, Token | None] = {}  # by number of the main verb

    def head(self, start: int, end: int) -> Token | None:
        """Return the token of a name whose head stands outside of it, ``None`` where the text is not parsed."""
        k = bisect.bisect_right(self._begins, start) - 1
        if k < 0:
            return None
        parsed = self._parses[k]
        at = bisect.bisect_left(parsed.starts, start)
        while at < len(parsed.starts) and parsed.starts[at] < end:
            token = parsed.doc[at]
            if token.head.i == at or not start <= parsed.starts[token.head.i] < end:
                return token
            at += 1
        return None

    def function(self, start: int, end: int) -> str:
        """Return the dependency label of the phrase that a name is in, "" where the text is not parsed."""
        token = self.head(start, end)
        if token is None:
            return ""
        for _ in range(_MAX_CLIMB):
            if token.dep_ not in _WITHIN or token.head.tag_.startswith("VB"):
                break
            token = token.head
        return str(token.dep_)

    def pronouns(self, low: int, high: int) -> list[tuple[int, str]]:
        """Return where "he" and "she", in all their cases, stand in a stretch of text, each as (offset, "he" or "she")."""
        if self._pronouns is None:
            self._pronouns = [
                (parsed.starts[k], _GENDERED[word])
                for parsed in self._parses
                for k, word in enumerate(parsed.lower)
                if word in _GENDERED and not parsed.quoted[k]
            ]
        a = bisect.bisect_left(self._pronouns, (low, ""))
        return self._pronouns[a : bisect.bisect_left(self._pronouns, (high, ""))]

    def subject_before(self, at: int) -> tuple[Token, ParsedParagraph] | None:
        """Return the subject of the last main verb before an offset, ``None`` if it has none."""
        if self._roots is None:
            self._roots = [
                (parsed.starts[token.i], token, parsed)
                for parsed in self._parses
                for token in parsed.doc
                if token.dep_ == "ROOT"
            ]
        k = bisect.bisect_left(self._roots, at, key=lambda root: root[0]) - 1
        if k < 0:
            return None
        _start, verb, parsed = self._roots[k]
        if k not in self._subjects:
            self._subjects[k] = _subject(verb)
        subject = self._subjects[k]
        return (subject, parsed) if subject is not None else None


def _subject(verb: Token) -> Token | None:
    return next(
        (child for child in verb.lefts if child.dep_ in _SUBJECTS and verb.i - child.i < _LIMIT), None
    )


def names(subject: Token, parsed: ParsedParagraph, start: int, end: int) -> float:
    """Return how a noun has the name at an offset: 1 as its head, .5 in apposition to it or before it, 0 not at all."""
    if start <= parsed.starts[subject.i] < end:
        return 1.0
    return 0.5 * any(
        child.dep_ in _NAMING and start <= parsed.starts[child.i] < end for child in subject.children
    )
