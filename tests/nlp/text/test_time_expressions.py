"""Time expressions and the dates that they denote."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.text import time_expressions


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("on Tuesday", "2024-05-14"),
        ("on Friday", "2024-05-17"),
        ("yesterday", "2024-05-16"),
        ("last night", "2024-05-16"),
        ("this morning", "2024-05-17"),
        ("last month", "2024-04"),
        ("three years ago", "2021"),
        ("on 3 March", "2024-03-03"),
        ("on December 30", "2023-12-30"),
        ("on June 5, 2019", "2019-06-05"),
        ("in 2011", "2011"),
        ("in March 2011", "2011-03"),
        ("last week", "2024-W19"),
        ("on February 31, 2019", None),
        ("in late 2023", "2023"),
        ("in early March 2023", "2023-03"),
        ("in late February", "2024-02"),
        ("in May of 2019", "2019-05"),
        ("through 2019", "2019"),
        ("from 2011 to 2016", None),
        ("around the year 1000 AD", "1000"),
        ("around 750 AD", "0750"),
        ("in the latter half of 2022", "2022"),
        ("in the spring of 2019", "2019"),
        ("earlier in the week", "2024-W20"),
        ("later in the year", "2024"),
        ("the next year", None),
        ("in 1948 and 1952", None),
        ("in 2005-6", None),
        ("in the new year", None),
        ("in the past few weeks", None),
        ("on Saturday, May 4", "2024-05-04"),
    ],
)
def test_times_are_told_from_the_day_of_publication(words: str, date: str | None) -> None:
    match = time_expressions.TIME.search(f"They met {words}.")
    assert match is not None
    assert time_expressions.normalise(match, datetime.date(2024, 5, 17)) == date


def test_a_relative_time_without_publication_is_left_open() -> None:
    match = time_expressions.TIME.search("They met on Tuesday.")
    assert match is not None and time_expressions.normalise(match, None) is None


@pytest.mark.parametrize(
    ("words", "past"),
    [
        ("last week", True),
        ("this week", False),
        ("in 2010", True),
        ("in May", False),
        ("two years ago", True),
    ],
)
def test_a_time_may_only_be_past(words: str, past: bool) -> None:
    match = time_expressions.TIME.search(f"They met {words}.")
    assert match is not None
    assert time_expressions.is_past(match, datetime.date(2024, 5, 17)) == past


@pytest.mark.parametrize("words", ["around 1900 people", "in 2019.5 parts", "during 1,500 games"])
def test_a_count_is_no_year(words: str) -> None:
    match = time_expressions.TIME.search(f"They met {words}.")
    assert match is None or match.group("year3") is None


_WORDS = [
    "early",
    "late",
    "on",
    "last",
    "next",
    "this",
    "Friday",
    "May",
    "3",
    "2019",
    "3rd",
    "today",
    "tonight",
    "night",
    "week",
    "ago",
    "by",
    "at",
    "before",
    "the",
    "end",
    "of",
    "two",
    "earlier",
    "in",
    "since",
    "AD",
    "mid",
    "first",
    "half",
    "spring",
    "century",
    "several",
    "1990s",
    "later",
    "year",
    "hour",
    "evening",
    "said",
]


@given(st.lists(st.sampled_from([*_WORDS, ",", "-", "."]), max_size=8), st.booleans())
def test_no_time_begins_with_a_character_that_the_pattern_leaves_out(words: list[str], upper: bool) -> None:
    begins = re.search(r"\(\?=\[[a-z]+\\d\]\)", time_expressions.TIME.pattern)
    assert begins is not None
    every = re.compile(time_expressions.TIME.pattern.replace(begins.group(), ""), re.VERBOSE | re.IGNORECASE)
    text = " ".join(words).upper() if upper else " ".join(words)
    found = [match.span() for match in time_expressions.TIME.finditer(text)]
    assert found == [match.span() for match in every.finditer(text)]
