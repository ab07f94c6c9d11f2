"""Headlines and shouting in the case of running text, before a model sees them.

A model trained on running text takes ``ENGLAND CAPTAIN NAMED`` or ``England Captain Named`` for one long name.
How a word is written in the document's own running text says what it is in the headline. Lengths never change,
so offsets into the recased text are offsets into the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from streams.nlp.text.segments import Span

_LOWER = re.compile(r"(?<![\w’'-])[^\W\d_A-Z][\w’'-]*")
_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'.&-]*\w")  # a capitalised word that opens no sentence
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_SHOUTING = 0.75  # share of upper case among the letters of a line from which it is a line in capitals
_HEADLINE = (
    0.7  # share of capitalised words among the longer ones from which a line is a headline in title case
)
_ENOUGH = 40  # different words in lower case from which "never seen in lower case" says something


class Casing:
    """How a document writes its words in running text."""

    def __init__(
        self, text: str, spans: Sequence[Span], known: Mapping[str, str], common: Collection[str] = ()
    ) -> None:
        """``known`` maps folded names to how they are written; ``common`` are words that are no names."""
        self._known = known
        self._common = common
        self._lower: set[str] = set()
        self._upper: dict[str, Counter[str]] = {}
        for span in spans:
            line = text[span.start : span.end]
            if not is_shouting(line) and not is_headline(line):
                self._lower.update(_LOWER.findall(line))
                for word in _INSIDE.findall(line):
                    self._upper.setdefault(word.casefold(), Counter())[word] += 1

    def apply(self, line: str) -> str:
        """``line`` as running text would write it; the line itself where it is running text."""
        if is_shouting(line):
            return self._rewrite(line, shouting=True)
        if is_headline(line):
            return self._rewrite(line, shouting=False)
        return line

    def opening(self, line: str, end: int) -> str:
        """``line`` with words in capitals among its first ``end`` characters in the case of running text."""

        def calm(match: re.Match[str]) -> str:
            word = match.group()
            if not word.isupper() or len(word) < 3:
                return word
            new = word[0] + word[1:].lower()
            return new if len(new) == len(word) else word

        return _WORD.sub(calm, line[:end]) + line[end:]

    def _rewrite(self, line: str, *, shouting: bool) -> str:
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
        """One word in the case that the document's running text, or else general knowledge, gives it."""
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
    """Is this line written in capitals?"""
    words = [word for word in line.split() if not word.isdigit()]
    upper = sum(word.isupper() for word in words)
    return len(words) > 1 and len(line) >= 12 and upper >= _SHOUTING * len(words)


def is_headline(line: str) -> bool:
    """Is this line written in title case?"""
    if len(line) > 200:
        return False
    longer = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return len(longer) >= 4 and sum(word[0].isupper() for word in longer) >= _HEADLINE * len(longer)
