"""Times in records: RFC 3339 in UTC, with how precisely the source states them and in which zone.

One shape for all, ``2024-05-01T08:30:00Z``, since readers guess a column's type from its values: DuckDB and pandas make timestamps
of it, and text of a column that also has days or other offsets.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec

from streams.records.base import Record
from streams.records.labels import TimePrecision

Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]

_PERIOD = re.compile(r"(\d{4})(?:-(\d\d)|-W(\d\d))?", re.A)
_SECONDS = re.compile(r"[T ]\d\d(?::\d\d:\d\d|\d{4})", re.A)
_SHOWN = {TimePrecision.YEAR: 4, TimePrecision.MONTH: 7, TimePrecision.DAY: 10}


class StatedTime(Record, frozen=True, kw_only=True):
    """A time as a page states it.

    ``at``: its first second, in UTC; of a day and what is longer, as stated. ``offset``: minutes of the stated zone east of UTC,
    which give the local time; None where none is stated: ``at`` then is the page's local time.
    """

    at: Time
    precision: TimePrecision
    offset: int | None = None


def stated(text: str) -> StatedTime:
    """Return the time in ISO 8601 ``text``: a year, month, week or day, or a day with a time and perhaps an offset.

    The stated day is never left: where it is another one in UTC, only the day is kept, at day precision. On pages whose day of
    publication is known, that was the day stated in 14 of 15 such cases. Midnight to the second is a day, too: templates write
    it that know no hour. Raises :class:`ValueError` for other text.

    >>> stated("2024-05-01T10:30:00+02:00")
    StatedTime(at='2024-05-01T08:30:00Z', precision=<TimePrecision.SECOND: 'second'>, offset=120)
    >>> stated("2024-05-01T22:30:00-05:00")
    StatedTime(at='2024-05-01T00:00:00Z', precision=<TimePrecision.DAY: 'day'>, offset=-300)
    """
    period = _PERIOD.fullmatch(text)
    if period:
        return _of_period(int(period[1]), period[2], period[3])
    moment = datetime.fromisoformat(text)
    offset = moment.utcoffset()
    minutes = None if offset is None else offset // timedelta(minutes=1)
    utc = moment.replace(tzinfo=None, microsecond=0) - (offset or timedelta())
    precise = TimePrecision.SECOND if _SECONDS.search(text) else TimePrecision.MINUTE
    midnight = precise is TimePrecision.SECOND and moment.time() == time()
    if len(text) <= len("2024-05-01") or midnight or utc.date() != moment.date():
        return StatedTime(at=_first_second(moment.date()), precision=TimePrecision.DAY, offset=minutes)
    return StatedTime(at=f"{utc.isoformat()}Z", precision=precise, offset=minutes)


def exact(text: str) -> StatedTime:
    """Return the time in ISO 8601 ``text``, a day or a day with a time, to the second in UTC, be it another day there.

    For what is put in order, as posts of a thread are. Raises :class:`ValueError` for other text.

    >>> exact("2024-05-01T22:30:00-05:00")
    StatedTime(at='2024-05-02T03:30:00Z', precision=<TimePrecision.SECOND: 'second'>, offset=-300)
    """
    moment = datetime.fromisoformat(text)
    if len(text) <= len("2024-05-01"):
        return StatedTime(at=_first_second(moment.date()), precision=TimePrecision.DAY)
    offset = moment.utcoffset()
    utc = moment.replace(tzinfo=None, microsecond=0) - (offset or timedelta())
    return StatedTime(
        at=f"{utc.isoformat()}Z",
        precision=TimePrecision.SECOND if _SECONDS.search(text) else TimePrecision.MINUTE,
        offset=None if offset is None else offset // timedelta(minutes=1),
    )


def of_clock(at: str) -> dict[str, Any]:
    """Return the two fields of a page that hold when it was fetched, ``at`` in RFC 3339 in UTC.

    The fraction of a second is cut: readers that infer the format of a column fail where some values have one. Midnight is a
    day, as for :func:`stated`: crawlers write that which note the day alone.

    >>> of_clock("2024-05-01T08:30:00.250000Z")["fetched_at"]
    '2024-05-01T08:30:00Z'
    """
    is_day = at[len("2024-05-01") :].strip("T:.0Z") == ""
    return {
        "fetched_at": f"{at[: len('2024-05-01T08:30:00')]}Z",
        "fetched_precision": TimePrecision.DAY if is_day else TimePrecision.SECOND,
    }


def fields(name: str, text: str | None) -> dict[str, Any]:
    """Return the three fields of a record that hold the time ``text`` (as for :func:`stated`); all None without one.

    >>> fields("published", "2024-05-01")["published_at"]
    '2024-05-01T00:00:00Z'
    """
    found = stated(text) if text else None
    return {
        f"{name}_at": found.at if found else None,
        f"{name}_precision": found.precision if found else None,
        f"{name}_offset": found.offset if found else None,
    }


def shown(at: str, precision: TimePrecision | None) -> str:
    """Return a time of a record for people to read: no more of it than is known.

    >>> shown("2024-05-01T00:00:00Z", TimePrecision.MONTH)
    '2024-05'
    """
    if precision is TimePrecision.WEEK:
        year, week, _ = datetime.fromisoformat(at).isocalendar()
        return f"{year}-W{week:02}"
    return at[: _SHOWN.get(precision, len(at))] if precision else at


def _of_period(year: int, month: str | None, week: str | None) -> StatedTime:
    if week:
        return StatedTime(
            at=_first_second(date.fromisocalendar(year, int(week), 1)), precision=TimePrecision.WEEK
        )
    precision = TimePrecision.MONTH if month else TimePrecision.YEAR
    return StatedTime(at=_first_second(date(year, int(month or 1), 1)), precision=precision)


def _first_second(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
