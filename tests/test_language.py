"""Which language a text is in."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid import langid

from streams import language
from streams.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council will repair the bridge over the river in spring.", "en"),
        ("Le conseil municipal va réparer le pont sur la rivière au printemps.", "fr"),
        ("Der Stadtrat wird die Brücke über den Fluss im Frühjahr reparieren.", "de"),
        ("El ayuntamiento reparará el puente sobre el río en primavera.", "es"),
        ("Городской совет отремонтирует мост через реку весной.", "ru"),
        ("市議会は春に川にかかる橋を修理する予定です。", "ja"),
        ("THE COUNCIL WILL REPAIR THE BRIDGE OVER THE RIVER IN SPRING.", "en"),
    ],
)
def test_the_language_of_a_sentence_is_identified(text: str, language: str) -> None:
    found, confidence = identify(text)
    assert found == language and 0 < confidence <= 1


def test_names_and_numbers_do_not_hide_the_language_of_a_result_list() -> None:
    rows = "".join(f"{k}. Ola Nordmann (Norway) 10.{k}\n" for k in range(10, 40))
    assert identify(f"Leading results of the men's 100 metres at the meeting on Friday:\n{rows}")[0] == "en"


def test_a_declared_language_decides_only_where_the_text_leaves_doubt() -> None:
    assert identify("The council will repair the bridge in spring.", "de")[0] == "en"
    assert identify("Hotel Restaurant Taxi", "fr-FR") == identify("Hotel Restaurant Taxi", "fr")


@pytest.mark.parametrize("text", ["", "  \n", "123 456", "!?"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert identify(text) == (None, 0.0)


@given(st.binary(min_size=1, max_size=1_500), st.integers(1, 40))
@settings(deadline=None, max_examples=60)
def test_features_are_found_as_the_library_finds_them(data: bytes, times: int) -> None:
    identifier = language._identifier()
    text = data * times + "Der Rat wird die Brücke reparieren. ".encode()
    found = language.Automaton.features(identifier.automaton, text)
    walked = langid.visit_counts(identifier.tk_nextmove, identifier._rowbase, identifier.tk_output, text)
    assert Counter(found.tolist()) == walked
    assert list(dict.fromkeys(found.tolist())) == list(walked)  # in the same order


def test_a_language_has_the_probability_that_the_library_gives_it() -> None:
    plain = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    for sentence in (
        "Der Stadtrat wird die Brücke reparieren. ",
        "Городской совет отремонтирует мост. ",
        "市議会は春に橋を修理する。",
    ):
        for times in (1, 7, 80):
            assert language._identifier().rank(sentence * times) == plain.rank(sentence * times)


def test_distinct_features_keep_the_order_in_which_they_first_occur() -> None:
    which, counts = language._counted(np.array([7, 3, 7, 99_999, 0, 3, 7], np.int32))
    assert which.tolist() == [7, 3, 99_999, 0]
    assert counts.tolist() == [3, 2, 1, 1]


def test_a_table_of_halves_weighs_bit_for_bit_what_numpy_makes_of_it() -> None:
    chance = np.random.default_rng(1)
    weights = chance.uniform(0, 9, 300).astype(np.float32)
    table = chance.normal(0, 20, (300, 142)).astype(np.float16)
    table[0, :4] = (0.0, -0.0, 6e-8, -65_504)  # zeros, a subnormal, the largest
    assert (language._weighed(weights, table) == weights @ table).all()
    assert (language._weighed(weights, table.astype(np.float32)) == weights @ table.astype(np.float32)).all()
