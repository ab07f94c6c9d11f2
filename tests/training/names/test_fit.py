"""Weights learnt from a few invented sentences."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest

from streams.nlp.names import model
from streams.nlp.names.gazetteer import Gazetteer, build
from streams.nlp.names.tokens import tokenise
from training.names import fit, measure
from training.names.corpora import Annotated
from training.names.fit import Setup, Table

SETUP = Setup(l1=0.01, l2=0.01, iterations=40, least_count=1)
PEOPLE = ("Ida Holm", "Bo Lund", "Anne Dahl", "Per Krog")
PLACES = ("Oslo", "Bergen", "Skien")


def documents() -> list[Annotated]:
    """One sentence with a person and a place a document."""
    made = []
    for person, place in itertools.product(PEOPLE, PLACES):
        line = f"Yesterday {person} came to {place} again."
        names = [(10, 10 + len(person), "PER"), (line.index(place), line.index(place) + len(place), "LOC")]
        made.append(Annotated([line], [names]))
    return made


@pytest.fixture(scope="module")
def known() -> Gazetteer:
    return Gazetteer(*build({"city": ["Oslo"]}))


@pytest.fixture(scope="module")
def examples(known: Gazetteer) -> Table:
    return fit.table(documents(), known, "devanagari", "en")


def test_tokens_are_labelled_by_the_names_that_cover_them() -> None:
    assert fit.labels_of(tokenise("Ida Holm, Oslo"), [(0, 8, "PER"), (10, 14, "LOC")]) == [1, 2, 0, 5]


def test_what_was_learnt_finds_names_in_a_new_sentence(examples: Table, known: Gazetteer) -> None:
    recogniser = measure.recogniser("cased", [examples], SETUP, known, ["en"], frozenset())
    text = "Yesterday Anne Lund came to Molde again."
    names = recogniser.recognise([[text]], "en")[0]
    assert [(text[name.start : name.end], name.label) for name in names] == [
        ("Anne Lund", "PERSON"),
        ("Molde", "LOC"),
    ]


def test_the_same_examples_give_the_same_file(examples: Table) -> None:
    files = []
    for _ in range(2):
        target = io.BytesIO()
        model.save(target, model.packed("cased", *fit.fit(examples, SETUP)))
        files.append(target.getvalue())
    assert files[0] == files[1]


def test_rounded_weights_read_back_score_as_the_fitted_ones_do(examples: Table) -> None:
    fitted = fit.fit(examples, SETUP)
    arrays = model.packed("cased", *fitted)
    keys = np.cumsum(arrays["cased.keys"], dtype=np.uint32)
    rounded = arrays["cased.weights"].T * float(arrays["cased.scale"])
    kept = np.isin(fitted.keys, keys)
    assert np.abs(fitted.weights[kept] - rounded).max() <= float(arrays["cased.scale"]) / 2 + 1e-9
    assert np.abs(fitted.weights[~kept]).max(initial=0) <= float(arrays["cased.scale"]) / 2 + 1e-9


def test_scores_count_exact_matches(examples: Table, known: Gazetteer) -> None:
    recogniser = measure.recogniser("cased", [examples], SETUP, known, ["en"], frozenset())
    scored = measure.score(recogniser, "en", documents())
    assert scored == (24, 24, 24)
    assert scored.row() == "1.000 | 1.000 | 1.000"


def test_every_tenth_document_is_held_out() -> None:
    kept, held = measure.split(documents() * 2)
    assert len(held) == 2
    assert len(kept) == 22
