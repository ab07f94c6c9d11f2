"""Subjects by their case."""

from __future__ import annotations

from quotations import quotes


def test_a_man_in_another_case_did_not_say_it() -> None:
    text = "Иван Волков после смерти Дадашева заявил: «Мы все будем по нему скучать»."
    assert [q.speaker for q in quotes("ru", text, "Иван Волков", "Дадашева")] == ["Иван Волков"]


def test_where_every_name_could_be_in_another_case_the_nearest_speaks() -> None:
    text = "Никита заявил: «Мы все будем по нему скучать»."
    assert [q.speaker for q in quotes("ru", text, "Никита")] == ["Никита"]
