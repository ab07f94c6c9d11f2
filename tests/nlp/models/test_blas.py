"""Which multiplication a model uses."""

from __future__ import annotations

from pytest import MonkeyPatch
from thinc.api import NumpyOps

from streams.nlp.models import blas
from streams.nlp.models.pipelines import Models
from streams.settings import Nlp


def test_the_multiplication_that_took_less_time_is_the_one_chosen(monkeypatch: MonkeyPatch) -> None:
    for wanted in (True, False):
        blas.faster.cache_clear()
        monkeypatch.setattr(
            blas, "seconds", lambda ops, wanted=wanted: 0.0 if ops.use_blis is wanted else 1.0
        )
        assert blas.faster().use_blis is wanted
    blas.faster.cache_clear()


def test_both_are_measured_and_take_some_time() -> None:
    assert all(0 < blas.seconds(NumpyOps(use_blis=blis)) < 10 for blis in (True, False))


def test_every_layer_of_a_loaded_model_uses_the_one_chosen() -> None:
    pipeline = Models.load(Nlp()).pipeline("en")
    assert pipeline is not None
    layers = [
        node
        for _, component in pipeline.nlp.pipeline
        if hasattr(getattr(component, "model", None), "walk")
        for node in component.model.walk()
    ]
    assert layers
    assert {id(node.ops) for node in layers if isinstance(node.ops, NumpyOps)} == {id(blas.faster())}
