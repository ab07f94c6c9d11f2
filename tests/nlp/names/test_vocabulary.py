"""Words are described once, and what they add to the scores of labels is kept."""

from __future__ import annotations

import numpy as np
import pytest

from streams.nlp.names import features, recognition
from streams.nlp.names.model import WordScores
from streams.nlp.names.recognition import Recogniser
from streams.nlp.names.vocabulary import Vocabulary

LINES = ["Am Montag reiste Katrin Lohmeier nach Brüssel.", "Jürgen Wiesner blieb in Köln."]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return recognition.load()


def test_a_word_has_one_row_whenever_it_comes(recogniser: Recogniser) -> None:
    vocabulary = Vocabulary(recogniser.gazetteer)
    vocabulary.learn(["Köln", "blieb"])
    vocabulary.learn(["blieb", "Köln", "nach"])
    assert vocabulary.rows == {"": 0, "Köln": 1, "blieb": 2, "nach": 3}
    assert len(vocabulary) == len(vocabulary.kinds) == len(vocabulary.parts) == 4


def test_features_are_those_of_the_words_since_they_were_forgotten(recogniser: Recogniser) -> None:
    one, other = Vocabulary(recogniser.gazetteer), Vocabulary(recogniser.gazetteer)
    one.learn(["Köln", "blieb"])
    other.learn(["Köln"])
    other.forget()
    other.learn(["blieb"])
    assert (other.features()[0] == one.features()[0][2:]).all()
    assert (other.features()[1] == one.features()[1][2:]).all()


def test_scores_do_not_depend_on_which_words_were_known(recogniser: Recogniser) -> None:
    how = recogniser.languages["de"]
    model = recogniser.models[how.model]
    vocabulary, known = Vocabulary(recogniser.gazetteer), WordScores()
    scores = []
    for lines in (LINES[:1], LINES, LINES):
        batch = features.batch([lines], vocabulary, recogniser.gazetteer)
        scores.append(model.emissions(batch, how.tag, known))
    fresh = features.batch([LINES], Vocabulary(recogniser.gazetteer), recogniser.gazetteer)
    assert np.array_equal(scores[1], model.emissions(fresh, how.tag))
    assert np.array_equal(scores[2], scores[1])


def test_the_recogniser_keeps_a_bounded_number_of_words_and_languages(
    recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "_WORDS", 20)
    monkeypatch.setattr(recognition, "_LANGUAGES", 2)
    monkeypatch.setattr(recogniser, "_known", {})
    expected = [recogniser.recognise([[line]], "de") for line in LINES]
    for language in ("sv", "da", "de", "hr"):
        for number in range(10):
            recogniser.recognise([[f"Ord{number} av{number} {number}"]], language)
    assert list(recogniser._known) == ["de", "hr"]
    assert all(len(known.vocabulary) <= 24 for known in recogniser._known.values())
    assert [recogniser.recognise([[line]], "de") for line in LINES] == expected
