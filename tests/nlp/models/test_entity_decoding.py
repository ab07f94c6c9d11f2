"""Entities of all tokens at once are those that spaCy finds one token after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from streams.nlp import Models
from streams.nlp.models import entity_decoding
from streams.nlp.models.batch_decoding import Component


@pytest.fixture
def nlp(models: Models) -> Any:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    return pipeline.nlp


def _noise(docs: Sequence[Any]) -> Any:
    """Vectors unlike any that the model has seen: entities everywhere, long ones and such that begin within others."""
    return np.concatenate(
        [np.random.default_rng(len(doc)).normal(0, 6, (len(doc), 96)) for doc in docs]
    ).astype(np.float32)


def test_noise_gives_the_entities_of_spacy(nlp: Any) -> None:
    ner = nlp.get_pipe("ner")
    decoder = entity_decoding.of(ner, _noise)
    assert decoder is not None
    texts = ["", "x", "\n", "x \n", *(" ".join("a \n"[: 1 + k % 3] * (k + 1)) for k in range(40))]
    docs = [nlp.make_doc(text) for text in texts]
    found = decoder(docs)
    assert sum(map(len, found)) > 50
    assert found == [_by_spacy(ner, doc) for doc in docs]


def _by_spacy(ner: Any, doc: Any) -> list[tuple[int, int, int]]:
    """Entities by spaCy's transitions, one state at a time, from the vectors of :func:`_noise`."""
    from spacy.ml.parser_model import ParserStepModel  # type: ignore[import-not-found]

    tokens, lower, upper = ner.model.layers
    if not len(doc):
        return []
    linear = tokens.layers[-1].predict(_noise([doc]))
    model = ParserStepModel(
        [doc], [lambda _docs, is_train: (linear, None), lower, upper], has_upper=True, train=False
    )
    states = ner.moves.init_batch([doc])
    while not states[0].is_final():
        ner.transition_states(states, model.predict(states))
    ner.set_annotations([doc], states)
    return [(e.start, e.end, e.label) for e in doc.ents]


def test_an_entity_that_never_closes_is_closed(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_decoding, "_LONGEST", 2)
    text = "She joined the United Nations Relief and Works Agency for Palestine Refugees in the Near East."
    doc = Component(nlp.get_pipe("ner"))([nlp.make_doc(text)])[0]
    assert max(len(e) for e in doc.ents) == 3
