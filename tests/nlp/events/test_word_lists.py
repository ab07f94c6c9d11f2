"""Word lists of events agree with one another and with the record."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import verbs


def test_listed_classes_exist() -> None:
    classes = set(verbs.event_classes().values())
    for listed in (
        word_lists.ALWAYS_REPORTED_CLASSES,
        word_lists.INTRANSITIVE_CLASSES,
        word_lists.CLASSES_WITH_AT,
    ):
        assert listed and listed <= classes


def test_governing_verbs_give_a_modality_of_the_record() -> None:
    modalities = {"asserted", "future", "possible", "required", "reported", "denied"}
    assert set(word_lists.MODALITY_BY_GOVERNOR.values()) <= modalities
    assert modalities >= word_lists.FUTURE_MODALITIES


def test_prepositions_within_a_place_are_prepositions_of_places() -> None:
    assert word_lists.INNER_PLACE_PREPOSITIONS < word_lists.PLACE_PREPOSITIONS
