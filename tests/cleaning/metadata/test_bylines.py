"""Bylines are split into names, without offices, papers, dates and addresses."""

from __future__ import annotations

import pytest

from streams.cleaning.metadata.bylines import as_stated, is_full_name, people


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ada Example", ("Ada Example",)),
        ("By Ada Example, 3 May 2020", ("Ada Example",)),
        ("Von Ada Beispiel und Bo Muster", ("Ada Beispiel", "Bo Muster")),
        ("Par Zoé Exemple, envoyée spéciale", ("Zoé Exemple",)),
        ("Ada Example | Staff Writer", ("Ada Example",)),
        ("Ada Example/Bo Sample", ("Ada Example", "Bo Sample")),
        ("예시나 기자", ("예시나",)),
        ("文／例示花子", ("例示花子",)),
        ("ada@echo.example", ()),
        ("Staff Reporter", ()),
        ("Ada Example For Mirefield Echo", ("Ada Example",)),
        ("Ada Beispiel für das Echo", ("Ada Beispiel",)),
        ("Ada Example @ada_example", ("Ada Example",)),
        ("Ada Example Senior Ferry Correspondent", ("Ada Example",)),
        ("Mirefield Echo Staff", ()),
        ("View all posts by Ada Example", ("Ada Example",)),
        ("Veröffentlicht von Ada Beispiel", ("Ada Beispiel",)),
        ("Mar 6 Written by Ada Example", ("Ada Example",)),
        ("6 July 2021 | Ada Example", ("Ada Example",)),
        ("Ada Example • March 12, 2025", ("Ada Example",)),
        ("Jul 11", ()),
        ("Ada May", ("Ada May",)),
        ("Written by Ada Example Reviewed by Bo Sample", ("Ada Example",)),
        ("Ada Example, Jr.", ("Ada Example, Jr",)),
        ("Ada Example, MD, Bo Sample, PhD", ("Ada Example, MD", "Bo Sample, PhD")),
        ("Md Example", ("Md Example",)),
        ("Ada Example and Bo Sample, teachers of rowing", ("Ada Example", "Bo Sample")),
        ("Ada Example, Bo van der Sample", ("Ada Example", "Bo van der Sample")),
        ("Notes in the Margin", ("Notes in the Margin",)),
        ("ada77 ada77", ()),
        ("adalein adalein", ("adalein",)),
        ("Example E", ("Example",)),
    ],
)
def test_a_byline_is_split_into_names(byline: str, names: tuple[str, ...]) -> None:
    assert people([byline]) == names


@pytest.mark.parametrize("name", ["Ada Example", "Bo van der Sample", "A. B. Example", "Zoé O'Exemple"])
def test_full_names_of_persons(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize("name", ["Ada", "the ferry is back", "By then it was", "One Two Three Four Five"])
def test_other_words_are_no_full_names(name: str) -> None:
    assert not is_full_name(name)


def test_a_name_as_stated_is_the_first_that_is_more_than_a_label() -> None:
    assert as_stated(["Written by", "By The Ferry Team", "Bo"]) == ("The Ferry Team",)
    assert as_stated(["7", "author"]) == ()
    assert as_stated(["March 5, 2024", "The Ferry Team"]) == ("The Ferry Team",)
