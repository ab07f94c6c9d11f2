"""Word vectors are those of the model's embedding layer, and their number is bounded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from streams.nlp import Models
from streams.nlp.models import loading
from streams.nlp.models.word_cache import WordCache


@pytest.fixture
def nlp(models: Models) -> Any:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    return pipeline.nlp


def _embed(nlp: Any, name: str = "ner") -> Any:
    return next(node for node in nlp.get_pipe(name).model.walk() if node.has_ref("embed")).get_ref("embed")


def _is_close(one: Any, other: Any) -> bool:
    return bool(np.abs(one - other).max() < 1e-4)


def test_a_word_is_embedded_as_the_model_does(nlp: Any, models: Models) -> None:
    for owner, name in ((nlp, "ner"), (loading.load(models.options.parsers["en"]), "tok2vec")):
        docs = [owner.make_doc(text) for text in ("Ida can't, Ida won't.", "", "Ida  can")]
        embed = _embed(owner, name)
        words = WordCache(embed)
        assert _is_close(words(docs), np.concatenate(embed.predict(docs)))
        assert _is_close(words(docs[::-1]), np.concatenate(embed.predict(docs[::-1])))


def test_what_the_tokenizer_says_of_a_token_counts(nlp: Any) -> None:
    words = WordCache(_embed(nlp))
    doc = nlp.make_doc("can can")
    doc[1].norm_ = "could"
    rows = words([doc])
    assert not _is_close(rows[0], rows[1])
    assert _is_close(rows, _embed(nlp).predict([doc])[0])


def test_known_words_are_not_embedded_again(nlp: Any) -> None:
    words = WordCache(_embed(nlp))
    first = words([nlp.make_doc("Ida said so")])
    known = len(words)
    assert (words([nlp.make_doc("so said Ida")]) == first[::-1]).all()
    assert len(words) == known == 3


def test_words_are_dropped_beyond_the_limit_and_have_the_same_vectors_again(nlp: Any) -> None:
    words = WordCache(_embed(nlp), limit=30)
    doc = nlp.make_doc("Ida Holm said so")
    first = words([doc])
    for number in range(20):
        words([nlp.make_doc(" ".join(f"word{number}x{k}" for k in range(7)))])
    assert len(words) <= 30 + 7
    assert (words([doc]) == first).all()


def test_what_is_no_property_of_a_word_is_not_kept(nlp: Any) -> None:
    from spacy.ml.models.tok2vec import MultiHashEmbed

    def embed(*attributes: str) -> Any:
        return MultiHashEmbed(8, list(attributes), [10] * len(attributes), include_static_vectors=False)

    assert WordCache.knows(embed("NORM", "SHAPE", "SPACY"))
    assert not WordCache.knows(embed("NORM", "TAG"))
    assert not WordCache.knows(nlp.get_pipe("ner").model.layers[0].layers[0].get_ref("encode"))
