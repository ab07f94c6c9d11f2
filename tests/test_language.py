"""Which language a text is in."""

from __future__ import annotations

import pytest

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
