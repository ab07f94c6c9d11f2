"""Names in documents of many languages, with the weights of the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.nlp.names import features, recognition
from streams.nlp.names.recognition import GAZETTEER, WEIGHTS, Recogniser
from streams.nlp.names.vocabulary import Vocabulary

# Invented people in real places, one sentence or two a language.
TEXTS = {
    "da": (
        "Statsminister Mette Holmgaard mødtes torsdag med forfatteren Jens Bundgaard i Aalborg.",
        "Aalborg",
    ),
    "de": ("Am Montag reiste Außenministerin Katrin Lohmeier nach Brüssel, sagte Jürgen Wiesner.", "Brüssel"),
    "es": (
        "El presidente Álvaro Quintanilla visitó Sevilla y habló con el alcalde Ramón Iglesias.",
        "Sevilla",
    ),
    "fi": ("Pääministeri Antti Koskela tapasi tiistaina Helsingissä ministeri Liisa Mäkelän.", "Helsingissä"),
    "hi": ("प्रधानमंत्री राजेश वर्मा ने मंगलवार को दिल्ली में सुनील शर्मा से मुलाकात की।", "दिल्ली"),
    "hr": ("Predsjednik Ivan Marković posjetio je u utorak Zagreb, izjavila je Ana Kovačić.", "Zagreb"),
    "hu": ("Kovács Péter miniszter kedden Budapesten találkozott Nagy Évával.", "Budapesten"),
    "it": ("Il ministro Paolo Venturi ha incontrato a Torino il sindaco Carla Bianchi.", "Torino"),
    "ja": ("田中一郎首相は火曜日、東京で記者会見を開いた。", "東京"),
    "nl": ("Minister Pieter van den Berg sprak dinsdag in Rotterdam met Annelies Bakker.", "Rotterdam"),
    "pl": ("Minister Andrzej Nowakowski spotkał się we wtorek w Krakowie z Martą Zielińską.", "Krakowie"),
    "pt": ("O ministro Carlos Figueiredo reuniu-se em Lisboa com a deputada Ana Sousa.", "Lisboa"),
    "ro": ("Ministrul Andrei Popescu s-a întâlnit marți la București cu Maria Ionescu.", "București"),
    "ru": ("Министр Андрей Соколов встретился во вторник в Москве с Марией Ивановой.", "Москве"),
    "sk": ("Minister Peter Horváth sa v utorok stretol v Bratislave s Janou Kováčovou.", "Bratislave"),
    "sr": ("Predsednik Marko Petrović posetio je u utorak Beograd, izjavila je Jelena Nikolić.", "Beograd"),
    "sv": ("Statsminister Erik Lindgren träffade på tisdagen Anna Bergström i Göteborg.", "Göteborg"),
    "uk": ("Міністр Андрій Шевчук зустрівся у вівторок у Києві з Оленою Бойко.", "Києві"),
    "zh": ("王小明星期二在北京会见了李国强。", "北京"),
}
# Scripts, combining marks, characters outside of the basic plane, lone surrogates, joiners.
ALPHABET = st.sampled_from(
    "aZß Éé\u0301 Ж ж ा क् ก ี 東京ア ー한 א ع\u200d\u200c 😀𠮷𝔘 \ud83d 12 .,-'\"«» \u00a0"
)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return recognition.load()


# Languages without annotated text of their own.
UNSEEN = {"es", "it", "nl", "pl", "uk"}


def named(recogniser: Recogniser, language: str) -> dict[str, str]:
    """The names in the text of a language, with their labels."""
    text, _place = TEXTS[language]
    names = recogniser.recognise([[text]], language)[0]
    assert all(0 < name.probability <= 1 for name in names)
    return {text[name.start : name.end]: name.label for name in names}


@pytest.mark.parametrize("language", sorted(set(TEXTS) - UNSEEN))
def test_people_and_a_place_are_found_in_a_language_that_was_learnt(
    language: str, recogniser: Recogniser
) -> None:
    found = named(recogniser, language)
    assert found.get(TEXTS[language][1]) in ("GPE", "LOC")
    assert "PERSON" in found.values()


@pytest.mark.parametrize("language", sorted(UNSEEN))
def test_people_are_found_in_a_language_that_was_not_learnt(language: str, recogniser: Recogniser) -> None:
    assert list(named(recogniser, language).values()).count("PERSON") == 2


def test_twenty_languages_and_more_are_known_and_each_has_its_model(recogniser: Recogniser) -> None:
    assert len(recogniser.languages) >= 20
    assert {how.model for how in recogniser.languages.values()} == set(recogniser.models)


def test_a_document_gives_the_same_names_alone_and_among_others(recogniser: Recogniser) -> None:
    documents = [[text] for text, _place in TEXTS.values()] + [["", "—"], []]
    together = recogniser.recognise(documents, "de")
    assert together == [recogniser.recognise([document], "de")[0] for document in documents]


@settings(max_examples=150, deadline=None)
@given(
    language=st.sampled_from(sorted(TEXTS)),
    lines=st.lists(st.text(ALPHABET, max_size=40), max_size=4),
    at=st.integers(0, 3),
)
def test_every_offset_is_true_in_all_scripts(language: str, lines: list[str], at: int) -> None:
    text, _place = TEXTS[language]
    document = [*lines[:at], text, *lines[at:]]
    last = (-1, -1)
    for name in recognition.load().recognise([document], language)[0]:
        line = document[name.line]
        assert 0 <= name.start < name.end <= len(line)
        named = line[name.start : name.end]
        assert named == named.strip()
        assert (name.line, name.start) >= last
        last = (name.line, name.end)


def test_no_name_runs_over_the_end_of_a_sentence(recogniser: Recogniser) -> None:
    text = "Das sagte er der Deutschen Presse-Agentur. Promoter Frank Weller kam aus St. Gallen."
    for name in recogniser.recognise([[text]], "de")[0]:
        assert ". Promoter" not in text[name.start : name.end]


def test_an_acronym_in_a_line_without_case_stays_one(recogniser: Recogniser) -> None:
    text = "राजेश वर्मा ने मंगलवार को दिल्ली में UNESCO की बैठक में भाग लिया।"
    calmed, plain = (Vocabulary(recogniser.gazetteer) for _ in range(2))
    features.batch([[text]], calmed, recogniser.gazetteer)
    features.batch([[text.replace("UNESCO", "Unesco")]], plain, recogniser.gazetteer)
    assert not np.array_equal(calmed.features()[0], plain.features()[0])


def test_a_headline_in_capitals_has_the_names_of_running_text(recogniser: Recogniser) -> None:
    text = "KATRIN LOHMEIER REIST NACH BRÜSSEL"
    names = recogniser.recognise([[text]], "de")[0]
    assert {text[name.start : name.end] for name in names} >= {"BRÜSSEL"}


def test_the_data_are_small_and_under_their_own_licence() -> None:
    folder = WEIGHTS.parent
    assert sum(path.stat().st_size for path in (WEIGHTS, GAZETTEER)) < 12_000_000
    assert "Attribution-ShareAlike 4.0" in (folder / "LICENSE").read_text("utf-8")
    card = (folder / "README.md").read_text("utf-8")
    with (folder / "languages.toml").open("rb") as source:
        table = tomllib.load(source)
    for code in table["languages"]:
        assert f"`{code}`" in card, f"the model card says nothing about {code}"


def test_the_weights_lie_in_the_package_folder() -> None:
    assert Path(recognition.__file__).parent in WEIGHTS.parents


def test_no_name_begins_with_the_apostrophe_of_the_word_before(recogniser: Recogniser) -> None:
    lines = ["Un reportage d'Al Jazeera sème le doute.", "Selon l'Assemblée nationale et l’Allemagne, rien."]
    for name in recogniser.recognise([lines], "fr")[0]:
        assert lines[name.line][name.start] not in "'’"
