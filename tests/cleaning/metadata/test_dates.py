"""Times as pages write them, as ISO 8601; what can be read two ways, or is no time, is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.metadata.dates import day_first, mentioned, stamp


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-04-23", "2024-04-23"),
        ("2024-04-23T10:05:00Z", "2024-04-23T10:05:00+00:00"),
        ("2024-04-23T10:05:00.123+0200", "2024-04-23T10:05:00+02:00"),
        ("2024-04-23 10:05", "2024-04-23T10:05"),
        ("20240423100500", "2024-04-23T10:05:00"),
        ("1713859500", "2024-04-23T08:05:00+00:00"),
        ("1713859500000", "2024-04-23T08:05:00+00:00"),
        ("Tue, 23 Apr 2024 08:05:00 GMT", "2024-04-23T08:05:00+00:00"),
        ("Tue Apr 23 2024 10:05:00 GMT+0200", "2024-04-23T10:05:00+02:00"),
        ("April 23, 2024", "2024-04-23"),
        ("23 April 2024", "2024-04-23"),
    ],
)
def test_a_time_is_read_with_the_zone_it_gives(text: str, iso: str) -> None:
    assert stamp(text) == iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("May 3, 2024, 1:15 pm", "2024-05-03T13:15:00"),
        ("May 3, 2024, 12:15 am", "2024-05-03T00:15:00"),
        ("May 3, 2024, 12:05 PM", "2024-05-03T12:05:00"),
        ("May 3, 2024 1:15 P.M.", "2024-05-03T13:15:00"),
        ("Fri, 03 May 2024 13:15:00 +0200", "2024-05-03T13:15:00+02:00"),
    ],
)
def test_an_afternoon_is_no_morning(text: str, expected: str) -> None:
    assert stamp(text) == expected


@pytest.mark.parametrize("text", [None, "", "yesterday", "2024-13-40", "1889-04-23", "23:05", "x" * 500])
def test_what_is_no_time_of_the_web_is_none(text: str | None) -> None:
    assert stamp(text) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Mirefield, October 23, 2024, 3:48", "2024-10-23"),
        ("By Ada Example on Monday, November 18th, 2019 at 11:55", "2019-11-18"),
        ("18 NOV 2019", "2019-11-18"),
        ("01. April 2025, 15:25", "2025-04-01"),
        ("23.10.2024 – 09:30 Uhr", "2024-10-23"),
        ("입력 2024.10.23 09:30", "2024-10-23"),
        ("2016年10月14日07:17", "2016-10-14"),
        ("Updated 2024-10-23", "2024-10-23"),
        ("Publicado el 23 de octubre de 2024", "2024-10-23"),
        ("23 de março de 2024", "2024-03-23"),
        ("1er août 2024", "2024-08-01"),
        ("woensdag 5 maart 2024", "2024-03-05"),
        ("23 października 2024, 12:00", "2024-10-23"),
        ("5. března 2024", "2024-03-05"),
        ("23 октября 2024 г.", "2024-10-23"),
        ("5 مارس 2024", "2024-03-05"),
        ("Thứ Tư, 23 tháng 10, 2024", "2024-10-23"),
        ("2024. október 23.", "2024-10-23"),
        ("23/10/2024", "2024-10-23"),
        ("10/23/2024", "2024-10-23"),
    ],
)
def test_a_day_is_found_in_a_line(line: str, day: str) -> None:
    assert mentioned(line) == day


@pytest.mark.parametrize(
    "line", ["10/11/2024", "Chapter 12.2", "In 2019 or so", "Palm Bay 18 22 13 17", "31.02.2024"]
)
def test_a_line_that_can_be_read_two_ways_names_no_day(line: str) -> None:
    assert mentioned(line) is None


def test_the_order_of_two_numbers_is_given() -> None:
    assert mentioned("03-05-2024", day_before_month=False) == stamp("03/05/2024", False) == "2024-03-05"
    assert mentioned("03/05/2024", day_before_month=True) == "2024-05-03"


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en-US", False),
        ("en_US", False),
        ("es-US", False),
        ("en-GB", True),
        ("de", True),
        ("en", None),
        (None, None),
    ],
)
def test_a_language_has_an_order_of_day_and_month(language: str | None, first: bool | None) -> None:
    assert day_first(language) is first


@given(st.text(max_size=300))
def test_any_text_is_a_time_or_none(text: str) -> None:
    for found in (stamp(text), mentioned(text)):
        assert found is None or found[4] == "-"
