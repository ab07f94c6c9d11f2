"""Stop words by language: spaCy's lists, with ours added."""

from __future__ import annotations

import functools
import runpy
from pathlib import Path

from streams.nlp import data


@functools.cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language (ISO 639 code), case-folded; empty if spaCy has none.

    Only the file of the list is executed: importing ``spacy.lang.fr`` takes seconds, because it compiles the exceptions
    of the tokenizer, and some other languages import packages that only their tokenizers need.
    """
    import spacy.lang

    path = Path(spacy.lang.__path__[0], language, "stop_words.py")
    if not language.isidentifier() or not path.is_file():
        return frozenset()
    names = runpy.run_path(str(path))
    extra = data.words(data.table("text")["stop"].get(language, ""))
    return frozenset(word.casefold() for word in (*names["STOP_WORDS"], *extra))
