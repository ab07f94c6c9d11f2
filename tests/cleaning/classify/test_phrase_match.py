"""Statements in a text: their group, language and plainness; status codes in titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.classify.phrase_match import find_statement, plainest_statement, status_code


@pytest.mark.parametrize(
    ("text", "groups", "group", "language"),
    [
        ("Page not found", ("absent",), "absent", "en"),
        ("Seite nicht gefunden", ("absent",), "absent", "de"),
        ("Access denied", ("denied",), "denied", "en"),
        ("Verify you are human", ("robot",), "robot", "en"),
    ],
)
def test_a_statement_has_its_group_and_language(
    text: str, groups: tuple[str, ...], group: str, language: str
) -> None:
    found = find_statement(text, groups)
    assert found is not None
    assert (found.group, found.language) == (group, language) and found.plainness > 0.9


def test_plainness_falls_with_the_text_around_a_statement() -> None:
    texts = [
        "Page not found",
        "Page not found on our new site",
        "Page not found by police who searched all of the library for the diary",
    ]
    scores = [found.plainness for text in texts if (found := find_statement(text))]
    assert len(scores) == 3 and scores == sorted(scores, reverse=True)


def test_a_statement_of_another_group_is_not_found() -> None:
    assert find_statement("Page not found", ("consent",)) is None
    assert find_statement("The council voted on Tuesday") is None


def test_the_segment_of_a_title_that_states_an_error_is_enough() -> None:
    title = "Page not found | The Harbour Gazette, news from the coast and the islands"
    whole, part = find_statement(title), plainest_statement(title)
    assert whole and part and whole.plainness < part.plainness


@pytest.mark.parametrize(
    "text", ["404", "Error 404", "404 – Harbour Gazette", "HTTP 503", "404: Page not found"]
)
def test_a_title_that_is_a_status_code_gives_it(text: str) -> None:
    assert status_code(text) in ("404", "503")


@pytest.mark.parametrize(
    "text",
    [
        "404 killed in floods, ministry says",
        "$404",
        "Boeing 499",
        "Flight 4041",
        "404 " + "x " * 80,
        "",
    ],
)
def test_other_numbers_are_no_status_code(text: str) -> None:
    assert status_code(text) is None


@given(st.text(max_size=300))
def test_plainness_of_any_text_is_a_share(text: str) -> None:
    found = plainest_statement(text)
    assert found is None or (0.0 <= found.plainness <= 1.0 and found.phrases)
    assert status_code(text) is None or status_code(text, named=True) is not None


def test_two_words_of_a_headline_are_a_pair_and_no_phrase() -> None:
    pair, phrase = (
        find_statement("The robot will confirm", ("robot",)),
        find_statement("Robot or human?", ("robot",)),
    )
    assert pair and phrase
    assert pair.paired and not phrase.paired


def test_a_host_name_is_a_domain_where_something_is_said_of_a_sale() -> None:
    found = find_statement("brasslamp.example is for sale", ("parked",))
    assert found and found.plainness > 0.8
    assert find_statement("brasslamp.example is back", ("parked",)) is None
