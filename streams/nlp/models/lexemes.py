"""What spaCy computes for each new word of an English pipeline, without what nothing here reads.

Half of the words of a news page are new to the vocabulary: a process keeps those of the pages before up to a bound
(:mod:`streams.nlp.models.tokenizer_cache`). For each, spaCy calls some twenty functions for attributes, and searches every
rest of it for prefixes, suffixes, infixes and URLs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

# Attributes of words that :mod:`streams.nlp` reads, besides those that a model extracts.
_READ = {
    "LOWER",
    "NORM",
    "SHAPE",
    "PREFIX",
    "SUFFIX",
    "IS_ALPHA",
    "IS_DIGIT",
    "IS_PUNCT",
    "IS_SPACE",
    "MORPH",
}
_RUN, _LONG = 4, 100  # spaCy's: like characters of a shape in a row, length from which a word has none


def simplify(nlp: Language, *others: Language) -> None:
    """Make new words of ``nlp`` cheaper, whose docs the models of ``others`` read too. Tokens stay as they are.

    Attributes left out are false or empty: ``is_title``, ``like_num`` and the like.
    """
    from spacy.attrs import IDS, NAMES  # type: ignore[import-not-found]  # compiled, no stub

    read = _READ.union(*(_extracted(one) for one in (nlp, *others)))
    vocab: Any = nlp.vocab
    getters = vocab.lex_attr_getters
    for number in list(getters):
        if NAMES[number] not in read:
            del getters[number]
    getters[IDS["SHAPE"]] = _shape_by(getters[IDS["SHAPE"]])
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = _beyond_letters(tokenizer.prefix_search, None)
    tokenizer.suffix_search = _beyond_letters(tokenizer.suffix_search, None)
    tokenizer.infix_finditer = _beyond_letters(tokenizer.infix_finditer, ())
    tokenizer.url_match = _beyond_letters(tokenizer.url_match, None)


def _extracted(nlp: Language) -> set[str]:
    """Return the attributes that the models of a pipeline extract from docs."""
    from spacy.attrs import NAMES

    columns: list[str | int] = []
    for _name, component in nlp.pipeline:
        model: Any = getattr(component, "model", None)
        for node in model.walk() if hasattr(model, "walk") else ():
            columns += node.attrs.get("columns", ()) if node.name == "extract_features" else ()
    return {column if isinstance(column, str) else NAMES[column] for column in columns}


def _beyond_letters(search: Callable[[str], Any], nothing: Sequence[Any] | None) -> Callable[[str], Any]:
    """Return a search that looks at no word of letters only: each of English's patterns wants another character."""

    def found(text: str) -> Any:
        return nothing if text.isalpha() else search(text)

    return found


def _shape_by(shape: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function for the shapes of words ("Xxxxx" for "Lisbon"), which asks ``shape`` for unusual words only."""

    def found(text: str) -> str:
        if len(text) < _LONG and text.isalpha():
            if text.islower():
                return "x" * min(len(text), _RUN)
            if text[0].isupper() and text[1:].islower():
                return "X" + "x" * min(len(text) - 1, _RUN)
        return shape(text)

    return found
