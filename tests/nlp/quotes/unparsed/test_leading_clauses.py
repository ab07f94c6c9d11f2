"""Speakers in the sentence before a quotation, with entities given by hand."""

from __future__ import annotations

import pytest
from quotations import quotes


@pytest.mark.parametrize(
    ("language", "text", "names", "expected"),
    [
        (
            "es",
            "Ana Sol dijo que nadie la obligó. «Aquí cada uno decide por su cuenta».",
            ["Ana Sol"],
            ["Ana Sol"],
        ),
        (
            "fr",
            "Le maire a parlé longtemps. Paul Sol a ensuite ajouté :\n\n« Nous ne fermerons pas cette usine. »",
            ["Paul Sol"],
            ["Paul Sol"],
        ),
        ("fr", "Ana Sol hésite. Selon elle, « cette usine ne fermera pas ici ».", ["Ana Sol"], ["Ana Sol"]),
        (
            "ru",
            "Иван Волков ждёт суда. По его словам, «никто не хотел закрывать завод».",
            ["Иван Волков"],
            ["Иван Волков"],
        ),
        (
            "es",
            "Una vecina, que vive enfrente, declaró: «Vi todo desde la ventana».",
            [],
            ["Una vecina"],
        ),
        (
            "de",
            "So heißt es in dem Schreiben der Firma: „Wir werden das Werk nicht schließen.“",
            [],
            ["dem Schreiben der Firma"],
        ),
        (
            "de",
            "In dem Antrag heißt es: „Das Werk soll nicht geschlossen werden.“",
            [],
            ["dem Antrag"],
        ),
        (
            "ru",
            "Неназванный представитель завода сообщил, что «никто не хотел закрывать завод».",
            [],
            ["Неназванный представитель завода"],
        ),
        (
            "de",
            "Trainer Paul Winter kam. Am Abend war der Trainer zufrieden: „Wir haben gut gespielt.“",
            ["Paul Winter"],
            ["Paul Winter"],
        ),
        (
            "fr",
            "Ada Mbo Sol, députée du nord, a précisé : « Nous ne fermerons pas cette usine. »",
            [],
            ["Ada Mbo Sol"],
        ),
    ],
)
def test_the_sentence_before_names_the_speaker(
    language: str, text: str, names: list[str], expected: list[str]
) -> None:
    assert [quote.speaker for quote in quotes(language, text, *names)] == expected


def test_an_office_that_belongs_to_somebody_else_does_not_speak() -> None:
    text = "Pour la veuve de l'ancien président, il reste une question : « Que s'est-il passé cette nuit ? »"
    assert "président" not in {quote.speaker for quote in quotes("fr", text)}


def test_an_organisation_within_the_words_for_a_person_does_not_speak() -> None:
    text = "„Wir werden das Werk nicht schließen“, sagte ein Sprecher der Nordwerk am Montag."
    assert [quote.speaker for quote in quotes("de", text, "Nordwerk", label="ORG")] == [
        "ein Sprecher der Nordwerk"
    ]


def test_a_person_in_apposition_speaks_for_the_organisation() -> None:
    text = "Selon le président de Nordwerk, Paul Sol, « cette usine ne fermera pas ici »."
    found = quotes("fr", text, "Nordwerk", "Paul Sol", labels={"Nordwerk": "ORG"})
    assert [quote.speaker for quote in found] == ["Paul Sol"]
