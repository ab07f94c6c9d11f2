"""Words that are new to an English pipeline: the same tokens and attributes, of what is read."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.attrs import IDS

import streams.nlp
from streams.nlp.models import lexemes

_LETTERS = st.characters(categories=("Lu", "Ll", "Lt", "Lm", "Lo"))
_LEFT_OUT = (
    "is_(?:ascii|bracket|currency|left_punct|lower|quote|right_punct|stop|title|upper)|like_(?:num|url|email)"
)


@functools.cache
def _pipelines() -> tuple[spacy.Language, spacy.Language]:
    """One as it comes, and one with simplified words."""
    simplified = spacy.blank("en")
    lexemes.simplify(simplified)
    return spacy.blank("en"), simplified


def _attributes(nlp: spacy.Language, text: str) -> list[tuple[str, ...]]:
    names = ("text", "whitespace_", "lower_", "norm_", "shape_", "prefix_", "suffix_")
    flags = ("is_alpha", "is_digit", "is_punct", "is_space")
    with nlp.memory_zone():
        return [tuple(getattr(token, name) for name in (*names, *flags)) for token in nlp.make_doc(text)]


@given(st.lists(st.text(st.one_of(_LETTERS, st.sampled_from("aB'’.,-–1$() @/:%")), max_size=12), max_size=12))
def test_tokens_are_those_of_the_pipeline_as_it_comes(words: list[str]) -> None:
    stock, simplified = _pipelines()
    text = " ".join(words)
    assert _attributes(simplified, text) == _attributes(stock, text)


@given(st.text(_LETTERS, min_size=1, max_size=6))
def test_no_pattern_of_the_tokenizer_finds_anything_in_a_word_of_letters_only(word: str) -> None:
    tokenizer = _pipelines()[0].tokenizer
    assert word.isalpha()
    assert tokenizer.prefix_search(word) is tokenizer.suffix_search(word) is tokenizer.url_match(word) is None
    assert not list(tokenizer.infix_finditer(word))


@pytest.mark.parametrize(
    "word", ["lisbon", "Lisbon", "A", "a", "NATO", "iPhone", "ǅ", "Él", "日本語", "ßen", "x" * 120]
)
def test_shapes_are_spacy_s(word: str) -> None:
    stock, simplified = _pipelines()
    assert simplified.vocab[word].shape_ == stock.vocab[word].shape_


def test_an_attribute_that_a_model_extracts_is_kept() -> None:
    nlp = spacy.blank("en")
    embed = {"@architectures": "spacy.MultiHashEmbed.v2", "width": 8, "include_static_vectors": False}
    encode = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 8, "window_size": 1}
    model = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {**embed, "attrs": ["NORM", "LIKE_NUM"], "rows": [20, 20]},
        "encode": {**encode, "maxout_pieces": 2, "depth": 1},
    }
    nlp.add_pipe("tok2vec", config={"model": model})
    nlp.initialize()
    lexemes.simplify(nlp)
    assert IDS["LIKE_NUM"] in nlp.vocab.lex_attr_getters
    assert IDS["LIKE_URL"] not in nlp.vocab.lex_attr_getters


def test_no_code_asks_for_an_attribute_that_is_left_out() -> None:
    folder = Path(streams.nlp.__file__).parent
    asks = re.compile(rf"(?<!speech)\.(?:{_LEFT_OUT})\b")
    asking = [str(path) for path in folder.rglob("*.py") if asks.search(path.read_text())]
    assert not asking
