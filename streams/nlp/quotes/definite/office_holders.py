"""Who holds an office without "the" ("Acme CEO", "Norway's interior minister"), by the names beside which the text has it anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.text import passages
from streams.records import Entity

_OWNER = re.compile(r"['’]s?$")
_OWNED = re.compile(r"(?:['’]s?)?")
_OWNED_GAP = re.compile(r"(?:['’]s?)?\s+")
_TO_NAME = re.compile(
    r" and (?:[a-z]+ ){1,3}|,? "
)  # what may stand between an office and the name of who holds it
_SET_OFF = (", the ", ", a ", ", an ", ", ")  # what stands between a name and an office behind it
# Nouns behind which a name is no apposition: "according to court documents, Ida Holm".
_NO_OFFICE = frozenset({"document", "documents", "records", "report", "reports", "data", "files", "papers", "complaint", "filings"})  # fmt: skip
_SOME = frozenset({"a", "an", "one", "some", "any", "another", "no", "each", "every"})


class OfficeHolders:
    """Finds the people who hold the offices of one document."""

    def __init__(self, text: str, entities: EntityIndex) -> None:
        self._text = text
        self._entities = entities

    def holder(self, phrase: str) -> Entity | None:
        """Return the person beside whose name an office of at least two words stands anywhere in the text: "Acme CEO" is "Acme CEO Ida Holm".

        The office may go on before the name ("editor and writer Ida Holm"), or stand between commas behind it.
        """
        words = phrase.split()
        if words[0].lower() in ("the", "its", "his", "her", "their"):
            words = words[1:]
        head = words[-1].lower() if words else ""
        if len(words) < 2 or words[0].lower() in _SOME or head in _NO_OFFICE | gazetteer.english().bodies:
            return None
        text, places = self._text, list(rows(self._text, [_OWNER.sub("", word) for word in words]))
        owned = self._of_owner(words)
        if owned is not None:
            return owned
        at = 0
        for start, end in places:
            follows = _TO_NAME.match(text, end)
            if follows is None or start < at or passages.is_in_word(text, start - 1):
                continue
            at = follows.end()
            for a, b, entity in self._entities.within(at, at + 1):
                aside = not text.endswith(", ", start, at) or text[b : b + 1] == ","
                if entity.label == "PERSON" and a == at and aside:
                    return entity
        for start, end in places:
            opening = next((one for one in _SET_OFF if text.endswith(one, 0, start)), None)
            if opening is None or text[end : end + 1] not in (",", ".", ";"):
                continue
            at = start - len(opening)
            before = self._entities.before(at, 1)
            if before and before[0][2].label == "PERSON" and before[0][1] == at:
                return before[0][2]
        return None

    def _of_owner(self, words: Sequence[str]) -> Entity | None:
        """Return the only person before whose name the office of a possessive stands as a title: "Interior Minister Ida Holm" of "Norway's interior minister"."""
        if not _OWNER.search(words[0]) or len(words) < 3:
            return None
        title = " ".join(words[1:])
        found: list[Entity] = []
        for written in {title, title.title(), title.capitalize()}:
            for start, end in rows(self._text, written.split(" ")):
                if not passages.is_in_word(self._text, start - 1):
                    found += [
                        e
                        for a, _b, e in self._entities.within(end + 1, end + 2)
                        if e.label == "PERSON" and a == end + 1
                    ]
        return found[0] if found and all(one is found[0] for one in found) else None


def rows(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where words stand in a row in a text, each perhaps with a possessive ending; the last one's is part of the row.

    A pattern of these words would have to be compiled for each row.
    """
    if not words[0]:
        return
    at = text.find(words[0])
    while at >= 0:
        end = at + len(words[0])
        for word in words[1:]:
            gap = _OWNED_GAP.match(text, end)
            if gap is None or not text.startswith(word, gap.end()):
                break
            end = gap.end() + len(word)
        else:
            owned = _OWNED.match(text, end)
            yield at, end if owned is None else owned.end()
        at = text.find(words[0], at + 1)
