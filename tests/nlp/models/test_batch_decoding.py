"""Batched decoding gives what spaCy's own loop gives."""

from __future__ import annotations

from streams.nlp import Models
from streams.nlp.models import batch_decoding

TEXTS = [
    "Ida Holm flew to Paris on Monday.",
    "",
    "The mayor of Leeds said that Norfund had agreed to buy the bridge.",
    "No.",
] * 20


def test_entities_and_parses_are_those_of_spacy(models: Models) -> None:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    nlp = pipeline.nlp
    ours, theirs = [nlp.make_doc(text) for text in TEXTS], [nlp.make_doc(text) for text in TEXTS]
    for _name, component in nlp.pipeline:
        ours = batch_decoding.apply(component, ours)
        theirs = [component(doc) for doc in theirs]
    assert [doc.text for doc in ours] == TEXTS
    for one, other in zip(ours, theirs, strict=True):
        assert [(e.start, e.end, e.label_) for e in one.ents] == [
            (e.start, e.end, e.label_) for e in other.ents
        ]
        assert [(t.head.i, t.dep_, t.tag_) for t in one] == [(t.head.i, t.dep_, t.tag_) for t in other]
    assert any(doc.ents for doc in ours)
