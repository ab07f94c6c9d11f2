"""Parsing of dates and times as web pages write them, to ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"""
    \s*(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}\.\d{1,2}\.\d{1,2}|\d{8}(?!\d))
    (?:[T\s,]{1,3}(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?
    \s?(?P<zone>Z|UTC|GMT|[+\-]\d{2}:?\d{2}|[+\-]\d{2}(?!\d))?)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})?(Z|[+\-]\d{2}:?\d{2})?\s*$")
_EPOCH = re.compile(r"\s*(\d{10}|\d{13})\s*$")
_JAVASCRIPT = re.compile(
    r"\s*[A-Z][a-z]{2},? ([A-Z][a-z]{2}) (\d{1,2}),? (\d{4})(?: (\d{2}:\d{2}:\d{2}))?(?: (?:GMT|UTC)?([+\-]\d{4})?)?"
)
_MONTH_FIRST = re.compile(
    r"\s*(?:[A-Z][a-z]{2,8},?\s)?([A-Z][a-z]{2,8})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})\b"
)
_DAY_FIRST = re.compile(
    r"\s*(?:[A-Z][a-z]{2,8},?\s)?(\d{1,2})(?:st|nd|rd|th)?\s([A-Z][a-z]{2,8})\.?,?\s(\d{4})\b"
)
# Unambiguous dates only: year first; day first with dots (month-first locales do not use dots); Chinese, Japanese, Korean;
# month names, in either order. Day and month as two numbers with slashes are ambiguous, and ignored.
_MENTIONS = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})[-/.]\s?(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"),
    re.compile(r"\b(?P<m>[A-Z][A-Za-z]{2,8})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>\d{4})\b"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?\s(?P<m>[A-Z][A-Za-z]{2,8})\.?,?\s(?P<y>\d{4})\b"),
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_OLDEST = 1990  # the year of the first web page
_NEWEST = 2100  # a later year is a typing error
_LINE = 200  # code points searched


def stamp(text: str | None) -> str | None:
    """Return ``text`` as ISO 8601: a date, or a date and time, with the zone if given; None if it is no plausible time.

    A year before the web is implausible. A time after the fetch is accepted: clocks differ, and archives are refetched.

    >>> stamp("2024-04-23 10:05 +0200")
    '2024-04-23T10:05:00+02:00'
    >>> stamp("Tue, 23 Apr 2024 08:05:00 GMT")
    '2024-04-23T08:05:00+00:00'
    """
    if not text or len(text) > 120:
        return None
    for parse in (_compact, _iso, _epoch, _rfc_5322, _javascript, _with_month_name):
        found = parse(text)
        if found:
            return found if _OLDEST <= int(found[:4]) <= _NEWEST else None
    return None


def mentioned(text: str) -> str | None:
    """Return the first unambiguous date in a line of text, as ISO 8601; None where there is none.

    >>> mentioned("Frankfurt, October 23, 2024, 3:48")
    '2024-10-23'
    >>> mentioned("Posted on 23.10.2024 by Ada")
    '2024-10-23'
    """
    for pattern in _MENTIONS:
        match = pattern.search(text[:_LINE])
        if match:
            year, month, day = match["y"], match["m"], match["d"]
            number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
            found = _iso_8601(f"{year}-{number:02}-{int(day):02}", None, None)
            if found and _OLDEST <= int(year) <= _NEWEST:
                return found
    return None


def _compact(text: str) -> str | None:
    match = _COMPACT.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return _iso_8601(f"{year}-{month}-{day}", f"{hour}:{minute}:{second or '00'}", zone)


def _iso(text: str) -> str | None:
    match = _ISO.match(text)
    if not match:
        return None
    digits = re.findall(r"\d+", match["date"])
    if len(digits) == 1:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    return _iso_8601("-".join(part.zfill(2) for part in digits), match["time"], match["zone"])


def _epoch(text: str) -> str | None:
    match = _EPOCH.match(text)
    if not match:
        return None
    seconds = int(match[1]) / (1 if len(match[1]) == 10 else 1_000)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))).isoformat()


def _rfc_5322(text: str) -> str | None:
    if "," not in text[:12]:
        return None
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _javascript(text: str) -> str | None:
    match = _JAVASCRIPT.match(text)
    if not match or match[1].lower() not in _MONTHS:
        return None
    date = f"{match[3]}-{_MONTHS[match[1].lower()]:02}-{int(match[2]):02}"
    return _iso_8601(date, match[4], match[5])


def _with_month_name(text: str) -> str | None:
    match = _MONTH_FIRST.match(text)
    if match:
        month, day, year = match.groups()
    else:
        match = _DAY_FIRST.match(text)
        if not match:
            return None
        day, month, year = match.groups()
    number = _MONTHS.get(month[:3].lower())
    return _iso_8601(f"{year}-{number:02}-{int(day):02}", None, None) if number else None


def _iso_8601(date: str, time: str | None, zone: str | None) -> str | None:
    """Return ISO 8601 from its parts; None for a day or an hour that does not exist."""
    if time:
        time = time.zfill(5) if time.count(":") == 1 else time.zfill(8)
        time = time + ":00" if time.count(":") == 1 else time
    if zone:
        zone = zone.upper()
        zone = "+00:00" if zone in ("Z", "UTC", "GMT") else zone
        zone = f"{zone[:3]}:{zone[-2:] if len(zone) > 3 else '00'}"
    whole = f"{date}T{time}{zone or ''}" if time else date
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return None
    return whole
