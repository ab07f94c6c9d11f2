"""Objects in quotation marks."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


def targets(models: Models, text: str) -> list[str | None]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return [event.target for event in enrich([document], models)[0].events]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (
            'Norway\'s minister Ida Holm attacked the "closed culture" of the army on Monday.',
            "closed culture",
        ),
        ("Ida Holm built four “ice towers” near Oslo in 2023.", "four ice towers"),
        ('Norway issued a "national health warning" on Monday.', "national health warning"),
    ],
)
def test_a_word_in_quotation_marks_is_acted_upon(models: Models, text: str, target: str) -> None:
    assert targets(models, text) == [target]


def test_what_somebody_says_is_no_object(models: Models) -> None:
    assert targets(models, 'Ida Holm added: "The safety of the harbour" on Monday.') == [None]
