"""Whose "the report" is, by the last place before it that names a document beside its author: "Acme's report", "a study by Acme"."""

from __future__ import annotations

import re

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import MAX_DISTANCE
from streams.records import Entity

#: Nouns for documents whose author may be named beside an earlier mention of them.
DOCUMENTS = frozenset({"report", "study", "survey", "poll", "analysis", "paper"})
_MAX_DOCUMENTS = 4  # earlier mentions of a document that are looked at
_OWNED = re.compile(r"(?:’s|'s|s’|s')(?: [\w-]+){0,4} ")  # between the name of an author and a document
_AUTHORED = re.compile(r" (?:[\w-]+ ){0,2}(?:by|from) (?:the )?")
_INDEFINITE = re.compile(r"\b(?:[Aa]n?|[Aa]nother|[Oo]ne) (?:[\w-]+ ){0,3}$")
_MAX_INDEFINITE = 40  # code points of an article and what follows, before a document


def author(text: str, entities: EntityIndex, noun: str, at: int) -> Entity | None:
    """Return who wrote the document that a noun at an offset stands for, ``None`` if the text before it names nobody."""
    low = max(0, at - MAX_DISTANCE)
    for match in list(re.finditer(rf"\b{noun}\b", text[low:at]))[::-1][:_MAX_DOCUMENTS]:
        a, b = (low + offset for offset in match.span())
        before = entities.before(a, 1)
        if before and before[0][2].label in ("ORG", "PERSON"):
            _start, stop, entity = before[0]
            if _OWNED.fullmatch(text, stop, a) or (entity.label == "ORG" and text[stop:a] == " "):
                return entity
        by = _AUTHORED.match(text, b)
        named = entities.within(by.end(), by.end() + 1) if by is not None else []
        if named and named[0][2].label in ("ORG", "PERSON"):
            return named[0][2]
        if _INDEFINITE.search(text[max(0, a - _MAX_INDEFINITE) : a]):
            return None  # a report of nobody named
    return None
