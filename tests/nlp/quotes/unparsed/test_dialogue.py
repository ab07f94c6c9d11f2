"""Dialogue set with dashes."""

from __future__ import annotations

import pytest

from streams.nlp.quotes.unparsed import dialogue, reporting
from streams.nlp.text.segments import paragraphs


def turns(language: str, text: str) -> list[str]:
    words = reporting.words(language)
    assert words is not None
    found = dialogue.quotations(text, paragraphs(text), words)
    assert all(turn.start <= turn.end <= turn.outer_end <= len(text) for turn in found)
    return [text[turn.start : turn.end] for turn in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "—No me voy —dijo Ana Sol—. Me quedo aquí.", ["No me voy", "Me quedo aquí."]),
        ("ru", "— Я остаюсь, — сказала Анна. — Навсегда.", ["Я остаюсь", "Навсегда."]),
        ("pl", "– Zostaję tutaj – powiedziała Anna.", ["Zostaję tutaj"]),
        ("fr", "— Vous restez ? demande Anna Sol.", ["Vous restez ?"]),
        ("sv", "– Vi stannar här, säger Anna Berg.", ["Vi stannar här"]),
        ("es", "— Pan, leche y huevos", []),
        ("es", "— El pan que dijo Ana", []),
        ("ru", "— Хлеб, молоко, яйца\n— Сыр", []),
        ("de", "Ein Satz – sagte er – in der Mitte.", []),
        ("de", "—", []),
        ("de", "", []),
    ],
)
def test_a_line_with_a_dash_is_speech_where_a_clause_reports_it(
    language: str, text: str, expected: list[str]
) -> None:
    assert turns(language, text) == expected
