"""Times of records are in UTC, never on another day than is stated, and say how precise they are."""

from __future__ import annotations

import pytest

from streams.records import TimePrecision, times


@pytest.mark.parametrize(
    ("text", "at", "precision", "offset"),
    [
        ("2024-05-01", "2024-05-01T00:00:00Z", "day", None),
        ("2024-05-01T10:30", "2024-05-01T10:30:00Z", "minute", None),
        ("2024-05-01T10:30:05", "2024-05-01T10:30:05Z", "second", None),
        ("2024-05-01T10:30:05Z", "2024-05-01T10:30:05Z", "second", 0),
        ("2024-05-01T10:30:05.250+02:00", "2024-05-01T08:30:05Z", "second", 120),
        ("2024-05-01T10:30-03:30", "2024-05-01T14:00:00Z", "minute", -210),
        ("20240501T103005Z", "2024-05-01T10:30:05Z", "second", 0),
        ("1895-06-01", "1895-06-01T00:00:00Z", "day", None),
        ("2024-05", "2024-05-01T00:00:00Z", "month", None),
        ("2024", "2024-01-01T00:00:00Z", "year", None),
        ("2024-W18", "2024-04-29T00:00:00Z", "week", None),
    ],
)
def test_a_stated_time_is_in_utc_with_its_precision_and_zone(
    text: str, at: str, precision: str, offset: int | None
) -> None:
    found = times.stated(text)
    assert (found.at, found.precision, found.offset) == (at, precision, offset)


@pytest.mark.parametrize("text", ["2024-05-01T22:30:00-05:00", "2024-05-01T00:30:00+09:00"])
def test_a_time_that_is_on_another_day_in_utc_is_the_stated_day(text: str) -> None:
    found = times.stated(text)
    assert (found.at, found.precision) == ("2024-05-01T00:00:00Z", TimePrecision.DAY)


def test_midnight_to_the_second_is_a_day_and_midnight_to_the_minute_a_time() -> None:
    assert times.stated("2024-05-01T00:00:00+02:00").precision is TimePrecision.DAY
    assert times.stated("2024-05-01T00:00Z").precision is TimePrecision.MINUTE


@pytest.mark.parametrize("text", ["", "soon", "2024-13", "2024-02-30", "2024-W54"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        times.stated(text)


def test_the_fields_of_a_record_are_empty_without_a_time() -> None:
    assert times.fields("modified", None) == {
        "modified_at": None, "modified_precision": None, "modified_offset": None,
    }  # fmt: skip


def test_people_are_shown_no_more_of_a_time_than_is_known() -> None:
    assert times.shown("2024-01-01T00:00:00Z", TimePrecision.YEAR) == "2024"
    assert times.shown("2024-05-01T00:00:00Z", TimePrecision.DAY) == "2024-05-01"
    assert times.shown("2024-04-29T00:00:00Z", TimePrecision.WEEK) == "2024-W18"
    assert times.shown("2024-05-01T10:30:00Z", TimePrecision.MINUTE) == "2024-05-01T10:30:00Z"
    assert times.shown("next week", None) == "next week"
