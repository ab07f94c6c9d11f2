"""Every spelling of a time that crawlers use is that time; what is no plausible time is nothing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.intake.timestamps import EARLIEST, LATEST, stated, utc

MOMENT = "2024-03-05T10:00:00Z"
_PLAUSIBLE = st.datetimes(
    EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None) - datetime.timedelta(days=1)
)


@pytest.mark.parametrize(
    "value",
    [
        "20240305100000", 20240305100000, "202403051000", 20240305100000000, "20240305T100000Z",
        20240305100000.0, "20240305100000.0", "2024-03-05T10:00:00Z[UTC]",
        1709632800, 1709632800.0, "1709632800", "1.7096328e9", 1709632800000, "1709632800000", 1709632800000000,
        1709632800000000000, "1709632800000000000",
        "2024-03-05T10:00:00", "2024-03-05 10:00:00", " 2024-03-05T10:00:00Z ", "2024-03-05T10:00:00z", "2024-03-05 10:00:00 UTC",
        "2024-03-05T10:00:00.000+00:00Z", "2024-03-05 10:00:00 +0000 UTC", "2024-03-05T15:30:00+0530", "2024-03-05 11:00:00 +01",
        "2024-03-05T11:00:00+01:00[Europe/Paris]", "2024/03/05 10:00:00", "2024-03-05T10:00:00,000Z", "2024-W10-2T10:00:00",
        "Tue, 05 Mar 2024 10:00:00 GMT", "Tue, 5 Mar 2024 11:00:00 +0100", "Tuesday, 05-Mar-24 10:00:00 GMT",
        "Tue Mar  5 10:00:00 2024", "[05/Mar/2024:10:00:00 +0000]", "05/Mar/2024:02:00:00 -0800",
    ],
)  # fmt: skip
def test_a_spelling_of_the_moment_is_the_moment(value: Any) -> None:
    assert utc(value) == MOMENT


@pytest.mark.parametrize(
    ("value", "day"), [("20240305", "2024-03-05"), (20240305, "2024-03-05"), ("2024-03-05", "2024-03-05")]
)
def test_a_day_is_its_midnight(value: Any, day: str) -> None:
    assert utc(value) == f"{day}T00:00:00Z"


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("20240305100000123", "2024-03-05T10:00:00.123000Z"),
        (1709632800.25, "2024-03-05T10:00:00.250000Z"),
        ("2025-01-06T07:38:11.678855691+07:00", "2025-01-06T00:38:11.678855Z"),
        (1709632800123456789, "2024-03-05T10:00:00.123457Z"),
    ],
)
def test_parts_of_a_second_are_kept(value: Any, exact: str) -> None:
    assert utc(value) == exact


@pytest.mark.parametrize(
    "value",
    [
        None, True, "", " ", [], {}, "soon", "nan", "inf", "Infinity", float("nan"), float("inf"), -float("inf"), 0, "0", -1, 2024,
        "2024", "99991231235959", "20241399999999", 1e308, 10**30, "9" * 5_000, "1989-12-31", "2100-01-01", "2611-05-03",
        "1_709_632_800", "１７０９６３２８００", "2024-03-05T10:00:00-25:00", "2024-03-05 10:00:00 PDT", "Tue, 05 Mar 2024 10:00:00 XYZT",
        "Mar 5, 2024 10:00 PM", "Thu, 1 Jan 1970 00:00:00 GMT", "mar " * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_plausible_time_is_nothing(value: Any) -> None:
    assert utc(value) is None


@given(_PLAUSIBLE, st.sampled_from([1, 10**3, 10**6]))
def test_a_number_since_the_epoch_is_its_time_in_each_unit(moment: datetime.datetime, unit: int) -> None:
    seconds = int(moment.replace(tzinfo=datetime.UTC).timestamp())
    wanted = datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat().replace("+00:00", "Z")
    assert utc(seconds * unit) == utc(str(seconds * unit)) == wanted


@given(_PLAUSIBLE)
def test_fourteen_digits_are_their_time(moment: datetime.datetime) -> None:
    wanted = moment.replace(microsecond=0).isoformat() + "Z"
    assert utc(moment.strftime("%Y%m%d%H%M%S").zfill(14)) == wanted


@given(
    st.one_of(
        st.text(max_size=40),
        st.integers(),
        st.floats(),
        st.from_regex(r"[0-9T:+\-. /]{1,30}", fullmatch=True),
    )
)
def test_any_value_is_a_plausible_time_or_nothing(value: Any) -> None:
    found = utc(value)
    assert found is None or (
        found.endswith("Z") and EARLIEST <= datetime.datetime.fromisoformat(found) < LATEST
    )


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2026-02-28 09:30:00", "2026-02-28T09:30:00"),
        ("2026-02-28T09:30:00+01:00", "2026-02-28T09:30:00+01:00"),
        ("1895-06-01", "1895-06-01"),
        (1772271000, "2026-02-28T09:30:00Z"),
        ("20260228093000", "2026-02-28T09:30:00Z"),
        ("Sat, 28 Feb 2026 10:30:00 +0100", "2026-02-28T10:30:00+01:00"),
        ("soon", None),
        ("1066-10-14", None),
        (None, None),
    ],
)
def test_a_date_of_publication_keeps_its_zone_or_has_none(date: object, published: str | None) -> None:
    assert stated(date) == published
