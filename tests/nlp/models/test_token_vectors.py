"""Token vectors are those of spaCy's layers, whatever else is in the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from streams.nlp import Models
from streams.nlp.models import loading, token_vectors

TEXTS = [
    "Ida Holm didn't fly to Paris on Monday (said Norfund).",
    "",
    "No.",
    " ".join(f"The mayor of Leeds bought bridge {k}." for k in range(70)),
]


@pytest.fixture
def nlp(models: Models) -> Any:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    return pipeline.nlp


@pytest.fixture
def parsing(models: Models) -> Any:
    """The whole model that tags and parses: a pipeline holds its components alone."""
    return loading.load(models.options.parsers["en"])


def test_vectors_are_those_of_spacy(nlp: Any, parsing: Any) -> None:
    for owner, name in ((nlp, "ner"), (parsing, "tok2vec")):
        model = next(node for node in owner.get_pipe(name).model.walk() if node.has_ref("embed"))
        vectors = token_vectors.of(model)
        assert vectors is not None
        docs = [owner.make_doc(text) for text in TEXTS]
        expected = np.concatenate(model.predict(docs))
        for _again in range(2):  # with words that are new, and with known ones
            assert np.abs(vectors(docs) - expected).max() < 1e-4


def test_a_token_has_the_same_bits_in_any_batch(nlp: Any) -> None:
    model = nlp.get_pipe("ner").model
    together, alone = token_vectors.within(model), token_vectors.within(model)
    assert together is not None and alone is not None
    docs = [nlp.make_doc(text) for text in TEXTS]
    rows = np.split(together(docs), np.cumsum([len(doc) for doc in docs])[:-1])
    for doc, expected in reversed(list(zip(docs, rows, strict=True))):
        assert (alone([doc]) == expected).all()


def test_a_model_of_another_architecture_has_none(parsing: Any) -> None:
    assert token_vectors.of(parsing.get_pipe("tagger").model) is None
    assert token_vectors.within(parsing.get_pipe("tagger").model) is None
