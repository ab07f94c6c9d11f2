"""Words that were seen are kept beyond a memory zone: same answers, less work, bounded memory."""

from __future__ import annotations

import functools
import re

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.nlp import Models
from streams.nlp.models import tokenizer_cache
from streams.nlp.models.tokenizer_cache import TokenizerCache

_TEXT = (
    "The U.S. mayor didn't say (at 10 a.m.) whether \"it's\" well-known... She'll pay $5m–€6m; see example.org/x?y=1. "
    "C'mon, Dr. O'Neil-Smith :) won’t go, cannot go. 100km/h 3.14% #tag @name a.k.a. e.g., the U.K.’s\n\n"
)


@pytest.fixture
def nlp() -> spacy.Language:
    return spacy.blank("en")


def _tokens(nlp: spacy.Language, text: str) -> list[tuple[str, str, str]]:
    with nlp.memory_zone():
        return [(token.text, token.norm_, token.whitespace_) for token in nlp.make_doc(text)]


def test_known_words_are_taken_apart_as_unknown_ones_are(nlp: spacy.Language) -> None:
    expected = _tokens(spacy.blank("en"), _TEXT)
    TokenizerCache(nlp).learn([_TEXT])
    assert _tokens(nlp, _TEXT) == expected


_WORDS = st.lists(st.text(alphabet="ab'’.,-–1$() sStn't", min_size=1, max_size=12), max_size=20)


@settings(deadline=None)  # the first example loads what all use
@given(_WORDS)
def test_whatever_the_words_are(words: list[str]) -> None:
    text = " ".join(words)
    learns, forgets = _pipelines()
    learns.learn([text])
    assert _tokens(learns.nlp, text) == _tokens(forgets, text)


@functools.cache
def _pipelines() -> tuple[TokenizerCache, spacy.Language]:
    """One that learns from every example, and one that knows no word."""
    return TokenizerCache(spacy.blank("en")), spacy.blank("en")


def test_a_tokenizer_takes_no_known_word_apart_again(nlp: spacy.Language) -> None:
    asked: list[str] = []
    prefix = re.compile(r"\b\B").search

    def look(text: str) -> re.Match[str] | None:
        asked.append(text)
        return prefix(text)

    nlp.tokenizer.prefix_search = look
    text = "Nobody didn't think, e.g. of tramways."  # two special cases, behind which spaCy keeps nothing of a text
    TokenizerCache(nlp).learn([text])
    assert "tramways." in asked
    asked.clear()
    _tokens(nlp, text)
    assert not asked


def test_no_more_words_are_known_than_the_limit(nlp: spacy.Language) -> None:
    words = TokenizerCache(nlp, limit=50, at_once=50)
    for number in range(20):
        words.learn([" ".join(f"word{number}x{k}" for k in range(7))])
    assert len(words) == 50
    assert len(nlp.vocab) < 1_200


def test_one_page_of_gibberish_does_not_fill_it(nlp: spacy.Language) -> None:
    words = TokenizerCache(nlp)
    words.learn([" ".join(f"w{k}" for k in range(200_000))])
    assert len(words) == tokenizer_cache._A_BATCH


def test_after_the_first_ones_a_word_has_to_come_twice(nlp: spacy.Language) -> None:
    words = TokenizerCache(nlp, limit=10, at_once=2)
    words.learn(["one two"])
    words.learn(["three four"])
    assert len(words) == 2
    words.learn(["four five"])
    assert len(words) == 3


def test_long_words_are_not_worth_it(nlp: spacy.Language) -> None:
    words = TokenizerCache(nlp)
    words.learn(["https://example.org/" + "a" * 50])
    assert len(words) == 0


def test_every_pipeline_learns_from_what_it_reads(models: Models) -> None:
    from streams.nlp import enrich
    from streams.records import Document

    pipeline = models.pipeline("en")
    assert pipeline is not None
    enrich(
        [Document(id="1", url="", text="The zoological gardens of Xanthupolis open on Sunday, they said.")],
        models,
    )
    assert "Xanthupolis" in pipeline.tokenizer_cache._known
