"""Speakers without a name."""

from __future__ import annotations

import pytest

from streams.nlp.quotes.unparsed import phrases, reporting
from streams.nlp.quotes.unparsed.reporting_clause import clause_of


@pytest.mark.parametrize(
    ("language", "text", "verb", "phrase"),
    [
        ("de", "sagte ein Sprecher der Polizei am Montag", "sagte", "ein Sprecher der Polizei"),
        ("es", "declararon los vecinos del barrio, que huyeron", "declararon", "los vecinos del barrio"),
        ("fr", "a dit la présidente de l’association lundi", "dit", "la présidente de l’association"),
        ("ru", "рассказал тренер команды после матча", "рассказал", "тренер команды"),
        ("es", "añadió el comunicado de la empresa", "añadió", "el comunicado de la empresa"),
        ("es", "añadió, el comunicado calla", "añadió", None),
        ("de", "sagte, die Leute gingen", "sagte", None),
        ("es", "dijo que vendrá", "dijo", None),
    ],
)
def test_the_noun_phrase_behind_a_verb_speaks(
    language: str, text: str, verb: str, phrase: str | None
) -> None:
    words = reporting.words(language)
    assert words is not None
    clause = clause_of(text, 0, len(text))
    at = [word for _start, _end, word in clause.words].index(verb)
    found = phrases.behind(text, clause, at + 1, words)
    assert (text[found[0] : found[1]] if found is not None else None) == phrase


def test_the_noun_phrase_before_a_verb_begins_its_clause() -> None:
    words = reporting.words("es")
    assert words is not None
    for text, phrase in (
        ("Una vecina del barrio le dijo", "Una vecina del barrio"),
        ("Llovía, y un hombre dijo", "un hombre"),
        ("Una imagen que dijo", None),
    ):
        clause = clause_of(text, 0, len(text))
        found = phrases.before(text, clause, len(clause.words) - 1, words)
        assert (text[found[0] : found[1]] if found is not None else None) == phrase
