"""Unsupervised extraction of key phrases from a single document, for any language and script.

Candidates are sequences of words between stop words and punctuation (as in RAKE: Rose, Engel, Cramer, Cowley 2010,
"Automatic Keyword Extraction from Individual Documents"), scored by frequency, position, spread over paragraphs and
capitalisation (features of YAKE: Campos et al. 2020, "YAKE! Keyword extraction from single documents using multiple
local features"). Of phrases within one another the longer is chosen if it accounts for most occurrences of the shorter
(as in C-value: Frantzi, Ananiadou, Mima 2000, "Automatic recognition of multi-word terms").
"""

from __future__ import annotations

from collections.abc import Mapping

from streams.nlp.keywords import spaced, unspaced
from streams.nlp.keywords.selection import best
from streams.nlp.text.stop_words import stop_words
from streams.records import Keyword


def extract(
    text: str, language: str | None, limit: int, names: Mapping[str, int] | None = None
) -> list[Keyword]:
    """Return up to ``limit`` words and phrases, best first, with scores relative to the best (1.0).

    ``names`` are the entities of the document with the number of their mentions. A name needs to occur only once; other
    phrases of several words occur at least twice.
    """
    if limit <= 0:
        return []
    names = names or {}
    if unspaced.is_unspaced(text):
        return best(unspaced.candidates(text, stop_words(language or ""), names), limit)
    return best(spaced.candidates(text, language or "", names), limit)
