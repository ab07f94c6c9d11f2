"""Functions of names, subjects and pronouns by offset."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp.references.parses import Parses, names
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

TEXT = "Anna Berg met Paul Winter in Oslo. Then she thanked him, and her friends left."


def test_a_name_has_the_function_of_its_phrase(parse: Callable[[str], ParsedParagraph]) -> None:
    parses = Parses([parse(TEXT)])
    function = {name: parses.function(TEXT.index(name), TEXT.index(name) + len(name)) for name in
                ("Anna Berg", "Paul Winter", "Oslo")}  # fmt: skip
    assert function == {"Anna Berg": "nsubj", "Paul Winter": "dobj", "Oslo": "pobj"}


def test_what_is_not_parsed_has_none() -> None:
    assert Parses([]).function(0, 4) == ""
    assert Parses([]).subject_before(10) is None
    assert Parses([]).pronouns(0, 100) == []


def test_pronouns_of_a_stretch_are_told_by_gender(parse: Callable[[str], ParsedParagraph]) -> None:
    parses = Parses([parse(TEXT)])
    she, him, her = TEXT.index("she"), TEXT.index("him"), TEXT.index("her ")
    assert parses.pronouns(0, len(TEXT)) == [(she, "she"), (him, "he"), (her, "she")]
    assert parses.pronouns(0, him) == [(she, "she")]


def test_the_subject_before_a_sentence_is_that_of_the_main_verb(
    parse: Callable[[str], ParsedParagraph],
) -> None:
    parses = Parses([parse(TEXT)])
    found = parses.subject_before(TEXT.index("Then"))
    assert found is not None
    assert names(*found, 0, len("Anna Berg")) == 1
    assert names(*found, TEXT.index("Paul"), TEXT.index(" in Oslo")) == 0
    assert parses.subject_before(0) is None


def test_a_name_in_apposition_to_the_subject_counts_half(parse: Callable[[str], ParsedParagraph]) -> None:
    text = "The chairman, Paul Winter, resigned on Monday. It was late."
    found = Parses([parse(text)]).subject_before(text.index("It"))
    assert found is not None
    assert names(*found, text.index("Paul"), text.index(", resigned")) == 0.5
