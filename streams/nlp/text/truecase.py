"""Truecasing of headlines and of text in capitals before entity recognition.

A model trained on running text takes ``ENGLAND CAPTAIN NAMED`` or ``England Captain Named`` for one long name. Words
are rewritten in the case that they have in the document's running text (cf. Lita et al. 2003, "tRuEcasIng"). Lengths
never change, so offsets into the truecased text are valid in the original.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from streams.nlp.text.segments import Span

_LOWER = re.compile(r"(?<![\w’'-])[^\W\d_A-Z][\w’'-]*")
_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'.&-]*\w")  # a capitalised word within a sentence
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_SHOUTING = 0.75  # minimum share of words in capitals in a line in capitals
_HEADLINE = (
    0.7  # minimum share of capitalised words, among words of over 3 characters, in a headline in title case
)
# Distinct lower-case words that a document must have before a word in capitals that is unknown to it is lower-cased.
_ENOUGH = 40


class Casing:
    """The case of words in a document's running text."""

    def __init__(
        self, text: str, spans: Sequence[Span], known: Mapping[str, str], common: Collection[str] = ()
    ) -> None:
        """``known`` maps case-folded names to their spelling; ``common`` are case-folded words that are no names."""
        self._known = known
        self._common = common
        self._lower: set[str] = set()
        self._upper: dict[str, Counter[str]] = {}
        self._plain: set[str] = set()  # lines of running text
        for span in spans:
            line = text[span.start : span.end]
            if not is_shouting(line) and not is_headline(line):
                self._plain.add(line)
                self._lower.update(_LOWER.findall(line))
                for word in _INSIDE.findall(line):
                    self._upper.setdefault(word.casefold(), Counter())[word] += 1

    def apply(self, line: str) -> str:
        """Return a line in the case of running text; unchanged unless it is a headline or in capitals."""
        if line in self._plain:
            return line
        if is_shouting(line):
            return self._rewrite(line, shouting=True)
        if is_headline(line):
            return self._rewrite(line, shouting=False)
        return line

    def title(self, line: str) -> str:
        """Return a document's title in the case of running text.

        Capitalised words of a headline that the text has not, and that are no known names, are lower-cased: what a title names
        is nearly always named in the text.
        """
        return self._rewrite(line, shouting=True) if is_headline(line) else self.apply(line)

    def opening(self, line: str, end: int) -> str:
        """Return a line with the capitalised words in its first ``end`` characters (a dateline) in title case."""

        def titled(match: re.Match[str]) -> str:
            word = match.group()
            if not word.isupper() or len(word) < 3:
                return word
            new = word[0] + word[1:].lower()
            return new if len(new) == len(word) else word

        return _WORD.sub(titled, line[:end]) + line[end:]

    def _rewrite(self, line: str, *, shouting: bool) -> str:
        """Return a line with every word truecased and the first capitalised."""
        pieces: list[str] = []
        at = 0
        first = True
        for match in _WORD.finditer(line):
            word = match.group()
            pieces.append(line[at : match.start()])
            new = self.form(word, shouting=shouting)
            if first and new.islower():
                new = new[0].upper() + new[1:]
            pieces.append(new if len(new) == len(word) else word)
            at = match.end()
            first = False
        pieces.append(line[at:])
        return "".join(pieces)

    def form(self, word: str, *, shouting: bool) -> str:
        """Return one word in the case of the document's running text, or else of the lists of names and common words."""
        folded = word.casefold()
        seen = self._upper.get(folded)
        if folded in self._lower and (seen is None or folded not in self._known):
            return folded
        if seen is not None:
            return seen.most_common(1)[0][0]
        if folded in self._known:
            return self._known[folded]
        if folded in self._common:
            return folded
        if not shouting:
            return word
        if len(self._lower) >= _ENOUGH or len(word) < 3:
            return folded
        return word[0] + folded[1:]


def is_shouting(line: str) -> bool:
    """Return whether a line is written in capitals."""
    if len(line) < 12:
        return False
    words = [word for word in line.split() if not word.isdigit()]
    upper = sum([word.isupper() for word in words])
    return len(words) > 1 and upper >= _SHOUTING * len(words)


def is_headline(line: str) -> bool:
    """Return whether a line is a headline in title case."""
    if len(line) > 200:
        return False
    longer = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return len(longer) >= 4 and sum([word[0].isupper() for word in longer]) >= _HEADLINE * len(longer)
