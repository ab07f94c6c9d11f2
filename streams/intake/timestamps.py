"""Parses times in the notations of crawlers into RFC 3339 in UTC.

Accepted, as numbers or strings: seconds, milliseconds, microseconds and nanoseconds since the epoch; digits as archives write
them (``20240305100000``); ISO 8601 with any spelling of the offset; RFC 2822, ``ctime`` and Apache's log format. Within 1990 to
2100 a number has at most one of these meanings.
"""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime
from typing import Any

# There was no web before 1990. The upper bound is fixed, since results must not depend on a clock; a misread number is far
# beyond it (14 digits read as milliseconds are in the year 2611).
EARLIEST = datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)
LATEST = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
_OLDEST_ARTICLE = datetime.datetime(
    1600, 1, 1, tzinfo=datetime.UTC
)  # archives hold articles older than the web

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECONDS = (1_000_000, 1_000, 1, 1e-3)  # in a second, a millisecond, a microsecond, a nanosecond
_LONGEST = 64  # characters; the longest known notation has 41
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{0,12})?(?:[eE]\+?\d{1,2})?", re.A)
_NO_FRACTION = re.compile(r"\.0*$")
_CALENDAR = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?)?", re.A)
_OFFSET_APART = re.compile(r"(?<=[\d:.])\s+(?=[+-]\d\d)")
# A redundant zone name at the end: one of UTC, or one after a numeric offset.
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
    """The time in RFC 3339, converted to UTC; a time without a zone is taken as UTC.

    None for values that are not a time or not within ``earliest`` (included) to ``latest`` (excluded).

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


def stated(value: Any) -> str | None:
    """A date of publication in ISO 8601, for :func:`streams.records.times.stated`; None for anything else.

    Text keeps its zone, or has none where it had none: most crawlers write local times without one. Numbers are UTC.

    >>> stated("2026-02-28 09:30"), stated("Sat, 28 Feb 2026 10:30:00 +0100"), stated(1772271000)
    ('2026-02-28T09:30', '2026-02-28T10:30:00+01:00', '2026-02-28T09:30:00Z')
    """
    moment = utc(value, _OLDEST_ARTICLE)
    if moment is None or not isinstance(value, str) or value.strip().isdigit():
        return moment
    written = value.strip()
    try:
        datetime.datetime.fromisoformat(written)
        return written.replace(" ", "T", 1)
    except ValueError:
        pass  # another notation
    try:
        return parsedate_to_datetime(written).isoformat()
    except (ValueError, TypeError, IndexError):
        return moment


def _moment(value: Any, earliest: datetime.datetime, latest: datetime.datetime) -> datetime.datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        # Data frames turn a column of integers with a missing value into floats.
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
    return _from_text(written)


def _calendar(
    digits: str, earliest: datetime.datetime, latest: datetime.datetime
) -> datetime.datetime | None:
    """The time in 8, 12, 14 or 17 digits (year to day, minute, second, millisecond); None outside of the bounds."""
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
    """The number as a time since the epoch, in the one unit that puts it between the bounds; else None."""
    for factor in _MICROSECONDS:
        whole = value * factor if factor >= 1 else value / 1_000
        if not -1e18 < whole < 1e18:
            continue
        moment = _EPOCH + datetime.timedelta(microseconds=round(whole)) if abs(whole) < 5e15 else None
        if moment is not None and earliest <= moment < latest:
            return moment
    return None


def _from_text(written: str) -> datetime.datetime | None:
    """The time in a notation with separators. Raises :class:`ValueError` for other text."""
    log = _APACHE.match(written)
    if log:
        written = "{} {} {} {} {}".format(*log.group(1, 2, 3, 4), log.group(5) or "+0000")
    if _HALF_DAY.search(written):
        return (
            None  # a.m. or p.m., which the parser for RFC 2822 ignores: the result could be wrong by 12 hours
        )
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
