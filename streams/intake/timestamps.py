"""Times as crawlers write them -> RFC 3339 in UTC, or nothing.

Epoch seconds, milliseconds, microseconds and nanoseconds; digits as archives write them (``20240305100000``); ISO 8601
with offsets of any spelling; the dates of RFC 2822, of ``ctime`` and of Apache's log; as numbers or strings. No two
of these readings of a number overlap within the years that are plausible.
"""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime
from typing import Any

# There was no web before, and the core has no clock to say what is the future: a fixed bound, which no reading comes near
# by mistake (14 digits read as milliseconds are in the year 2611).
EARLIEST = datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)
LATEST = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECONDS = (1_000_000, 1_000, 1, 1e-3)  # in a second, a millisecond, a microsecond, a nanosecond
_LONGEST = 64  # characters; the longest spelling known has 41
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{0,12})?(?:[eE]\+?\d{1,2})?", re.A)
_NO_FRACTION = re.compile(r"\.0*$")
_CALENDAR = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?)?", re.A)
_OFFSET_APART = re.compile(r"(?<=[\d:.])\s+(?=[+-]\d\d)")
# What stands behind a time or an offset and says nothing more: a name of UTC, the name of a zone whose offset is given.
_ZONE_NAMED = re.compile(
    r"\s*(?:UTC|GMT|Z)$|(?:(?<=[+-]\d\d:\d\d)|(?<=\dZ))\[[\w/+-]{1,40}\]$|(?<=[+-]\d{4})\s+[A-Z]{2,5}$",
    re.I | re.A,
)
_HALF_DAY = re.compile(r"\b[ap]\.?m\b", re.I)
_ZONE_UNKNOWN = re.compile(r"[A-Za-z]{2,5}$")
_SLASHES = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=\D|$)", re.A)
_HAS_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I)
_APACHE = re.compile(r"^\[?(\d{1,2})/([A-Za-z]{3})/(\d{4}):(\d\d:\d\d:\d\d)\s*([+-]\d{4})?\]?$", re.A)


def utc(value: Any, earliest: datetime.datetime = EARLIEST, latest: datetime.datetime = LATEST) -> str | None:
    """The time, in UTC (no zone means UTC); None for what is no time, or none from ``earliest`` up to ``latest``.

    >>> utc("20240305100000"), utc(1709632800000), utc("Tue, 05 Mar 2024 11:00:00 +0100")
    ('2024-03-05T10:00:00Z', '2024-03-05T10:00:00Z', '2024-03-05T10:00:00Z')
    >>> utc("soon") is None
    True
    """
    try:
        moment = _moment(value, earliest, latest)
        if moment is None or not earliest <= moment < latest:
            return None
        return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def _moment(value: Any, earliest: datetime.datetime, latest: datetime.datetime) -> datetime.datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        # Table software writes a column of integers in which one is missing as floats.
        digits = str(int(value)) if 0 < value < 1e20 and value == int(value) else ""
        return _calendar(digits, earliest, latest) or _since_epoch(value, earliest, latest)
    if not isinstance(value, str):
        return None
    written = value.strip()
    if not written or len(written) > _LONGEST:
        return None
    if _NUMBER.fullmatch(written):
        exact = int(written) if written.isdigit() else float(written)
        return _calendar(_NO_FRACTION.sub("", written), earliest, latest) or _since_epoch(
            exact, earliest, latest
        )
    return _in_words(written)


def _calendar(
    digits: str, earliest: datetime.datetime, latest: datetime.datetime
) -> datetime.datetime | None:
    """Year, month, day and so on in a row, 8, 12, 14 or 17 digits, where that is between the bounds."""
    found = _CALENDAR.fullmatch(digits)
    if found is None:
        return None
    year, month, day, hour, minute, second, millisecond = (int(part or 0) for part in found.groups())
    try:
        moment = datetime.datetime(
            year, month, day, hour, minute, second, millisecond * 1_000, tzinfo=datetime.UTC
        )
    except ValueError:
        return None
    return moment if earliest <= moment < latest else None


def _since_epoch(
    value: float, earliest: datetime.datetime, latest: datetime.datetime
) -> datetime.datetime | None:
    """The one unit in which a number is between the bounds."""
    for factor in _MICROSECONDS:
        whole = value * factor if factor >= 1 else value / 1_000
        if not -1e18 < whole < 1e18:
            continue
        moment = _EPOCH + datetime.timedelta(microseconds=round(whole)) if abs(whole) < 5e15 else None
        if moment is not None and earliest <= moment < latest:
            return moment
    return None


def _in_words(written: str) -> datetime.datetime | None:
    log = _APACHE.match(written)
    if log:
        written = "{} {} {} {} {}".format(*log.group(1, 2, 3, 4), log.group(5) or "+0000")
    if _HALF_DAY.search(written):
        return None  # the parser for mail would pass over it, and be wrong by half a day
    if _HAS_MONTH.search(written):
        try:
            moment = parsedate_to_datetime(written)
            return None if moment.tzinfo is None and _ZONE_UNKNOWN.search(written) else _with_zone(moment)
        except (TypeError, IndexError) as error:
            raise ValueError(written) from error
    plain = _ZONE_NAMED.sub("", _OFFSET_APART.sub("", written)).strip()
    slashes = _SLASHES.match(plain)
    if slashes:
        year, month, day = slashes.groups()
        plain = f"{year}-{month:0>2}-{day:0>2}{plain[slashes.end() :]}"
    return _with_zone(datetime.datetime.fromisoformat(plain))


def _with_zone(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
