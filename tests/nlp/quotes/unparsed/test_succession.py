"""Quotations that follow one another, and words in marks that are no speech."""

from __future__ import annotations

import pytest
from quotations import quotes


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Anna Sommer sagte: „Wir bauen das Werk.“ und „Wir schließen kein anderes Werk.“"),
        ("fr", "Anna Sommer a promis « de garder toute cette usine », et « d'en ouvrir une autre »."),
        (
            "fr",
            "Anna Sommer a relevé que « la perte est lourde cette année ». « [C'est] inacceptable pour nous tous ».",
        ),
        (
            "es",
            "Anna Sommer calificó el plan como «una grave falta de respeto», una de tantas que «nadie puede aceptar hoy aquí».",
        ),
    ],
)
def test_a_quotation_goes_on_with_the_one_before(language: str, text: str) -> None:
    assert [quote.speaker for quote in quotes(language, text, "Anna Sommer")] == ["Anna Sommer"] * 2


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le soir fut donné le spectacle « Les bâtisseurs de la gloire » devant la mer."),
        ("es", "La aplicación se presentó en el encuentro «Doce horas para la ciudad» en Roma."),
        ("ru", "Стороны подписали соглашение «О минимальной заработной плате в области»."),
        ("ru", "Его работы — «Девятый вал», «Хаос и сотворение нового мира»."),
    ],
)
def test_what_a_thing_is_called_is_no_quotation(language: str, text: str) -> None:
    assert quotes(language, text) == []


def test_words_behind_a_verb_of_speech_are_a_quotation_with_or_without_comma() -> None:
    text = "La ministra comentó «Nadie va a cerrar esta fábrica nuestra» en Roma."
    assert len(quotes("es", text)) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Anna Sommer svarade honom ”Vi stänger inte fabriken här”."),
        ("es", "Anna Sommer le dijo a ella «Nadie va a cerrar esta fábrica»."),
    ],
)
def test_a_pronoun_before_the_marks_is_no_noun(language: str, text: str) -> None:
    assert [quote.speaker for quote in quotes(language, text, "Anna Sommer")] == ["Anna Sommer"]
