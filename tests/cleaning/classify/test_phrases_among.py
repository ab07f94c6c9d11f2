"""Groups of phrases in many texts at once: the same as text by text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.classify.phrase_match import TROUBLE, find_statement, that_may_state
from streams.cleaning.classify.phrases import GROUPS, comparable, find_phrases, languages
from streams.cleaning.classify.phrases.among import groups_among

ALL = frozenset(GROUPS)
TEXTS = [
    "The harbour council voted on Tuesday to rebuild the eastern pier.",
    "Page not found",
    "",
    "Die Seite «Hafen» existiert leider nicht mehr – zurück zur Startseite",
    "We're sorry, but the page you requested can't be found. Please try again later!",
    "ご指定のページが見つかりません",
    "Share this: accept cookies",
    "not",
    "found",
]


def by_text(text: str) -> set[str]:
    return {hit.group for hit in find_phrases(comparable(text))}


def test_each_text_has_the_groups_that_are_found_in_it_alone() -> None:
    found = groups_among(TEXTS, ALL)
    for number, text in enumerate(TEXTS):
        if number == 5:
            assert found[number] == ALL  # not examined
        else:
            assert found.get(number, set()) == by_text(text), text


@pytest.mark.parametrize("code", [language.code for language in languages()])
def test_every_phrase_is_found_between_others(code: str) -> None:
    language = next(language for language in languages() if language.code == code)
    phrases = [(group, phrase.removesuffix("*")) for group in GROUPS for phrase in getattr(language, group)]
    found = groups_among([f"x {phrase} y" for _, phrase in phrases], ALL)
    for number, (group, phrase) in enumerate(phrases):
        assert group in found[number], phrase


@given(st.lists(st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=8).map(" ".join), max_size=6))
def test_no_text_that_states_something_is_left_out(texts: list[str]) -> None:
    may = that_may_state(texts, TROUBLE)
    assert may == sorted(may)
    assert all(find_statement(text) is None for number, text in enumerate(texts) if number not in may)


def test_a_statement_interrupted_by_a_regret_is_not_left_out() -> None:
    text = "The page is, sorry, not available"
    assert that_may_state(["A pier", text], TROUBLE) == [1]


def test_no_texts_have_no_groups() -> None:
    assert groups_among([], ALL) == {}
    assert that_may_state([], TROUBLE) == []
